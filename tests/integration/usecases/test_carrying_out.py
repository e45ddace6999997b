"""A review is carried out later than it was made: what the shop is like by then decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.budget import ModelUsage
from stockcli.domain.catalogue import ProductStatus, Supplier
from stockcli.domain.decisions import Action, Candidate, Decision, Proposal
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import RunId, SupplierId
from stockcli.domain.purchasing import OrderStatus, Spending
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.candidate_records import candidate_from_json
from stockcli.usecases.candidates import low_products_within
from stockcli.usecases.deciding import Outcome, carry_out
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.inventory import stock_lines_within
from stockcli.usecases.lifecycle import set_status, snooze
from stockcli.usecases.minimums import clear_minimum, set_minimum
from stockcli.usecases.ordering import OrderDraft, place_orders, spent_within, why_wait
from stockcli.usecases.ports import Review, UnitOfWork
from stockcli.usecases.reordering import refresh_thresholds
from stockcli.usecases.restocking import restock_by_hand
from stockcli.usecases.stock_keeping import count_stock
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, add_shop, sell, stock_up

SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, name="Green tea"),
    "HAM": Shelf(per_day=8, on_hand=10, name="Ham"),
    "SOAP": Shelf(per_day=10, on_hand=900, name="Soap"),
}
LATER = NOW + timedelta(hours=9)
MODEL = "claude-haiku-5-5"


@dataclass(frozen=True)
class Reviewed:
    """A shop, and what a model saw of it in the morning."""

    unit: UnitOfWork
    seen: tuple[Candidate, ...]

    def carried_out(
        self,
        quantity: Decimal | None = None,
        *,
        action: Action = Action.RESTOCK,
        by: str = MODEL,
        review: Review | None = None,
    ) -> Outcome:
        """Do now what was proposed of every product then."""
        proposals = {
            one.key: Proposal(
                key=one.key, action=action, reason="low", decided_by=by, quantity=quantity
            )
            for one in self.seen
        }
        with self.unit:
            outcome = carry_out(
                self.unit, RunId("r"), self.seen, proposals, day=TODAY, now=LATER, review=review
            )
            self.unit.commit()
        return outcome

    def change(self, sku: str, **changes: object) -> None:
        """Change a product's master data."""
        with self.unit:
            product = self.unit.products.get(sku)
            self.unit.products.put([replace(product, **changes)])  # type: ignore[arg-type]
            self.unit.commit()


def under_policy(database: Database, changes: Mapping[str, object]) -> UnitOfWork:
    """The shop under a changed policy."""
    directory = database.directory()
    policy = replace(directory.tenant("acme").policy, **changes)  # type: ignore[arg-type]
    return database.unit_of_work(directory.set_policy("acme", policy))


def reviewed(database: Database, **policy: object) -> Reviewed:
    add_shop(database.directory())
    no_limits = {"order_approval_limit": None, "daily_spending_limit": None}
    unit = under_policy(database, {**no_limits, **policy})
    stock_up(unit, SHELVES)
    fresh = refresh_thresholds(read_demand(unit, TODAY), unit.tenant.policy, Forecaster())
    with unit:
        unit.thresholds.put(fresh)
        unit.commit()
    return Reviewed(unit, seen_by(unit))


def seen_by(unit: UnitOfWork) -> tuple[Candidate, ...]:
    with unit.reading():
        found, _ = low_products_within(unit, stock_lines_within(unit, day=TODAY), TODAY)
    return tuple(found)


@pytest.fixture
def morning(database: Database) -> Reviewed:
    return reviewed(database)


def left_alone(outcome: Outcome) -> dict[str, str]:
    return {one.sku: one.reason for one in outcome.moved_on}


def decisions(outcome: Outcome) -> dict[str, Decision]:
    return {one.sku: one for one in outcome.decisions}


def test_what_was_proposed_hours_ago_is_done(morning: Reviewed) -> None:
    outcome = morning.carried_out()
    assert {one.action for one in outcome.decisions} == {Action.RESTOCK}
    assert outcome.moved_on == ()


def counted(morning: Reviewed) -> None:
    count_stock(morning.unit, "TEA", counted=Decimal(800), location=None, reference="c", now=LATER)


def ordered(morning: Reviewed) -> None:
    restock_by_hand(
        morning.unit, "TEA", None, location=None, reason="", author="manager:ana", now=LATER
    )


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (counted, "no longer low"),
        (ordered, "on order already, PO-00001"),
        (lambda shop: snooze(shop.unit, "TEA", until=TODAY + timedelta(days=3)), "snoozed"),
        (lambda shop: set_status(shop.unit, "TEA", ProductStatus.DISCONTINUED), "discontinued"),
    ],
    ids=["delivered", "ordered", "snoozed", "discontinued"],
)
def test_what_needs_no_order_any_more_is_left_alone_with_the_reason(
    morning: Reviewed, meanwhile: Callable[[Reviewed], None], reason: str
) -> None:
    meanwhile(morning)
    outcome = morning.carried_out()
    assert set(decisions(outcome)) == {"HAM"}
    assert reason in left_alone(outcome)["TEA"]


def test_a_minimum_that_made_it_low_and_is_gone_leaves_it_alone(database: Database) -> None:
    shop = reviewed(database)
    set_minimum(
        shop.unit, "SOAP", Decimal(1000), location=None, reason="fair", author="ana", now=NOW
    )
    shop = Reviewed(shop.unit, seen_by(shop.unit))
    assert "SOAP" in {one.sku for one in shop.seen}
    clear_minimum(shop.unit, "SOAP", location=None)
    assert left_alone(shop.carried_out()) == {"SOAP": "it is no longer low"}


def test_the_quantity_is_the_policys_of_now(morning: Reviewed) -> None:
    before = {one.sku: one.suggested_quantity for one in morning.seen}
    sell(morning.unit, "TEA", 7, reference="till", at=LATER)
    did = decisions(morning.carried_out())
    assert did["TEA"].quantity == before["TEA"] + 7
    assert did["TEA"].on_hand == 13
    assert did["TEA"].inputs["on_hand"] == 20


def test_a_quantity_within_the_bounds_of_then_and_beyond_those_of_now_is_not_ordered(
    morning: Reviewed,
) -> None:
    (tea,) = (one for one in morning.seen if one.sku == "TEA")
    morning.change("TEA", maximum_stock=tea.position + tea.suggested_quantity)
    (now,) = (
        one for one in morning.carried_out(tea.largest_quantity).decisions if one.sku == "TEA"
    )
    assert now.quantity == tea.suggested_quantity < tea.largest_quantity
    assert "was asked for, outside" in now.reason


def test_price_and_supplier_are_the_master_datas_of_now(morning: Reviewed) -> None:
    with morning.unit:
        lead_time = LeadTime(mean_days=2)
        morning.unit.suppliers.put(
            [Supplier(id=SupplierId(0), code="NEW", name="New Ltd", lead_time=lead_time)]
        )
        new = next(one for one in morning.unit.suppliers.all() if one.code == "NEW")
        morning.unit.commit()
    morning.change("TEA", unit_cost=Decimal(9), supplier_id=new.id)
    orders = {order.supplier_id: order for order in morning.carried_out().orders}
    assert [line.unit_cost for line in orders[new.id].lines] == [Decimal(9)]
    assert orders[new.id].expected_on == TODAY + timedelta(days=2)


def test_a_supplier_that_is_gone_turns_an_order_into_a_question(morning: Reviewed) -> None:
    morning.change("TEA", supplier_id=None)
    tea = decisions(morning.carried_out())["TEA"]
    assert tea.action is Action.NOTIFY
    assert tea.quantity == 0


def test_what_the_rules_proposed_they_decide_again(morning: Reviewed) -> None:
    sell(morning.unit, "TEA", 100, reference="slip", at=LATER)
    did = decisions(morning.carried_out(by="rule"))
    assert did["TEA"].action is Action.NOTIFY
    assert did["TEA"].inputs["on_hand"] == -80


def test_an_answer_to_older_figures_is_asked_for_again(morning: Reviewed) -> None:
    sell(morning.unit, "TEA", 1, reference="till", at=LATER)
    morning.carried_out(action=Action.IGNORE)
    with morning.unit.reading():
        lines = stock_lines_within(morning.unit, day=TODAY)
        found, skipped = low_products_within(morning.unit, lines, TODAY)
    assert ([one.sku for one in found], [one.sku for one in skipped]) == (["TEA"], ["HAM"])


def test_carrying_out_twice_orders_once(morning: Reviewed) -> None:
    first, again = morning.carried_out(), morning.carried_out()
    assert (len(first.orders), again.orders, again.decisions) == (1, (), ())


def test_a_reviewer_that_always_wants_the_maximum_stays_within_bounds_and_limits(
    database: Database,
) -> None:
    shop = reviewed(database, order_approval_limit=Decimal(10))
    outcome = shop.carried_out(Decimal(10) ** 12)
    honest = {one.sku: one.suggested_quantity for one in shop.seen}
    assert {one.sku: one.quantity for one in outcome.decisions} == honest
    assert {order.status for order in outcome.orders} == {OrderStatus.DRAFT}


def two_suppliers(database: Database, **policy: object) -> Reviewed:
    """A shop that orders TEA and HAM of two suppliers, so with two orders."""
    shop = reviewed(database, **policy)
    with shop.unit:
        lead_time = LeadTime(mean_days=5)
        shop.unit.suppliers.put(
            [Supplier(id=SupplierId(0), code="NEW", name="New Ltd", lead_time=lead_time)]
        )
        new = next(one for one in shop.unit.suppliers.all() if one.code == "NEW")
        shop.unit.products.put([replace(shop.unit.products.get("HAM"), supplier_id=new.id)])
        shop.unit.commit()
    return Reviewed(shop.unit, seen_by(shop.unit))


@pytest.mark.parametrize("limit", ["daily_spending_limit", "monthly_spending_limit"])
def test_two_orders_of_one_review_add_up_against_a_limit(database: Database, limit: str) -> None:
    shop = two_suppliers(database)
    costs = {one.sku: one.suggested_quantity * one.unit_cost for one in shop.seen}
    most = sum(costs.values(), Decimal(0)) - 1
    unit = under_policy(database, {limit: most})
    outcome = Reviewed(unit, seen_by(unit)).carried_out()
    first, second = outcome.orders
    assert (first.status, second.status) == (OrderStatus.APPROVED, OrderStatus.DRAFT)
    assert f"passes the {limit.removesuffix('_spending_limit')} limit" in second.note


def test_orders_of_earlier_days_count_against_the_month(database: Database) -> None:
    # The order of the day before is as dear as today's: two fit no month of one and a half.
    shop = two_suppliers(database)
    (tea,) = (one for one in shop.seen if one.sku == "TEA")
    limit = tea.suggested_quantity * tea.unit_cost * Decimal("1.5")
    unit = under_policy(database, {"monthly_spending_limit": limit})
    yesterday = TODAY - timedelta(days=1)
    with unit:
        draft = OrderDraft(key=tea.key, quantity=tea.suggested_quantity, unit_cost=tea.unit_cost)
        (order,), _ = place_orders(unit, [draft], by="ana", day=yesterday, now=NOW)
        assert order.status is OrderStatus.APPROVED
        spent = spent_within(unit, TODAY)
        assert spent == Spending(today=Decimal(0), this_month=order.total)
        assert "monthly limit" in why_wait(unit, order.total, spent)
        assert "monthly limit" not in why_wait(unit, order.total / 2, spent)


@pytest.mark.parametrize("limit", ["daily_spending_limit", "monthly_spending_limit"])
def test_a_judged_day_that_moved_does_not_begin_a_limit_anew(
    database: Database, limit: str
) -> None:
    shop = two_suppliers(database)
    (tea,) = (one for one in shop.seen if one.sku == "TEA")
    (ham,) = (one for one in shop.seen if one.sku == "HAM")
    most = tea.suggested_quantity * tea.unit_cost
    unit = under_policy(database, {limit: most})
    long_ago = TODAY - timedelta(days=90)
    with unit:
        tea_draft, ham_draft = (
            OrderDraft(key=one.key, quantity=one.suggested_quantity, unit_cost=one.unit_cost)
            for one in (tea, ham)
        )
        (first,), _ = place_orders(unit, [tea_draft], by="ana", day=long_ago, now=NOW)
        (second,), _ = place_orders(unit, [ham_draft], by="ana", day=TODAY, now=LATER)
        tomorrow = LATER + timedelta(days=32)
        later = spent_within(unit, TODAY + timedelta(days=32), tomorrow)
    assert (first.status, second.status) == (OrderStatus.APPROVED, OrderStatus.DRAFT)
    assert later == Spending()


def test_a_models_decisions_share_what_the_review_cost(morning: Reviewed) -> None:
    usage = ModelUsage(input_tokens=90, cache_read_tokens=11, output_tokens=33)
    review = Review(usage=usage, price_usd=Decimal("0.000015"))
    morning.carried_out(review=review)
    with morning.unit.reading():
        kept = morning.unit.decisions.of_run(RunId("r"))
    assert sorted(one.prompt_tokens for one in kept) == [50, 51]
    assert sorted(one.reply_tokens for one in kept) == [16, 17]
    assert [one.price_usd for one in kept] == [Decimal("0.0000075")] * 2


def test_a_decision_by_rule_has_no_price(morning: Reviewed) -> None:
    review = Review(usage=ModelUsage(input_tokens=90), price_usd=Decimal("0.01"))
    outcome = morning.carried_out(by="rule", review=review)
    assert {(one.prompt_tokens, one.price_usd) for one in outcome.decisions} == {(0, None)}


def test_what_a_decision_was_made_from_comes_back_from_the_database(morning: Reviewed) -> None:
    morning.carried_out()
    with morning.unit.reading():
        kept = morning.unit.decisions.of_run(RunId("r"))
    assert {candidate_from_json(one.inputs) for one in kept} == set(morning.seen)

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.catalogue import ProductStatus
from stockcli.domain.decisions import Action, Proposal
from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.identifiers import RunId
from stockcli.domain.purchasing import OrderStatus
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.lifecycle import set_status, snooze
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import CheckRun, Review, ReviewRequest, UnitOfWork
from stockcli.usecases.purchasing import approve_order, cancel_order, order_rows, receive_order
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from stockcli.usecases.stock_keeping import count_stock
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, sell, stock_up

SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, name="Green tea"),
    "SOAP": Shelf(per_day=10, on_hand=900, name="Soap"),
    "HAM": Shelf(per_day=8, on_hand=10, name="Ham"),
}
ENGINE = Forecaster()


@dataclass(frozen=True)
class Stubborn:
    """A reviewer that wants the same of every product, whatever it is shown."""

    action: Action
    quantity: Decimal | None = None

    def review(self, request: ReviewRequest) -> Review:
        return Review(
            proposals=tuple(
                Proposal(
                    key=candidate.key,
                    action=self.action,
                    reason="because I say so",
                    decided_by="stubborn",
                    quantity=self.quantity,
                )
                for candidate in request.candidates
            )
        )


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


def check(
    unit: UnitOfWork,
    clock: SteppingClock,
    name: str = "run-1",
    *,
    reviewer: RuleReviewer | Stubborn | None = None,
    dry_run: bool = False,
) -> CheckReport:
    crew = Crew(forecaster=ENGINE, reviewer=reviewer or RuleReviewer(), clock=clock)
    return check_shop(unit, crew, RunId(name), dry_run=dry_run)


def decided(report: CheckReport) -> dict[str, Action]:
    return {decision.sku: decision.action for decision in report.outcome.decisions}


def test_low_products_are_restocked_in_one_order_per_supplier(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    report = check(unit, clock)
    assert decided(report) == {"TEA": Action.RESTOCK, "HAM": Action.RESTOCK}
    (row,) = order_rows(unit)
    assert {sku for sku, *_ in row.lines} == {"TEA", "HAM"}
    assert row.order.expected_on == TODAY + timedelta(days=5)


def test_the_second_run_orders_nothing(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock)
    clock.advance(minutes=1)
    again = check(unit, clock, "run-2")
    assert (again.status, again.outcome.decisions, again.outcome.orders) == ("ok", (), ())
    assert len(order_rows(unit)) == 1


def test_an_order_lifts_the_position_above_the_reorder_point(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    with unit.reading():
        thresholds, levels = unit.thresholds.all(), unit.ledger.levels()
    assert len(thresholds) == 3
    assert all(levels[key].position > one.reorder_point for key, one in thresholds.items())


def test_an_ignored_product_is_asked_about_again_only_when_its_stock_moves(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock, reviewer=Stubborn(Action.IGNORE))
    quiet = check(unit, clock, "run-2")
    assert quiet.outcome.decisions == ()
    assert {one.sku for one in quiet.skipped} == {"TEA", "HAM"}
    sell(unit, "TEA", 2, reference="till-1")
    assert decided(check(unit, clock, "run-3")) == {"TEA": Action.RESTOCK}


def test_an_ignored_product_is_asked_about_again_after_a_review_period(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock, reviewer=Stubborn(Action.IGNORE))
    crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=clock)
    clock.advance(days=7)
    later = check_shop(unit, crew, RunId("run-2"), as_of=TODAY + timedelta(days=7))
    assert set(decided(later)) >= {"TEA", "HAM"}


@pytest.mark.parametrize("wanted", [Decimal(10_000_000), Decimal(-4), Decimal(0)])
def test_a_reviewer_cannot_order_outside_the_policys_bounds(
    unit: UnitOfWork, clock: SteppingClock, wanted: Decimal
) -> None:
    honest = {d.sku: d.quantity for d in check(unit, clock, dry_run=True).outcome.decisions}
    report = check(unit, clock, reviewer=Stubborn(Action.RESTOCK, wanted))
    assert {d.sku: d.quantity for d in report.outcome.decisions} == honest


def test_what_the_reviewer_leaves_out_is_decided_by_rule(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    report = check(unit, clock)
    assert {decision.decided_by for decision in report.outcome.decisions} == {"rule"}


def test_a_decision_keeps_its_author_reason_and_inputs(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock, reviewer=Stubborn(Action.RESTOCK))
    with unit.reading():
        latest = {decision.sku: decision for decision in unit.decisions.latest().values()}
    tea = latest["TEA"]
    assert (tea.decided_by, tea.reason) == ("stubborn", "because I say so")
    assert tea.inputs["on_hand"] == 20


def test_a_dry_run_writes_nothing(unit: UnitOfWork, clock: SteppingClock) -> None:
    with unit.reading():
        before = unit.version()
    report = check(unit, clock, dry_run=True)
    assert decided(report) == {"TEA": Action.RESTOCK, "HAM": Action.RESTOCK}
    with unit.reading():
        assert unit.version() == before
        assert (unit.thresholds.all(), unit.runs.latest(5), unit.orders.all()) == ({}, [], [])


def test_while_another_run_holds_the_lease_the_shop_is_busy(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    with unit:
        unit.runs.claim(CheckRun(run_id=RunId("other"), started_at=NOW), NOW + timedelta(minutes=5))
        unit.commit()
    assert check(unit, clock).status == "busy"


def test_a_run_that_was_killed_is_taken_over_when_its_lease_lapses(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    with unit:
        unit.runs.claim(CheckRun(run_id=RunId("dead"), started_at=NOW), NOW + timedelta(minutes=5))
        unit.commit()
    clock.advance(minutes=6)
    assert check(unit, clock).status == "ok"


def test_a_run_that_lost_its_lease_carries_nothing_out(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    class Overtaken:
        def review(self, request: ReviewRequest) -> Review:
            clock.advance(hours=1)
            with unit:
                run = CheckRun(run_id=RunId("usurper"), started_at=clock.now())
                unit.runs.claim(run, clock.now() + timedelta(minutes=5))
                unit.commit()
            return Review()

    crew = Crew(forecaster=ENGINE, reviewer=Overtaken(), clock=clock)
    with pytest.raises(ConflictError):
        check_shop(unit, crew, RunId("run-1"))
    assert order_rows(unit) == []


def test_stock_that_moves_during_the_check_is_decided_on_as_it_is_now(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    class Busy:
        def review(self, request: ReviewRequest) -> Review:
            sell(unit, "TEA", 3, reference="till-1")
            return Review()

    would = {one.sku: one for one in check(unit, clock, dry_run=True).outcome.decisions}
    crew = Crew(forecaster=ENGINE, reviewer=Busy(), clock=clock)
    report = check_shop(unit, crew, RunId("run-1"))
    did = {one.sku: one for one in report.outcome.decisions}
    assert did["TEA"].quantity == would["TEA"].quantity + 3
    assert did["HAM"].quantity == would["HAM"].quantity


@pytest.mark.parametrize("status", [ProductStatus.DISCONTINUED, ProductStatus.RUN_OUT])
def test_a_product_at_the_end_of_its_life_is_neither_ordered_nor_told(
    unit: UnitOfWork, clock: SteppingClock, status: ProductStatus
) -> None:
    check(unit, clock, dry_run=True)
    set_status(unit, "TEA", status)
    assert set(decided(check(unit, clock))) == {"HAM"}


def test_a_snoozed_product_is_left_alone_and_said_so(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    snooze(unit, "TEA", until=TODAY + timedelta(days=3))
    report = check(unit, clock)
    assert set(decided(report)) == {"HAM"}
    assert [(one.sku, one.reason.split()[0]) for one in report.skipped] == [("TEA", "snoozed")]


def test_a_manual_minimum_makes_a_product_low(unit: UnitOfWork, clock: SteppingClock) -> None:
    set_minimum(unit, "SOAP", Decimal(1000), location=None, reason="fair", author="ana", now=NOW)
    report = check(unit, clock)
    assert decided(report)["SOAP"] is Action.RESTOCK
    with unit.reading():
        soap = unit.products.get("SOAP").id
        computed = {key.product_id: one for key, one in unit.thresholds.all().items()}[soap]
    assert computed.reorder_point < 900


def test_an_order_above_the_approval_limit_waits_and_is_told_once(
    database: Database, clock: SteppingClock
) -> None:
    shop = add_shop(database.directory())
    policy = replace(shop.policy, order_approval_limit=Decimal(10))
    unit = database.unit_of_work(database.directory().set_policy("acme", policy))
    stock_up(unit, SHELVES)
    report = check(unit, clock)
    assert [order.status for order in report.outcome.orders] == [OrderStatus.DRAFT]
    assert [alert.kind for alert in report.outcome.alerts] == [AlertKind.ORDER_TO_APPROVE]
    assert check(unit, clock, "run-2").outcome.alerts == ()


def test_a_product_told_to_the_manager_is_told_once_until_it_clears(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    assert len(check(unit, clock, reviewer=Stubborn(Action.NOTIFY)).outcome.alerts) == 2
    sell(unit, "TEA", 1, reference="till-1")
    again = check(unit, clock, "run-2", reviewer=Stubborn(Action.NOTIFY))
    assert decided(again) == {"TEA": Action.NOTIFY}
    assert again.outcome.alerts == ()


def test_a_product_without_a_supplier_is_never_ordered_whatever_the_reviewer_says(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    with unit:
        unit.products.put([replace(unit.products.get("TEA"), supplier_id=None)])
        unit.commit()
    report = check(unit, clock, reviewer=Stubborn(Action.RESTOCK))
    assert decided(report)["TEA"] is Action.NOTIFY


def test_a_late_order_is_chased_and_not_doubled(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock)
    crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=clock)
    clock.advance(days=30)
    late = check_shop(unit, crew, RunId("run-2"), as_of=TODAY + timedelta(days=30))
    assert late.outcome.orders == ()
    with unit.reading():
        assert AlertKind.LATE_ORDER in {alert.kind for alert in unit.alerts.open()}


def test_a_cancelled_order_no_longer_counts_as_on_order(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    cancel_order(unit, order_rows(unit)[0].order.number, now=NOW)
    with unit.reading():
        assert {level.on_order for level in unit.ledger.levels().values()} == {0}


def test_receiving_an_order_brings_its_units_on_hand_once(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    order = order_rows(unit)[0].order
    if order.status is OrderStatus.DRAFT:
        approve_order(unit, order.number, by="ana", now=NOW)
    received = receive_order(unit, order.number, receipt="note-1", now=NOW)
    assert received.status is OrderStatus.RECEIVED
    with unit.reading():
        levels = unit.ledger.levels()
    tea = next(line for line in order.lines if levels[order.key_of(line)].on_hand >= line.quantity)
    assert levels[order.key_of(tea)].on_order == 0
    with pytest.raises(ConflictError):
        receive_order(unit, order.number, receipt="note-1", now=NOW)


def test_only_a_dry_run_looks_ahead(unit: UnitOfWork, clock: SteppingClock) -> None:
    crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=clock)
    with pytest.raises(InvalidInputError, match="no day to work with"):
        check_shop(unit, crew, RunId("run-1"), as_of=TODAY + timedelta(days=30))
    ahead = check_shop(unit, crew, RunId("r"), as_of=TODAY + timedelta(days=30), dry_run=True)
    assert ahead.status == "ok"


def test_one_absurd_figure_does_not_keep_the_rest_from_being_ordered(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    for till in range(30):
        sell(unit, "SOAP", 90_000_000, reference=f"typing-error-{till}")
    report = check(unit, clock)
    assert set(decided(report)) == {"TEA", "HAM"}
    assert [one.sku for one in report.skipped] == ["SOAP"]
    count_stock(unit, "SOAP", counted=Decimal(5), location=None, reference="c-2", now=clock.now())
    with unit.reading():
        soap = unit.products.get("SOAP").id
        levels = {key.product_id: one.on_hand for key, one in unit.ledger.levels().items()}
    assert levels[soap] == 5


def test_a_dry_run_shows_the_orders_it_would_place(unit: UnitOfWork, clock: SteppingClock) -> None:
    would = check(unit, clock, dry_run=True).outcome.orders
    did = check(unit, clock).outcome.orders
    assert [order.total for order in would] == [order.total for order in did]


def test_a_shelf_below_zero_is_counted_before_anything_is_ordered(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    sell(unit, "TEA", 1000, reference="slip")
    report = check(unit, clock)
    assert decided(report)["TEA"] is Action.NOTIFY
    assert "count the shelf first" in report.outcome.alerts[0].text


def test_an_empty_shelf_that_never_sold_is_not_passed_over_in_silence(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    with unit:
        tea = unit.products.get("TEA")
        unit.products.put([replace(tea, sku="NEW", name="New thing", category="")])
        unit.commit()
    count_stock(unit, "NEW", counted=Decimal(0), location=None, reference="c", now=clock.now())
    skipped = {one.sku: one.reason for one in check(unit, clock).skipped}
    assert "never sold" in skipped["NEW"]

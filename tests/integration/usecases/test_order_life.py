from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.catalogue import ProductStatus, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.errors import (
    ConflictError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
)
from stockcli.domain.identifiers import SupplierId, TenantId
from stockcli.domain.purchasing import OrderStatus, PurchaseOrder
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.domain.sourcing import PriceBreak, ProductSource
from stockcli.persistence.database import Database
from stockcli.usecases.chasing import chase_order, late_order_rows
from stockcli.usecases.inventory import stock_of
from stockcli.usecases.lifecycle import set_status
from stockcli.usecases.order_changes import OrderEdit, edit_order
from stockcli.usecases.order_plans import Wish, place_planned, plan_orders, wish_as
from stockcli.usecases.order_release import may_have_left
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import (
    approve_order,
    cancel_order,
    mark_sent,
    order_row,
    order_rows,
    receive_order,
)
from stockcli.usecases.restocking import RestockOutcome, preview_restock, restock_by_hand
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, stock_up

Shop = UnitOfWork


@pytest.fixture
def shop(sqlite_database: Database) -> Shop:
    """A shop with three products of one supplier at 2.00 each, and an approval limit of 100."""
    policy = ShopPolicy(order_approval_limit=Decimal(100), daily_spending_limit=Decimal(500))
    shop = Tenant(id=TenantId(0), slug="acme", name="Acme", policy=policy)
    unit = sqlite_database.unit_of_work(sqlite_database.directory().add_tenant(shop))
    shelves = {sku: Shelf(per_day=10, on_hand=20, name=sku.title()) for sku in ("TEA", "SOAP")}
    stock_up(unit, shelves | {"SALT": Shelf(per_day=2, on_hand=900, name="Salt")})
    return unit


def order(unit: Shop, sku: str, units: int, **more: Any) -> RestockOutcome:
    given = {"location": None, "reason": "party", "author": "manager:ana", "now": NOW}
    return restock_by_hand(unit, sku, Decimal(units), **{**given, **more})


def new(unit: Shop, *, note: str = "", expected_on: date | None = None, **lines: int) -> Any:
    wish = Wish(quantities={sku: Decimal(units) for sku, units in lines.items()})
    return place_planned(
        unit, wish, author="manager:ana", now=NOW, note=note, expected_on=expected_on
    )


def edit(unit: Shop, number: str, **lines: int) -> PurchaseOrder:
    quantities = {sku: Decimal(units) for sku, units in lines.items()}
    return edit_order(unit, number, OrderEdit(quantities=quantities), now=NOW)


def supplied(unit: Shop, **facts: Any) -> None:
    with unit:
        (supplier,) = unit.suppliers.all()
        unit.suppliers.put([replace(supplier, **facts)])
        unit.commit()


def product(unit: Shop, sku: str, **facts: Any) -> None:
    with unit:
        unit.products.put([replace(unit.products.get(sku), **facts)])
        unit.commit()


def sent(unit: Shop, number: str) -> None:
    with unit:
        mark_sent(unit, number, NOW)
        unit.commit()


def wanted(order: PurchaseOrder) -> list[Decimal]:
    return [line.wanted for line in order.lines]


def outbox(unit: Shop) -> dict[str, int]:
    with unit.reading():
        return unit.outbox.counts()


def open_alerts(unit: Shop) -> list[str]:
    with unit.reading():
        return sorted(alert.situation for alert in unit.alerts.open())


def state_of(unit: Shop, key: str) -> str:
    with unit.reading():
        return unit.outbox.status(key)


# --- drafts and what joins them ---


def test_a_later_need_joins_the_draft_that_waits_for_the_same_supplier(shop: Shop) -> None:
    first = order(shop, "TEA", 60)
    second = order(shop, "SOAP", 10)
    (row,) = order_rows(shop)
    assert first.order_number == second.order_number == row.order.number
    assert (row.order.status, row.order.revision) == (OrderStatus.DRAFT, 2)
    assert wanted(row.order) == [60, 10]
    assert row.order.note == "party; its total 140.00 is above the approval limit 100"
    assert second.total == 20


def test_the_preview_says_what_is_joined_and_that_it_waits(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    would = preview_restock(shop, "SOAP", Decimal(10), location=None, now=NOW)
    assert would.joins == number
    assert would.needs_approval_because == "its total 140.00 is above the approval limit 100"


def test_an_approved_order_is_never_joined(shop: Shop) -> None:
    first = order(shop, "TEA", 10)
    second = order(shop, "SOAP", 10)
    assert first.order_number != second.order_number


def test_what_joins_is_told_to_the_manager_once(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    order(shop, "SOAP", 10)
    assert open_alerts(shop) == [f"approve:{number}"]
    assert outbox(shop) == {"pending": 1}


def test_a_draft_due_later_than_an_order_of_today_is_not_joined(shop: Shop) -> None:
    (far,) = new(shop, TEA=60, expected_on=TODAY + timedelta(days=60))
    assert order(shop, "SOAP", 60).order_number != far.number


def test_what_joins_a_draft_of_days_ago_makes_it_due_as_if_ordered_now(shop: Shop) -> None:
    number = order(shop, "TEA", 60, now=NOW - timedelta(days=3)).order_number
    before = order_row(shop, number).order
    after = order(shop, "SOAP", 10)
    assert after.order_number == number
    assert after.expected_on >= before.expected_on


def test_many_small_needs_do_not_slip_under_the_limit_by_joining(shop: Shop) -> None:
    order(shop, "TEA", 60)
    number = order(shop, "SOAP", 10).order_number
    assert order_row(shop, number).order.status is OrderStatus.DRAFT


# --- the supplier's minimum ---


def test_an_order_below_the_suppliers_minimum_is_kept_and_told_once(shop: Shop) -> None:
    supplied(shop, minimum_order_value=Decimal(50))
    done = order(shop, "TEA", 10)
    assert done.status is OrderStatus.DRAFT
    assert done.remark == "party; its total 20.00 is below the supplier's minimum 50"
    assert open_alerts(shop) == [f"held:{done.order_number}"]
    assert outbox(shop) == {"pending": 1}


def test_goods_that_reach_the_suppliers_minimum_let_the_order_leave(shop: Shop) -> None:
    supplied(shop, minimum_order_value=Decimal(50))
    order(shop, "TEA", 10)
    done = order(shop, "SOAP", 20)
    row = order_row(shop, done.order_number)
    assert (row.order.status, row.order.approved_by) == (OrderStatus.APPROVED, "policy")
    assert row.order.note == "party"
    assert open_alerts(shop) == []
    assert state_of(shop, "order:PO-00001:2") == "pending"


def test_a_kept_order_that_grows_beyond_the_limit_waits_for_a_person(shop: Shop) -> None:
    supplied(shop, minimum_order_value=Decimal(50))
    number = order(shop, "TEA", 10).order_number
    order(shop, "SOAP", 60)
    assert open_alerts(shop) == [f"approve:{number}"]
    assert order_row(shop, number).order.approved_by == ""


def test_a_person_may_send_a_kept_order_as_it_is(shop: Shop) -> None:
    supplied(shop, minimum_order_value=Decimal(50))
    number = order(shop, "TEA", 10).order_number
    done = approve_order(shop, number, by="manager:ana", now=NOW)
    assert (done.status, done.note) == (OrderStatus.APPROVED, "party")
    assert open_alerts(shop) == []


def test_a_kept_order_is_on_order_and_nothing_is_ordered_twice(shop: Shop) -> None:
    supplied(shop, minimum_order_value=Decimal(50))
    order(shop, "TEA", 10)
    (line,) = stock_of(shop, "TEA", day=TODAY)
    assert line.level.on_order == 10
    with pytest.raises(ConflictError) as refused:
        order(shop, "TEA", 10)
    assert "stock orders edit PO-00001 --line TEA=UNITS" in refused.value.hint


# --- order days and approval days later ---


def test_an_order_is_dated_by_the_suppliers_order_days(shop: Shop) -> None:
    next_weekday = (TODAY.weekday() + 2) % 7
    supplied(shop, order_days=frozenset({next_weekday}))
    done = order_row(shop, order(shop, "TEA", 10).order_number).order
    assert done.ordered_on == TODAY + timedelta(days=2)
    assert done.expected_on == TODAY + timedelta(days=7)


def test_an_order_approved_days_later_is_due_days_later(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    with shop:
        waiting = shop.orders.get(number)
        early = timedelta(days=9)
        shop.orders.save(
            replace(
                waiting,
                ordered_on=waiting.ordered_on - early,
                expected_on=waiting.expected_on - early,
            )
        )
        shop.commit()
    done = approve_order(shop, number, by="manager:ana", now=NOW)
    assert (done.ordered_on, done.expected_on) == (TODAY, TODAY + timedelta(days=5))
    assert order_row(shop, number).order == done


def test_an_order_that_changed_since_it_was_looked_at_is_not_approved(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    order(shop, "SOAP", 10)
    with pytest.raises(ConflictError, match="it is at revision 2, not 1 any more"):
        approve_order(shop, number, by="manager:ana", now=NOW, revision=1)
    assert approve_order(shop, number, by="ana", now=NOW, revision=2).approved_by == "ana"


# --- price breaks ---


def test_a_price_break_counts_for_the_quantity_that_is_ordered(shop: Shop) -> None:
    with shop:
        source = ProductSource(
            product_id=shop.products.get("TEA").id,
            supplier_id=shop.suppliers.all()[0].id,
            price_breaks=(PriceBreak(from_quantity=Decimal(40), unit_cost=Decimal("1.50")),),
        )
        shop.sources.put([source])
        shop.commit()
    assert preview_restock(shop, "TEA", Decimal(40), location=None, now=NOW).total == 60
    number = order(shop, "TEA", 40).order_number
    assert order_row(shop, number).order.total == 60
    assert edit(shop, number, TEA=39).total == 78
    assert edit(shop, number, TEA=50).total == 75


# --- editing ---


def test_an_edit_takes_back_what_has_not_left_and_sends_what_is_wanted_now(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    after = edit(shop, number, TEA=20)
    assert [after.status, after.revision, after.total] == [OrderStatus.APPROVED, 2, 40]
    assert state_of(shop, f"order:{number}") == "dropped"
    assert state_of(shop, f"order:{number}:2") == "pending"


def test_an_edit_beyond_the_limit_waits_for_approval_again(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    after = edit(shop, number, TEA=60)
    assert (after.status, after.approved_by) == (OrderStatus.DRAFT, "")
    assert open_alerts(shop) == [f"approve:{number}"]
    assert state_of(shop, f"order:{number}") == "dropped"
    assert state_of(shop, f"order:{number}:2") == ""


def test_an_edit_counts_the_order_itself_once_against_the_daily_limit(shop: Shop) -> None:
    for _ in range(4):
        number = order(shop, "TEA", 50).order_number
        receive_order(shop, number, receipt="n", now=NOW)
    last = order(shop, "TEA", 40).order_number  # 480 of 500 are spent
    assert edit(shop, last, TEA=50).status is OrderStatus.APPROVED
    assert edit(shop, last, TEA=51).status is OrderStatus.DRAFT


def test_what_a_manager_approved_above_the_limit_is_to_be_approved_again(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    approve_order(shop, number, by="manager:ana", now=NOW)
    after = edit(shop, number, TEA=70)
    assert (after.status, after.approved_by) == (OrderStatus.DRAFT, "")


def test_a_draft_that_waits_goes_on_waiting_when_it_is_made_smaller(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    after = edit(shop, number, TEA=10)
    assert after.status is OrderStatus.DRAFT
    assert after.note == "party; it was changed, so it is to be approved again"
    assert approve_order(shop, number, by="ana", now=NOW).note == "party"


def test_an_edit_adds_a_product_and_takes_another_off(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    after = edit(shop, number, SOAP=12, TEA=0)
    assert wanted(after) == [0, 12]
    assert order_row(shop, number).order == after
    (tea,) = stock_of(shop, "TEA", day=TODAY)
    assert tea.level.on_order == 0
    assert order(shop, "TEA", 10).status is OrderStatus.APPROVED


def test_the_same_edit_again_changes_nothing(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    after = edit(shop, number, TEA=20)
    assert edit(shop, number, TEA=20) == after
    taken_off = edit(shop, number, TEA=20, SOAP=5)
    assert edit(shop, number, SOAP=5) == taken_off


def test_an_edit_is_in_whole_packs_and_within_the_maximum(shop: Shop) -> None:
    product(shop, "TEA", pack_size=Decimal(12), maximum_stock=Decimal(60))
    number = order(shop, "TEA", 12).order_number
    assert wanted(edit(shop, number, TEA=30)) == [36]
    with pytest.raises(LimitExceededError, match="maximum of 60"):
        edit(shop, number, TEA=48)


def test_the_day_and_the_note_of_an_order_can_be_changed(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    wish = OrderEdit(quantities={}, expected_on=TODAY + timedelta(days=9), note="ring the bell")
    after = edit_order(shop, number, wish, now=NOW)
    assert after.expected_on == TODAY + timedelta(days=9)
    assert after.note == "ring the bell; its total 120.00 is above the approval limit 100"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (OrderEdit(quantities={}), "nothing to change"),
        (OrderEdit(quantities={"TEA": Decimal(-1)}), "less than nothing"),
        (OrderEdit(quantities={"SALT": Decimal(0)}), "SALT is not on order PO-00001"),
        (OrderEdit(quantities={}, expected_on=TODAY - timedelta(days=1)), "is over"),
        (OrderEdit(quantities={}, note="x" * 501), "500 letters"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(shop: Shop, wish: OrderEdit, said: str) -> None:
    number = order(shop, "TEA", 10).order_number
    before = order_row(shop, number).order
    with pytest.raises(InvalidInputError, match=said):
        edit_order(shop, number, wish, now=NOW)
    assert order_row(shop, number).order == before


def test_a_sent_order_is_not_edited(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    sent(shop, number)
    with pytest.raises(ConflictError, match="has left"):
        edit(shop, number, TEA=20)


def test_an_order_that_is_leaving_just_now_is_not_edited(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    with shop:
        shop.outbox.claim_due(NOW, NOW + timedelta(minutes=5), 1)
        shop.commit()
    with pytest.raises(ConflictError, match="leaving for its supplier just now"):
        edit(shop, number, TEA=20)
    assert wanted(order_row(shop, number).order) == [10]


def test_an_order_of_which_nobody_knows_whether_it_left_is_not_edited(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    with shop:
        (message,) = shop.outbox.claim_due(NOW, NOW + timedelta(minutes=5), 1)
        shop.outbox.doubt(message, "gone silent")
        shop.commit()
    with pytest.raises(ConflictError, match="nobody knows whether"):
        edit(shop, number, TEA=20)
    assert may_have_left(shop, number)


def test_a_product_of_another_supplier_does_not_go_on_an_order(shop: Shop) -> None:
    with shop:
        lead = LeadTime(mean_days=2)
        shop.suppliers.put(
            [Supplier(id=SupplierId(0), code="ROOT", name="Root Ltd", lead_time=lead)]
        )
        root = next(one for one in shop.suppliers.all() if one.code == "ROOT")
        shop.products.put([replace(shop.products.get("SOAP"), supplier_id=root.id)])
        shop.commit()
    number = order(shop, "TEA", 10).order_number
    with pytest.raises(ConflictError, match="SOAP is not bought from Leaf Ltd"):
        edit(shop, number, SOAP=5)


# --- new and copy ---


def test_several_products_go_on_one_order(shop: Shop) -> None:
    (done,) = new(shop, TEA=10, SOAP=12, note="fair")
    assert [done.status, wanted(done), done.note] == [OrderStatus.APPROVED, [10, 12], "fair"]


def test_a_new_order_of_what_is_on_order_is_refused_whole(shop: Shop) -> None:
    order(shop, "TEA", 10)
    with pytest.raises(ConflictError, match="TEA is on order"):
        new(shop, SOAP=10, TEA=10)
    assert len(order_rows(shop)) == 1


def test_an_unknown_supplier_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(NotFoundError, match="no supplier 'NOBODY'"):
        plan_orders(shop, Wish(quantities={"TEA": Decimal(1)}, supplier="NOBODY"))


def test_a_supplier_may_be_named_however_it_is_typed(shop: Shop) -> None:
    plan = plan_orders(shop, Wish(quantities={"tea": Decimal(5)}, supplier=" leaf "))
    assert [plan.total, plan.lines[0].supplier] == [10, "Leaf Ltd"]


def test_a_copy_is_an_order_of_its_own_at_todays_prices_and_limits(shop: Shop) -> None:
    number = order(shop, "TEA", 40).order_number
    receive_order(shop, number, receipt="n", now=NOW)
    product(shop, "TEA", unit_cost=Decimal(3))
    wish = wish_as(shop, number)
    (copy,) = place_planned(shop, wish, author="manager:ana", now=NOW)
    assert copy.number != number
    assert [copy.total, copy.status] == [120, OrderStatus.DRAFT]


def test_a_copy_leaves_out_what_cannot_be_ordered_now_and_says_why(shop: Shop) -> None:
    (first,) = new(shop, TEA=10, SOAP=10, SALT=10)
    cancel_order(shop, first.number, now=NOW, skus=["SOAP"])
    receive_order(shop, first.number, receipt="n", now=NOW)
    set_status(shop, "SALT", ProductStatus.DISCONTINUED)
    order(shop, "SOAP", 5)
    plan = plan_orders(shop, wish_as(shop, first.number))
    assert [line.sku for line in plan.lines] == ["TEA"]
    assert plan.left_out[0][0] == "SALT"
    assert "discontinued" in plan.left_out[0][1]


def test_a_copy_of_an_order_that_is_still_open_orders_nothing(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    with pytest.raises(ConflictError, match="none of it can be ordered: TEA is on order"):
        place_planned(shop, wish_as(shop, number), author="ana", now=NOW)
    assert len(order_rows(shop)) == 1


# --- what comes, and what does not ---


def test_more_than_was_ordered_is_booked_as_it_came(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    after = receive_order(shop, number, receipt="n", now=NOW, arrived={"TEA": Decimal(15)})
    assert after.status is OrderStatus.RECEIVED
    (line,) = stock_of(shop, "TEA", day=TODAY)
    assert [line.level.on_hand, line.level.on_order] == [35, 0]


def test_one_product_of_a_sent_order_is_cancelled(shop: Shop) -> None:
    (done,) = new(shop, TEA=10, SOAP=12)
    sent(shop, done.number)
    after = cancel_order(shop, done.number, now=NOW, skus=["SOAP"])
    assert [after.status, after.total] == [OrderStatus.SENT, 20]
    (soap,) = stock_of(shop, "SOAP", day=TODAY)
    assert soap.level.on_order == 0


def test_a_product_that_is_unknown_is_not_cancelled(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    with pytest.raises(NotFoundError):
        cancel_order(shop, number, now=NOW, skus=["TAE"])


# --- late orders ---


def test_a_late_order_is_chased_and_its_new_day_written_down(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    sent(shop, number)
    later = NOW + timedelta(days=9)
    with shop:
        before = shop.orders.get(number)
        shop.orders.save(replace(before, expected_on=TODAY - timedelta(days=4)))
        shop.commit()
    (late,) = late_order_rows(shop, now=NOW)
    assert [late.row.order.number, late.days_late, late.outstanding_value] == [number, 4, 20]
    asked = chase_order(shop, number, now=NOW)
    assert f"our order {number}" in asked.letter
    assert "4 days ago" in asked.letter
    assert "TEA  Tea: 10" in asked.letter
    told = chase_order(shop, number, now=NOW, expected_on=later.date())
    assert told.order.expected_on == later.date()
    assert late_order_rows(shop, now=NOW) == []
    assert "asked for on" in told.order.note
    assert f"promised for {later.date()}" in told.order.note


def test_chasing_twice_on_a_day_is_written_down_once(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    sent(shop, number)
    assert chase_order(shop, number, now=NOW).order == chase_order(shop, number, now=NOW).order


def test_a_draft_is_not_chased_but_approved(shop: Shop) -> None:
    number = order(shop, "TEA", 60).order_number
    with pytest.raises(ConflictError) as refused:
        chase_order(shop, number, now=NOW)
    assert "stock orders approve" in refused.value.hint


def test_a_promise_of_a_day_that_is_over_is_refused(shop: Shop) -> None:
    number = order(shop, "TEA", 10).order_number
    sent(shop, number)
    with pytest.raises(InvalidInputError, match="is over"):
        chase_order(shop, number, now=NOW, expected_on=TODAY - timedelta(days=1))


def test_alerts_of_orders_are_of_known_kinds(shop: Shop) -> None:
    order(shop, "TEA", 60)
    with shop.reading():
        assert {alert.kind for alert in shop.alerts.open()} == {AlertKind.ORDER_TO_APPROVE}

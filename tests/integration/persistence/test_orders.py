from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.catalogue import Location
from stockcli.domain.errors import ConflictError, NotFoundError
from stockcli.domain.identifiers import LocationId, OrderId, RunId
from stockcli.domain.purchasing import (
    OrderStatus,
    PurchaseOrder,
    approved,
    cancelled,
    with_receipt,
)
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.street import Shop


def stored(order: PurchaseOrder, order_id: OrderId) -> PurchaseOrder:
    return replace(order, id=order_id)


def test_order_numbers_are_given_once(shop: Shop) -> None:
    with shop.unit:
        numbers = [shop.unit.orders.next_number() for _ in range(2)]
        shop.unit.commit()
    with shop.unit:
        numbers.append(shop.unit.orders.next_number())
    assert numbers == ["PO-00001", "PO-00002", "PO-00003"]


def test_an_order_comes_back_with_its_lines_in_order(shop: Shop) -> None:
    order = shop.order("PO-00009", "POST", "85123A", note="call first")
    with shop.unit:
        order_id = shop.unit.orders.add(order)
        assert shop.unit.orders.get(" po-00009") == stored(order, order_id)


def test_a_neighbours_order_does_not_exist_here(shop: Shop) -> None:
    with shop.unit.reading():
        assert shop.unit.orders.all() == []
        with pytest.raises(NotFoundError, match="PO-00001"):
            shop.unit.orders.get("PO-00001")


def test_orders_come_newest_first_and_by_status(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1"))
        shop.unit.orders.add(shop.order("PO-2", "POST", status=OrderStatus.CANCELLED))
        shop.unit.orders.add(shop.order("PO-3", "22423", status=OrderStatus.SENT))
        orders = shop.unit.orders
        assert [order.number for order in orders.all()] == ["PO-3", "PO-2", "PO-1"]
        some = orders.all([OrderStatus.DRAFT, OrderStatus.CANCELLED])
        assert [order.number for order in some] == ["PO-2", "PO-1"]
        assert orders.all([]) == []


def test_what_changed_of_an_order_is_saved(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1", "85123A", "POST"))
        order = approved(shop.unit.orders.get("PO-1"), by="manager:ana")
        order = with_receipt(order, {shop.products["POST"].id: Decimal("4.5")})
        order = replace(order, expected_on=TODAY + timedelta(days=20), note="late")
        shop.unit.orders.save(order)
        assert shop.unit.orders.get("PO-1") == order


def test_an_order_that_does_not_exist_cannot_be_saved(shop: Shop, neighbour: Shop) -> None:
    with neighbour.unit.reading():
        (theirs,) = neighbour.unit.orders.all()
    with shop.unit, pytest.raises(NotFoundError):
        shop.unit.orders.save(cancelled(theirs))


def test_a_second_open_replenishment_of_a_product_is_refused_by_name(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1"))
        with pytest.raises(ConflictError, match="85123A is on open order PO-1 already"):
            shop.unit.orders.add(shop.order("PO-2", "POST", "85123A"))


def test_two_lines_of_one_product_on_one_order_are_refused(shop: Shop) -> None:
    with shop.unit, pytest.raises(ConflictError):
        shop.unit.orders.add(shop.order("PO-1", "POST", "POST"))


def test_another_location_may_be_restocked_at_the_same_time(shop: Shop) -> None:
    with shop.unit:
        shop.unit.locations.put([Location(id=LocationId(0), code="DEPOT", name="Depot")])
        depot = shop.unit.locations.get("DEPOT")
        shop.unit.orders.add(shop.order("PO-1"))
        shop.unit.orders.add(shop.order("PO-2", location_id=depot.id))
        assert len(shop.unit.orders.all()) == 2


@pytest.mark.parametrize("how", ["received", "cancelled"])
def test_an_ended_order_makes_room_for_the_next(shop: Shop, how: str) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1"))
        order = approved(shop.unit.orders.get("PO-1"), by="ana")
        arrived = {shop.key().product_id: Decimal(12)}
        shop.unit.orders.save(
            cancelled(order) if how == "cancelled" else with_receipt(order, arrived)
        )
        shop.unit.orders.add(shop.order("PO-2"))
        assert [order.status for order in shop.unit.orders.all()] == ["draft", how]


def test_a_line_received_in_full_makes_room_while_its_order_is_open(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1", "85123A", "POST"))
        order = approved(shop.unit.orders.get("PO-1"), by="ana")
        shop.unit.orders.save(with_receipt(order, {shop.key().product_id: Decimal(12)}))
        shop.unit.orders.add(shop.order("PO-2"))


def test_a_decision_leads_to_one_line_only(shop: Shop) -> None:
    def order(number: str, decision_id: int) -> PurchaseOrder:
        received = shop.order(number, status=OrderStatus.RECEIVED)
        return replace(received, lines=(replace(received.lines[0], decision_id=decision_id),))

    with shop.unit:
        (decision_id,) = shop.unit.decisions.add(RunId("run-1"), [shop.decision()]).values()
        shop.unit.orders.add(order("PO-1", decision_id))
        assert shop.unit.orders.get("PO-1").lines == order("PO-1", decision_id).lines
        with pytest.raises(ConflictError):
            shop.unit.orders.add(order("PO-2", decision_id))


def test_spending_of_a_day_counts_orders_from_approval_on(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1", "85123A"))
        shop.unit.orders.add(shop.order("PO-2", "POST", status=OrderStatus.CANCELLED))
        assert shop.unit.orders.spent_on(TODAY) == 0
        shop.unit.orders.save(approved(shop.unit.orders.get("PO-1"), by="ana"))
        shop.unit.orders.add(shop.order("PO-3", "22423", status=OrderStatus.SENT))
        yesterday = TODAY - timedelta(days=1)
        shop.unit.orders.add(
            shop.order("PO-4", "POST", status=OrderStatus.RECEIVED, ordered_on=yesterday)
        )
        assert shop.unit.orders.spent_on(TODAY) == Decimal("30.00")
        assert shop.unit.orders.spent_on(yesterday) == Decimal("15.00")


def test_of_a_cancelled_order_what_was_received_is_spent(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1"))
        order = approved(shop.unit.orders.get("PO-1"), by="ana")
        order = cancelled(with_receipt(order, {shop.key().product_id: Decimal(5)}))
        shop.unit.orders.save(order)
        assert shop.unit.orders.spent_on(TODAY) == Decimal("6.25")
        assert shop.unit.orders.spent_in_month(TODAY) == Decimal("6.25")


def test_what_was_placed_now_counts_whatever_day_it_is_dated(shop: Shop) -> None:
    hour, long_ago = timedelta(hours=1), TODAY - timedelta(days=400)
    with shop.unit:
        for number, (day, at) in enumerate(((long_ago, NOW), (TODAY, NOW)), start=1):
            sent = shop.order(f"PO-{number}", status=OrderStatus.RECEIVED, ordered_on=day)
            shop.unit.orders.add(replace(sent, created_at=at))
        spent_on = shop.unit.orders.spent_on
        assert spent_on(TODAY) == Decimal("15.00")
        assert spent_on(TODAY, (NOW, NOW + hour)) == Decimal("30.00")
        assert spent_on(TODAY, (NOW - hour, NOW)) == Decimal("15.00")
        assert shop.unit.orders.spent_in_month(TODAY, (NOW, NOW + hour)) == Decimal("30.00")


def test_spending_of_a_month_ends_with_the_day_and_begins_with_the_first(shop: Shop) -> None:
    first = TODAY.replace(day=1)
    assert first < TODAY
    days = (first - timedelta(days=1), first, TODAY, TODAY + timedelta(days=1))
    with shop.unit:
        for number, day in enumerate(days, start=1):
            received = shop.order(f"PO-{number}", status=OrderStatus.RECEIVED, ordered_on=day)
            shop.unit.orders.add(received)
        shop.unit.orders.add(shop.order("PO-9", ordered_on=TODAY))
        assert shop.unit.orders.spent_in_month(TODAY) == Decimal("30.00")
        assert shop.unit.orders.spent_in_month(days[0]) == Decimal("15.00")


def test_three_past_orders_tell_what_is_usual(shop: Shop) -> None:
    with shop.unit:
        for number, units in enumerate((10, 12, 15), start=1):
            received = shop.order(f"PO-{number}", "85123A", "POST", status=OrderStatus.RECEIVED)
            lines = [
                replace(line, quantity=Decimal(units), received=Decimal(1))
                for line in received.lines[: 2 if number > 1 else 1]
            ]
            shop.unit.orders.add(replace(received, lines=tuple(lines)))
        shop.unit.orders.add(shop.order("PO-9", "22423"))
        keys = [shop.key("85123A"), shop.key("POST"), shop.key("22423")]
        usual = shop.unit.orders.usual_quantities(keys)
        assert shop.unit.orders.usual_quantities([]) == {}
    assert {key: round(units, 3) for key, units in usual.items()} == {keys[0]: Decimal("12.333")}


def test_how_late_a_supplier_came_is_told_of_goods_due_and_received_in_a_span(shop: Shop) -> None:
    due = TODAY - timedelta(days=9)
    with shop.unit:
        for number in ("PO-1", "PO-2", "PO-11"):
            order = shop.order(number, status=OrderStatus.RECEIVED, expected_on=due)
            shop.unit.orders.add(replace(order, created_at=NOW - timedelta(days=20)))
        arrivals = {"PO-1": due + timedelta(days=4), "PO-2": due, "PO-11": due + timedelta(days=7)}
        shop.unit.ledger.book(
            [shop.receipt(f"receipt:{number}:note:1", day=day) for number, day in arrivals.items()]
        )
        orders, supplier = shop.unit.orders, shop.supplier.id
        assert orders.late_receipts(due, TODAY) == {supplier: 7}
        assert orders.late_receipts(due, due + timedelta(days=5)) == {supplier: 4}
        assert orders.late_receipts(due, due) == {}
        assert orders.late_receipts(due + timedelta(days=1), TODAY) == {}


def test_a_cost_per_unit_keeps_its_ten_thousandths(shop: Shop) -> None:
    order = shop.order("PO-1")
    order = replace(order, lines=(replace(order.lines[0], unit_cost=Decimal("0.1234")),))
    with shop.unit:
        shop.unit.orders.add(order)
        assert shop.unit.orders.get("PO-1").lines[0].unit_cost == Decimal("0.1234")


def test_an_orders_day_and_its_lines_are_saved_as_they_are_changed(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1", "85123A", "POST"))
        order = shop.unit.orders.get("PO-1")
        first, second = order.lines
        lines = (replace(first, cancelled=first.quantity), replace(second, quantity=Decimal(7)))
        later = TODAY + timedelta(days=2)
        shop.unit.orders.save(replace(order, lines=lines, ordered_on=later, revision=2))
        after = shop.unit.orders.get("PO-1")
        assert (after.ordered_on, after.revision, after.lines) == (later, 2, lines)
        level = shop.unit.ledger.levels([shop.key(), shop.key("POST")])
        assert [level[shop.key(sku)].on_order for sku in ("85123A", "POST")] == [0, 7]


def test_a_line_taken_off_makes_room_for_another_order_of_the_product(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1", "85123A", "POST"))
        order = shop.unit.orders.get("PO-1")
        gone = replace(order.lines[0], cancelled=order.lines[0].quantity)
        shop.unit.orders.save(replace(order, lines=(gone, order.lines[1])))
        shop.unit.orders.add(shop.order("PO-2", "85123A"))
        with pytest.raises(ConflictError, match="on open order PO-2"):
            shop.unit.orders.save(order)

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stockcli.domain.identifiers import SupplierId
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.reliability import OrderRecord, Reliability, reliability

FIRST = date(2024, 3, 1)
LAST = date(2024, 3, 31)


def order(day: int, came_after: int | None, **facts: Any) -> OrderRecord:
    """Return an order of a March day, promised in five days, received in full unless told."""
    ordered_on = FIRST + timedelta(days=day - 1)
    usual: dict[str, Any] = {
        "number": f"PO-{day:05d}",
        "supplier_id": SupplierId(1),
        "status": OrderStatus.RECEIVED if came_after is not None else OrderStatus.SENT,
        "ordered_on": ordered_on,
        "expected_on": ordered_on + timedelta(days=5),
        "total": Decimal("20.00"),
        "received_total": Decimal("20.00") if came_after is not None else Decimal(0),
        "ordered": Decimal(10),
        "received": Decimal(10) if came_after is not None else Decimal(0),
        "arrived_on": None if came_after is None else ordered_on + timedelta(days=came_after),
    }
    return OrderRecord(**(usual | facts))


def test_two_on_time_one_late_and_one_that_never_came() -> None:
    found = reliability([order(1, 4), order(2, 5), order(3, 9), order(4, None)], FIRST, LAST)
    assert (found.due, found.on_time, found.awaited) == (4, 2, 1)
    assert found.on_time_share == 0.5
    assert (found.promised_days, found.actual_days) == (5.0, 6.0)
    assert found.received_share == 0.75


def test_an_order_counts_by_the_day_it_was_promised_for() -> None:
    before, after = order(1, 40, expected_on=FIRST - timedelta(days=1)), order(27, 2)
    assert reliability([before, after], FIRST, LAST) == Reliability()


def test_drafts_and_withdrawn_orders_tell_nothing_of_a_supplier() -> None:
    orders = [
        order(1, None, status=OrderStatus.DRAFT),
        order(2, None, status=OrderStatus.CANCELLED),
        order(3, None, status=OrderStatus.RECEIVED),
    ]
    assert reliability(orders, FIRST, LAST).due == 0


def test_a_partly_received_order_past_its_day_is_late_and_short() -> None:
    partly = order(1, 3, status=OrderStatus.PARTLY_RECEIVED, received=Decimal(4))
    found = reliability([partly], FIRST, LAST)
    assert (found.due, found.on_time, found.awaited, found.received_share) == (1, 0, 1, 0.4)


def test_what_was_spent_leaves_out_drafts_and_what_will_not_come() -> None:
    assert order(1, 4).spent == Decimal("20.00")
    assert order(1, None).spent == Decimal("20.00")
    assert order(1, None, status=OrderStatus.DRAFT).spent == 0
    assert order(1, None, status=OrderStatus.CANCELLED).spent == 0
    short = {"received_total": Decimal("8.00"), "received": Decimal(4)}
    assert order(1, 4, status=OrderStatus.CANCELLED, **short).spent == Decimal("8.00")

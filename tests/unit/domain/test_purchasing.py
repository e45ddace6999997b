from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.identifiers import LocationId, OrderId, ProductId, SupplierId
from stockcli.domain.purchasing import (
    OPEN_STATUSES,
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    Spending,
    approved,
    cancelled,
    moved_to,
    needs_approval,
    with_receipt,
)

SOAP, TEA = ProductId(1), ProductId(2)


def order(status: OrderStatus = OrderStatus.SENT) -> PurchaseOrder:
    return PurchaseOrder(
        id=OrderId(1),
        number="PO-00001",
        supplier_id=SupplierId(1),
        location_id=LocationId(1),
        status=status,
        lines=(
            OrderLine(product_id=SOAP, quantity=Decimal(10), unit_cost=Decimal("1.25")),
            OrderLine(product_id=TEA, quantity=Decimal(4), unit_cost=Decimal(3)),
        ),
        ordered_on=date(2024, 5, 1),
        expected_on=date(2024, 5, 8),
        created_at=datetime(2024, 5, 1, tzinfo=UTC),
        created_by="run-check",
    )


def test_an_order_totals_its_lines() -> None:
    assert order().total == Decimal("24.50")


def test_a_draft_is_approved_by_somebody() -> None:
    after = approved(order(OrderStatus.DRAFT), by="ana")
    assert (after.status, after.approved_by) == (OrderStatus.APPROVED, "ana")


def test_a_part_of_the_goods_leaves_the_order_partly_received() -> None:
    after = with_receipt(order(), {SOAP: Decimal(6)})
    assert after.status is OrderStatus.PARTLY_RECEIVED
    assert after.lines[0].outstanding == 4


def test_the_last_goods_complete_the_order() -> None:
    after = with_receipt(
        with_receipt(order(), {SOAP: Decimal(6)}), {SOAP: Decimal(4), TEA: Decimal(4)}
    )
    assert after.status is OrderStatus.RECEIVED


def test_more_than_ordered_is_taken_as_it_came() -> None:
    after = with_receipt(order(), {SOAP: Decimal(12), TEA: Decimal(4)})
    assert after.lines[0].received == 12
    assert after.lines[0].outstanding == 0


def test_a_product_that_is_not_on_the_order_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="nothing of this"):
        with_receipt(order(), {ProductId(99): Decimal(1)})


def test_an_empty_receipt_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        with_receipt(order(), {SOAP: Decimal(0)})


def test_a_draft_takes_no_receipt() -> None:
    with pytest.raises(ConflictError, match="draft"):
        with_receipt(order(OrderStatus.DRAFT), {SOAP: Decimal(1)})


def test_cancelling_keeps_what_was_received() -> None:
    after = cancelled(with_receipt(order(), {SOAP: Decimal(6)}))
    assert [after.status, after.lines[0].received] == [OrderStatus.CANCELLED, 6]


@pytest.mark.parametrize("last", [OrderStatus.RECEIVED, OrderStatus.CANCELLED])
@pytest.mark.parametrize("status", list(OrderStatus))
def test_nothing_happens_after_the_end_of_an_order(last: OrderStatus, status: OrderStatus) -> None:
    with pytest.raises(ConflictError):
        moved_to(order(last), status)


def test_open_are_exactly_the_orders_with_goods_to_come() -> None:
    assert {status for status in OrderStatus if replace(order(), status=status).is_open} == (
        OPEN_STATUSES
    )


def reason(
    total: str,
    spent: str,
    *,
    single: str | None = "100",
    daily: str | None = "150",
    monthly: str | None = None,
    earlier: str = "0",
) -> str:
    """Why an order waits; earlier is what was spent this month before today."""
    return needs_approval(
        Decimal(total),
        spent=Spending(today=Decimal(spent), this_month=Decimal(spent) + Decimal(earlier)),
        approval_limit=None if single is None else Decimal(single),
        daily_limit=None if daily is None else Decimal(daily),
        monthly_limit=None if monthly is None else Decimal(monthly),
    )


def test_an_order_above_the_limit_waits_for_approval() -> None:
    assert "approval limit 100" in reason("100.01", "0")


def test_an_order_at_the_limit_does_not_wait() -> None:
    assert reason("100", "0") == ""


def test_many_small_orders_wait_once_the_day_is_spent() -> None:
    assert "daily limit 150" in reason("60", "100")


def test_many_quiet_days_wait_once_the_month_is_spent() -> None:
    assert reason("60", "30", monthly="400", earlier="310.01") == (
        "with 340.01 already ordered this month its total 60 passes the monthly limit 400"
    )


def test_a_month_spent_to_the_cent_does_not_wait() -> None:
    assert reason("60", "30", monthly="400", earlier="310") == ""


def test_without_limits_nothing_waits() -> None:
    assert reason("999999", "999999", single=None, daily=None) == ""


def test_an_order_adds_to_the_day_and_to_its_month() -> None:
    spent = Spending(today=Decimal(1), this_month=Decimal(10)).plus(Decimal(5))
    assert spent == Spending(today=Decimal(6), this_month=Decimal(15))

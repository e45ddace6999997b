from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.identifiers import LocationId, OrderId, ProductId, SupplierId
from stockcli.domain.order_changes import (
    changed_line,
    edited,
    joined,
    promised,
    quantities_of,
    without_rest_of,
)
from stockcli.domain.purchasing import (
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    Spending,
    cancelled,
    needs_approval,
    with_receipt,
)
from stockcli.domain.waiting import CHANGED, noted, waits_on_figures, why_below_minimum

SOAP, TEA, SALT = ProductId(1), ProductId(2), ProductId(3)


def order(status: OrderStatus = OrderStatus.DRAFT) -> PurchaseOrder:
    return PurchaseOrder(
        id=OrderId(1),
        number="PO-00001",
        supplier_id=SupplierId(1),
        location_id=LocationId(1),
        status=status,
        lines=(
            OrderLine(product_id=SOAP, quantity=Decimal(10), unit_cost=Decimal(2)),
            OrderLine(product_id=TEA, quantity=Decimal(4), unit_cost=Decimal(3)),
        ),
        ordered_on=date(2024, 5, 1),
        expected_on=date(2024, 5, 8),
        created_at=datetime(2024, 5, 1, tzinfo=UTC),
        created_by="run-check",
        approved_by="policy",
    )


def test_an_edit_reopens_the_approval_and_is_a_new_revision() -> None:
    approved = order(OrderStatus.APPROVED)
    after = edited(approved, [changed_line(approved, SOAP, Decimal(6), Decimal(2))])
    assert (after.status, after.approved_by, after.revision) == (OrderStatus.DRAFT, "", 2)
    assert after.total == 24


def test_a_line_taken_off_costs_nothing_and_is_not_to_come() -> None:
    after = edited(order(), [changed_line(order(), TEA, Decimal(0), Decimal(3))])
    assert after.total == 20
    assert quantities_of(after) == {SOAP: 10}
    assert after.lines[1].outstanding == 0


def test_a_line_that_was_taken_off_can_be_put_on_again() -> None:
    less = edited(order(), [changed_line(order(), TEA, Decimal(0), Decimal(3))])
    again = edited(less, [changed_line(less, TEA, Decimal(7), Decimal(3))])
    assert quantities_of(again) == {SOAP: 10, TEA: 7}


def test_a_product_is_added_to_an_order() -> None:
    after = edited(order(), [changed_line(order(), SALT, Decimal(5), Decimal(1))])
    assert quantities_of(after) == {SOAP: 10, TEA: 4, SALT: 5}


def test_what_never_was_on_an_order_is_not_taken_off() -> None:
    with pytest.raises(InvalidInputError):
        changed_line(order(), SALT, Decimal(0), Decimal(1))


def test_an_order_that_would_be_empty_is_to_be_cancelled_instead() -> None:
    nothing = [changed_line(order(), key, Decimal(0), Decimal(1)) for key in (SOAP, TEA)]
    with pytest.raises(ConflictError, match="nothing would be left") as refused:
        edited(order(), nothing)
    assert "stock orders cancel PO-00001" in refused.value.hint


@pytest.mark.parametrize("status", [OrderStatus.SENT, OrderStatus.PARTLY_RECEIVED])
def test_an_order_that_left_is_not_edited_but_cancelled_or_chased(status: OrderStatus) -> None:
    with pytest.raises(ConflictError, match="has left") as refused:
        edited(order(status), [])
    assert "stock orders cancel" in refused.value.hint
    assert "stock orders chase" in refused.value.hint


@pytest.mark.parametrize("status", [OrderStatus.RECEIVED, OrderStatus.CANCELLED])
def test_an_order_that_ended_is_copied_instead_of_edited(status: OrderStatus) -> None:
    with pytest.raises(ConflictError) as refused:
        edited(order(status), [])
    assert "stock orders copy" in refused.value.hint


def test_what_joins_a_draft_makes_it_due_no_sooner() -> None:
    more = OrderLine(product_id=SALT, quantity=Decimal(5), unit_cost=Decimal(1))
    after = joined(order(), [more], date(2024, 5, 10))
    assert (after.revision, after.expected_on, len(after.lines)) == (2, date(2024, 5, 10), 3)
    assert joined(order(), [more], date(2024, 5, 2)).expected_on == date(2024, 5, 8)


def test_what_joins_again_after_it_was_taken_off_takes_its_line() -> None:
    less = edited(order(), [changed_line(order(), TEA, Decimal(0), Decimal(3))])
    back = OrderLine(product_id=TEA, quantity=Decimal(9), unit_cost=Decimal(3))
    assert quantities_of(joined(less, [back], date(2024, 5, 8))) == {SOAP: 10, TEA: 9}


def test_one_product_is_cancelled_and_the_order_goes_on() -> None:
    after = without_rest_of(order(OrderStatus.SENT), [TEA])
    assert after.status is OrderStatus.SENT
    assert [line.outstanding for line in after.lines] == [10, 0]
    assert after.total == 20


def test_cancelling_the_last_open_line_ends_an_order_of_which_something_came() -> None:
    part = with_receipt(order(OrderStatus.SENT), {SOAP: Decimal(10)})
    assert without_rest_of(part, [TEA]).status is OrderStatus.RECEIVED


def test_cancelling_every_line_of_an_order_cancels_it() -> None:
    after = without_rest_of(order(OrderStatus.SENT), [SOAP, TEA])
    assert after.status is OrderStatus.CANCELLED


def test_what_is_not_to_come_is_not_cancelled_twice() -> None:
    less = without_rest_of(order(OrderStatus.SENT), [TEA])
    with pytest.raises(ConflictError, match="nothing is still to come"):
        without_rest_of(less, [TEA])


def test_goods_that_were_cancelled_and_come_anyway_are_taken_and_count() -> None:
    less = without_rest_of(order(OrderStatus.SENT), [TEA])
    after = with_receipt(less, {SOAP: Decimal(10), TEA: Decimal(3)})
    assert after.lines[1].received == 3
    assert after.lines[1].cancelled == 1
    assert after.total == 29


def test_a_promise_is_the_new_day_and_is_said_once() -> None:
    once = promised(order(), date(2024, 5, 20), "promised for 2024-05-20")
    assert promised(once, date(2024, 5, 20), "promised for 2024-05-20") == once
    assert once.expected_on == date(2024, 5, 20)


units = st.integers(0, 30).map(Decimal)


@given(
    receipts=st.lists(st.tuples(st.sampled_from([SOAP, TEA]), units), max_size=6),
    cut=st.sets(st.sampled_from([SOAP, TEA])),
)
def test_after_an_end_nothing_is_outstanding_and_no_unit_is_lost(
    receipts: list[tuple[ProductId, Decimal]], cut: set[ProductId]
) -> None:
    now, came = order(OrderStatus.SENT), {SOAP: Decimal(0), TEA: Decimal(0)}
    for number, (product, count) in enumerate(receipts):
        to_cut = [key for key in cut if number == 1 and _to_come(now, key)]
        now = without_rest_of(now, to_cut) if to_cut else now
        if now.is_open and count > 0:
            now = with_receipt(now, {product: count})
            came[product] += count
    ended = cancelled(now) if now.is_open else now
    assert all(line.outstanding == 0 for line in ended.lines)
    assert {line.product_id: line.received for line in ended.lines} == came
    for line in ended.lines:
        assert line.wanted == line.received or line.received > line.quantity
        assert 0 <= line.cancelled <= line.quantity


def _to_come(now: PurchaseOrder, product: ProductId) -> Decimal:
    return next(line.outstanding for line in now.lines if line.product_id == product)


@given(
    total=st.decimals("0.01", "9999", places=2),
    spent=st.decimals("0", "9999", places=2),
    limits=st.tuples(*[st.none() | st.integers(1, 5000).map(Decimal)] * 3),
    minimum=st.integers(0, 9999).map(Decimal),
)
def test_why_an_order_waited_is_never_said_beside_why_it_waits_now(
    total: Decimal,
    spent: Decimal,
    limits: tuple[Decimal | None, Decimal | None, Decimal | None],
    minimum: Decimal,
) -> None:
    approval, daily, monthly = limits
    before = needs_approval(
        total,
        spent=Spending(today=spent, this_month=spent),
        approval_limit=approval,
        daily_limit=daily,
        monthly_limit=monthly,
    )
    for reason in (before, why_below_minimum(total, minimum), CHANGED):
        waiting = noted("party", reason)
        assert waits_on_figures(waiting) is bool(reason)
        assert noted(waiting, "") == "party"


def test_why_a_proposal_waits_is_kept_when_its_figures_change() -> None:
    note = noted(noted("orders in Tea are only proposed", "x"), "")
    assert note == "orders in Tea are only proposed; x"
    assert not waits_on_figures(note)


def test_a_draft_kept_for_more_is_approved_already() -> None:
    assert order().waits_for_more
    assert not replace(order(), approved_by="").waits_for_more
    assert not order(OrderStatus.APPROVED).waits_for_more

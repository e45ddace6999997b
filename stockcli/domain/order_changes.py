"""Changes to an order on its way: other quantities, more lines, less to come, another day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.identifiers import ProductId
from stockcli.domain.purchasing import (
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    cancelled,
    moved_to,
    without_rest,
)
from stockcli.domain.quantity import ZERO

EDITABLE = (OrderStatus.DRAFT, OrderStatus.APPROVED)


def ensure_editable(order: PurchaseOrder) -> None:
    """Pass if the order has not left for its supplier.

    Raises:
        ConflictError: it has, or it has ended; the hint says what can be done instead.
    """
    if order.status in EDITABLE:
        return
    number, words = order.number, order.status.replace("_", " ")
    if not order.is_open:
        message = f"order {number} is {words}: it cannot be changed any more"
        raise ConflictError(message, f"order the same again with `stock orders copy {number}`")
    message = f"order {number} has left for its supplier: it cannot be changed any more"
    hint = (
        f"cancel what is still to come with `stock orders cancel {number} --line SKU`, "
        f"or ask where it is with `stock orders chase {number}`"
    )
    raise ConflictError(message, hint)


def edited(order: PurchaseOrder, lines: Iterable[OrderLine]) -> PurchaseOrder:
    """Return an order that has not left with these lines changed or added, to be approved again.

    A line with nothing wanted is taken off; it stays on record as cancelled.

    Raises:
        ConflictError: the order has left, or nothing would be left on it.
    """
    ensure_editable(order)
    changed = {line.product_id: line for line in lines}
    kept = [changed.pop(line.product_id, line) for line in order.lines]
    after = replace(
        order,
        lines=(*kept, *changed.values()),
        status=OrderStatus.DRAFT,
        approved_by="",
        revision=order.revision + 1,
    )
    if all(line.wanted == 0 for line in after.lines):
        message = f"nothing would be left on order {order.number}"
        raise ConflictError(message, f"cancel it with `stock orders cancel {order.number}`")
    return after


def changed_line(
    order: PurchaseOrder, product_id: ProductId, units: Decimal, unit_cost: Decimal
) -> OrderLine:
    """Return a product's line on the order with so many units; 0 takes the product off.

    Raises:
        InvalidInputError: it is to be taken off, and never was on the order.
    """
    found = next((line for line in order.lines if line.product_id == product_id), None)
    if units > 0:
        line = found or OrderLine(product_id=product_id, quantity=units, unit_cost=unit_cost)
        return replace(line, quantity=units, unit_cost=unit_cost, cancelled=ZERO)
    if found is None:
        raise InvalidInputError(f"that product is not on order {order.number}")
    return without_rest(found)


def joined(order: PurchaseOrder, lines: Sequence[OrderLine], expected_on: date) -> PurchaseOrder:
    """Return a draft with more lines; it is expected no sooner than an order placed now.

    A line that was taken off before takes its place again.
    """
    again = {line.product_id: line for line in lines}
    kept = [again.pop(line.product_id, line) for line in order.lines]
    return replace(
        order,
        lines=(*kept, *again.values()),
        expected_on=max(order.expected_on, expected_on),
        revision=order.revision + 1,
    )


def without_rest_of(order: PurchaseOrder, products: Collection[ProductId]) -> PurchaseOrder:
    """Return the order with nothing more to come of some of its products.

    With nothing to come of any, it is received if something came, and cancelled if nothing did.

    Raises:
        ConflictError: nothing is to come of one of them, or the order has ended.
    """
    open_lines = {line.product_id for line in order.lines if line.outstanding > 0}
    if not order.is_open or set(products) - open_lines:
        message = f"nothing is still to come of that with order {order.number}"
        raise ConflictError(message, f"see `stock orders show {order.number}`")
    lines = tuple(
        without_rest(line) if line.product_id in products else line for line in order.lines
    )
    after = replace(order, lines=lines)
    if any(line.outstanding > 0 for line in lines):
        # The supplier has seen the order only once it left.
        return (
            after if order.status not in EDITABLE else replace(after, revision=after.revision + 1)
        )
    if any(line.received > 0 for line in lines):
        return moved_to(after, OrderStatus.RECEIVED)
    return cancelled(after)


def promised(order: PurchaseOrder, expected_on: date | None, note: str) -> PurchaseOrder:
    """Return an order the supplier was asked about: with its new day, if one was promised.

    The same words are added to its note once.
    """
    said = [part for part in order.note.split("; ") if part]
    told = said if not note or note in said else [*said, note]
    return replace(order, expected_on=expected_on or order.expected_on, note="; ".join(told))


def quantities_of(order: PurchaseOrder) -> Mapping[ProductId, Decimal]:
    """Return what was ordered of each product; those taken off before it left are left out.

    Of an order that was cancelled as a whole nobody knows any more which those were.
    """
    is_whole = order.status is OrderStatus.CANCELLED
    return {
        line.product_id: line.quantity
        for line in order.lines
        if is_whole or line.wanted > 0 or line.received > 0
    }

"""Purchase orders on their way: listing, approving, receiving and cancelling them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import ProductId, StockKey
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.order_changes import EDITABLE, without_rest_of
from stockcli.domain.order_days import dated
from stockcli.domain.purchasing import (
    OrderStatus,
    PurchaseOrder,
    approved,
    cancelled,
    moved_to,
    with_receipt,
)
from stockcli.domain.quantity import ZERO, quantity
from stockcli.domain.shop import local_day
from stockcli.domain.waiting import noted
from stockcli.usecases.inventory import shop_day_within
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.order_changes import OrderEdit, edit_within, products_to_come
from stockcli.usecases.order_release import clear_order_alerts, order_message
from stockcli.usecases.order_rows import OrderRow, order_row, order_rows, rows_within
from stockcli.usecases.ports import UnitOfWork

__all__ = [
    "OrderRow",
    "ReceiptPreview",
    "approve_order",
    "cancel_order",
    "cancel_within",
    "mark_sent",
    "order_row",
    "order_rows",
    "preview_receipt",
    "receipt_reference",
    "receive_order",
]


def approve_order(
    unit: UnitOfWork, number: str, *, by: str, now: datetime, revision: int | None = None
) -> PurchaseOrder:
    """Approve a draft on a manager's word, and let it leave for the supplier.

    One that waited for days is dated and expected as if it were placed today.

    Args:
        revision: the one that was looked at; None approves whatever there is.

    Raises:
        NotFoundError: no such order.
        ConflictError: it does not wait, or it was changed since that revision.
    """
    with unit:
        order = unit.orders.get(number)
        _ensure_seen(order, revision)
        order = approved(_dated_now(unit, order, now), by=by)
        order = replace(order, note=noted(order.note, ""))
        unit.orders.save(order)
        unit.outbox.put([order_message(order)])
        clear_order_alerts(unit, order, now)
        unit.commit()
    return order


def _ensure_seen(order: PurchaseOrder, revision: int | None) -> None:
    if revision not in (None, order.revision):
        message = (
            f"order {order.number} was changed: it is at revision {order.revision}, "
            f"not {revision} any more"
        )
        raise ConflictError(message, f"look at it with `stock orders show {order.number}`")


def _dated_now(unit: UnitOfWork, order: PurchaseOrder, now: datetime) -> PurchaseOrder:
    day = shop_day_within(unit, now)
    known = suppliers_as_learnt(unit, day)
    supplier = next(one for one in known if one.id == order.supplier_id)
    ordered_on, due = dated(day, supplier)
    if ordered_on <= order.ordered_on:
        return order
    return replace(order, ordered_on=ordered_on, expected_on=max(order.expected_on, due))


def cancel_order(
    unit: UnitOfWork, number: str, *, now: datetime, skus: Collection[str] = ()
) -> PurchaseOrder:
    """Cancel what is still to come of an order, or of some of its products.

    Products of an order that has not left are taken off it, as by an edit.

    Args:
        skus: only of these; none means of all.

    Raises:
        NotFoundError: no such order, or no such product.
        ConflictError: nothing is to come of it.
    """
    with unit:
        order = cancel_within(unit, unit.orders.get(number), now, skus)
        unit.commit()
    return order


def cancel_within(
    unit: UnitOfWork, order: PurchaseOrder, now: datetime, skus: Collection[str] = ()
) -> PurchaseOrder:
    """Cancel what is still to come, in an open unit of work; see cancel_order."""
    products = products_to_come(unit, order, skus)
    some_stay = any(line.wanted and line.product_id not in products for line in order.lines)
    if products and some_stay and order.status in EDITABLE:
        nothing = dict.fromkeys(skus, ZERO)
        return edit_within(unit, order, OrderEdit(quantities=nothing), now)
    order = without_rest_of(order, products) if products else cancelled(order)
    unit.orders.save(order)
    clear_order_alerts(unit, order, now)
    return order


def mark_sent(unit: UnitOfWork, number: str, at: datetime) -> None:
    """Record when an order left for its supplier; called inside the open unit of work."""
    order = unit.orders.get(number)
    if order.status is OrderStatus.APPROVED:
        unit.orders.save(replace(moved_to(order, OrderStatus.SENT), sent_at=at))


def receive_order(
    unit: UnitOfWork,
    number: str,
    *,
    receipt: str,
    now: datetime,
    arrived: Mapping[str, Decimal] | None = None,
) -> PurchaseOrder:
    """Book a goods receipt: stock movements and the order's progress, in one transaction.

    Args:
        receipt: the delivery note's number; the same note is booked once,
            however it is typed.
        arrived: units by SKU; None books everything still to come.

    Raises:
        NotFoundError: no such order, or a SKU that is not in the shop.
        ConflictError: the order takes no receipt, or this delivery note was booked before.
    """
    with unit:
        order = unit.orders.get(number)
        units, after = _received(unit, order, arrived)
        movements = _receipts(unit, order, units, receipt, now)
        if len(unit.ledger.book(movements)) < len(movements):
            raise _booked_before(order, receipt)
        unit.orders.save(after)
        clear_order_alerts(unit, after, now)
        unit.commit()
    return after


@dataclass(frozen=True, kw_only=True)
class ReceiptPreview:
    """What booking a goods receipt would do, before it is done.

    Attributes:
        before: the order as it stands.
        units: that would be booked, by SKU.
        after: where the order would stand.
    """

    before: OrderRow
    units: Mapping[str, Decimal]
    after: OrderStatus


def preview_receipt(
    unit: UnitOfWork,
    number: str,
    *,
    receipt: str,
    arrived: Mapping[str, Decimal] | None = None,
) -> ReceiptPreview:
    """Return what booking a goods receipt would do; arguments and errors as receive_order."""
    with unit.reading():
        order = unit.orders.get(number)
        units, after = _received(unit, order, arrived)
        references = [receipt_reference(order, receipt, product_id) for product_id in units]
        if unit.ledger.changes_booked(references):
            raise _booked_before(order, receipt)
        (row,) = rows_within(unit, [order])
        skus = {
            line.product_id: parts[0] for line, parts in zip(order.lines, row.lines, strict=True)
        }
    told = {skus[product_id]: count for product_id, count in units.items() if count > 0}
    return ReceiptPreview(before=row, units=told, after=after.status)


def _received(
    unit: UnitOfWork, order: PurchaseOrder, arrived: Mapping[str, Decimal] | None
) -> tuple[dict[ProductId, Decimal], PurchaseOrder]:
    """Return what came by product, and the order after it."""
    if order.status is OrderStatus.RECEIVED:
        message = f"order {order.number} was received in full before"
        raise ConflictError(message, "correct the shelf with `stock count SKU UNITS`")
    if not order.is_open:
        moved_to(order, OrderStatus.PARTLY_RECEIVED)
    units = _arrived(unit, order, arrived)
    return units, with_receipt(order, units)


def _booked_before(order: PurchaseOrder, receipt: str) -> ConflictError:
    message = f"delivery note {receipt} was booked for order {order.number} before"
    return ConflictError(message, "give the new delivery its own --receipt number")


def _arrived(
    unit: UnitOfWork, order: PurchaseOrder, arrived: Mapping[str, Decimal] | None
) -> dict[ProductId, Decimal]:
    """Return what arrived by product: as it was told, else all that is still to come."""
    if arrived is None:
        return {line.product_id: line.outstanding for line in order.lines if line.outstanding}
    return {unit.products.get(sku).id: quantity(units) for sku, units in arrived.items()}


def _receipts(
    unit: UnitOfWork,
    order: PurchaseOrder,
    units: Mapping[ProductId, Decimal],
    receipt: str,
    now: datetime,
) -> list[StockMovement]:
    return [
        StockMovement(
            key=StockKey(product_id, order.location_id),
            kind=MovementKind.RECEIPT,
            change=count,
            occurred_at=now,
            day=local_day(unit.tenant, now),
            reference=receipt_reference(order, receipt, product_id),
        )
        for product_id, count in units.items()
        if count > 0
    ]


def receipt_reference(order: PurchaseOrder, receipt: str, product_id: ProductId) -> str:
    """Return the business key of a receipt: the same however the delivery note is typed."""
    note = "".join(receipt.casefold().split())
    return f"receipt:{order.number}:{note}:{product_id}"

"""Purchase orders on their way: listing, approving, receiving and cancelling them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain.alerts import approval_situation, late_situation
from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import ProductId, StockKey
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.purchasing import (
    OrderStatus,
    PurchaseOrder,
    approved,
    cancelled,
    moved_to,
    with_receipt,
)
from stockcli.domain.quantity import quantity
from stockcli.domain.shop import local_day
from stockcli.usecases.ordering import order_message
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """An order with the names people know its parts by.

    Attributes:
        lines: (SKU, name, ordered units, received units, unit cost).
    """

    order: PurchaseOrder
    supplier: str
    location: str
    lines: tuple[tuple[str, str, Decimal, Decimal, Decimal], ...]


def order_rows(unit: UnitOfWork, statuses: Collection[OrderStatus] | None = None) -> list[OrderRow]:
    """Return orders with their names, newest first."""
    with unit.reading():
        return _rows(unit, unit.orders.all(statuses))


def order_row(unit: UnitOfWork, number: str) -> OrderRow:
    """Return one order with its names.

    Raises:
        NotFoundError: no such order.
    """
    with unit.reading():
        return _rows(unit, [unit.orders.get(number)])[0]


def _rows(unit: UnitOfWork, orders: Iterable[PurchaseOrder]) -> list[OrderRow]:
    products = {product.id: product for product in unit.products.all()}
    suppliers = {supplier.id: supplier.name for supplier in unit.suppliers.all()}
    places = {place.id: place.code for place in unit.locations.all()}
    return [
        OrderRow(
            order=order,
            supplier=suppliers[order.supplier_id],
            location=places[order.location_id],
            lines=tuple(
                (
                    products[line.product_id].sku,
                    products[line.product_id].name,
                    line.quantity,
                    line.received,
                    line.unit_cost,
                )
                for line in order.lines
            ),
        )
        for order in orders
    ]


def approve_order(unit: UnitOfWork, number: str, *, by: str, now: datetime) -> PurchaseOrder:
    """Approve a draft on a manager's word, and let it leave for the supplier."""
    with unit:
        order = approved(unit.orders.get(number), by=by)
        unit.orders.save(order)
        unit.outbox.put([order_message(order)])
        unit.alerts.clear([approval_situation(order.number)], now)
        unit.commit()
    return order


def cancel_order(unit: UnitOfWork, number: str, *, now: datetime) -> PurchaseOrder:
    """Cancel what is still to come of an order."""
    with unit:
        order = cancelled(unit.orders.get(number))
        unit.orders.save(order)
        _clear_order_alerts(unit, order, now)
        unit.commit()
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
        _clear_order_alerts(unit, after, now)
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
        (row,) = _rows(unit, [order])
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


def _clear_order_alerts(unit: UnitOfWork, order: PurchaseOrder, now: datetime) -> None:
    situations = [approval_situation(order.number)]
    if not order.is_open:
        situations.append(late_situation(order.number))
    unit.alerts.clear(situations, now)

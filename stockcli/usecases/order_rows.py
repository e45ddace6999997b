"""Orders with the names people know their parts by."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from stockcli.domain.purchasing import OrderStatus, PurchaseOrder
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """An order with the names people know its parts by.

    Attributes:
        lines: (SKU, name, units wanted, received units, unit cost), one for each of the order;
            of one that was cancelled or taken off, only what came is wanted.
    """

    order: PurchaseOrder
    supplier: str
    location: str
    lines: tuple[tuple[str, str, Decimal, Decimal, Decimal], ...]


def order_rows(unit: UnitOfWork, statuses: Collection[OrderStatus] | None = None) -> list[OrderRow]:
    """Return orders with their names, newest first."""
    with unit.reading():
        return rows_within(unit, unit.orders.all(statuses))


def order_row(unit: UnitOfWork, number: str) -> OrderRow:
    """Return one order with its names.

    Raises:
        NotFoundError: no such order.
    """
    with unit.reading():
        return rows_within(unit, [unit.orders.get(number)])[0]


def rows_within(unit: UnitOfWork, orders: Iterable[PurchaseOrder]) -> list[OrderRow]:
    """Return orders with their names, in an open unit of work."""
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
                    line.wanted,
                    line.received,
                    line.unit_cost,
                )
                for line in order.lines
            ),
        )
        for order in orders
    ]

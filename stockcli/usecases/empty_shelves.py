"""Shelves that are empty although something is ordered: it is due too late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from stockcli.domain.alerts import Alert, AlertKind, too_late_situation
from stockcli.domain.catalogue import Supplier
from stockcli.domain.identifiers import StockKey
from stockcli.domain.order_days import arrives_too_late, dated
from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus, PurchaseOrder
from stockcli.usecases.inventory import StockLine, reorderable
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.ports import UnitOfWork

PLACED = OPEN_STATUSES - {OrderStatus.DRAFT}
"""Drafts wait for the shop, not for goods."""

MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class EmptyShelf:
    """A product whose shelf is empty before its order comes.

    Attributes:
        number: of the order that comes too late.
        empty_on: the first day that expected sales do not find enough.
    """

    sku: str
    number: str
    empty_on: date


def empty_shelves(
    unit: UnitOfWork, lines: Iterable[StockLine], orders: Sequence[PurchaseOrder], day: date
) -> list[EmptyShelf]:
    """Return the shelves that are empty although something is ordered: it is due too late.

    Args:
        orders: with goods to come; drafts wait for the shop, and are not counted.
    """
    suppliers = {supplier.id: supplier for supplier in suppliers_as_learnt(unit, day)}
    coming: dict[StockKey, list[PurchaseOrder]] = {}
    for order in orders:
        for part in order.lines:
            if part.outstanding > 0 and order.status is not OrderStatus.DRAFT:
                coming.setdefault(order.key_of(part), []).append(order)
    found = []
    for line in lines:
        on_order = coming.get(line.level.key)
        if on_order and line.threshold and line.level.is_known and reorderable(line.product, day):
            shelf = _empty_shelf(line, on_order, suppliers[on_order[0].supplier_id], day)
            found += [shelf] if shelf else []
    return sorted(found, key=lambda one: (one.empty_on, one.sku))


def _empty_shelf(
    line: StockLine, orders: Sequence[PurchaseOrder], supplier: Supplier, day: date
) -> EmptyShelf | None:
    arrivals = [
        (order.expected_on, float(part.outstanding), order.number)
        for order in orders
        for part in order.lines
        if part.product_id == line.product.id
    ]
    _, new_order_on = dated(day, supplier)
    ordered = sum(units for _, units, _ in arrivals)
    # What else is on its way comes from another location, and soon.
    in_transfer = float(line.level.on_order) - ordered
    empty_on = arrives_too_late(
        day,
        on_shelf=float(line.level.on_hand - line.level.reserved) + in_transfer,
        mean_per_day=line.threshold.mean_per_day if line.threshold else 0.0,
        arrivals=[(due, units) for due, units, _ in arrivals],
        new_order_on=new_order_on,
    )
    if empty_on is None:
        return None
    _, _, number = min(one for one in arrivals if one[0] > new_order_on)
    return EmptyShelf(sku=line.product.sku, number=number, empty_on=empty_on)


def by_order(shelves: Iterable[EmptyShelf]) -> dict[str, tuple[EmptyShelf, ...]]:
    """Return the shelves by the number of the order that comes too late for them."""
    found: dict[str, list[EmptyShelf]] = {}
    for shelf in shelves:
        found.setdefault(shelf.number, []).append(shelf)
    return {number: tuple(some) for number, some in found.items()}


def too_late_orders(
    unit: UnitOfWork, lines: Iterable[StockLine], day: date, now: datetime
) -> list[Alert]:
    """Return an alert for every order that comes only after a shelf is empty, in an open unit.

    A new order would come sooner, but what is on its way is enough: so the supplier is asked, and
    nothing is ordered twice.
    """
    orders = {order.number: order for order in unit.orders.all(PLACED)}
    shelves = by_order(empty_shelves(unit, lines, list(orders.values()), day))
    return [_too_late(orders[number], some, now) for number, some in sorted(shelves.items())]


def _too_late(order: PurchaseOrder, shelves: Sequence[EmptyShelf], now: datetime) -> Alert:
    more = len(shelves) - MOST_NAMED
    named = ", ".join(f"{one.sku} on {one.empty_on}" for one in shelves[:MOST_NAMED])
    return Alert(
        kind=AlertKind.LATE_ORDER,
        situation=too_late_situation(order.number),
        subject=f"Order {order.number} comes after the shelf is empty",
        text=(
            f"Order {order.number} is expected on {order.expected_on}, too late for "
            f"{named}{f' and {more} more' if more > 0 else ''}: ask for it sooner with "
            f"`stock orders chase {order.number}`."
        ),
        raised_at=now,
    )

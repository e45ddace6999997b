"""Orders that come late, or too late for a shelf: their suppliers are asked, nothing is doubled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.alerts import late_situation
from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.order_changes import promised
from stockcli.domain.purchasing import OrderStatus, PurchaseOrder
from stockcli.domain.quantity import plain
from stockcli.domain.shop import Tenant
from stockcli.usecases.empty_shelves import PLACED, EmptyShelf, by_order, empty_shelves
from stockcli.usecases.inventory import shop_day_within, stock_lines_within
from stockcli.usecases.order_rows import OrderRow, rows_within
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.suppliers import days_late, outstanding_value

LEFT = (OrderStatus.SENT, OrderStatus.PARTLY_RECEIVED)


@dataclass(frozen=True, kw_only=True)
class LateOrder:
    """An order to chase.

    Attributes:
        days_late: past its day; 0 of one that is only expected too late.
        outstanding_value: what is still to come, at cost.
        empty: the shelves that are empty before it comes, soonest first.
    """

    row: OrderRow
    days_late: int
    outstanding_value: Decimal
    empty: tuple[EmptyShelf, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chase:
    """A supplier to be asked about an order.

    Attributes:
        letter: what to ask; empty once a new day was promised.
        email: the supplier's; empty if it is not known.
    """

    order: PurchaseOrder
    supplier: str
    email: str
    letter: str


def late_order_rows(unit: UnitOfWork, *, now: datetime) -> list[LateOrder]:
    """Return the orders to chase, latest first: past their day, or due after a shelf is empty."""
    with unit.reading():
        day = shop_day_within(unit, now)
        found = unit.orders.all(PLACED)
        empty = by_order(empty_shelves(unit, stock_lines_within(unit, day=day), found, day))
        wanted = [order for order in found if days_late(order, day) or order.number in empty]
        rows = rows_within(unit, wanted)
    late = [
        LateOrder(
            row=row,
            days_late=days_late(row.order, day),
            outstanding_value=outstanding_value(row.order),
            empty=empty.get(row.order.number, ()),
        )
        for row in rows
    ]
    return sorted(late, key=lambda one: (-one.days_late, one.row.order.number))


def chase_order(
    unit: UnitOfWork, number: str, *, now: datetime, expected_on: date | None = None
) -> Chase:
    """Return what to ask the supplier about an order; or write down the day it answered.

    Either is added to the order's note, the same words once.

    Args:
        expected_on: the day the supplier promised now; None if it is still to be asked.

    Raises:
        NotFoundError: no such order.
        ConflictError: it has not left yet, or nothing is to come of it.
        InvalidInputError: the promised day is over.
    """
    with unit:
        order, day = unit.orders.get(number), shop_day_within(unit, now)
        _ensure_left(order)
        supplier = next(one for one in unit.suppliers.all() if one.id == order.supplier_id)
        if expected_on is None:
            (row,) = rows_within(unit, [order])
            letter = chase_letter(row, unit.tenant, day)
            after = promised(order, None, f"asked for on {day}")
        else:
            letter = ""
            _ensure_ahead(expected_on, day)
            said = f"on {day} promised for {expected_on} instead of {order.expected_on}"
            after = promised(order, expected_on, said if expected_on != order.expected_on else "")
            # Whether it is still too late for a shelf the next check finds out.
            unit.alerts.clear([late_situation(order.number)], now)
        if after != order:
            unit.orders.save(after)
        unit.commit()
    return Chase(order=after, supplier=supplier.name, email=supplier.email, letter=letter)


def _ensure_left(order: PurchaseOrder) -> None:
    if order.status in LEFT:
        return
    number, words = order.number, order.status.replace("_", " ")
    hints = {
        OrderStatus.DRAFT: f"it waits for you: approve it with `stock orders approve {number}`",
        OrderStatus.APPROVED: "it leaves with `stock dispatch`",
    }
    message = f"order {number} is {words}: there is nothing to ask its supplier"
    raise ConflictError(message, hints.get(order.status, f"see `stock orders show {number}`"))


def _ensure_ahead(expected_on: date, day: date) -> None:
    if expected_on < day:
        raise InvalidInputError(f"{expected_on} is over: name a day from {day} on")


def chase_letter(row: OrderRow, shop: Tenant, day: date) -> str:
    """Return what is written to a supplier about an order, in plain English."""
    order = row.order
    late = days_late(order, day)
    since = f", {late} day{'' if late == 1 else 's'} ago" if late else ""
    coming = [
        f"  {sku}  {name}: {plain(wanted - received)}"
        for sku, name, wanted, received, _ in row.lines
        if wanted > received
    ]
    return "\n".join(
        [
            f"Subject: Our order {order.number}: when does it come?",
            "",
            f"Dear {row.supplier},",
            "",
            f"our order {order.number} of {order.ordered_on} was expected on "
            f"{order.expected_on}{since}."
            if late
            else f"our order {order.number} of {order.ordered_on} is expected on "
            f"{order.expected_on}; we need it sooner.",
            "Still to come:",
            *coming,
            "",
            "Please tell us the day it arrives. This is no new order.",
            "",
            shop.name,
        ]
    )

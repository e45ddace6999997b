"""Purchase orders: from draft to received, and what is still on its way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.identifiers import LocationId, OrderId, ProductId, StockKey, SupplierId
from stockcli.domain.money import CENT
from stockcli.domain.quantity import ZERO, plain


class OrderStatus(StrEnum):
    """The life of a purchase order."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CANCELLED = "cancelled"


OPEN_STATUSES = frozenset(
    {OrderStatus.DRAFT, OrderStatus.APPROVED, OrderStatus.SENT, OrderStatus.PARTLY_RECEIVED}
)
_NEXT = {
    OrderStatus.DRAFT: {OrderStatus.APPROVED, OrderStatus.CANCELLED},
    OrderStatus.APPROVED: {
        OrderStatus.SENT,
        OrderStatus.PARTLY_RECEIVED,
        OrderStatus.RECEIVED,
        OrderStatus.CANCELLED,
    },
    OrderStatus.SENT: {
        OrderStatus.PARTLY_RECEIVED,
        OrderStatus.RECEIVED,
        OrderStatus.CANCELLED,
    },
    OrderStatus.PARTLY_RECEIVED: {
        OrderStatus.PARTLY_RECEIVED,
        OrderStatus.RECEIVED,
        OrderStatus.CANCELLED,
    },
    OrderStatus.RECEIVED: set(),
    OrderStatus.CANCELLED: set(),
}


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One product on an order, units; the line is open until received or cancelled.

    Attributes:
        cancelled: of the quantity, what will not come any more.
    """

    product_id: ProductId
    quantity: Decimal
    unit_cost: Decimal
    received: Decimal = ZERO
    decision_id: int | None = None
    cancelled: Decimal = ZERO

    @property
    def outstanding(self) -> Decimal:
        """Return the units still to come."""
        return max(ZERO, self.quantity - self.received - self.cancelled)

    @property
    def wanted(self) -> Decimal:
        """Return the units that came or are still to come; 0 of a line taken off the order."""
        return self.quantity - self.cancelled

    @property
    def total(self) -> Decimal:
        """Return the price of the whole line."""
        return (self.wanted * self.unit_cost).quantize(CENT)


@dataclass(frozen=True, kw_only=True)
class PurchaseOrder:
    """What is bought from one supplier for one location.

    Attributes:
        number: what people call it, such as PO-00012.
        expected_on: day the goods are due.
        approved_by: who approved it; empty while it waits for a person.
        sent_at: when it left for the supplier; None before.
        revision: grows with every edit; the supplier sees it on the order.
    """

    id: OrderId
    number: str
    supplier_id: SupplierId
    location_id: LocationId
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    ordered_on: date
    expected_on: date
    created_at: datetime
    created_by: str
    approved_by: str = ""
    note: str = ""
    sent_at: datetime | None = None
    revision: int = 1

    @property
    def total(self) -> Decimal:
        """Return the price of all lines, in the tenant's currency."""
        return sum((line.total for line in self.lines), Decimal("0.00"))

    @property
    def received_total(self) -> Decimal:
        """Return the price of what was received, in the tenant's currency."""
        received = sum((line.received * line.unit_cost for line in self.lines), ZERO)
        return received.quantize(CENT)

    @property
    def is_open(self) -> bool:
        """Return whether goods are still to come."""
        return self.status in OPEN_STATUSES

    @property
    def waits_for_more(self) -> bool:
        """Return whether a draft is approved, and kept until the supplier's minimum is reached."""
        return self.status is OrderStatus.DRAFT and bool(self.approved_by)

    def key_of(self, line: OrderLine) -> StockKey:
        """Return what the line restocks."""
        return StockKey(line.product_id, self.location_id)


def moved_to(order: PurchaseOrder, status: OrderStatus) -> PurchaseOrder:
    """Return the order in its next status.

    Raises:
        ConflictError: the order cannot go there from where it is.
    """
    if status not in _NEXT[order.status]:
        message = (
            f"order {order.number} is {_words(order.status)}; it cannot become {_words(status)}"
        )
        raise ConflictError(message, "see `stock orders show " + order.number + "`")
    return replace(order, status=status)


def approved(order: PurchaseOrder, *, by: str) -> PurchaseOrder:
    """Return the order approved by a person."""
    return replace(moved_to(order, OrderStatus.APPROVED), approved_by=by)


def with_receipt(order: PurchaseOrder, arrived: dict[ProductId, Decimal]) -> PurchaseOrder:
    """Return the order after goods came in.

    Args:
        order: an approved, sent or partly received one.
        arrived: units that came, per product; more than ordered is accepted as it is.

    Raises:
        ConflictError: the order takes no receipt.
        InvalidInputError: a product that is not on the order, or nothing arrived.
    """
    unknown = set(arrived) - {line.product_id for line in order.lines}
    if unknown or not any(units > 0 for units in arrived.values()):
        message = f"nothing of this is on order {order.number}"
        raise InvalidInputError(message, "see `stock orders show " + order.number + "`")
    if any(units < 0 for units in arrived.values()):
        message = "a receipt below zero cannot be booked: use a stock count to correct"
        raise InvalidInputError(message)
    lines = tuple(_with_arrived(line, arrived.get(line.product_id, ZERO)) for line in order.lines)
    done = all(line.outstanding == 0 for line in lines)
    status = OrderStatus.RECEIVED if done else OrderStatus.PARTLY_RECEIVED
    return replace(moved_to(order, status), lines=lines)


def _with_arrived(line: OrderLine, units: Decimal) -> OrderLine:
    """Return the line after goods came: what was cancelled and came anyway counts again."""
    received = line.received + units
    return replace(
        line, received=received, cancelled=min(line.cancelled, max(ZERO, line.quantity - received))
    )


def cancelled(order: PurchaseOrder) -> PurchaseOrder:
    """Return the order with nothing more to come; what was received stays received."""
    lines = tuple(without_rest(line) for line in order.lines)
    return replace(moved_to(order, OrderStatus.CANCELLED), lines=lines)


def without_rest(line: OrderLine) -> OrderLine:
    """Return the line with nothing more to come."""
    return replace(line, cancelled=line.cancelled + line.outstanding)


@dataclass(frozen=True, kw_only=True)
class Spending:
    """What approved orders came to so far, in the tenant's currency.

    Attributes:
        today: orders of the day.
        this_month: orders of its calendar month, the day's included.
    """

    today: Decimal = ZERO
    this_month: Decimal = ZERO

    def plus(self, total: Decimal) -> Spending:
        """Return the spending after one more order of the day."""
        return Spending(today=self.today + total, this_month=self.this_month + total)


def needs_approval(
    order_total: Decimal,
    *,
    spent: Spending,
    approval_limit: Decimal | None = None,
    daily_limit: Decimal | None = None,
    monthly_limit: Decimal | None = None,
) -> str:
    """Return why an order must wait for a manager, or an empty string if it need not.

    A limit of None lets every order pass.
    """
    if approval_limit is not None and order_total > approval_limit:
        return f"its total {order_total} is above the approval limit {plain(approval_limit)}"
    for already, when, name, limit in (
        (spent.today, "today", "daily", daily_limit),
        (spent.this_month, "this month", "monthly", monthly_limit),
    ):
        if limit is not None and already + order_total > limit:
            return (
                f"with {already} already ordered {when} its total {order_total} "
                f"passes the {name} limit {plain(limit)}"
            )
    return ""


def _words(status: OrderStatus) -> str:
    return status.replace("_", " ")

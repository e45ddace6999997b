"""How reliable a supplier is: what was promised, and what came when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stockcli.domain.identifiers import SupplierId
from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus
from stockcli.domain.quantity import ZERO


@dataclass(frozen=True, kw_only=True)
class OrderRecord:
    """An order and what came of it.

    Attributes:
        total: of its lines, at cost, in the tenant's currency.
        received_total: of what was received.
        ordered: units, those cancelled later included.
        received: units.
        arrived_on: day of its latest receipt; None before the first.
    """

    number: str
    supplier_id: SupplierId
    status: OrderStatus
    ordered_on: date
    expected_on: date
    total: Decimal
    received_total: Decimal
    ordered: Decimal
    received: Decimal
    arrived_on: date | None = None

    @property
    def is_placed(self) -> bool:
        """Return whether it was ever approved, as far as it tells: no draft, and not withdrawn."""
        withdrawn = self.status is OrderStatus.CANCELLED and not self.received
        return self.status is not OrderStatus.DRAFT and not withdrawn

    @property
    def spent(self) -> Decimal:
        """Return what the shop is committed to pay; of a cancelled order what was received."""
        if not self.is_placed:
            return Decimal("0.00")
        return self.received_total if self.status is OrderStatus.CANCELLED else self.total

    @property
    def is_complete(self) -> bool:
        """Return whether nothing more will come of it, and something came."""
        return self.status not in OPEN_STATUSES and self.arrived_on is not None

    @property
    def is_awaited(self) -> bool:
        """Return whether the supplier still owes goods; a draft waits for the shop."""
        return self.status in OPEN_STATUSES and self.status is not OrderStatus.DRAFT


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """A supplier's deliveries over some days.

    Attributes:
        due: orders that were due in them.
        on_time: of those, whose last goods came on the promised day or before.
        awaited: of those, which are not complete yet; they are late.
        promised_days: mean of the complete ones, from order to promised day; None without any.
        actual_days: mean of the same ones, from order to last goods.
        ordered: units of the orders due.
        received: of those units.
    """

    due: int = 0
    on_time: int = 0
    awaited: int = 0
    promised_days: float | None = None
    actual_days: float | None = None
    ordered: Decimal = ZERO
    received: Decimal = ZERO

    @property
    def on_time_share(self) -> float | None:
        """Return the share on time; None where nothing was due."""
        return self.on_time / self.due if self.due else None

    @property
    def received_share(self) -> float | None:
        """Return the share of the units ordered that came, early or late."""
        return float(self.received / self.ordered) if self.ordered else None


def reliability(orders: Iterable[OrderRecord], first: date, last: date) -> Reliability:
    """Return how the orders due from first to last were delivered.

    Orders are taken by the day they were promised for, whenever they came: by the day of receipt,
    those that never came would not count. Left out are drafts, orders cancelled before anything
    came, and those whose receipts are on no record. An order is late as a whole if any of its
    goods are; this is "on time" of OTIF (on time, in full), and `received_share` the other half.
    """
    due = [
        one
        for one in orders
        if first <= one.expected_on <= last and (one.is_complete or one.is_awaited)
    ]
    complete = [one for one in due if one.is_complete]
    return Reliability(
        due=len(due),
        on_time=sum(_arrived(one) <= one.expected_on for one in complete),
        awaited=len(due) - len(complete),
        promised_days=_mean([(one.expected_on - one.ordered_on).days for one in complete]),
        actual_days=_mean([(_arrived(one) - one.ordered_on).days for one in complete]),
        ordered=sum((one.ordered for one in due), ZERO),
        received=sum((one.received for one in due), ZERO),
    )


def _arrived(order: OrderRecord) -> date:
    return order.arrived_on or order.expected_on


def _mean(days: list[int]) -> float | None:
    return sum(days) / len(days) if days else None

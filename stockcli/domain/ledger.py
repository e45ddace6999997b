"""The stock ledger: it only grows, and on hand is what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.quantity import STEP, ZERO, quantity


class MovementKind(StrEnum):
    """Why stock changed."""

    SALE = "sale"
    RECEIPT = "receipt"
    RETURN = "return"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"
    COUNT = "count"


_OUTWARD = frozenset({MovementKind.SALE})
_INWARD = frozenset({MovementKind.RECEIPT, MovementKind.RETURN})


@dataclass(frozen=True, kw_only=True)
class StockMovement:
    """One change of stock.

    Attributes:
        change: signed units: negative leaves the shelf.
        occurred_at: when it happened, timezone-aware.
        day: the shop's own calendar day of it.
        reference: the business key; the same reference is booked once per shop.
        unit_price: of a sale, in the tenant's currency; None if unknown.
        counted: of a count, what was found; the change is the difference it booked.
    """

    key: StockKey
    kind: MovementKind
    change: Decimal
    occurred_at: datetime
    day: date
    reference: str
    unit_price: Decimal | None = None
    counted: Decimal | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a naive time and a change whose sign contradicts its kind."""
        if self.occurred_at.tzinfo is None:
            message = "a stock movement needs a time with its zone"
            raise InvalidInputError(message)
        if (self.kind in _OUTWARD and self.change > 0) or (
            self.kind in _INWARD and self.change < 0
        ):
            message = f"a {self.kind} of {self.change} units has the wrong sign"
            raise InvalidInputError(message)


@dataclass(frozen=True, kw_only=True)
class StockLevel:
    """Stock of one product at one location, units.

    Attributes:
        version: grows with every movement; tells whether stock moved since it was read.
        is_known: whether a count or a receipt ever told what is on the shelf; before that,
            on hand only says what was sold.
    """

    key: StockKey
    on_hand: Decimal = ZERO
    on_order: Decimal = ZERO
    reserved: Decimal = ZERO
    version: int = 0
    is_known: bool = False

    @property
    def position(self) -> Decimal:
        """Return the inventory position, units."""
        return inventory_position(self.on_hand, self.on_order, self.reserved)


@dataclass(frozen=True, kw_only=True)
class DailyMovements:
    """A product's days at one location, oldest first, one entry a calendar day.

    Attributes:
        sold: units sold per day, returns not netted; zero where nothing moved.
        closing_stock: on hand at the end of each day; None before the first count or receipt,
            when the ledger does not know the shelf yet.
    """

    key: StockKey
    first_day: date
    sold: Sequence[float]
    closing_stock: Sequence[float | None]


def inventory_position(on_hand: Decimal, on_order: Decimal, reserved: Decimal) -> Decimal:
    """Return on hand + on order - reserved, units: the one definition everybody uses.

    On order counts open purchase orders, drafts included. Source: Silver, Pyke & Thomas,
    Inventory and Production Management in Supply Chains, 4th ed., section 6.1.

    >>> inventory_position(Decimal(12), Decimal(24), Decimal(5))
    Decimal('31')
    """
    return on_hand + on_order - reserved


def counted_movement(
    key: StockKey,
    *,
    counted: Decimal,
    on_hand: Decimal,
    occurred_at: datetime,
    day: date,
    reference: str,
    note: str = "",
) -> StockMovement:
    """Return the movement a stock count books: the difference between shelf and ledger."""
    if counted < 0:
        message = f"a count of {counted} units is below zero: give what was found"
        raise InvalidInputError(message)
    return StockMovement(
        key=key,
        kind=MovementKind.COUNT,
        # Not quantity(): whatever absurd sum was booked before, a count puts it right.
        change=(counted - on_hand).quantize(STEP),
        counted=quantity(counted),
        occurred_at=occurred_at,
        day=day,
        reference=reference,
        note=note,
    )


def recount(
    key: StockKey, *, late_change: Decimal, counted_at: datetime, day: date, reference: str
) -> StockMovement:
    """Return the adjustment that keeps a count true when earlier movements arrive late.

    The count saw the shelf after those movements, so they must not change on hand.
    """
    return StockMovement(
        key=key,
        kind=MovementKind.ADJUSTMENT,
        change=(-late_change).quantize(STEP),
        occurred_at=counted_at,
        day=day,
        reference=reference,
        note="arrived after a later stock count, which already reflects it",
    )

"""The shape both demo shops come in: plain facts that any importer can take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

MovementKind = Literal["sale", "receipt", "count"]
ProductLife = Literal["active", "run_out", "discontinued"]


@dataclass(frozen=True, kw_only=True)
class DemoSupplier:
    """Who delivers; lead time in days from order to receipt, mean and standard deviation."""

    code: str
    name: str
    email: str
    lead_time_days: float
    lead_time_sd_days: float


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """A product: money per unit, quantities in units; `maximum_stock` None means no limit."""

    sku: str
    name: str
    category: str
    supplier_code: str
    unit_cost: Decimal
    unit_price: Decimal
    pack_size: Decimal
    minimum_order_quantity: Decimal
    maximum_stock: Decimal | None
    status: ProductLife


@dataclass(frozen=True, kw_only=True)
class DemoMovement:
    """One change of stock, or one count.

    Attributes:
        quantity: units, above zero for sales and receipts; for a count, what was counted.
        occurred_at: the moment, in UTC.
        reference: unique within the shop.
    """

    sku: str
    location: str
    kind: MovementKind
    quantity: Decimal
    occurred_at: datetime
    reference: str


@dataclass(frozen=True, kw_only=True)
class DemoShop:
    """A whole shop; `movements` are in the order in which they happened."""

    slug: str
    name: str
    currency: str
    timezone: str
    suppliers: tuple[DemoSupplier, ...]
    products: tuple[DemoProduct, ...]
    locations: tuple[tuple[str, str], ...]
    movements: tuple[DemoMovement, ...]
    closed_days: tuple[date, ...]


def moment(day: date, clock: time, timezone: ZoneInfo) -> datetime:
    """Return the UTC moment at which the shop's clock shows this time of this day."""
    return datetime.combine(day, clock, tzinfo=timezone).astimezone(UTC)

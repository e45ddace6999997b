"""The catalogue: what is sold, who supplies it, where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import LocationId, ProductId, SupplierId


class ProductStatus(StrEnum):
    """Where a product is in its life; only new and active ones are reordered."""

    NEW = "new"
    ACTIVE = "active"
    RUN_OUT = "run_out"
    DISCONTINUED = "discontinued"


class OrderChannel(StrEnum):
    """How an order leaves for a supplier."""

    FILE = "file"
    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """Who delivers; lead times in days from order to receipt.

    Attributes:
        lead_time: as the supplier promises it, or as somebody typed it in.
        webhook_url: where orders are posted; its secret is nobody's business.
        minimum_order_value: smaller orders wait for more, in the tenant's currency; 0: none.
        order_days: weekdays on which orders are taken, Monday 0; empty: any.
    """

    id: SupplierId
    code: str
    name: str
    email: str = ""
    lead_time: LeadTime
    order_channel: OrderChannel = OrderChannel.FILE
    webhook_url: str = field(default="", repr=False)
    minimum_order_value: Decimal = Decimal(0)
    order_days: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Location:
    """A place that holds stock: shop floor, warehouse."""

    id: LocationId
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product of one shop.

    Attributes:
        unit_cost: what the supplier charges for one unit.
        unit_price: what the shop sells it for; values what a stock-out puts at risk.
        pack_size: order quantities are multiples of this.
        minimum_order_quantity: least order, units.
        maximum_stock: most the shelf may hold, units; None: no limit.
        service_level: overrides the shop's, inside (0, 1).
        snoozed_until: no order and no alert before this day.
    """

    id: ProductId
    sku: str
    name: str
    category: str = ""
    supplier_id: SupplierId | None = None
    status: ProductStatus = ProductStatus.ACTIVE
    unit_cost: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    pack_size: Decimal = Decimal(1)
    minimum_order_quantity: Decimal = Decimal(1)
    maximum_stock: Decimal | None = None
    service_level: float | None = None
    snoozed_until: date | None = None

    @property
    def is_kept(self) -> bool:
        """Return whether its shelf is to be kept full: it is new or active."""
        return self.status in (ProductStatus.NEW, ProductStatus.ACTIVE)

    def is_snoozed(self, day: date) -> bool:
        """Return whether the product is to be left alone on this day."""
        return self.snoozed_until is not None and day < self.snoozed_until

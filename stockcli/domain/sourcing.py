"""Where goods may come from: suppliers and their prices, other locations, successors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from stockcli.domain.identifiers import LocationId, ProductId, StockKey, SupplierId
from stockcli.domain.shop import ShopPolicy


@dataclass(frozen=True, kw_only=True)
class PriceBreak:
    """What a unit costs from a quantity on, in the tenant's currency."""

    from_quantity: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class ProductSource:
    """A supplier a product can be bought from.

    Attributes:
        rank: 0 is asked first; the next one where it cannot deliver in time.
        unit_cost: below the first break; None takes the product's own.
        price_breaks: by quantity, least first.
        active: whether it is still asked at all.
    """

    product_id: ProductId
    supplier_id: SupplierId
    rank: int = 0
    unit_cost: Decimal | None = None
    price_breaks: tuple[PriceBreak, ...] = ()
    active: bool = True

    def cost_of(self, quantity: Decimal, usual: Decimal) -> Decimal:
        """Return what a unit costs if so many are bought.

        Args:
            quantity: units of one order line.
            usual: the product's own unit cost.
        """
        return unit_cost_of(quantity, self.price_breaks, usual, self.unit_cost)


def unit_cost_of(
    quantity: Decimal,
    breaks: Iterable[PriceBreak],
    usual: Decimal,
    first: Decimal | None = None,
) -> Decimal:
    """Return the unit cost of an all-units discount: the price of the last break reached.

    Source: Silver, Pyke & Thomas, section 4.5.

    >>> steps = [PriceBreak(from_quantity=Decimal(10), unit_cost=Decimal("0.9"))]
    >>> [unit_cost_of(Decimal(n), steps, Decimal(1)) for n in (9, 10)]
    [Decimal('1'), Decimal('0.9')]
    """
    reached = [one for one in breaks if one.from_quantity <= quantity]
    if not reached:
        return usual if first is None else first
    return max(reached, key=lambda one: one.from_quantity).unit_cost


class TransferStatus(StrEnum):
    """The life of a transfer."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class StockTransfer:
    """Goods to be moved from one location to another.

    While it is open its units are on order at the destination and reserved at the origin.

    Attributes:
        number: what people call it, such as TR-00003.
        quantity: units.
    """

    number: str
    product_id: ProductId
    origin_id: LocationId
    destination_id: LocationId
    quantity: Decimal
    created_at: datetime
    created_by: str
    reason: str = ""
    status: TransferStatus = TransferStatus.OPEN
    ended_at: datetime | None = None

    @property
    def origin(self) -> StockKey:
        """Return what it takes from."""
        return StockKey(self.product_id, self.origin_id)

    @property
    def destination(self) -> StockKey:
        """Return what it restocks."""
        return StockKey(self.product_id, self.destination_id)


class Autonomy(StrEnum):
    """What the check may do by itself in a category."""

    ORDER = "order"
    PROPOSE = "propose"
    NOTIFY = "notify"


@dataclass(frozen=True, kw_only=True)
class CategoryPolicy:
    """What a shop wants of one category; None leaves it to the shop's own policy.

    Attributes:
        service_level: target cycle service level, inside (0, 1).
        review_period_days: days between two checks, at least 1.
        autonomy: order within the limits, propose drafts that wait, or only tell the manager.
    """

    category: str
    service_level: float | None = None
    review_period_days: int | None = None
    autonomy: Autonomy | None = None


@dataclass(frozen=True, kw_only=True)
class Policies:
    """What a shop wants of each of its products: by category, and else as of all.

    A product's own service level goes before its category's, and that before the shop's.
    """

    shop: ShopPolicy
    categories: Mapping[str, CategoryPolicy] = field(default_factory=dict)

    def of(self, category: str) -> ShopPolicy:
        """Return the shop's policy as it holds for a category."""
        return self._by_category.get(category, self.shop)

    def service_level_of(self, category: str) -> float | None:
        """Return the service level that was set for a category itself; None if none was."""
        own = self.categories.get(category)
        return own.service_level if own else None

    def autonomy_of(self, category: str) -> Autonomy:
        """Return what the check may do by itself in a category."""
        own = self.categories.get(category)
        return (own.autonomy if own else None) or Autonomy.ORDER

    @cached_property
    def _by_category(self) -> dict[str, ShopPolicy]:
        return {name: _narrowed(self.shop, own) for name, own in self.categories.items()}


def _narrowed(shop: ShopPolicy, own: CategoryPolicy) -> ShopPolicy:
    return replace(
        shop,
        service_level=own.service_level or shop.service_level,
        review_period_days=own.review_period_days or shop.review_period_days,
    )

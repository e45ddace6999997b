"""What is on the shelf, what is on its way, and what is low."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.catalogue import Location, Product
from stockcli.domain.decisions import OpenOrder
from stockcli.domain.identifiers import StockKey, folded
from stockcli.domain.ledger import DailyMovements, StockLevel, inventory_position
from stockcli.domain.purchasing import OPEN_STATUSES
from stockcli.domain.quantity import ZERO
from stockcli.domain.replenishment import (
    ManualMinimum,
    Threshold,
    days_of_cover,
    effective_order_up_to_level,
    effective_reorder_point,
    order_up_to_level,
)
from stockcli.domain.shop import business_day, day_of_trade, last_complete_day, local_day
from stockcli.usecases.ports import UnitOfWork

LONGEST_SILENCE = timedelta(days=30)
"""A shop without a sale for longer is not trading: its records end there."""


RECENT = timedelta(days=60)
"""How far back a day's number of sales is compared."""


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """One product at one location, with everything people ask about it.

    Attributes:
        reorder_point: the one in force, units; None before the first forecast.
        minimum: the manager's, if one is in force.
    """

    product: Product
    location: Location
    level: StockLevel
    reorder_point: Decimal | None
    threshold: Threshold | None
    minimum: ManualMinimum | None
    days_of_cover: float | None
    open_orders: tuple[OpenOrder, ...]

    @property
    def is_manual(self) -> bool:
        """Return whether the manager's minimum is in force."""
        return self.minimum is not None

    @property
    def is_low(self) -> bool:
        """Return whether the inventory position is at or below the reorder point in force.

        A reorder point of zero means that nothing need be kept.
        """
        return bool(self.reorder_point) and self.level.position <= (self.reorder_point or 0)

    @property
    def order_up_to_level(self) -> Decimal | None:
        """Return where an order brings the position, units; None before the first forecast.

        It moves with a minimum by hand. Without a forecast it lies one unit above the minimum,
        so that an order ends above it.
        """
        if self.reorder_point is None:
            return None
        most = self.product.maximum_stock
        if self.threshold is None:
            return order_up_to_level(self.reorder_point, 1.0, most)
        level = effective_order_up_to_level(self.threshold, self.reorder_point)
        return level if most is None else min(level, most)

    @property
    def is_short_but_ordered(self) -> bool:
        """Return whether the shelf alone is low, and what is on order makes up for it."""
        on_shelf = inventory_position(self.level.on_hand, ZERO, self.level.reserved)
        return (
            not self.is_low and bool(self.reorder_point) and on_shelf <= (self.reorder_point or 0)
        )


def shop_day(unit: UnitOfWork, now: datetime) -> date:
    """Return the day the shop's stock is judged on."""
    with unit.reading():
        return shop_day_within(unit, now)


def shop_day_within(unit: UnitOfWork, now: datetime) -> date:
    """Return the day the shop's stock is judged on, inside an open unit of work."""
    span = unit.ledger.first_and_last_sale_day()
    if span is None:
        return local_day(unit.tenant, now)
    recent = unit.ledger.sale_lines_per_day(span[1] - RECENT, span[1])
    return business_day(local_day(unit.tenant, now), last_complete_day(recent))


def booking_day_within(unit: UnitOfWork, now: datetime, on: date | None = None) -> date:
    """Return the day something booked by hand belongs to, inside an open unit of work.

    Today; but in a shop whose sales on record end long ago, such as one that tries the program
    on old data, the day its stock is judged on: a sale of today would turn the years between
    into days without demand.

    Args:
        on: the day somebody named; None takes the present one.

    Raises:
        InvalidInputError: that day is still to come, or too long ago.
    """
    today, judged = local_day(unit.tenant, now), shop_day_within(unit, now)
    if on is not None:
        return day_of_trade(on, today)
    return judged if today - judged > LONGEST_SILENCE else today


def stock_lines(unit: UnitOfWork, *, day: date, low_only: bool = False) -> list[StockLine]:
    """Return every stocked product by SKU and location, or only what needs ordering."""
    with unit.reading():
        lines = stock_lines_within(unit, day=day)
    return [line for line in lines if needs_order(line, day)] if low_only else lines


def needs_order(line: StockLine, day: date) -> bool:
    """Return whether a line is low, and of a product that may be ordered on this day."""
    return line.is_low and reorderable(line.product, day)


def reorderable(product: Product, day: date) -> bool:
    """Return whether orders and alerts about a product make sense on this day."""
    return product.is_kept and not product.is_snoozed(day)


def stock_of(unit: UnitOfWork, sku: str, *, day: date) -> list[StockLine]:
    """Return one product's lines, one a location.

    Raises:
        NotFoundError: no such product.
    """
    with unit.reading():
        product = unit.products.get(sku)
        lines = stock_lines_within(unit, day=day, products=[product])
        if lines:
            return lines
        key = StockKey(product.id, unit.locations.get(None).id)
        return stock_lines_within(unit, day=day, products=[product], keys=[key])


def stock_lines_within(
    unit: UnitOfWork,
    *,
    day: date,
    products: Collection[Product] | None = None,
    keys: Collection[StockKey] | None = None,
    thresholds: Mapping[StockKey, Threshold] | None = None,
) -> list[StockLine]:
    """Return stock lines inside an open unit of work: a handful of reads, whatever the size.

    Args:
        products: only these; None takes all.
        keys: that are to be listed even if nothing ever moved there.
        thresholds: to judge by instead of the stored ones.
    """
    by_id = {product.id: product for product in products or unit.products.all()}
    places = {place.id: place for place in unit.locations.all()}
    minimums = unit.minimums.all()
    thresholds = unit.thresholds.all() if thresholds is None else thresholds
    levels = {key: lvl for key, lvl in unit.ledger.levels().items() if key.product_id in by_id}
    known = set(levels) | {key for key in minimums if key.product_id in by_id} | set(keys or ())
    orders = open_orders_within(unit)
    lines = [
        _line(
            by_id[key.product_id],
            places[key.location_id],
            levels.get(key) or StockLevel(key=key),
            thresholds.get(key),
            minimums.get(key),
            orders.get(key, ()),
            day,
        )
        for key in known
    ]
    return sorted(lines, key=lambda line: (line.product.sku, line.location.code))


def _line(
    product: Product,
    location: Location,
    level: StockLevel,
    threshold: Threshold | None,
    minimum: ManualMinimum | None,
    orders: tuple[OpenOrder, ...],
    day: date,
) -> StockLine:
    computed = threshold.reorder_point if threshold else None
    return StockLine(
        product=product,
        location=location,
        level=level,
        reorder_point=effective_reorder_point(computed, minimum, day),
        threshold=threshold,
        minimum=minimum if minimum and minimum.holds_on(day) else None,
        days_of_cover=days_of_cover(level.on_hand, threshold.mean_per_day) if threshold else None,
        open_orders=orders,
    )


def open_orders_within(unit: UnitOfWork) -> dict[StockKey, tuple[OpenOrder, ...]]:
    """Return what is still to come for each key, soonest first."""
    found: dict[StockKey, list[OpenOrder]] = {}
    for order in unit.orders.all(OPEN_STATUSES):
        for line in order.lines:
            if line.outstanding > 0:
                found.setdefault(order.key_of(line), []).append(
                    OpenOrder(
                        number=order.number,
                        quantity=line.outstanding,
                        expected_on=order.expected_on,
                        status=order.status,
                    )
                )
    return {
        key: tuple(sorted(orders, key=lambda order: order.expected_on))
        for key, orders in found.items()
    }


def key_of(unit: UnitOfWork, sku: str, location: str | None) -> tuple[Product, Location, StockKey]:
    """Return a product, a location and the key of both, inside an open unit of work.

    Raises:
        NotFoundError: either is unknown.
    """
    product, place = unit.products.get(sku), unit.locations.get(location)
    return product, place, StockKey(product.id, place.id)


def find_products(unit: UnitOfWork, text: str, limit: int = 10) -> list[Product]:
    """Return products whose SKU or name contains every word, whatever the case and accents."""
    words = folded(text).split()
    with unit.reading():
        found = [
            product
            for product in unit.products.all()
            if all(word in folded(f"{product.sku} {product.name}") for word in words)
        ]
    return found[:limit]


def sales_of(unit: UnitOfWork, sku: str, *, days: int, day: date) -> list[DailyMovements]:
    """Return what a product sold on each of the last days before a day, one entry a location."""
    with unit.reading():
        product = unit.products.get(sku)
        first, last = day - timedelta(days=days), day - timedelta(days=1)
        return unit.ledger.daily_movements(first, last, product_id=product.id)

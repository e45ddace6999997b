"""The replenishment policy: when to order, up to what level, and how much."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from stockcli.domain.identifiers import StockKey
from stockcli.domain.quantity import ZERO, plain, whole_units_up

DAYS_A_YEAR = 365.25
LARGEST_ORDER_UNITS = Decimal(10_000_000)
LARGEST_ORDER_COST = Decimal(100_000_000)


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """The computed thresholds of one product at one location, units.

    Attributes:
        reorder_point: quantile of demand over the protection interval, rounded up.
        order_up_to_level: where an order brings the inventory position.
        mean_per_day: expected units a calendar day.
        computed_for: the business day it holds for.
        breakdown: how it came about; JSON values only.
        parameters: the coefficients the forecast found; JSON values only.
    """

    key: StockKey
    reorder_point: Decimal
    order_up_to_level: Decimal
    mean_per_day: float
    model: str
    computed_for: date
    breakdown: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ForecastRecord:
    """What was forecast for one product at one location: units a calendar day, from a day on."""

    key: StockKey
    computed_for: date
    mean_per_day: float


@dataclass(frozen=True, kw_only=True)
class ManualMinimum:
    """A reorder point set by hand; it overrides the computed one, which is kept beside."""

    key: StockKey
    quantity: Decimal
    author: str
    reason: str
    set_at: datetime
    expires_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the minimum is in force on this day."""
        return self.expires_on is None or day <= self.expires_on


@dataclass(frozen=True, kw_only=True)
class OrderQuantity:
    """An order quantity in units, and the steps that led to it, as sentences."""

    quantity: Decimal
    steps: tuple[str, ...]


def effective_reorder_point(
    computed: Decimal | None, manual: ManualMinimum | None, day: date
) -> Decimal | None:
    """Return the reorder point in force: the manager's minimum if one holds, else computed."""
    if manual is not None and manual.holds_on(day):
        return manual.quantity
    return computed


def effective_order_up_to_level(threshold: Threshold, reorder_point: Decimal) -> Decimal:
    """Return the order-up-to level that goes with the reorder point in force, units.

    A minimum by hand moves the level with it: the order cycle's demand stays on top.
    """
    return threshold.order_up_to_level - threshold.reorder_point + reorder_point


def economic_order_quantity(
    demand_per_year: float, ordering_cost: float, holding_cost_per_unit_year: float
) -> float:
    """Return the order quantity with the least ordering and holding cost, units.

    Source: Harris (1913), How Many Parts to Make at Once: sqrt(2 D K / h).

    >>> economic_order_quantity(1000, 10, 2)
    100.0
    """
    if min(demand_per_year, ordering_cost, holding_cost_per_unit_year) <= 0:
        return 0.0
    return math.sqrt(2 * demand_per_year * ordering_cost / holding_cost_per_unit_year)


def order_cycle_demand(
    mean_per_day: float, review_period_days: int, economic_quantity: float
) -> float:
    """Return the demand one order covers beyond the reorder point, units.

    The larger of a review period's demand and the economic order quantity.

    >>> order_cycle_demand(5.0, 7, 20.0)
    35.0
    """
    return max(mean_per_day * review_period_days, economic_quantity)


def order_up_to_level(
    reorder_point: Decimal, cycle_demand: float, maximum_stock: Decimal | None
) -> Decimal:
    """Return where an order brings the position: reorder point + cycle demand, capped.

    >>> order_up_to_level(Decimal(40), 35.0, Decimal(60))
    Decimal('60')
    """
    level = reorder_point + whole_units_up(cycle_demand)
    return level if maximum_stock is None else min(level, maximum_stock)


def order_quantity(
    *,
    position: Decimal,
    reorder_point: Decimal,
    level: Decimal,
    minimum_order_quantity: Decimal,
    pack_size: Decimal,
    maximum_stock: Decimal | None,
) -> OrderQuantity:
    """Return how much to order to bring the position to the level, units: the rounding rule.

    1. What is missing is the level less the position (on hand + on order - reserved).
    2. It is raised to the minimum order quantity, then rounded up to whole packs.
    3. If that would pass the maximum, it is rounded down to the packs that fit below it.
    4. But never below what lifts the position above the reorder point, nor below the minimum
       order quantity: then the maximum gives way, and the steps say so. A shelf that is low
       again at once, and an order the supplier does not take, are worse than a pack too many.

    So an order is a whole number of packs, at least the minimum, less than a pack or minimum
    above what is missing, and past the maximum only where nothing less would do. With 194 on
    hand, a reorder point of 200, a maximum of 300 and packs of 100 (odoo#282833, #283083),
    rounding up would end at 394 and ordering nothing would leave the shelf low: 100 is ordered.

    >>> order_quantity(position=Decimal(194), reorder_point=Decimal(200), level=Decimal(300),
    ...     minimum_order_quantity=Decimal(1), pack_size=Decimal(100),
    ...     maximum_stock=Decimal(300)).quantity
    Decimal('100')
    """
    missing = level - position
    if missing <= 0:
        return OrderQuantity(quantity=ZERO, steps=("nothing is missing",))
    steps = [f"level {plain(level)} - position {plain(position)} = {plain(missing)}"]
    wanted = max(missing, minimum_order_quantity)
    if wanted > missing:
        steps.append(f"raised to the minimum order quantity {plain(wanted)}")
    packed = _packs(wanted, pack_size, ROUND_CEILING)
    if packed != wanted:
        steps.append(f"rounded up to packs of {plain(pack_size)}: {plain(packed)}")
    if maximum_stock is None or position + packed <= maximum_stock:
        return OrderQuantity(quantity=packed, steps=tuple(steps))
    least = _packs(
        max(_above(reorder_point - position, pack_size), minimum_order_quantity),
        pack_size,
        ROUND_CEILING,
    )
    fitting = max(_packs(maximum_stock - position, pack_size, ROUND_FLOOR), least)
    steps.append(
        f"rounded down to {plain(fitting)} because of the maximum {plain(maximum_stock)}"
        if fitting > least or position + fitting <= maximum_stock
        else f"the least that lifts the position above the reorder point is {plain(fitting)}, "
        f"past the maximum {plain(maximum_stock)}"
    )
    return OrderQuantity(quantity=fitting, steps=tuple(steps))


def is_beyond_ordering(units: Decimal, unit_cost: Decimal) -> bool:
    """Return whether an order would be so large that some figure behind it must be wrong."""
    return units > LARGEST_ORDER_UNITS or units * unit_cost > LARGEST_ORDER_COST


def largest_order_quantity(
    suggested: Decimal, *, position: Decimal, pack_size: Decimal, maximum_stock: Decimal | None
) -> Decimal:
    """Return the most a reviewer may order instead of the policy's quantity, units.

    Half as much again, in whole packs, and no more than the maximum leaves room for.

    >>> largest_order_quantity(Decimal(20), position=Decimal(3), pack_size=Decimal(6),
    ...     maximum_stock=None)
    Decimal('30')
    """
    cap = suggested * Decimal("1.5")
    if maximum_stock is not None:
        cap = min(cap, maximum_stock - position)
    return max(_packs(cap, pack_size, ROUND_FLOOR), suggested)


def _packs(units: Decimal, pack_size: Decimal, rounding: str) -> Decimal:
    return (units / pack_size).to_integral_value(rounding) * pack_size


def _above(gap: Decimal, pack_size: Decimal) -> Decimal:
    """Return the least order that ends strictly above the reorder point."""
    packs = (gap / pack_size).to_integral_value(ROUND_FLOOR) + 1
    return max(packs, Decimal(1)) * pack_size


def days_of_cover(on_hand: Decimal, mean_per_day: float) -> float | None:
    """Return how many days the shelf lasts at the expected rate; None without demand."""
    return None if mean_per_day <= 0 else max(0.0, float(on_hand) / mean_per_day)


def money_at_risk(
    *, position: Decimal, mean_per_day: float, interval_days: float, unit_price: Decimal
) -> Decimal:
    """Return the sales expected to be lost over the protection interval without an order.

    >>> money_at_risk(position=Decimal(4), mean_per_day=1.0, interval_days=14.0,
    ...     unit_price=Decimal("2.50"))
    Decimal('25.00')
    """
    short = max(0.0, mean_per_day * interval_days - float(position))
    return (Decimal(str(round(short, 3))) * unit_price).quantize(Decimal("0.01"))

"""Products now and on other terms: their levels, and what those are expected to lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stockcli.domain.catalogue import Product
from stockcli.domain.demand import LeadTime
from stockcli.domain.quantity import ZERO
from stockcli.domain.replenishment import (
    DAYS_A_YEAR,
    ManualMinimum,
    Threshold,
    effective_order_up_to_level,
    effective_reorder_point,
)
from stockcli.domain.stock_outlook import IntervalDemand, Levels, stock_outlook


@dataclass(frozen=True, kw_only=True)
class Side:
    """A product's figures now, or then.

    Attributes:
        reorder_point: in force, units.
        average_stock: expected on the shelf, units.
        stock_value: that, at cost, in the tenant's currency.
        fill_rate: expected share of demand served from the shelf.
        demand_per_year: expected units.
    """

    service_level: float
    lead_time_days: float
    lead_time_sd_days: float
    review_period_days: int
    reorder_point: Decimal
    order_up_to_level: Decimal
    order_quantity: float
    average_stock: float
    stock_value: float
    fill_rate: float
    demand_per_year: float

    @property
    def short_per_year(self) -> float:
        """Return the units expected to be asked for in vain."""
        return (1 - self.fill_rate) * self.demand_per_year


@dataclass(frozen=True, kw_only=True)
class WhatIfRow:
    """One product at one location, now and then.

    Attributes:
        unit_value: what a sale that is lost is worth: the price, or the cost where none is known.
        is_manual: whether a minimum by hand is in force, which stays.
    """

    sku: str
    name: str
    location: str
    unit_value: Decimal
    is_manual: bool
    now: Side
    then: Side

    @property
    def value_change(self) -> float:
        """Return by how much the stock at cost grows, in the tenant's currency."""
        return self.then.stock_value - self.now.stock_value


@dataclass(frozen=True, kw_only=True)
class Totals:
    """All rows together, in the tenant's currency.

    Attributes:
        stock_value: average stock at cost.
        holding_cost_per_year: of that.
        fill_rate: of all units asked for; None if there are none.
        lost_sales_per_year: what is asked for in vain, at its price.
    """

    stock_value: float
    holding_cost_per_year: float
    fill_rate: float | None
    lost_sales_per_year: float


def side_of(
    threshold: Threshold, product: Product, minimum: ManualMinimum | None, day: date
) -> Side:
    """Return what a threshold leads to; a minimum by hand goes before it."""
    part = threshold.breakdown
    reorder_point = effective_reorder_point(threshold.reorder_point, minimum, day) or ZERO
    level = effective_order_up_to_level(threshold, reorder_point)
    most = product.maximum_stock
    levels = Levels(
        reorder_point=reorder_point,
        order_up_to_level=level if most is None else max(min(level, most), reorder_point),
        review_period_days=part["review_period_days"],
        minimum_order_quantity=product.minimum_order_quantity,
        pack_size=product.pack_size,
        maximum_stock=most,
    )
    demand = interval_demand(threshold)
    outlook = stock_outlook(levels, demand)
    return Side(
        service_level=part["service_level"],
        lead_time_days=demand.lead_time.mean_days,
        lead_time_sd_days=demand.lead_time.standard_deviation_days,
        review_period_days=levels.review_period_days,
        reorder_point=reorder_point,
        order_up_to_level=levels.order_up_to_level,
        order_quantity=outlook.order_quantity,
        average_stock=outlook.average_stock,
        stock_value=outlook.average_stock * float(product.unit_cost),
        fill_rate=outlook.fill_rate,
        demand_per_year=demand.per_day * DAYS_A_YEAR,
    )


def interval_demand(threshold: Threshold) -> IntervalDemand:
    """Return the forecast a threshold was made from; earlier versions stored no deviation."""
    part = threshold.breakdown
    return IntervalDemand(
        mean=part["demand_mean"],
        standard_deviation=part["demand_standard_deviation"],
        days=part["interval_days"],
        lead_time=LeadTime(
            mean_days=part["lead_time_days"],
            standard_deviation_days=part.get("lead_time_sd_days", 0.0),
        ),
    )


def totals_of(rows: Sequence[WhatIfRow], sides: Iterable[Side], holding_cost_rate: float) -> Totals:
    """Return the rows' figures on one side together.

    Args:
        holding_cost_rate: yearly cost of holding stock, a share of its value.
    """
    all_of_them = list(sides)
    value = sum(one.stock_value for one in all_of_them)
    asked = sum(one.demand_per_year for one in all_of_them)
    short = sum(one.short_per_year for one in all_of_them)
    lost = sum(
        side.short_per_year * float(row.unit_value)
        for row, side in zip(rows, all_of_them, strict=True)
    )
    return Totals(
        stock_value=value,
        holding_cost_per_year=value * holding_cost_rate,
        fill_rate=1 - short / asked if asked > 0 else None,
        lost_sales_per_year=lost,
    )

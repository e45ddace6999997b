"""The service level that would have cost least: found by simulation on the series' own past.

The textbook's critical ratio supposes that the distribution is right and that unmet demand
waits; on real sales it orders too much. So the policy is walked through the past instead, once
for each level of a grid, with the totals and errors the fitted method has of itself.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from stockcli.domain.demand import ForecastRequest, StockCosts
from stockcli.forecasting.ahead import Ahead
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.projection import Projection

LEVELS = np.array(
    [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.84, 0.87, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98,
     0.985, 0.99, 0.995]
)  # fmt: skip
DEFAULT_LEVEL, LOWEST_LEVEL, HIGHEST_LEVEL = 0.95, 0.001, 0.9999
FEWEST_REVIEWS = 12
"""With fewer looks at the stock a simulation says nothing of the tail."""
MOST_REVIEWS = 104
"""What lies before so many looks says little of the next."""
LARGEST_COST = 1e12
RATIO_SHORTAGES = 3.0
"""The critical ratio weighs as much as so many shortages seen in the simulation."""


class CostLevel(NamedTuple):
    """The service level, and how many looks at the stock it was learnt from: 0 if too few."""

    service_level: float
    reviews: int


def least_cost_level(
    demand: Vector,
    expected_totals: Vector,
    total_errors: Vector,
    costs: StockCosts,
    lead_time_periods: int,
    review_periods: int,
) -> CostLevel:
    """Return the service level that would have cost least over the past.

    At each review the level is the total then expected plus the quantile of all total errors,
    never below zero. Of service levels that cost the same the higher counts. The one found is
    drawn towards the critical ratio, the less the more shortages that ratio would have let
    the past show: a tail seen once is no tail known.

    Args:
        demand: units per period, oldest first, ending with the last total's last period.
        expected_totals: of the total over lead time and review period from each origin on.
        total_errors: those totals less what was expected, oldest first, a period apart.
        costs: per unit and period, and per unit asked for in vain.
        lead_time_periods: from order to receipt, not negative.
        review_periods: between two orders, at least 1.

    Demand that never varies needs no safety, however the method erred:

    >>> dear = StockCosts(holding_per_unit_day=1.0, shortage_per_unit=2.0)
    >>> errors = np.resize([-4.0, -2.0, 0.0, 2.0, 4.0], 59)
    >>> found = least_cost_level(np.full(60, 5.0), np.full(59, 10.0), errors, dear, 1, 1)
    >>> found.reviews, round(found.service_level, 3)  # (19.7 x 0.6 + 3 x 0.667) / 22.7
    (59, 0.609)
    """
    lead, review = max(lead_time_periods, 0), max(review_periods, 1)
    costs = bounded(costs)
    ratio = critical_ratio(costs, review)
    origins = np.arange(len(total_errors))[::-review][:MOST_REVIEWS][::-1]
    within = float(np.clip(ratio, LEVELS[0], LEVELS[-1]))
    if len(origins) < FEWEST_REVIEWS or not np.any(demand > 0):
        return CostLevel(within, 0)
    offsets = np.quantile(total_errors, LEVELS)
    levels = np.maximum(expected_totals[origins] + offsets[:, None], 0.0)
    start = len(demand) - (lead + review) - int(origins[-1] - origins[0])
    cost = lost_sales_costs(demand[start:], levels, costs, lead, review)
    best = float(LEVELS[np.flatnonzero(cost <= cost.min() * (1 + 1e-9))[-1]])
    shortages = len(origins) * (1.0 - ratio)
    weight = shortages / (shortages + RATIO_SHORTAGES)
    return CostLevel(weight * best + (1.0 - weight) * within, len(origins))


def service_level(
    request: ForecastRequest, units: Vector, projection: Projection, ahead: Ahead
) -> tuple[float, tuple[str, ...]]:
    """Return the level a request asks for, or the one its costs lead to, with a note.

    Args:
        request: a level that is no probability counts as 0.95.
        units: of the open periods of the past.
        projection: fitted to them.
        ahead: the calendar, which tells how many of the periods are open.
    """
    if request.costs is None:
        level = request.service_level if math.isfinite(request.service_level) else DEFAULT_LEVEL
        return inside(level), ()
    covered = max(ahead.open_periods, 1)
    review = max(round(request.review_period_days * covered / ahead.mean_periods), 1)
    errors = projection.total_errors(covered)
    found = least_cost_level(
        units, past_expectations(units, errors, covered), errors, request.costs,
        covered - review, review,
    )  # fmt: skip
    if not found.reviews:
        return found.service_level, (
            "Too short a past to simulate costs on: the service level is their ratio.",
        )
    level, reviews = found
    return level, (
        f"Service level {level:.1%}, near what would have cost least at {reviews} reviews.",
    )


def bounded(costs: StockCosts) -> StockCosts:
    """Return costs no simulation stumbles over: one below zero, or no number, counts as none.

    >>> bounded(StockCosts(holding_per_unit_day=-1.0, shortage_per_unit=float("inf")))
    StockCosts(holding_per_unit_day=0.0, shortage_per_unit=1000000000000.0)
    """
    return StockCosts(
        holding_per_unit_day=min(max(0.0, costs.holding_per_unit_day), LARGEST_COST),
        shortage_per_unit=min(max(0.0, costs.shortage_per_unit), LARGEST_COST),
    )


def inside(level: float) -> float:
    """Return a level a quantile exists for."""
    return min(max(level, LOWEST_LEVEL), HIGHEST_LEVEL)


def past_expectations(demand: Vector, total_errors: Vector, periods: int) -> Vector:
    """Return what was expected of each past total, given what it missed by.

    >>> past_expectations(np.array([9.0, 1.0, 2.0, 4.0]), np.array([1.0, 0.0]), 2).tolist()
    [2.0, 6.0]
    """
    if not len(total_errors):
        return np.zeros(0)
    totals = np.convolve(demand, np.ones(periods), mode="valid")
    return np.asarray(totals[len(totals) - len(total_errors) :] - total_errors)


def critical_ratio(costs: StockCosts, review_periods: int) -> float:
    """Return shortage / (shortage + holding over a review period): the newsvendor's level.

    Arrow, Harris and Marschak (1951), "Optimal inventory policy", Econometrica 19. One
    without any cost, since then nothing speaks against stock.

    >>> critical_ratio(StockCosts(holding_per_unit_day=0.2, shortage_per_unit=1.0), 1)
    0.8333333333333334
    """
    holding = max(costs.holding_per_unit_day, 0.0) * review_periods
    shortage = max(costs.shortage_per_unit, 0.0)
    return shortage / (shortage + holding) if shortage + holding > 0 else 1.0


def lost_sales_costs(
    demand: Vector,
    levels: Vector,
    costs: StockCosts,
    lead_time_periods: int,
    review_periods: int,
) -> Vector:
    """Return the cost of ordering up to each row of levels, one column a review, units whole.

    The (R, S) system of Silver, Pyke and Thomas (2017), chapter 6, with lost sales. Stock
    begins at the first level. Between an event and the next, a review or a delivery, stock
    only falls: n periods are one step. The first lead time, which no order reaches, is free.

    >>> one = StockCosts(holding_per_unit_day=1.0, shortage_per_unit=10.0)
    >>> lost_sales_costs(np.array([2.0, 2, 2, 3]), np.array([[4.0] * 3, [6.0] * 3]), one, 1, 1
    ... ).tolist()  # 0 + 0 + 1 short, then 2 + 2 + 1 on hand
    [10.0, 5.0]
    """
    reviews = levels.shape[1]
    level = np.ceil(levels - 1e-9)
    ends = _events(
        min(len(demand), reviews * review_periods + lead_time_periods),
        lead_time_periods,
        review_periods,
    )
    on_hand, on_order = level[:, 0].copy(), np.zeros(len(levels))
    orders: list[Vector] = []
    held, short = np.zeros(len(levels)), np.zeros(len(levels))
    for start, end in pairwise(ends):
        number = start // review_periods
        if start % review_periods == 0 and number < reviews:
            orders.append(np.maximum(level[:, number] - on_hand - on_order, 0.0))
            on_order = on_order + orders[-1]
        since = start - lead_time_periods
        if since >= 0 and since % review_periods == 0 and since // review_periods < len(orders):
            on_hand = on_hand + orders[since // review_periods]
            on_order = on_order - orders[since // review_periods]
        asked = np.cumsum(demand[start:end])
        if since >= 0:
            held += np.maximum(on_hand[:, None] - asked, 0.0).sum(axis=1)
            short += np.maximum(asked[-1] - on_hand, 0.0)
        on_hand = np.maximum(on_hand - asked[-1], 0.0)
    return np.asarray(costs.holding_per_unit_day * held + costs.shortage_per_unit * short)


def _events(periods: int, lead_time_periods: int, review_periods: int) -> list[int]:
    """Return the periods that begin with a review or a delivery, and the end.

    >>> _events(10, 1, 4)
    [0, 1, 4, 5, 8, 9, 10]
    """
    reviewed = set(range(0, periods, review_periods))
    delivered = set(range(lead_time_periods, periods, review_periods))
    return sorted(reviewed | delivered | {periods})

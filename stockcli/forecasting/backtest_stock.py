"""The stock of a backtest: every method's levels walked through the same held-out demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stockcli.domain.demand import ForecastRequest
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.policy_simulation import Periods, PolicyPath, StockWalk, walk
from stockcli.forecasting.protection_interval import IntervalLength
from stockcli.forecasting.yardsticks import Level
from stockcli.usecases.ports.backtest import (
    BacktestPlan,
    Method,
    PolicyOutcome,
    StockRule,
    StockTrace,
)

METHODS = tuple(Method)


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """One series from its first origin on.

    Attributes:
        request: with its whole history.
        lengths: possible protection intervals.
        demand: units per period, from the first origin on.
        origins: periods after the first origin at which levels were set anew; begins with 0.
        levels: every method's, one an origin.
    """

    request: ForecastRequest
    lengths: Sequence[IntervalLength]
    demand: Vector
    origins: Sequence[int]
    levels: Mapping[Method, Sequence[Level]]


class Walked(NamedTuple):
    """How one series went."""

    outcomes: Mapping[Method, PolicyOutcome]
    trace: StockTrace | None


def walk_series(series: Sequence[HeldOut], plan: BacktestPlan) -> list[Walked]:
    """Return how every series' stock went; those looked at equally often walk together."""
    results: list[Walked | None] = [None] * len(series)
    for review in {one.request.review_period_days for one in series}:
        rows = [row for row, one in enumerate(series) if one.request.review_period_days == review]
        for row, walked in zip(rows, _walk_together([series[r] for r in rows], plan), strict=True):
            results[row] = walked
    return [walked for walked in results if walked is not None]


def _walk_together(series: Sequence[HeldOut], plan: BacktestPlan) -> list[Walked]:
    """Return the walks of series with one review period: a row a series and method."""
    longest = max(len(one.demand) for one in series)
    rows = [(one, method) for one in series for method in METHODS]
    levels = [_path_of_levels(one, method, plan) for one, method in rows]
    policy = PolicyPath(
        reorder_point=np.stack([_padded(point, longest) for point, _ in levels]),
        order_up_to_level=np.stack([_padded(level, longest) for _, level in levels]),
        lead_time=np.stack([_lead_times(one, longest) for one in series for _ in METHODS]),
        review_periods=max(series[0].request.review_period_days, 1),
        backorders=plan.backorders,
    )
    demand = np.stack([_padded(one.demand, longest) for one, _ in rows])
    lengths = np.array([len(one.demand) for one, _ in rows])
    seen = walk(demand, lengths, policy)
    return [_walked(one, seen, row * len(METHODS), plan) for row, one in enumerate(series)]


def _path_of_levels(one: HeldOut, method: Method, plan: BacktestPlan) -> tuple[Vector, Vector]:
    """Return reorder point and order-up-to level of each period: those of the origin before.

    Whole units, as they are kept; nothing is known of origins to come.
    """
    at = np.searchsorted(one.origins, np.arange(len(one.demand)), side="right") - 1
    point = np.ceil(np.array([level.quantile for level in one.levels[method]]) - 1e-9)[at]
    if plan.rule is StockRule.ORDER_UP_TO:
        return point, point
    review = one.request.review_period_days
    share = review / sum(length.days * length.probability for length in one.lengths)
    cycle = np.array([level.expected for level in one.levels[method]])[at] * share
    return point, point + np.ceil(np.maximum(cycle, 0.0) - 1e-9)


def _lead_times(one: HeldOut, periods: int) -> Periods:
    """Return the lead time of an order of each period, the same whatever the method.

    Drawn from the lead time's distribution, by a seed that is the series' own: a run repeats.
    """
    days = np.array([length.days for length in one.lengths]) - one.request.review_period_days
    shares = np.array([length.probability for length in one.lengths])
    key = one.request.history.key
    chance = np.random.default_rng([abs(int(part)) for part in key])
    return np.asarray(chance.choice(np.maximum(days, 0), size=periods, p=shares / shares.sum()))


def _padded(values: Vector, length: int) -> Vector:
    """Return the values, the last one repeated up to a length."""
    return np.pad(values, (0, length - len(values)), mode="edge")


def _walked(one: HeldOut, seen: StockWalk, row: int, plan: BacktestPlan) -> Walked:
    periods = len(one.demand)
    outcomes = {method: _outcome(one, seen, row + place) for place, method in enumerate(METHODS)}
    if not plan.traced:
        return Walked(outcomes, None)
    history = one.request.history
    trace = StockTrace(
        first_day=history.frequency.after(history.first_day, history.days - periods),
        frequency=history.frequency,
        demand=one.demand.tolist(),
        on_hand={
            method: seen.on_hand[row + place, :periods].tolist()
            for place, method in enumerate(METHODS)
        },
    )
    return Walked(outcomes, trace)


def _outcome(one: HeldOut, seen: StockWalk, row: int) -> PolicyOutcome:
    unmet, stock = float(seen.unmet[row].sum()), float(seen.on_hand[row].sum())
    costs = one.request.costs
    return PolicyOutcome(
        periods=len(one.demand),
        demand=float(one.demand.sum()),
        unmet=unmet,
        stock_out_periods=int(np.count_nonzero(seen.unmet[row] > 0)),
        cycles=int(seen.cycles[row]),
        cycles_served=int(seen.cycles_served[row]),
        stock=stock,
        orders=int(np.count_nonzero(seen.ordered[row] > 0)),
        cost=None
        if costs is None
        else costs.holding_per_unit_day * stock + costs.shortage_per_unit * unmet,
    )

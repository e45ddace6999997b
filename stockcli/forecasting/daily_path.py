"""The forecast day by day, closed days included."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from stockcli.domain.demand import ForecastDay
from stockcli.forecasting.count_distribution import at_most, least_units
from stockcli.forecasting.projection import Projection
from stockcli.forecasting.series import Flags, Vector

MEAN_DAYS = 28
INTERVAL = (0.1, 0.9)
SMALLEST = 1e-300
"""Keeps a week without sales from dividing by zero."""


def expected_units(means: Vector, is_open: Flags) -> Vector:
    """Return expected units on each calendar day ahead: zero on closed days, never negative.

    A day whose mean dips below zero counts as zero, and the others of its week ahead give up
    what that adds: the week keeps its total, and days add up to the totals they belong to.

    Args:
        means: of the open days ahead; may dip below zero.
        is_open: for each calendar day ahead, whole weeks.

    >>> closed_on_the_third = np.array([True, True, False, True, True, True, True])
    >>> expected_units(np.array([-1.0, 1, 1, 1, 1, 0]), closed_on_the_third).tolist()
    [0.0, 0.75, 0.0, 0.75, 0.75, 0.75, 0.0]
    """
    days = np.zeros(len(is_open))
    days[is_open] = means
    weeks = days.reshape(-1, 7)
    sold = np.maximum(weeks, 0.0)
    totals = np.maximum(weeks.sum(axis=1), 0.0)
    kept = totals / np.maximum(sold.sum(axis=1), SMALLEST)
    return np.asarray((sold * kept[:, None]).ravel())


def daily_path(
    projection: Projection,
    expected: Vector,
    is_open: Flags,
    first_day: date,
    days: int,
    *,
    whole: bool,
) -> tuple[ForecastDay, ...]:
    """Return mean and central 80 % interval of each calendar day; zero on closed days.

    The interval always holds its mean, also where nothing sells on nine days in ten.
    """
    means = expected[:days][is_open[:days]]
    variances = projection.daily_variance()[: len(means)]
    lower, upper = (_quantiles(means, variances, share, whole=whole) for share in INTERVAL)
    figures = iter(zip(means, np.minimum(lower, means), np.maximum(upper, means), strict=True))
    path = []
    for offset in range(days):
        mean, low, high = next(figures) if is_open[offset] else (0.0, 0.0, 0.0)
        day = first_day + timedelta(days=offset)
        path.append(ForecastDay(day=day, mean=float(mean), lower=float(low), upper=float(high)))
    return tuple(path)


def mean_per_day(expected: Vector) -> float:
    """Return expected units per calendar day over the next four weeks."""
    return float(np.mean(expected[:MEAN_DAYS]))


def _quantiles(means: Vector, variances: Vector, share: float, *, whole: bool) -> Vector:
    """Return what each day's units do not exceed with this probability."""

    def chance(units: Vector) -> Vector:
        return at_most(units, means, variances, whole=whole)

    return least_units(chance, means + 10 * np.sqrt(variances), share, whole=whole)

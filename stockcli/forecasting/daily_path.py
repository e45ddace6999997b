"""The forecast day by day, closed days included."""

from __future__ import annotations

import numpy as np

from stockcli.domain.demand import ForecastDay, ForecastRequest
from stockcli.forecasting.ahead import Ahead, horizon_of
from stockcli.forecasting.arrays import Flags, Vector
from stockcli.forecasting.count_distribution import at_most, least_units
from stockcli.forecasting.projection import Projection

INTERVAL = (0.1, 0.9)
SMALLEST = 1e-300
"""Keeps a week without sales from dividing by zero."""


def expected_units(means: Vector, is_open: Flags, season: int = 7) -> Vector:
    """Return expected units in each period ahead: zero in closed ones, never negative.

    A day whose mean dips below zero counts as zero, and the others of its week ahead give up
    what that adds: the week keeps its total, and days add up to the totals they belong to.

    Args:
        means: of the open periods ahead; may dip below zero.
        is_open: for each period ahead, whole seasons.
        season: periods of one, such as 7 days.

    >>> closed_on_the_third = np.array([True, True, False, True, True, True, True])
    >>> expected_units(np.array([-1.0, 1, 1, 1, 1, 0]), closed_on_the_third).tolist()
    [0.0, 0.75, 0.0, 0.75, 0.75, 0.75, 0.0]
    """
    days = np.zeros(len(is_open))
    days[is_open] = means
    weeks = days.reshape(-1, season)
    sold = np.maximum(weeks, 0.0)
    totals = np.maximum(weeks.sum(axis=1), 0.0)
    kept = totals / np.maximum(sold.sum(axis=1), SMALLEST)
    return np.asarray((sold * kept[:, None]).ravel())


def daily_path(
    projection: Projection,
    expected: Vector,
    ahead: Ahead,
    lift: Vector,
    request: ForecastRequest,
    *,
    whole: bool,
) -> tuple[ForecastDay, ...]:
    """Return mean and central 80 % interval of each period; zero in closed ones.

    The interval always holds its mean, also where nothing sells on nine days in ten.

    Args:
        projection: of the open periods ahead.
        expected: units in each period ahead, events included.
        ahead: the calendar.
        lift: by how much events multiply what each period sells.
        request: tells from when on, and how far.
        whole: whether the product sells in whole units.
    """
    history = request.history
    is_open = ahead.is_open[: horizon_of(request)]
    means = expected[: len(is_open)][is_open]
    if not len(is_open):
        return ()
    variances = projection.daily_variance()[: len(means)] * lift[: len(is_open)][is_open] ** 2
    lower, upper = (_quantiles(means, variances, share, whole=whole) for share in INTERVAL)
    figures = iter(zip(means, np.minimum(lower, means), np.maximum(upper, means), strict=True))
    path = []
    for offset, opens in enumerate(is_open):
        mean, low, high = next(figures) if opens else (0.0, 0.0, 0.0)
        day = history.frequency.after(history.next_day, offset)
        path.append(ForecastDay(day=day, mean=float(mean), lower=float(low), upper=float(high)))
    return tuple(path)


def _quantiles(means: Vector, variances: Vector, share: float, *, whole: bool) -> Vector:
    """Return what each day's units do not exceed with this probability."""

    def chance(units: Vector) -> Vector:
        return at_most(units, means, variances, whole=whole)

    return least_units(chance, means + 10 * np.sqrt(variances), share, whole=whole)

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


def daily_path(
    projection: Projection, is_open: Flags, first_day: date, days: int, *, whole: bool
) -> tuple[ForecastDay, ...]:
    """Return mean and central 80 % interval of each calendar day; zero on closed days.

    The interval always holds its mean, also where nothing sells on nine days in ten.
    """
    open_days = int(np.count_nonzero(is_open[:days]))
    means = np.maximum(projection.mean[:open_days], 0.0)
    variances = projection.daily_variance()[:open_days]
    lower, upper = (_quantiles(means, variances, share, whole=whole) for share in INTERVAL)
    figures = iter(zip(means, np.minimum(lower, means), np.maximum(upper, means), strict=True))
    path = []
    for offset in range(days):
        mean, low, high = next(figures) if is_open[offset] else (0.0, 0.0, 0.0)
        day = first_day + timedelta(days=offset)
        path.append(ForecastDay(day=day, mean=float(mean), lower=float(low), upper=float(high)))
    return tuple(path)


def mean_per_day(projection: Projection, is_open: Flags) -> float:
    """Return expected units per calendar day over the next four weeks."""
    open_days = int(np.count_nonzero(is_open[:MEAN_DAYS]))
    return max(float(np.sum(projection.mean[:open_days])), 0.0) / MEAN_DAYS


def _quantiles(means: Vector, variances: Vector, share: float, *, whole: bool) -> Vector:
    """Return what each day's units do not exceed with this probability."""

    def chance(units: Vector) -> Vector:
        return at_most(units, means, variances, whole=whole)

    return least_units(chance, means + 10 * np.sqrt(variances), share, whole=whole)

"""A level that is smoothed at a fixed, slow rate, with the season around it.

Beside two regressions that each search their own rate it is the member that does not search:
on sparse sales what a search finds is often chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from stockcli.forecasting.arrays import Slots, Vector
from stockcli.forecasting.recency import mean_square
from stockcli.forecasting.slot_regression import mean_effects

START_PERIODS = 28


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelProjection:
    """A smoothed level, projected over the open periods ahead.

    Attributes:
        model: readable name.
        rate: how fast the level forgets.
        levels: expected units per period as known after each past one, oldest first.
        units: of the past periods.
        seasonal: what the season adds to each past period.
        seasonal_ahead: what it adds to each open period ahead.
    """

    model: str
    rate: float
    levels: Vector
    units: Vector
    seasonal: Vector
    seasonal_ahead: Vector

    @property
    def mean(self) -> Vector:
        """Return the last level with the season around it."""
        return np.asarray(self.levels[-1] + self.seasonal_ahead)

    def daily_variance(self) -> Vector:
        """Return s2 (1 + (h - 1) a^2): simple exponential smoothing at this rate.

        Hyndman, Koehler, Ord and Snyder (2008), table 6.1.
        """
        steps = np.arange(len(self.seasonal_ahead))
        return np.asarray(self._error_variance() * (1 + steps * self.rate**2))

    def total_variance(self, open_days: int) -> float:
        """Return s2 times the sum of (1 + j a)^2, j from 0: Hyndman et al. (2008), 6.6."""
        felt = 1 + np.arange(open_days) * self.rate
        return self._error_variance() * float(felt @ felt)

    def total_errors(self, open_days: int) -> Vector:
        """Return past totals less what the level of the period before and the season said."""
        if not 0 < open_days < len(self.units):
            return np.zeros(0)
        running = np.concatenate([[0.0], np.cumsum(self.units - self.seasonal)])
        totals = running[open_days + 1 :] - running[1:-open_days]
        return np.asarray(totals - open_days * self.levels[:-open_days])

    def _error_variance(self) -> float:
        return mean_square(self.total_errors(1))


def smoothed_level(
    units: Vector, slots: Slots, slots_ahead: Slots, cycle: int, rate: float
) -> LevelProjection:
    """Return the level smoothed at a rate, around what each slot usually adds.

    Simple exponential smoothing (Brown, 1959), begun at the mean of the first 28 periods.

    >>> one_slot = np.zeros(3, dtype=np.int64)
    >>> smoothed_level(np.array([2.0, 2.0, 22.0]), one_slot, one_slot[:1], 1, 0.05).levels.round(4)
    array([8.3333, 8.0167, 8.7158])
    """
    effects = mean_effects(units, slots, cycle) - np.mean(units)
    seasonal = effects[slots]
    return LevelProjection(
        model="exponential smoothing",
        rate=rate,
        levels=smooth(units - seasonal, rate, float(np.mean((units - seasonal)[:START_PERIODS]))),
        units=units,
        seasonal=seasonal,
        seasonal_ahead=effects[slots_ahead],
    )


def smooth(values: Vector, rate: float, start: float) -> Vector:
    """Return the exponentially smoothed values, beginning from a start."""
    smoothed, _ = lfilter([rate], [1.0, rate - 1.0], values, zi=[(1.0 - rate) * start])
    return np.asarray(smoothed)

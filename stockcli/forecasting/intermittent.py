"""Demand that skips days: how often it comes and how much it is, smoothed apart.

TSB is used rather than Croston's method (1972) or its unbiased form SBA (Syntetos and Boylan,
2005): those learn only on days with a sale, so that a dying product never comes down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.signal import lfilter

from stockcli.forecasting.recency import mean_square
from stockcli.forecasting.series import Vector

OCCURRENCE_RATES = (0.01, 0.03, 0.1)
SIZE_RATES = (0.02, 0.1)


@dataclass(frozen=True, kw_only=True, eq=False)
class TsbProjection:
    """A fitted TSB, projected over the open days ahead.

    Attributes:
        rate: smoothing rate of the occurrence, which is how fast the mean forgets.
        levels: expected units per day as known after each past day, oldest first.
        units: the past days.
        open_days: number of days ahead.
    """

    rate: float
    levels: Vector
    units: Vector
    open_days: int

    @property
    def model(self) -> str:
        """Return "TSB"."""
        return "TSB"

    @property
    def mean(self) -> Vector:
        """Return the last level once per day."""
        return np.full(self.open_days, self.levels[-1])

    def daily_variance(self) -> Vector:
        """Return s2 (1 + (h - 1) a^2): simple exponential smoothing at the occurrence's rate.

        Hyndman, Koehler, Ord and Snyder (2008), table 6.1.
        """
        return np.asarray(self._error_variance() * (1 + np.arange(self.open_days) * self.rate**2))

    def total_variance(self, open_days: int) -> float:
        """Return s2 times the sum of (1 + j a)^2, j from 0: Hyndman et al. (2008), 6.6."""
        felt = 1 + np.arange(open_days) * self.rate
        return self._error_variance() * float(felt @ felt)

    def total_errors(self, open_days: int) -> Vector:
        """Return past totals less what the level of the day before said."""
        running = np.concatenate([[0.0], np.cumsum(self.units)])
        if not 0 < open_days < len(self.units):
            return np.zeros(0)
        totals = running[open_days + 1 :] - running[1:-open_days]
        return np.asarray(totals - open_days * self.levels[:-open_days])

    def _error_variance(self) -> float:
        return mean_square(self.total_errors(1))


def fit_tsb(units: Vector, open_days: int) -> TsbProjection:
    """Return the TSB whose rates had the least squared one-step errors."""
    fits = [
        TsbProjection(rate=rate, levels=tsb(units, rate, size), units=units, open_days=open_days)
        for rate, size in product(OCCURRENCE_RATES, SIZE_RATES)
    ]
    return min(fits, key=lambda fit: float(np.sum(fit.total_errors(1) ** 2)))


def tsb(units: Vector, occurrence_rate: float, size_rate: float) -> Vector:
    """Return expected units per day after each day: probability of a sale x mean size.

    Teunter, Syntetos and Babai (2011), "Intermittent demand: linking forecasting to inventory
    obsolescence", EJOR 214: the probability is smoothed every day, the size on days with a
    sale. Both start from their means over the series.

    >>> tsb(np.array([0.0, 4.0]), 0.5, 0.5).tolist()  # 0.25 x 4, then 0.625 x 4
    [1.0, 2.5]
    """
    sold = units > 0
    probability = _smooth(sold.astype(np.float64), occurrence_rate, float(np.mean(sold)))
    sizes = units[sold]
    if not len(sizes):
        return np.zeros(len(units))
    mean = float(np.mean(sizes))
    smoothed = np.concatenate([[mean], _smooth(sizes, size_rate, mean)])
    return np.asarray(probability * smoothed[np.cumsum(sold)])


def _smooth(values: Vector, rate: float, start: float) -> Vector:
    """Return the exponentially smoothed values, beginning from a start."""
    smoothed, _ = lfilter([rate], [1.0, rate - 1.0], values, zi=[(1.0 - rate) * start])
    return np.asarray(smoothed)

"""Demand that skips days: how often it comes and how much it is, smoothed apart.

TSB is used rather than Croston's method (1972) or its unbiased form SBA (Syntetos and Boylan,
2005): those learn only on days with a sale, so that a dying product never comes down.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.level_smoothing import LevelProjection, smooth

OCCURRENCE_RATES = (0.01, 0.03, 0.1)
SIZE_RATES = (0.02, 0.1)


def fit_tsb(units: Vector, open_days: int) -> LevelProjection:
    """Return the TSB whose rates had the least squared one-step errors."""
    fits = [
        LevelProjection(
            model="TSB",
            rate=rate,
            levels=tsb(units, rate, size),
            units=units,
            seasonal=np.zeros(len(units)),
            seasonal_ahead=np.zeros(open_days),
        )
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
    probability = smooth(sold.astype(np.float64), occurrence_rate, float(np.mean(sold)))
    sizes = units[sold]
    if not len(sizes):
        return np.zeros(len(units))
    mean = float(np.mean(sizes))
    smoothed = np.concatenate([[mean], smooth(sizes, size_rate, mean)])
    return np.asarray(probability * smoothed[np.cumsum(sold)])

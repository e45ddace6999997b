"""Demand that skips days: how often it comes and how much it is, smoothed apart.

TSB is used rather than Croston's method (1972) or its unbiased form SBA (Syntetos and Boylan,
2005): those learn only on days with a sale, so that a dying product never comes down.
"""

from __future__ import annotations

import numpy as np

from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.level_smoothing import LevelProjection, smooth
from stockcli.forecasting.projection import AverageProjection

RATES = (0.05, 0.1, 0.2)


def fit_tsb(units: Vector, open_periods: int) -> AverageProjection:
    """Return TSB at a slow, a middling and a quick rate, averaged.

    The rate of least squares on so few sales is often chance; the average beat it.
    """
    projections = [
        LevelProjection(
            model="TSB",
            rate=rate,
            levels=tsb(units, rate, rate),
            units=units,
            seasonal=np.zeros(len(units)),
            seasonal_ahead=np.zeros(open_periods),
        )
        for rate in RATES
    ]
    return AverageProjection(
        model="TSB", parts=[(1 / len(RATES), projection) for projection in projections]
    )


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

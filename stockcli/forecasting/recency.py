"""Recent errors tell more of the next ones than old ones do."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from stockcli.forecasting.arrays import Vector

HALF_LIFE_DAYS = 182


@lru_cache(maxsize=1024)
def recency_weights(periods: int, half_life: int = HALF_LIFE_DAYS) -> Vector:
    """Return weights that add up to one and halve every half-life into the past.

    >>> weights = recency_weights(365)
    >>> round(float(weights[-1] / weights[-1 - HALF_LIFE_DAYS]), 6)
    2.0
    """
    weights = 0.5 ** (np.arange(periods, dtype=np.float64)[::-1] / half_life)
    weights /= max(float(weights.sum()), 1e-300)
    weights.setflags(write=False)
    return np.asarray(weights)


def mean_square(errors: Vector, half_life: int = HALF_LIFE_DAYS) -> float:
    """Return the recency-weighted mean of squared errors; zero without any.

    >>> mean_square(np.array([2.0, 2.0]))
    4.0
    """
    return float(recency_weights(len(errors), half_life) @ errors**2) if len(errors) else 0.0

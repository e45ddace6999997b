"""Recent errors tell more of the next ones than old ones do."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from stockcli.forecasting.series import Vector

HALF_LIFE_DAYS = 182


@lru_cache(maxsize=256)
def recency_weights(days: int) -> Vector:
    """Return weights that add up to one and halve every 26 weeks into the past.

    >>> weights = recency_weights(365)
    >>> round(float(weights[-1] / weights[-1 - HALF_LIFE_DAYS]), 6)
    2.0
    """
    weights = 0.5 ** (np.arange(days, dtype=np.float64)[::-1] / HALF_LIFE_DAYS)
    weights /= max(float(weights.sum()), 1e-300)
    weights.setflags(write=False)
    return np.asarray(weights)


def mean_square(errors: Vector) -> float:
    """Return the recency-weighted mean of squared errors; zero without any.

    >>> mean_square(np.array([2.0, 2.0]))
    4.0
    """
    return float(recency_weights(len(errors)) @ errors**2) if len(errors) else 0.0

"""Series drawn from a known process."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from stockcli.forecasting.arma import Arma, autoregression, moving_average
from stockcli.forecasting.arrays import Vector


def drawn(arma: Arma, periods: int = 600, *, integrated: bool = False, seed: int = 4) -> Vector:
    shocks = np.random.default_rng(seed).normal(size=periods + 100)
    values = lfilter(moving_average(arma), autoregression(arma), shocks)[100:]
    return np.asarray(np.cumsum(values) if integrated else values)


def counts(mean: float, periods: int, seed: int = 1) -> Vector:
    return np.random.default_rng(seed).poisson(mean, periods).astype(np.float64)

"""Units of a day as a distribution of known mean and variance.

A negative binomial where counts vary more than Poisson's, a gamma where they vary less or are
not whole, a single point where they do not vary at all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import betainc, gammainc

from stockcli.forecasting.arrays import Vector

OVERDISPERSED = 1.02
LARGEST_COUNT_MEAN = 1e4
"""Above this a gamma is indistinguishable, and keeps its precision."""


def least_units(
    chance: Callable[[Vector], Vector], bound: Vector, probability: float, *, whole: bool
) -> Vector:
    """Return the least units whose chance reaches the probability, several at once, by bisection.

    Args:
        chance: the distribution functions, from units to probabilities, elementwise.
        bound: where to look first; widened if too low.
        probability: to be reached, inside (0, 1).
        whole: whether only whole units count; else to a thousandth.
    """
    low, high = np.full(bound.shape, -1.0 if whole else 0.0), np.ceil(bound) + 1.0
    while np.any(short := (chance(high) < probability) & (high < 1e300)):
        high = np.where(short, 2 * high, high)
    tolerance = np.maximum(1.0 if whole else 1e-3, 1e-9 * high)
    while np.any(high - low > tolerance):
        middle = np.maximum((low + high) / 2, 0.0)
        middle = np.floor(middle) if whole else middle
        enough = chance(middle) >= probability
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(chance(np.zeros_like(high)) >= probability, 0.0, high)


def at_most(units: Vector, means: Vector, variances: Vector, *, whole: bool) -> Vector:
    """Return the probability of at most so many units; the arrays broadcast.

    Negative binomial of size r = mean^2 / (variance - mean) and probability mean / variance:
    the regularised incomplete beta function (Johnson, Kemp and Kotz, 2005, 5.6). Gamma of
    shape mean^2 / variance, with half a unit of continuity correction for whole units.

    >>> one = np.ones(1)
    >>> at_most(0 * one, one, 2 * one, whole=True).tolist()  # r = 1, p = 1/2
    [0.5]
    """
    varies = variances > 1e-9 * (1.0 + means)
    mean, variance = np.maximum(means, 1e-9), np.where(varies, np.maximum(variances, 1e-9), 1.0)
    counted = whole & (variance > OVERDISPERSED * mean) & (mean < LARGEST_COUNT_MEAN)
    excess = np.where(counted, variance - mean, 1.0)
    count = betainc(mean**2 / excess, np.floor(units) + 1.0, np.minimum(mean / variance, 1.0))
    reach = np.floor(units) + 0.5 if whole else units
    amount = gammainc(mean**2 / variance, np.maximum(reach, 0.0) * mean / variance)
    certain = units >= means - 1e-9 * (1.0 + means)
    return np.asarray(np.where(varies, np.where(counted, count, amount), certain))


def weighted_quantile(values: Vector, weights: Vector, probability: float) -> float:
    """Return the least value that carries this share of the weight.

    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3]), 0.8)
    2.0
    """
    return float(weighted_quantiles(values, weights, np.array([probability]))[0])


def weighted_quantiles(values: Vector, weights: Vector, probabilities: Vector) -> Vector:
    """Return the least values that carry each of these shares of the weight."""
    order = np.argsort(values)
    carried = np.cumsum(weights[order])
    places = np.searchsorted(carried, probabilities * carried[-1] * (1 - 1e-12))
    return np.asarray(values[order][np.minimum(places, len(values) - 1)])

"""Totals as a distribution of known mean and spread, and mixtures of such over lead times.

A gamma distribution by its first two moments, as Burgin (1975), "The Gamma Distribution and
Inventory Control", has it, never more skew than the exponential: rare sales have a spread far
above their mean, and a gamma of those two moments would see nothing but zeros below the tail.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammainc, gammaincinv

from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.count_distribution import weighted_quantile

UNCERTAINTY = 1.05
"""Spreads are known from the past only: on held-out sales they were a twentieth wider."""
LEAST_SHAPE = 1.0
LARGEST_SHAPE = 1e6
CERTAIN = 1e-9
TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """A mixture of totals.

    Attributes:
        weights: probability of each part; they add up to one.
        means: of each part, never negative.
        variances: of each part, never negative.
    """

    weights: Vector
    means: Vector
    variances: Vector

    @property
    def mean(self) -> float:
        """Return the mean of the mixture."""
        return float(self.weights @ self.means)

    @property
    def standard_deviation(self) -> float:
        """Return the standard deviation: the parts' variances, and that of their means.

        >>> half = np.array([0.5, 0.5])
        >>> Spread(weights=half, means=np.array([1.0, 3.0]),
        ...        variances=np.array([3.0, 3.0])).standard_deviation  # sqrt(3 + 1)
        2.0
        """
        between = self.weights @ (self.means - self.mean) ** 2
        return float(np.sqrt(self.weights @ self.variances + between))

    def quantile(self, probability: float) -> float:
        """Return the least units not exceeded with this probability, to a billionth.

        >>> one = np.array([1.0])
        >>> spread = Spread(weights=one, means=4 * one, variances=4 * one)
        >>> round(spread.quantile(0.95), 2)  # 4 + 2.1 x 1.885, of shape (4 / 2.1)^2
        7.96
        """
        if np.all(self.variances <= CERTAIN * (1.0 + self.means)):
            return weighted_quantile(self.means, self.weights, probability)
        each = quantiles(probability, self.means, self.variances)
        low, high = float(each.min()), float(each.max())
        if high - low < TOLERANCE:
            return high

        def missing(units: float) -> float:
            return float(at_most(units, self.means, self.variances) @ self.weights) - probability

        # A part that never varies makes steps: the root is where they cross the probability.
        if missing(low) >= 0:
            return low
        return (
            float(brentq(missing, low, high, xtol=TOLERANCE, disp=False))
            if missing(high) > 0
            else high
        )


def quantiles(probability: float, means: Vector, variances: Vector) -> Vector:
    """Return the units each part does not exceed with this probability, never below zero.

    The inverse of `at_most`: mean + s (G - k) / sqrt(k), G the quantile of a gamma
    distribution of shape k.

    >>> quantiles(0.95, np.array([4.0]), np.array([4.0])).round(2).tolist()
    [7.96]
    """
    spread, shape = _spread_and_shape(means, variances)
    found = means + spread * (gammaincinv(shape, probability) - shape) / np.sqrt(shape)
    varies = variances > CERTAIN * (1.0 + means)
    return np.asarray(np.maximum(np.where(varies, found, means), 0.0))


def at_most(units: Vector | float, means: Vector, variances: Vector) -> Vector:
    """Return the probability of at most so many units; the arrays broadcast.

    With spread s and shape k = (mean / s)^2, at least 1: the gamma distribution function of
    shape k at k + sqrt(k) (units - mean) / s.

    >>> one = np.ones(1)
    >>> at_most(3 * one, one, 4 * one).round(4).tolist()  # k = 1: 1 - exp(-(1 + 2 / 2.1))
    [0.8581]
    """
    spread, shape = _spread_and_shape(means, variances)
    reach = shape + np.sqrt(shape) * (units - means) / spread
    varies = variances > CERTAIN * (1.0 + means)
    certain = units >= means - CERTAIN * (1.0 + means)
    return np.asarray(np.where(varies, gammainc(shape, np.maximum(reach, 0.0)), certain))


def _spread_and_shape(means: Vector, variances: Vector) -> tuple[Vector, Vector]:
    spread = UNCERTAINTY * np.sqrt(np.maximum(variances, 1e-18))
    return spread, np.clip((means / spread) ** 2, LEAST_SHAPE, LARGEST_SHAPE)

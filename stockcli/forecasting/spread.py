"""Totals as a distribution of known mean and spread, and mixtures of such over lead times.

A gamma distribution by its first two moments, as Burgin (1975), "The Gamma Distribution and
Inventory Control", has it, never more skew than the exponential: rare sales have a spread far
above their mean, and a gamma of those two moments would see nothing but zeros below the tail.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.count_distribution import least_units, weighted_quantile

UNCERTAINTY = 1.05
"""Spreads are known from the past only: on held-out sales they were a twentieth wider."""
LEAST_SHAPE = 1.0
LARGEST_SHAPE = 1e6
CERTAIN = 1e-9


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
        """Return the least units not exceeded with this probability, to a thousandth.

        >>> one = np.array([1.0])
        >>> spread = Spread(weights=one, means=4 * one, variances=4 * one)
        >>> round(spread.quantile(0.95), 2)  # 4 + 2.1 x 1.885, of shape (4 / 2.1)^2
        7.96
        """
        if np.all(self.variances <= CERTAIN * (1.0 + self.means)):
            return weighted_quantile(self.means, self.weights, probability)
        bound = np.max(self.means + 10 * np.sqrt(self.variances), keepdims=True)
        return float(least_units(self._at_most_each, bound, probability, whole=False)[0])

    def _at_most_each(self, units: Vector) -> Vector:
        return np.asarray(at_most(units[:, None], self.means, self.variances) @ self.weights)


def at_most(units: Vector, means: Vector, variances: Vector) -> Vector:
    """Return the probability of at most so many units; the arrays broadcast.

    With spread s and shape k = (mean / s)^2, at least 1: the gamma distribution function of
    shape k at k + sqrt(k) (units - mean) / s.

    >>> one = np.ones(1)
    >>> at_most(3 * one, one, 4 * one).round(4).tolist()  # k = 1: 1 - exp(-(1 + 2 / 2.1))
    [0.8581]
    """
    spread = UNCERTAINTY * np.sqrt(np.maximum(variances, 1e-18))
    shape = np.clip((means / spread) ** 2, LEAST_SHAPE, LARGEST_SHAPE)
    reach = shape + np.sqrt(shape) * (units - means) / spread
    varies = variances > CERTAIN * (1.0 + means)
    certain = units >= means - CERTAIN * (1.0 + means)
    return np.asarray(np.where(varies, gammainc(shape, np.maximum(reach, 0.0)), certain))

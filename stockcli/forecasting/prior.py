"""Few days of its own: a product leans on what its category sells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.projection import FlatProjection
from stockcli.forecasting.rhythm import DAYS, Rhythm
from stockcli.forecasting.series import LARGEST_UNITS

TYPICAL_SPREAD = 0.5
"""Standard deviation between products of one category, as a share of their mean."""
LEAST_MEAN = 1e-6
"""A category that sells less than this a day has nothing to teach."""


@dataclass(frozen=True, kw_only=True)
class Prior:
    """What similar products sell on an open day: mean, and variance over days and products."""

    mean: float
    variance: float

    @property
    def between(self) -> float:
        """Return the part of the variance that lies between products, at most half of it.

        >>> Prior(mean=4.0, variance=12.0).between  # (0.5 x 4)^2
        4.0
        """
        return min((TYPICAL_SPREAD * self.mean) ** 2, self.variance / 2)

    @property
    def within(self) -> float:
        """Return the part that lies between the days of one product."""
        return self.variance - self.between


def prior_from(mean: float | None, variance: float | None) -> Prior | None:
    """Return a prior if there is a usable one; its variance is never below Poisson's.

    >>> prior_from(4.0, None)
    Prior(mean=4.0, variance=4.0)
    >>> prior_from(float("nan"), 1.0) is None
    True
    """
    if mean is None or not LEAST_MEAN <= mean <= LARGEST_UNITS:
        return None
    known = variance if variance is not None and np.isfinite(variance) else 0.0
    return Prior(mean=mean, variance=min(max(known, mean), LARGEST_UNITS**2))


def credibility(days: int, prior: Prior) -> float:
    """Return the weight of a product's own days against its category's mean.

    Z = n / (n + within / between): Buehlmann (1967), "Experience rating and credibility",
    ASTIN Bulletin 4.

    >>> credibility(4, Prior(mean=4.0, variance=20.0))  # 4 / (4 + 16 / 4)
    0.5
    """
    return days / (days + prior.within / prior.between)


def project_from_few(
    units: Vector, prior: Prior | None, open_days: int, rhythm: Rhythm = DAYS
) -> FlatProjection:
    """Return a flat forecast from the last periods and the category, whichever there is.

    The days of a product with a high mean vary more: the category's variance is taken in
    proportion to the mean, and mixed with the product's own in the same weights.
    """
    own = units[-rhythm.recent :]
    if prior is None:
        return _own_only(own, open_days, rhythm)
    weight = credibility(len(own), prior)
    own_mean, own_variance = _moments(own)
    mean = weight * own_mean + (1 - weight) * prior.mean
    expected = prior.within / prior.mean * mean
    return FlatProjection(
        model=f"category's mean and {len(own)} own {rhythm.noun}s",
        mean_per_day=mean,
        variance_per_day=weight * own_variance + (1 - weight) * expected,
        variance_of_mean=(1 - weight) * prior.between,
        open_days=open_days,
    )


def _own_only(own: Vector, open_days: int, rhythm: Rhythm) -> FlatProjection:
    """Return the mean of what there is, its uncertainty the variance over the number."""
    mean, variance = _moments(own)
    return FlatProjection(
        model=f"mean of {rhythm.counted(len(own))}",
        mean_per_day=mean,
        variance_per_day=variance,
        variance_of_mean=variance / max(len(own), 1),
        open_days=open_days,
    )


def _moments(units: Vector) -> tuple[float, float]:
    """Return mean and variance, the variance never below Poisson's; zero without any days."""
    if not len(units):
        return 0.0, 0.0
    mean = float(np.mean(units))
    return mean, max(float(np.var(units)), mean)

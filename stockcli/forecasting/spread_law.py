"""How much products of one shop vary, by how much they sell.

A product's own errors tell its spread, but a hundred days hold only seven fortnights. So its
spread leans on what products that sell as much have, the more the less it has shown itself:
the empirical Bayes of variances (Smyth, 2004, "Linear models and empirical Bayes methods"),
around Taylor's power law of variance and mean (Taylor, 1961, Nature 189).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.recency import mean_square
from stockcli.forecasting.rhythm import Rhythm

LAW_WEIGHT = 12.0
"""The law counts as much as so many totals the product has shown."""
FEWEST_SERIES = 30
SMALLEST_MEAN = 0.1
SMALLEST_SPREAD = 0.05
LARGEST_CORRECTION = 3.0


class Shown(NamedTuple):
    """What one product showed of totals over some periods.

    Attributes:
        mean: what the last month of its own says of the total, units.
        spread: root mean square of what such a guess missed by in the past, units.
        periods: of the total.
        totals: how many of them fit into its past side by side.
    """

    mean: float
    spread: float
    periods: int
    totals: float


def shown(units: Vector, periods: int, rhythm: Rhythm) -> Shown | None:
    """Return what a product showed, judged by the moving mean of a month; None if too little.

    >>> from stockcli.forecasting.rhythm import DAYS
    >>> shown(np.array([0.0, 2.0] * 40), 7, DAYS)
    Shown(mean=7.0, spread=1.0, periods=7, totals=6.6)
    """
    month, count = max(rhythm.month, 4), len(units)
    if periods < 1 or count < month + 2 * periods:
        return None
    running = np.concatenate([[0.0], np.cumsum(units)])
    levels = (running[month:] - running[:-month]) * (periods / month)
    errors = running[month + periods :] - running[month:-periods] - levels[:-periods]
    spread = float(np.sqrt(mean_square(errors, rhythm.half_life)))
    return Shown(float(levels[-1]), round(spread, 9), periods, round(len(errors) / periods, 1))


@dataclass(frozen=True, kw_only=True)
class SpreadLaw:
    """The logarithm of the spread as a parabola in that of the mean, and linear in the length.

    Attributes:
        coefficients: of 1, log mean, its square, and log periods.
        least: smallest log mean the law was learnt from.
        most: largest one.
    """

    coefficients: tuple[float, float, float, float]
    least: float
    most: float

    def spread(self, mean: float, periods: int) -> float:
        """Return what the spread of a total usually is, units.

        >>> law = SpreadLaw(coefficients=(0.0, 0.5, 0.0, 0.0), least=0.0, most=9.0)
        >>> law.spread(16.0, 7)  # sqrt(16)
        4.0
        """
        at = float(np.clip(np.log(max(mean, SMALLEST_MEAN)), self.least, self.most))
        terms = (1.0, at, at**2, np.log(periods))
        return float(np.exp(sum(c * t for c, t in zip(self.coefficients, terms, strict=True))))

    def correction(self, mean: float, own: Shown) -> float:
        """Return what a product's spread is to be multiplied by: usual / own, in part.

        The part is w / (w + n), n the totals it has shown and w twelve; on a logarithmic scale.

        >>> law = SpreadLaw(coefficients=(0.0, 0.5, 0.0, 0.0), least=0.0, most=9.0)
        >>> law.correction(16.0, Shown(mean=16.0, spread=1.0, periods=7, totals=12.0))  # 4^(1/2)
        2.0
        """
        part = LAW_WEIGHT / (LAW_WEIGHT + own.totals)
        usual = self.spread(mean, own.periods)
        raw = (usual / max(own.spread, SMALLEST_SPREAD)) ** part
        return float(np.clip(raw, 1 / LARGEST_CORRECTION, LARGEST_CORRECTION))


def law_from(showings: Sequence[Shown], series: int) -> SpreadLaw | None:
    """Return the law of many products by least squares; None where they are too few.

    Args:
        showings: of all of them, several lengths each.
        series: how many products they are of.
    """
    if series < FEWEST_SERIES:
        return None
    told = np.array([one[:3] for one in showings if one.mean > SMALLEST_MEAN])
    if len(told) < FEWEST_SERIES:
        return None
    at = np.log(told[:, 0])
    terms = np.column_stack([np.ones(len(at)), at, at**2, np.log(told[:, 2])])
    spreads = np.log(np.maximum(told[:, 1], SMALLEST_SPREAD))
    found, *_ = np.linalg.lstsq(terms, spreads, rcond=None)
    constant, slope, curvature, length = (float(value) for value in found)
    return SpreadLaw(
        coefficients=(constant, slope, curvature, length),
        least=float(at.min()),
        most=float(at.max()),
    )

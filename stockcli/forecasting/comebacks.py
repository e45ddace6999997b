"""Products that fell silent: how often such come back, and how much they then sell.

A shelf that stayed empty for a fortnight may be full tomorrow, a Christmas ribbon in June will
not be. Which of the two a shop's silences are, its other products' silences tell: those that
ended, when, and with how much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stockcli.forecasting.arrays import Slots, Vector
from stockcli.forecasting.count_distribution import weighted_quantiles
from stockcli.forecasting.silence import Silence

LONGEST_WINDOW = 60
"""Periods after a comeback that are kept; a longer window is taken to go on alike."""
MOST_SILENCES = 2000
AGES = np.exp(0.7 * np.array([-1.5, -0.75, 0.0, 0.75, 1.5]))
AGE_WEIGHTS = np.exp(-0.5 * np.array([-1.5, -0.75, 0.0, 0.75, 1.5]) ** 2)
"""A silence counts by how near its age was, on the scale of logarithms."""
VOLUME_SCALE = 1.0
PRIOR_PRODUCTS = 5.0
PRIOR_RATE = 0.5
CAUTION_PRODUCTS = 10.0
TAIL_SHARES = np.linspace(0.4, 1.6, 7)
PRIOR_SHARES = np.arange(0.05, 1.01, 0.05)


class Told(NamedTuple):
    """What one silence of the past told.

    Attributes:
        product: a number for the series it interrupted.
        usual: mean units per period of the time before it.
        telling: periods after which it could no longer be chance.
        periods: how long it lasted, or has lasted so far.
        after: running total from its end on, in mean periods of the time before it, one entry
            a period; empty if it has not ended.
    """

    product: int
    usual: float
    telling: int
    periods: int
    after: Vector


@dataclass(frozen=True, kw_only=True, eq=False)
class Outlook:
    """What the next periods of a silent product may sell, as a share of what they once would.

    Attributes:
        shares: possible shares, from zero on.
        weights: of the shares.
        products: how many products told this, the prior not counted.
    """

    shares: Vector
    weights: Vector
    products: float

    @property
    def mean(self) -> float:
        """Return the expected share: one at most, however much some sold when they came back.

        >>> Outlook(shares=np.array([0.0, 8.0]), weights=np.ones(2), products=2.0).mean
        1.0
        """
        return min(self._told(1), 1.0)

    @property
    def mean_square(self) -> float:
        """Return the expected square of the share, the shares scaled down to that mean."""
        return self._told(2) / max(self._told(1), 1.0) ** 2

    def quantile(self, probability: float) -> float:
        """Return the share not exceeded with this probability.

        A sample's tail is a matter of one case or two: the mean of quantiles around the level
        stands for it (a kernel quantile estimator: Sheather and Marron, 1990, JASA 85). The
        level is a little higher than asked for, by about one case in so many products
        (conformal prediction: Vovk, Gammerman and Shafer, 2005, ch. 2), and not at all where
        none was learnt from.

        >>> Outlook(shares=np.array([0.0, 0.5, 1.0]), weights=np.ones(3), products=0.0
        ... ).quantile(0.6)  # levels 0.84 to 0.36: three of seven above 2/3, the others above 1/3
        0.7142857142857143
        """
        caution = self.products / (self.products + CAUTION_PRODUCTS) ** 2
        tail = 1.0 - min(probability * (1 + caution), 1.0)
        levels = 1.0 - tail * TAIL_SHARES
        return float(np.mean(weighted_quantiles(self.shares, self.weights, levels)))

    def _told(self, power: int) -> float:
        return float(self.shares**power @ self.weights / self.weights.sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class Comebacks:
    """The silences of many products.

    Attributes:
        products: of each silence, as in Told.
        usual: of each silence, as in Told.
        telling: of each silence, as in Told.
        periods: of each silence, as in Told.
        known: periods after its end that are known, -1 if it has not ended.
        after: running totals from its end on; one row each, columns 0 to LONGEST_WINDOW.
    """

    products: Slots
    usual: Vector
    telling: Vector
    periods: Vector
    known: Vector
    after: Vector

    def outlook(self, silent_periods: int, window: int, usual: float) -> Outlook:
        """Return what a product silent for so long may sell over the next window of periods.

        Each silence of the past is looked at when it was about as old; it counts by how much
        its product sold. A prior of five products stands beside them: a silence of n periods
        ends within the next w with the chance 1 - sqrt(n / (n + w)), at any time alike. What
        lasted long will last long: a Pareto law, as Gott (1993), Nature 363, has it.

        >>> nothing_learnt = comebacks_from([])
        >>> nothing_learnt.outlook(14, 14, 1.0).quantile(0.9)  # 0.293 come back: 1 - 0.1 / 0.293
        0.6857142857142858
        """
        window = min(max(window, 1), LONGEST_WINDOW)
        shares, weights = self._cases(silent_periods, window)
        weights = weights * self._likeness(usual)[:, None]
        age = max(silent_periods, 1)
        chance = 1 - (age / (age + window)) ** PRIOR_RATE
        prior = np.full(len(PRIOR_SHARES), PRIOR_PRODUCTS * chance / len(PRIOR_SHARES))
        each = np.bincount(self.products, weights=weights.sum(axis=1))
        total = each.sum()
        return Outlook(
            shares=np.concatenate([shares.ravel(), PRIOR_SHARES, [0.0]]),
            weights=np.concatenate([weights.ravel(), prior, [PRIOR_PRODUCTS * (1 - chance)]]),
            products=float(total**2 / max(each @ each, 1e-9)),
        )

    def _likeness(self, usual: float) -> Vector:
        """Return how much each silence counts by how much its product sold."""
        apart = np.log(self.usual / max(usual, 1e-9)) / VOLUME_SCALE
        return np.asarray(np.exp(-0.5 * apart**2))

    def _cases(self, silent_periods: int, window: int) -> tuple[Vector, Vector]:
        """Return shares and weights, a row for each silence and a column for each age."""
        ages = np.maximum(np.round(silent_periods * AGES), 1)
        left = self.periods[:, None] - ages
        open_for = np.clip(window - left, 0, window).astype(np.int64)
        shares = np.take_along_axis(self.after, open_for, axis=1) / window
        seen = np.where(self.known[:, None] < 0, left >= window, self.known[:, None] >= open_for)
        told = seen & (left >= 0) & (ages >= self.telling[:, None])
        return shares, np.where(told, AGE_WEIGHTS / AGE_WEIGHTS.sum(), 0.0)


def told_by(product: int, units: Vector, found: Iterable[Silence], around: int) -> list[Told]:
    """Return what the silences of one series tell.

    Args:
        product: a number for the series.
        units: as `silences` saw them.
        found: its silences.
        around: periods before a silence that tell what the product sold.
    """
    told = []
    for silence in found:
        usual = float(np.mean(units[max(0, silence.start - around) : silence.start]))
        usual = max(usual, 1e-9)
        after = np.cumsum(units[silence.end : silence.end + LONGEST_WINDOW]) / usual
        told.append(Told(product, usual, silence.telling, silence.periods, after))
    return told


def comebacks_from(told: Iterable[Told]) -> Comebacks:
    """Return the silences of many products, evenly thinned out to 2,000."""
    every = list(told)
    kept = every[:: -(-len(every) // MOST_SILENCES) or 1]
    after = np.zeros((len(kept), LONGEST_WINDOW + 1))
    for row, one in zip(after, kept, strict=True):
        row[1 : len(one.after) + 1] = one.after
    return Comebacks(
        products=np.array([one.product for one in kept], dtype=np.int64),
        usual=np.array([one.usual for one in kept], dtype=np.float64),
        telling=np.array([one.telling for one in kept], dtype=np.float64),
        periods=np.array([one.periods for one in kept], dtype=np.float64),
        known=np.array([len(one.after) or -1 for one in kept], dtype=np.float64),
        after=after,
    )

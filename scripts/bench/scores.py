"""What a method's quantiles were worth, and how sure a comparison of two methods is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.bench.windows import Window
from stockcli.forecasting.accuracy import covered, pinball_loss

Vector = NDArray[np.float64]
DRAWS = 2000
HEAVIEST_SERIES = 3
SMALLEST_SCALE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """One method at one length, one entry a window; NaN where the method said nothing.

    Attributes:
        loss: pinball loss, divided by the window's scale.
        covered: 1.0 where the total stayed at or under the quantile.
    """

    method: str
    loss: Vector
    covered: Vector

    @property
    def known(self) -> NDArray[np.bool_]:
        """Return where the method said something."""
        return np.isfinite(self.loss)


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Our loss over a peer's on the windows both answered.

    Attributes:
        lower, upper: a 95 % interval over series.
        without_heaviest: the ratio without the three series that weigh most in either sum; None
            if that leaves none. Far from the ratio, a few series have made it.
    """

    ratio: float
    lower: float
    upper: float
    without_heaviest: float | None
    series: int


def scores_of(
    method: str,
    windows: Sequence[Window],
    quantiles: Sequence[float | None],
    length: int,
    probability: float,
) -> Scores:
    """Return a method's scores against what was sold in so many periods after each origin."""
    said = np.array([np.nan if quantile is None else quantile for quantile in quantiles])
    totals = np.array([float(window.ahead[:length].sum()) for window in windows])
    scales = np.array([max(window.scale, SMALLEST_SCALE) for window in windows])
    loss = np.full(len(windows), np.nan)
    inside = np.full(len(windows), np.nan)
    for place in np.flatnonzero(np.isfinite(said)):
        here = slice(place, place + 1)
        loss[here] = pinball_loss(totals[here], said[place], probability) / scales[place]
        inside[here] = covered(totals[here], said[place])
    return Scores(method=method, loss=loss, covered=inside)


def ratio_of(ours: Vector, theirs: Vector, series: Sequence[str]) -> Ratio | None:
    """Return mean loss over mean loss, whole series drawn again with replacement 2,000 times.

    Efron and Tibshirani (1993), An Introduction to the Bootstrap, 8.5: what belongs together
    is drawn together. None where there is nothing to compare.

    >>> ratio_of(np.array([1.0, 1.0]), np.array([2.0, 2.0]), ["a", "b"])
    Ratio(ratio=0.5, lower=0.5, upper=0.5, without_heaviest=None, series=2)
    """
    common = np.isfinite(ours) & np.isfinite(theirs)
    if not common.any() or not np.sum(theirs[common]):
        return None
    _, places = np.unique(np.array(series)[common], return_inverse=True)
    mine, other = (np.bincount(places, loss[common]).astype(np.float64) for loss in (ours, theirs))
    drawn = np.random.default_rng(1).integers(0, len(mine), (DRAWS, len(mine)))
    drawn_other = other[drawn].sum(axis=1)
    ratios = mine[drawn].sum(axis=1)[drawn_other > 0] / drawn_other[drawn_other > 0]
    lower, upper = np.quantile(ratios, (0.025, 0.975)).tolist()
    ratio = float(mine.sum() / other.sum())
    return Ratio(
        ratio=ratio,
        lower=lower,
        upper=upper,
        without_heaviest=_without_heaviest(mine, other),
        series=len(mine),
    )


def _without_heaviest(ours: Vector, theirs: Vector) -> float | None:
    """Return the ratio of the sums without the heaviest series of either.

    >>> _without_heaviest(np.array([9.0, 9.0, 1.0, 1.0]), np.array([1.0, 1.0, 9.0, 2.0]))
    0.5
    """
    light = np.argsort(np.maximum(ours, theirs))[:-HEAVIEST_SERIES]
    rest = float(theirs[light].sum())
    return float(ours[light].sum()) / rest if rest else None


def mean_of(values: Vector) -> float | None:
    """Return the mean of what is known; None without any."""
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else None

"""Silences: more periods without a sale on end than chance can explain.

Sales files say what was sold, not what was on the shelf. A product that sells on most days and
then on none for a month was not there to be sold: such periods are censored, like known
stock-outs. Read as zero demand they drag the mean down and make its return look like a burst.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stockcli.forecasting.arrays import Flags, Slots, Vector
from stockcli.forecasting.rhythm import Rhythm

LEAST_SURPRISE = 12.0
"""Minus the logarithm of the chance of a silence; this one comes once in 160,000 times."""
MOST_SHARE = 0.999


class Silence(NamedTuple):
    """A run of periods without a sale.

    Attributes:
        start: its first period.
        end: the period after its last one.
        telling: periods after which it could no longer be chance.
    """

    start: int
    end: int
    telling: int

    @property
    def periods(self) -> int:
        """Return how long it lasted, or has lasted so far."""
        return self.end - self.start


def silences(units: Vector, rhythm: Rhythm) -> list[Silence]:
    """Return the silences of a series, oldest first.

    Were sales to come at random, on a share p of periods, n periods without one have the
    chance (1 - p)^n. The share is the lower of those before and after, as far as they are
    known, each with half a sale added (Jeffreys' prior). A product that has only just begun
    to sell has told nothing of itself yet.

    Args:
        units: of periods on which the product could be bought as far as is known, from its
            first sale on; never negative.
        rhythm: how long a silence is at least, and how far around it is looked.

    >>> from stockcli.forecasting.rhythm import DAYS
    >>> daily = np.array([2.0] * 30 + [0.0] * 20 + [2.0] * 30)
    >>> silences(daily, DAYS)
    [Silence(start=30, end=50, telling=14)]
    >>> silences(np.array([2.0, 0.0, 0.0, 0.0, 0.0] * 20), DAYS)
    []
    """
    sold = units > 0
    if not sold.any():
        return []
    edges = np.flatnonzero(np.diff(sold, prepend=True, append=True))
    starts, ends = edges[0::2], edges[1::2]
    long_ones = ends - starts >= rhythm.shortest_silence
    if not long_ones.any():
        return []
    starts, ends = starts[long_ones], ends[long_ones]
    share = _share_of_sales(sold, starts, ends, rhythm.around_a_silence)
    surprise = np.maximum(-np.log1p(-share), 1e-9)
    telling = np.maximum(np.ceil(LEAST_SURPRISE / surprise), rhythm.shortest_silence)
    return [
        Silence(int(start), int(end), int(periods))
        for start, end, periods in zip(starts, ends, telling, strict=True)
        if end - start >= periods
    ]


def _share_of_sales(sold: Flags, starts: Slots, ends: Slots, around: int) -> Vector:
    """Return the share of periods with a sale beside each run, the lower of both sides."""
    count = np.concatenate([[0], np.cumsum(sold)])
    since, until = np.maximum(starts - around, 0), np.minimum(ends + around, len(sold))
    before = (count[starts] - count[since] + 0.5) / (starts - since + 1)
    after = (count[until] - count[ends] + 0.5) / (until - ends + 1)
    before = np.where(starts - since < around // 2, 0.0, before)
    lower = np.where(ends == len(sold), before, np.minimum(before, after))
    return np.asarray(np.minimum(lower, MOST_SHARE))


def without(units: Vector, found: list[Silence]) -> Flags:
    """Return which periods lie outside every silence: a flag each."""
    heard = np.ones(len(units), dtype=np.bool_)
    for silence in found:
        heard[silence.start : silence.end] = False
    return heard

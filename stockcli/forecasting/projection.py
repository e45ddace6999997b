"""What a fitted method says of the open days ahead, whichever method it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from stockcli.forecasting.arrays import Vector


class Projection(Protocol):
    """A fitted method: means, closed-form variances, and its own past errors.

    All days are open days; closed ones are laid between them afterwards.
    """

    @property
    def model(self) -> str:
        """Return the method's readable name."""

    @property
    def mean(self) -> Vector:
        """Return expected units on each open day ahead; may dip below zero."""

    def daily_variance(self) -> Vector:
        """Return the error variance of each open day ahead."""

    def total_variance(self, open_days: int) -> float:
        """Return the closed-form error variance of the total over the next open days."""

    def total_errors(self, open_days: int) -> Vector:
        """Return past errors of such totals, actual less expected, oldest first.

        The last one ends with the last day of the history. Empty if there are none.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class FlatProjection:
    """The same mean every open day, itself uncertain; no errors of its own.

    Attributes:
        model: readable name.
        mean_per_day: units per open day.
        variance_per_day: of a day around the mean.
        variance_of_mean: of the mean itself.
        open_days: number of days ahead.
    """

    model: str
    mean_per_day: float
    variance_per_day: float
    variance_of_mean: float
    open_days: int

    @property
    def mean(self) -> Vector:
        """Return the mean once per day."""
        return np.full(self.open_days, self.mean_per_day)

    def daily_variance(self) -> Vector:
        """Return the variance of a day plus that of the mean."""
        return np.full(self.open_days, self.variance_per_day + self.variance_of_mean)

    def total_variance(self, open_days: int) -> float:
        """Return days x variance + days squared x variance of the mean.

        The law of total variance: the mean's error repeats every day.

        >>> flat = FlatProjection(model="", mean_per_day=2.0, variance_per_day=3.0,
        ...                       variance_of_mean=0.5, open_days=4)
        >>> flat.total_variance(4)  # 4 x 3 + 16 x 0.5
        20.0
        """
        return open_days * self.variance_per_day + open_days**2 * self.variance_of_mean

    def total_errors(self, open_days: int) -> Vector:  # noqa: ARG002 - the protocol's signature
        """Return nothing: a flat mean keeps no record."""
        return np.zeros(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class AverageProjection:
    """A weighted average of methods, which on real sales beats choosing one of them."""

    model: str
    parts: Sequence[tuple[float, Projection]]

    @property
    def mean(self) -> Vector:
        """Return the average of the means."""
        return _sum([share * part.mean for share, part in self.parts])

    def daily_variance(self) -> Vector:
        """Return the average of the variances, as if the errors were the same."""
        return _sum([share * part.daily_variance() for share, part in self.parts])

    def total_variance(self, open_days: int) -> float:
        """Return the average of the variances, as if the errors were the same."""
        return sum(share * part.total_variance(open_days) for share, part in self.parts)

    def total_errors(self, open_days: int) -> Vector:
        """Return the errors the average would have made, where every part has one."""
        errors = [share * part.total_errors(open_days) for share, part in self.parts]
        common = min(len(past) for past in errors)
        return _sum([past[len(past) - common :] for past in errors])


def _sum(vectors: Sequence[Vector]) -> Vector:
    return np.asarray(np.sum(vectors, axis=0), dtype=np.float64)

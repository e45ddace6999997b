"""Demand until the next delivery can arrive: a total over days not known to the day.

Summing daily 95 % quantiles overshoots and adding variances as if days were independent
undershoots: here the errors of whole totals speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stockcli.forecasting.count_distribution import Units, weighted_quantile
from stockcli.forecasting.projection import Projection
from stockcli.forecasting.protection_interval import IntervalLength
from stockcli.forecasting.recency import mean_square, recency_weights
from stockcli.forecasting.series import Flags, Vector

FEWEST_ERRORS = 30
"""Fewer past totals than this say nothing of a tail."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TotalOutcome:
    """The total if the protection interval has one given length.

    Attributes:
        probability: of that length.
        mean: expected units, never negative.
        variance: of those units.
        past: what the total would be, had it missed as past ones did; empty if too few.
    """

    probability: float
    mean: float
    variance: float
    past: Vector


@dataclass(frozen=True, kw_only=True, eq=False)
class TotalDemand:
    """Demand over the protection interval: a mixture over its possible lengths."""

    outcomes: Sequence[TotalOutcome]
    whole: bool

    @property
    def units(self) -> Units:
        """Return the mixture of counts."""
        return Units(
            weights=np.array([outcome.probability for outcome in self.outcomes]),
            means=np.array([outcome.mean for outcome in self.outcomes]),
            variances=np.array([outcome.variance for outcome in self.outcomes]),
            whole=self.whole,
        )

    def quantile(self, probability: float) -> float:
        """Return the mean of the counts' quantile and of the past totals' quantile.

        The one knows the tail's shape, the other the product; their average beat either on
        real sales. Where some length has too few past totals the counts speak alone.
        """
        counted = self.units.quantile(probability)
        if any(not len(outcome.past) for outcome in self.outcomes):
            return counted
        values = np.concatenate([outcome.past for outcome in self.outcomes])
        weights = np.concatenate(
            [one.probability * recency_weights(len(one.past)) for one in self.outcomes]
        )
        return (counted + weighted_quantile(values, weights, probability)) / 2


def total_demand(
    projection: Projection,
    expected: Vector,
    is_open: Flags,
    lengths: Sequence[IntervalLength],
    *,
    whole: bool,
) -> TotalDemand:
    """Return the distribution of the total.

    Args:
        projection: of the open days ahead.
        expected: units on each calendar day ahead, never negative.
        is_open: for each calendar day ahead, at least as many as the longest length.
        lengths: possible protection intervals, calendar days.
        whole: whether the product sells in whole units.
    """
    outcomes = [
        _outcome(
            projection,
            float(np.sum(expected[: length.days])),
            int(np.count_nonzero(is_open[: length.days])),
            length.probability,
        )
        for length in lengths
    ]
    return TotalDemand(outcomes=outcomes, whole=whole)


def _outcome(
    projection: Projection, mean: float, open_days: int, probability: float
) -> TotalOutcome:
    """Return the total over so many open days."""
    if not open_days:
        return TotalOutcome(probability=probability, mean=0.0, variance=0.0, past=np.zeros(1))
    errors = projection.total_errors(open_days)
    known = len(errors) >= FEWEST_ERRORS
    return TotalOutcome(
        probability=probability,
        mean=mean,
        variance=mean_square(errors) if known else projection.total_variance(open_days),
        past=np.maximum(mean + errors, 0.0) if known else np.zeros(0),
    )

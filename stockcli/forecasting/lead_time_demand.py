"""Demand until the next delivery can arrive: a total over periods not known to the day.

Summing daily 95 % quantiles overshoots and adding variances as if days were independent
undershoots: here the errors of whole totals speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from stockcli.forecasting.ahead import Ahead
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.comebacks import Outlook
from stockcli.forecasting.count_distribution import weighted_quantile
from stockcli.forecasting.projection import Projection
from stockcli.forecasting.recency import mean_square, recency_weights
from stockcli.forecasting.spread import Spread

FEWEST_ERRORS = 30
"""Fewer past totals than this say nothing of a tail."""
FEWEST_FOR_SPREAD = 8
"""Fewer than this say nothing of the spread either: the method's own formula speaks."""


class Total(Protocol):
    """The total over the protection interval, as a distribution."""

    @property
    def mean(self) -> float:
        """Return expected units."""

    @property
    def standard_deviation(self) -> float:
        """Return the standard deviation, units."""

    def quantile(self, probability: float) -> float:
        """Return the least units not exceeded with this probability."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TotalOutcome:
    """The total if the protection interval has one given length.

    Attributes:
        probability: of that length.
        mean: expected units, never negative.
        variance: of those units.
        past: what the total would be, had it missed as past ones did; empty if too few.
        half_life: periods after which a past one counts half.
    """

    probability: float
    mean: float
    variance: float
    past: Vector
    half_life: int

    @property
    def weights(self) -> Vector:
        """Return what each past total weighs: the probability, recent ones more."""
        return self.probability * recency_weights(len(self.past), self.half_life)


@dataclass(frozen=True, kw_only=True, eq=False)
class TotalDemand:
    """Demand over the protection interval: a mixture over its possible lengths.

    Attributes:
        outcomes: one for each length.
        whole: whether the product sells in whole units, and so only whole totals occur.
    """

    outcomes: Sequence[TotalOutcome]
    whole: bool

    @property
    def mean(self) -> float:
        """Return expected units."""
        return self._spread.mean

    @property
    def standard_deviation(self) -> float:
        """Return the standard deviation, the uncertainty of the length included."""
        return self._spread.standard_deviation

    def quantile(self, probability: float) -> float:
        """Return the mean of the spread's quantile and of the past totals' quantile.

        The one knows the tail's shape, the other the product; their average beat either on
        real sales. Where some length has too few past totals the spread speaks alone.
        """
        smooth = self._spread.quantile(probability)
        if any(not len(outcome.past) for outcome in self.outcomes):
            return self.occurring(smooth)
        values = np.concatenate([outcome.past for outcome in self.outcomes])
        weights = np.concatenate(
            [
                one.probability * recency_weights(len(one.past), one.half_life)
                for one in self.outcomes
            ]
        )
        return self.occurring((smooth + weighted_quantile(values, weights, probability)) / 2)

    def occurring(self, units: float) -> float:
        """Return the nearest units that can occur."""
        return float(np.floor(units + 0.5)) if self.whole else units

    @property
    def _spread(self) -> Spread:
        return Spread(
            weights=np.array([outcome.probability for outcome in self.outcomes]),
            means=np.array([outcome.mean for outcome in self.outcomes]),
            variances=np.array([outcome.variance for outcome in self.outcomes]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class SilentTotal:
    """Demand for a product that fell silent: a share of what it would sell, were it back.

    Attributes:
        back: the total if it were back already.
        outlook: the share.
    """

    back: TotalDemand
    outlook: Outlook

    @property
    def mean(self) -> float:
        """Return expected units: expected share x expected total."""
        return self.outlook.mean * self.back.mean

    @property
    def standard_deviation(self) -> float:
        """Return sqrt(E[share^2] E[total^2] - mean^2), share and total independent."""
        square = self.back.mean**2 + self.back.standard_deviation**2
        return float(np.sqrt(max(self.outlook.mean_square * square - self.mean**2, 0.0)))

    def quantile(self, probability: float) -> float:
        """Return the share's quantile of the expected total, and no more than if it were back."""
        told = self.outlook.quantile(probability) * self.back.mean
        return self.back.occurring(min(told, self.back.quantile(probability)))


def total_demand(
    projection: Projection,
    expected: Vector,
    ahead: Ahead,
    corrections: tuple[float, float] = (1.0, 1.0),
    *,
    whole: bool = False,
) -> TotalDemand:
    """Return the distribution of the total.

    Args:
        projection: of the open periods ahead.
        expected: units in each period ahead, never negative.
        ahead: the calendar, and the possible lengths of the interval.
        corrections: what the spread of a total is multiplied by: first by what other products
            show, of which past errors, the product's own, take half; then by events ahead.
        whole: whether the product sells in whole units.
    """
    sums, open_periods = np.cumsum(expected), np.cumsum(ahead.is_open)
    outcomes = []
    for length in ahead.lengths:
        last = length.days - 1
        part = _Part(length.probability, float(sums[last]), int(open_periods[last]))
        outcomes.append(_outcome(projection, part, ahead.rhythm.half_life, corrections))
    return TotalDemand(outcomes=outcomes, whole=whole)


class _Part(NamedTuple):
    """One possible length: its probability, its mean, its open periods."""

    probability: float
    mean: float
    open_periods: int


def _outcome(
    projection: Projection,
    part: _Part,
    half_life: int,
    corrections: tuple[float, float],
) -> TotalOutcome:
    """Return the total over so many open periods."""
    _, mean, periods = part
    correction, scale = corrections
    errors = projection.total_errors(periods) if periods else np.zeros(FEWEST_ERRORS)
    tell = len(errors) >= FEWEST_FOR_SPREAD
    variance = mean_square(errors, half_life) if tell else projection.total_variance(periods)
    totals = mean + correction**0.5 * scale * errors
    return TotalOutcome(
        probability=part.probability,
        mean=mean,
        variance=(correction * scale) ** 2 * variance,
        past=np.maximum(totals, 0.0) if len(errors) >= FEWEST_ERRORS else np.zeros(0),
        half_life=half_life,
    )

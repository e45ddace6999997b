"""The periods ahead: which are open, and how many of them the stock must cover."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stockcli.domain.demand import ForecastRequest
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.arrays import Flags, Slots, Vector
from stockcli.forecasting.events import factor_of, labels_on
from stockcli.forecasting.protection_interval import IntervalLength, interval_lengths
from stockcli.forecasting.rhythm import RHYTHMS, Rhythm
from stockcli.forecasting.series import open_periods_ahead

LONGEST_HORIZON = 730


@dataclass(frozen=True, kw_only=True, eq=False)
class Ahead:
    """The calendar ahead, and how much of it the stock must cover.

    Attributes:
        lengths: possible protection intervals.
        is_open: for each period ahead, whole seasons, as many as anything asks for.
        slots: of the open periods ahead.
        rhythm: what a count of periods means.
        labels: what happens in each period ahead, None for most; empty if nothing is known to.
    """

    lengths: Sequence[IntervalLength]
    is_open: Flags
    slots: Slots
    rhythm: Rhythm
    labels: Sequence[str | None] = ()

    def lift(self, factors: Mapping[str, float]) -> Vector:
        """Return by how much events multiply what each period ahead sells."""
        known = (factor_of(label, factors) if label else 1.0 for label in self.labels)
        return np.fromiter(known, np.float64) if self.labels else np.ones(len(self.is_open))

    @cached_property
    def mean_periods(self) -> float:
        """Return the expected length of the protection interval."""
        return sum(length.days * length.probability for length in self.lengths)

    @cached_property
    def open_periods(self) -> int:
        """Return how many open periods the protection interval holds, on average."""
        covered = np.cumsum(self.is_open)
        return round(sum(float(covered[one.days - 1]) * one.probability for one in self.lengths))


def horizon_of(request: ForecastRequest) -> int:
    """Return how many periods of the path are shown, at most two years of days."""
    return min(max(request.horizon_days, 0), LONGEST_HORIZON)


def ahead_of(request: ForecastRequest) -> Ahead:
    """Return the calendar ahead of a request: for the interval, the horizon, and a month."""
    rhythm = RHYTHMS[request.history.frequency]
    lengths = interval_lengths(request.lead_time, request.review_period_days)
    periods = max(horizon_of(request), rhythm.month, lengths[-1].days)
    whole_seasons = rhythm.slots * math.ceil(periods / rhythm.slots)
    closed = request.closed_days_ahead
    is_open, slots = open_periods_ahead(request.history, closed, whole_seasons)
    daily = request.events and request.history.frequency is Frequency.DAY
    labels = labels_on(request.events, request.history.next_day, whole_seasons) if daily else ()
    return Ahead(
        lengths=lengths, is_open=is_open, slots=slots[is_open], rhythm=rhythm, labels=labels
    )

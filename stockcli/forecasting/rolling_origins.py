"""Where a history is cut, and what was known there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stockcli.domain.demand import ForecastRequest
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.protection_interval import interval_lengths
from stockcli.forecasting.yardsticks import known_units

FEWEST_LEARNT = {Frequency.DAY: 28, Frequency.WEEK: 8, Frequency.MONTH: 6}
"""A cut leaves at least this many periods from the first sale on to learn from."""


def origins_of(request: ForecastRequest, *, origins: int, every_periods: int) -> list[int]:
    """Return after how many periods the history is cut, earliest first; empty if too short.

    The last cut leaves the longest possible protection interval, the others lie evenly before
    it, as far as the periods since the first sale reach (rolling origin: Tashman, 2000,
    "Out-of-sample tests of forecasting accuracy", IJF 16).

    >>> from datetime import date
    >>> from stockcli.domain.demand import DemandHistory, LeadTime
    >>> year = DemandHistory(key=None, first_day=date(2026, 1, 1), units=[1.0] * 70,
    ...                      closed=[False] * 70, stocked_out=[False] * 70)
    >>> week = ForecastRequest(history=year, lead_time=LeadTime(mean_days=7),
    ...                        review_period_days=7, service_level=0.95)
    >>> origins_of(week, origins=8, every_periods=14)
    [28, 42, 56]
    """
    last = request.history.days - longest_interval(request)
    units, _ = known_units(request.history)
    sold = np.flatnonzero(units > 0)
    if not len(sold):
        return []
    first = int(sold[0]) + FEWEST_LEARNT[request.history.frequency]
    wanted = (last - step * every_periods for step in range(origins))
    return sorted(origin for origin in wanted if origin >= first)


def fewest_periods(request: ForecastRequest) -> int:
    """Return how many periods from the first sale on are needed for one cut."""
    return FEWEST_LEARNT[request.history.frequency] + longest_interval(request)


def longest_interval(request: ForecastRequest) -> int:
    """Return the longest possible protection interval, in periods."""
    return interval_lengths(request.lead_time, request.review_period_days)[-1].days


def as_known_at(request: ForecastRequest, origin: int) -> ForecastRequest:
    """Return the request as it would have been made after so many periods.

    What its category sells and which days would be closed are known from later on, and left
    out.
    """
    history = request.history
    cut = replace(
        history,
        units=history.units[:origin],
        stocked_out=history.stocked_out[:origin],
        closed=history.closed[:origin],
    )
    return replace(
        request,
        history=cut,
        horizon_days=1,
        prior_mean_per_day=None,
        prior_variance_per_day=None,
        closed_days_ahead=(),
    )

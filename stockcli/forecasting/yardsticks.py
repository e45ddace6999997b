"""What a planner could do without a model: last season again, and the textbook rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from stockcli.domain.demand import DemandHistory, LeadTime
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.arrays import Flags, Vector
from stockcli.forecasting.count_distribution import weighted_quantile
from stockcli.forecasting.protection_interval import IntervalLength

SEASON_PERIODS = {Frequency.DAY: 7, Frequency.WEEK: 52, Frequency.MONTH: 12}
TEXTBOOK_PERIODS = {Frequency.DAY: 90, Frequency.WEEK: 13, Frequency.MONTH: 12}
"""Ninety days as planners take them; a quarter of weeks; a year of months."""
FEWEST_ERRORS = 8
"""A season is used if it leaves at least this many past totals to learn from."""


class Level(NamedTuple):
    """What a method says of the total: its expectation, and its quantile, units."""

    expected: float
    quantile: float


def known_units(history: DemandHistory) -> tuple[Vector, Flags]:
    """Return units per period, none where closed or below zero, and where they are all of it.

    >>> known_units(DemandHistory(key=None, first_day=None, units=[2, 0, 5], closed=[0, 0, 1],
    ...                           stocked_out=[0, 1, 0]))
    (array([2., 0., 0.]), array([ True, False,  True]))
    """
    units = np.asarray(history.units, dtype=np.float64)
    closed = np.asarray(history.closed, dtype=np.bool_)
    out = np.asarray(history.stocked_out, dtype=np.bool_)
    known = closed | (np.isfinite(units) & ~out)
    sold = np.where(closed | ~np.isfinite(units), 0.0, np.maximum(units, 0.0))
    return sold, np.asarray(known)


def textbook_level(
    history: DemandHistory, lead_time: LeadTime, review_periods: int, probability: float
) -> Level:
    """Return mean x L + z x sqrt(L sd^2 + mean^2 sd_L^2), L lead time + review period.

    Silver, Pyke and Thomas (2017), Inventory and Production Management in Supply Chains,
    chapter 6, with their term for a lead time that varies; without it z x sd x sqrt(L). Mean
    and standard deviation of the last 90 days (13 weeks, 12 months), stock-outs left out.

    >>> week = DemandHistory(key=None, first_day=None, units=[1, 3] * 4, closed=[0] * 8,
    ...                      stocked_out=[0] * 8)
    >>> textbook_level(week, LeadTime(mean_days=7), 9, 0.975)  # 32 + 1.96 x 1.069 x 4
    Level(expected=32.0, quantile=40.38115853778878)
    """
    units, known = known_units(history)
    recent = units[known][-TEXTBOOK_PERIODS[history.frequency] :]
    mean = float(np.mean(recent)) if len(recent) else 0.0
    variance = float(np.var(recent, ddof=1)) if len(recent) > 1 else 0.0
    length = lead_time.mean_days + review_periods
    spread = length * variance + (mean * lead_time.standard_deviation_days) ** 2
    safety = float(ndtri(probability)) * spread**0.5
    return Level(length * mean, max(length * mean + safety, 0.0))


def seasonal_naive_level(
    history: DemandHistory, lengths: Sequence[IntervalLength], probability: float
) -> Level:
    """Return last season's same periods, with the quantile of this rule's own past errors.

    Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2; the errors
    are those of whole totals and are resampled (5.5), since normal ones would flatter nobody:
    retail's totals are skewed. A season too long for the history gives way to the last period.

    >>> from stockcli.forecasting.protection_interval import IntervalLength
    >>> weeks = DemandHistory(key=None, first_day=None, units=[0, 0, 0, 4, 0, 0, 0] * 5,
    ...                       closed=[0] * 35, stocked_out=[0] * 35)
    >>> seasonal_naive_level(weeks, [IntervalLength(14, 1.0)], 0.95)
    Level(expected=8.0, quantile=8.0)
    """
    units, known = known_units(history)
    longest = lengths[-1].days
    season = SEASON_PERIODS[history.frequency]
    if len(units) < season + longest + FEWEST_ERRORS:
        season = 1
    filled = without_stock_outs(units, known, season) if len(units) else np.zeros(1)
    expected, values, weights = 0.0, [np.zeros(0)], [np.zeros(0)]
    for length in lengths:
        ahead = repeated_totals(filled, season, length.days)
        errors = _totals(filled, length.days)[season:] - ahead[: -length.days]
        mean = float(ahead[-1])
        expected += length.probability * mean
        outcomes = np.maximum(mean + (errors if len(errors) else np.zeros(1)), 0.0)
        values.append(outcomes)
        weights.append(np.full(len(outcomes), length.probability / len(outcomes)))
    return Level(
        expected, weighted_quantile(np.concatenate(values), np.concatenate(weights), probability)
    )


def repeated_totals(units: Vector, season: int, periods: int) -> Vector:
    """Return from each origin with a season behind it the total, were that season repeated.

    The first origin is after the first season, the last one after the last period.

    >>> repeated_totals(np.array([1.0, 2.0, 5.0]), 2, 3).tolist()  # 1 + 2 + 1, 2 + 5 + 2
    [4.0, 9.0]
    """
    running = np.concatenate([[0.0], np.cumsum(units)])
    origins = np.arange(season, len(units) + 1)
    whole, rest = divmod(periods, season)
    seasons = whole * (running[origins] - running[origins - season])
    return np.asarray(seasons + running[origins - season + rest] - running[origins - season])


def without_stock_outs(units: Vector, known: Flags, season: int) -> Vector:
    """Return the units with each unknown period as a season before, or as the mean of the known.

    >>> without_stock_outs(np.array([4.0, 2.0, 0.0]), np.array([True, True, False]), 2).tolist()
    [4.0, 2.0, 4.0]
    """
    filled = units.copy()
    usual = float(np.mean(units[known])) if known.any() else 0.0
    for period in np.flatnonzero(~known):
        filled[period] = filled[period - season] if period >= season else usual
    return filled


def _totals(units: Vector, periods: int) -> Vector:
    """Return the totals of all stretches of so many periods, oldest first."""
    running = np.concatenate([[0.0], np.cumsum(units)])
    return np.asarray(running[periods:] - running[:-periods])

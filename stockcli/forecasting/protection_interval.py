"""The days the stock must cover, as a distribution: lead time + review period."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import gammainc

from stockcli.domain.demand import LeadTime
from stockcli.forecasting.arrays import Vector

LONGEST_LEAD_TIME_DAYS = 365.0
MOST_LENGTHS = 10
NEGLIGIBLE = 1e-6
MOST_VARIATION = 2.0
"""A standard deviation of more than twice the mean is a slip, not a supplier."""


class IntervalLength(NamedTuple):
    """One possible length of the protection interval, in calendar days, with its probability."""

    days: int
    probability: float


def interval_lengths(lead_time: LeadTime, review_period_days: int) -> list[IntervalLength]:
    """Return the possible lengths of the interval, at most ten, shortest first.

    The lead time is a gamma distribution of the given mean and standard deviation, cut into
    whole days so that its mean stays: each length takes what lies within a step of it, in
    proportion to its nearness, the first and the last all that lies beyond them. Without a
    spread only the days around the mean are left.

    >>> interval_lengths(LeadTime(mean_days=3.25), 7)
    [IntervalLength(days=10, probability=0.75), IntervalLength(days=11, probability=0.25)]
    """
    mean = _bounded(lead_time.mean_days)
    spread = min(_bounded(lead_time.standard_deviation_days), MOST_VARIATION * mean)
    days = _support(mean, spread)
    step = float(days[1] - days[0])
    rises = np.diff(expected_earliness(days, mean, spread)) / step
    weights = _moved_to(mean, days, np.diff(np.concatenate([[0.0], rises, [1.0]])))
    review = int(min(max(review_period_days, 1), LONGEST_LEAD_TIME_DAYS))
    kept = [(int(day), float(w)) for day, w in zip(days, weights, strict=True) if w > NEGLIGIBLE]
    whole = sum(weight for _, weight in kept)
    return [IntervalLength(day + review, weight / whole) for day, weight in kept]


def expected_earliness(days: Vector, mean: float, standard_deviation: float) -> Vector:
    """Return E[max(day - lead time, 0)] for a gamma-distributed lead time.

    day F_a(day) - mean F_(a+1)(day), F_a the gamma distribution of shape a = (mean / sd)^2:
    the limited expected value, Klugman, Panjer and Willmot (2012), appendix A.

    >>> expected_earliness(np.array([2.0, 4.0]), 3.0, 0.0).tolist()
    [0.0, 1.0]
    >>> expected_earliness(np.array([1.0]), 1.0, 1.0).round(4).tolist()  # exponential: exp(-1)
    [0.3679]
    """
    late = np.maximum(days, 0.0)
    if standard_deviation < 1e-3 or mean <= 0:
        return np.asarray(np.maximum(late - mean, 0.0))
    shape, scale = (mean / standard_deviation) ** 2, standard_deviation**2 / mean
    return np.asarray(
        late * gammainc(shape, late / scale) - mean * gammainc(shape + 1, late / scale)
    )


def _moved_to(mean: float, days: Vector, weights: Vector) -> Vector:
    """Return the weights tilted evenly along the days, so that what the ends cut off counts.

    >>> _moved_to(1.2, np.array([0.0, 1.0, 2.0]), np.array([0.25, 0.5, 0.25])).round(2).tolist()
    [0.15, 0.5, 0.35]
    """
    centre = float(days @ weights)
    variance = float(weights @ (days - centre) ** 2)
    if variance < NEGLIGIBLE:
        return weights
    return np.maximum(weights * (1 + (mean - centre) / variance * (days - centre)), 0.0)


def _support(mean: float, spread: float) -> Vector:
    """Return equally spaced whole days that cover three standard deviations, never below zero."""
    low = np.floor(max(mean - 3 * spread, 0.0))
    high = np.ceil(mean + 3.5 * spread) + 1
    step = np.ceil(max((high - low) / (MOST_LENGTHS - 1), 1.0))
    return np.arange(low, high + step, step)


def _bounded(days: float) -> float:
    return float(np.clip(days, 0.0, LONGEST_LEAD_TIME_DAYS)) if np.isfinite(days) else 0.0

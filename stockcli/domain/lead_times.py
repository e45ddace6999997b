"""Lead times learnt from receipts: how long suppliers take, beside what they state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, stdev

from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import SupplierId

STATED_WEIGHS_DELIVERIES = 4
"""What a supplier states counts as much as so many deliveries seen."""
LATEST_DELIVERIES = 30
"""Older ones say little of how a supplier delivers now."""
LONGEST_DELIVERY_DAYS = 365
"""Goods booked later than this after their order are a slip of bookkeeping, not a delivery."""
DATED_LONG_BEFORE = timedelta(days=30)
"""An order dated so long before it left is dated by records that end long ago."""
DECIMALS = 3


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A past order of which goods came.

    Attributes:
        placed_on: the day it left for the supplier.
        promised_on: the day its goods were expected.
        first_received_on: the day the first of them came.
        last_received_on: the day the last of them came, so far.
    """

    supplier_id: SupplierId
    placed_on: date
    promised_on: date
    first_received_on: date
    last_received_on: date

    @property
    def days(self) -> int:
        """Return how many days it took until all that came was there."""
        return (self.last_received_on - self.placed_on).days

    @property
    def promised_days(self) -> int:
        """Return how many days it was expected to take."""
        return (self.promised_on - self.placed_on).days

    @property
    def is_on_time(self) -> bool:
        """Return whether the last of it came by the day it was expected."""
        return self.last_received_on <= self.promised_on


def delivery_of(
    supplier_id: SupplierId,
    *,
    ordered_on: date,
    left_on: date,
    expected_on: date,
    received: tuple[date, date],
) -> Delivery:
    """Return an order's delivery from the days on record.

    The lead time begins on the day the order left, or, if the goods were there before that (it
    was phoned through), on the day it is dated. Where records end long ago, orders are dated by
    them: then as many days as were promised count from the day it left.

    Args:
        ordered_on: the day the order is dated.
        left_on: the day it was sent, or written if nobody said.
        expected_on: the day its goods were expected.
        received: the days the first and the last of them came.
    """
    first, last = received
    placed_on = left_on if left_on <= first else ordered_on
    is_dated_long_before = placed_on - ordered_on > DATED_LONG_BEFORE
    promised_on = placed_on + (expected_on - ordered_on) if is_dated_long_before else expected_on
    return Delivery(
        supplier_id=supplier_id,
        placed_on=placed_on,
        promised_on=promised_on,
        first_received_on=first,
        last_received_on=last,
    )


@dataclass(frozen=True, kw_only=True)
class LeadTimeRecord:
    """What a supplier states, and what its deliveries say.

    Attributes:
        stated: by the supplier, or typed in.
        learnt: from both; what is stated alone while nothing was delivered.
        deliveries: that were learnt from.
        actual_mean_days: they took; None without any.
        actual_sd_days: standard deviation of that; None of fewer than two.
        promised_mean_days: they were expected to take; None without any.
        share_on_time: of them, complete by the day expected; None without any.
    """

    stated: LeadTime
    learnt: LeadTime
    deliveries: int = 0
    actual_mean_days: float | None = None
    actual_sd_days: float | None = None
    promised_mean_days: float | None = None
    share_on_time: float | None = None


def learnt_lead_time(stated: LeadTime, deliveries: Sequence[Delivery]) -> LeadTimeRecord:
    """Return what a supplier's latest deliveries teach of its lead time.

    Few deliveries are shrunk towards what is stated, which counts as k = 4 of them. With n
    deliveries of mean x and sum of squares Q about it, stated m and s:

        mean     = (k m + n x) / (k + n)
        variance = (k s^2 + Q + k n / (k + n) (x - m)^2) / (k + n)

    The posterior of a normal distribution under its conjugate prior: Gelman et al. (2013),
    Bayesian Data Analysis, 3rd edition, section 3.3, with k prior measurements and degrees of
    freedom. The last term is the doubt that a stated lead time which proves wrong leaves.

    Four deliveries of 9 days each, where 5 +- 1 is stated: mean (20 + 36) / 8 = 7, variance
    (4 + 0 + 2 * 16) / 8 = 4.5.

    >>> one = Delivery(supplier_id=SupplierId(1), placed_on=date(2026, 1, 1),
    ...     promised_on=date(2026, 1, 6), first_received_on=date(2026, 1, 10),
    ...     last_received_on=date(2026, 1, 10))
    >>> told = learnt_lead_time(LeadTime(mean_days=5, standard_deviation_days=1), [one] * 4)
    >>> told.learnt
    LeadTime(mean_days=7.0, standard_deviation_days=2.121)
    """
    heard = _heard(deliveries)
    if not heard:
        return LeadTimeRecord(stated=stated, learnt=stated)
    took = [float(one.days) for one in heard]
    return LeadTimeRecord(
        stated=stated,
        learnt=_shrunk(stated, took),
        deliveries=len(heard),
        actual_mean_days=round(fmean(took), DECIMALS),
        actual_sd_days=round(stdev(took), DECIMALS) if len(took) > 1 else None,
        promised_mean_days=round(fmean(one.promised_days for one in heard), DECIMALS),
        share_on_time=sum(one.is_on_time for one in heard) / len(heard),
    )


def _heard(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return the latest deliveries that took no longer than goods can be on their way."""
    sound = [one for one in deliveries if 0 <= one.days <= LONGEST_DELIVERY_DAYS]
    return sorted(sound, key=lambda one: (one.placed_on, one.days))[-LATEST_DELIVERIES:]


def _shrunk(stated: LeadTime, took: Sequence[float]) -> LeadTime:
    weight, count, mean = STATED_WEIGHS_DELIVERIES, len(took), fmean(took)
    squares = sum((days - mean) ** 2 for days in took)
    doubt = weight * count / (weight + count) * (mean - stated.mean_days) ** 2
    known = weight * stated.standard_deviation_days**2
    return LeadTime(
        mean_days=round((weight * stated.mean_days + count * mean) / (weight + count), DECIMALS),
        standard_deviation_days=round(
            math.sqrt((known + squares + doubt) / (weight + count)), DECIMALS
        ),
    )

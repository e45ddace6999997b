"""The dated projection: on which day a shelf is empty, whatever is ordered today."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_DAYS = 365
"""Further ahead an average says nothing of a day."""

_HAIR = 1e-9
"""What arithmetic adds to a whole number of days."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Goods that are on their way.

    Attributes:
        arrives_on: they can be sold from that morning on.
        quantity: units.
    """

    arrives_on: date
    quantity: float


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What becomes of a shelf.

    Attributes:
        runs_out_on: the day it is empty at closing time; None if it is not within a year.
        arrives_on: the day on which an order of today would come.
    """

    runs_out_on: date | None
    arrives_on: date

    @property
    def is_out_even_if_ordered_today(self) -> bool:
        """Return whether the shelf is empty on an evening before an order of today comes."""
        return self.runs_out_on is not None and self.runs_out_on < self.arrives_on


def runs_out_on(
    available: float, mean_per_day: float, deliveries: Iterable[Delivery], today: date
) -> date | None:
    """Return the day at whose end a shelf is empty; None if it is not within a year.

    Every calendar day takes the mean. A delivery counts from its day on; one that was due before
    today does not, for nobody knows whether it comes.

    Args:
        available: units on hand and promised to nobody, before today's sales.
        mean_per_day: units a calendar day.

    >>> monday = date(2024, 4, 29)
    >>> runs_out_on(10, 4, [], monday)  # 6 are left on Monday, 2 on Tuesday, none on Wednesday
    datetime.date(2024, 5, 1)
    >>> runs_out_on(10, 4, [Delivery(arrives_on=date(2024, 5, 1), quantity=8)], monday)
    datetime.date(2024, 5, 3)
    """
    if available <= 0 or mean_per_day <= 0:
        return today if available <= 0 else None
    day, left = today, available
    for delivery in sorted(deliveries, key=lambda one: one.arrives_on):
        if delivery.arrives_on < today:
            continue
        days = (delivery.arrives_on - day).days
        if left - days * mean_per_day <= _HAIR * mean_per_day:
            break
        day, left = delivery.arrives_on, left - days * mean_per_day + delivery.quantity
    days_left = max(0, math.ceil(min(left / mean_per_day, LONGEST_DAYS + 2) - _HAIR) - 1)
    runs_out = day + timedelta(days=days_left)
    return runs_out if runs_out <= today + timedelta(days=LONGEST_DAYS) else None


def outlook(
    *,
    available: float,
    mean_per_day: float,
    deliveries: Iterable[Delivery],
    today: date,
    lead_time_days: float,
) -> Outlook:
    """Return when a shelf is empty, and when an order of today would come.

    Args:
        lead_time_days: on average; part of a day counts as one.

    >>> tight = outlook(available=10, mean_per_day=4, deliveries=[], today=date(2024, 4, 29),
    ...                 lead_time_days=5)
    >>> tight.arrives_on, tight.is_out_even_if_ordered_today
    (datetime.date(2024, 5, 4), True)
    """
    return Outlook(
        runs_out_on=runs_out_on(available, mean_per_day, deliveries, today),
        arrives_on=today + timedelta(days=math.ceil(lead_time_days)),
    )

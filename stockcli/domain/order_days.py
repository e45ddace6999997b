"""Which day an order is for: a supplier's order days, and whether goods come too late."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from stockcli.domain.catalogue import Supplier

DAYS_A_WEEK = 7
AGES_DAYS = 10_000
"""A shelf that lasts longer is not looked at: no calendar goes on for ever."""


def next_order_day(day: date, order_days: Collection[int]) -> date:
    """Return the first day from this one on that the supplier takes orders; any if none is named.

    >>> next_order_day(date(2026, 12, 1), {0, 3})  # a Tuesday; Mondays and Thursdays
    datetime.date(2026, 12, 3)
    """
    if not order_days:
        return day
    return day + timedelta(days=min((weekday - day.weekday()) % 7 for weekday in order_days))


def longest_wait_days(order_days: Collection[int]) -> int:
    """Return the most days between two chances to order.

    >>> longest_wait_days({0, 3}), longest_wait_days({2}), longest_wait_days(())
    (4, 7, 1)
    """
    if not order_days:
        return 1
    days = sorted(order_days)
    following = [*days[1:], days[0] + DAYS_A_WEEK]
    return max(after - before for before, after in zip(days, following, strict=True))


def review_days(review_period_days: int, order_days: Collection[int]) -> int:
    """Return the review period that holds with a supplier, days: the stock lasts this much longer.

    A shop that checks daily can still order on Thursdays only from a supplier who takes orders
    then, so the longer of the two counts in the protection interval (Silver, Pyke & Thomas,
    section 7.9: review period + lead time).

    >>> review_days(1, {3}), review_days(14, {3}), review_days(7, ())
    (7, 14, 7)
    """
    return max(review_period_days, longest_wait_days(order_days))


def dated(day: date, supplier: Supplier) -> tuple[date, date]:
    """Return the day an order is dated, and the day it is expected.

    An order on another day than the supplier's order days is dated the next of them; its goods
    are expected the mean lead time later, rounded up.
    """
    ordered_on = next_order_day(day, supplier.order_days)
    return ordered_on, ordered_on + timedelta(days=math.ceil(supplier.lead_time.mean_days))


def out_on(day: date, units: float, mean_per_day: float) -> date | None:
    """Return the first day that expected sales do not find enough on; None without sales.

    >>> out_on(date(2026, 12, 1), 20.0, 10.0)
    datetime.date(2026, 12, 3)
    """
    if mean_per_day <= 0:
        return None
    cover = max(0.0, units) / mean_per_day
    return None if cover > AGES_DAYS else day + timedelta(days=math.floor(cover))


def arrives_too_late(
    day: date,
    *,
    on_shelf: float,
    mean_per_day: float,
    arrivals: Iterable[tuple[date, float]],
    new_order_on: date,
) -> date | None:
    """Return the day the shelf is empty while goods are ordered for later than need be.

    None if what is on order comes in time, or no later than an order placed today would: then
    asking for it sooner is all that is left, and an overdue order has an alert of its own. What
    happens after the last arrival is the reorder point's business.

    Args:
        day: today.
        on_shelf: units on hand, less those promised.
        mean_per_day: expected units a calendar day.
        arrivals: expected day and units of what is on order; nothing comes before tomorrow.
        new_order_on: the day an order placed today would come.

    >>> arrives_too_late(date(2026, 12, 1), on_shelf=20, mean_per_day=10,
    ...     arrivals=[(date(2026, 12, 9), 500)], new_order_on=date(2026, 12, 6))
    datetime.date(2026, 12, 3)
    """
    since, units = day, on_shelf
    for expected_on, coming in sorted(arrivals):
        due = max(expected_on, day + timedelta(days=1))
        empty = out_on(since, units, mean_per_day)
        if empty is None:
            return None
        if empty < due:
            if due > new_order_on:
                return empty
            since, units = due, 0.0
        units += coming
    return None

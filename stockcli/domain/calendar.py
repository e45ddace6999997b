"""The shop's calendar: which days were or will be open, and what happens on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

LONGEST_EVENT = 60
"""Letters of an event's label."""


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """What was said of a day.

    Attributes:
        is_open: None if nobody said.
        event: what happens on it, such as "Mother's Day" or "promotion"; empty for nothing.
    """

    is_open: bool | None = None
    event: str = ""


def events_of(days: Mapping[date, CalendarDay]) -> dict[date, str]:
    """Return what happens, on the days on which something does."""
    return {day: said.event for day, said in days.items() if said.event}


def closed_days_of(seen: Collection[date], days: Mapping[date, CalendarDay]) -> frozenset[date]:
    """Return the days seen to be closed, put right by what was said.

    >>> first, second = date(2026, 5, 1), date(2026, 5, 2)
    >>> sorted(closed_days_of([first], {first: CalendarDay(is_open=True),
    ...                                 second: CalendarDay(is_open=False)}))
    [datetime.date(2026, 5, 2)]
    """
    said = {day: one.is_open for day, one in days.items() if one.is_open is not None}
    return frozenset(seen).difference(said).union(day for day in said if not said[day])

"""The shop's calendar: which days were or will be open, and what happens on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

LONGEST_EVENT = 60
"""Letters of an event's label."""
LARGEST_UPLIFT = 20.0
"""No promotion multiplies what a shop sells by more, or divides it by more."""
_STATED = re.compile(r".* x([0-9]{1,4}(?:\.[0-9]{1,4})?)")


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


def with_uplift(event: str, uplift: float) -> str:
    """Return an event's label that says by how much it is expected to multiply sales.

    >>> with_uplift("winter sale", 1.5)
    'winter sale x1.5'
    """
    return f"{event} x{uplift:g}"


@lru_cache(maxsize=1000)
def stated_uplift(event: str) -> float:
    """Return by how much somebody expects an event to multiply sales; 1 if nobody said.

    >>> stated_uplift("winter sale x1.5"), stated_uplift("Mother's Day"), stated_uplift("x2")
    (1.5, 1.0, 1.0)
    """
    found = _STATED.fullmatch(event)
    if found is None or float(found[1]) <= 0:
        return 1.0
    return min(max(float(found[1]), 1 / LARGEST_UPLIFT), LARGEST_UPLIFT)

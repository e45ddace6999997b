"""The periods of a table of sales: where they begin and end, and on which days all are shut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from stockcli.domain.demand import infer_closed_days
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.frequency import Frequency

LONELY_GAP_DAYS = 400
FEWEST_ROWS = 20
LONELY_SHARE = 0.01
"""So few rows, so far from all others, bear a mistyped year."""
WHOLE_ENOUGH = 0.9
"""Share of a period's days that must be there for its total to count."""
A_DAILY_STEP = 3
"""Dates that lie at most so many days apart are days, not weeks or months."""
A_MONTHLY_STEP = 28
LONGEST_MONTH_DAYS = 31
FEWEST_MONTHS = 3
FEWEST_WEEKS = 4
"""So many dates that all begin a month, or are all Mondays, are no days by chance."""


class ListedDay(NamedTuple):
    """A day the table has rows for.

    Attributes:
        rows: all of them.
        sales: those with a quantity above zero.
    """

    day: date
    rows: int
    sales: int


@dataclass(frozen=True, kw_only=True)
class TableCalendar:
    """The periods all series of a table share; each begins at its own first row.

    Attributes:
        first_day: of the first period.
        periods: how many there are, the last one included.
        closed: per period, whether nobody sold; only days are ever closed.
        remarks: what was cut off, in sentences.
    """

    frequency: Frequency
    first_day: date
    first_listed: date
    last_listed: date
    periods: int
    closed: tuple[bool, ...]
    remarks: tuple[str, ...] = ()

    def periods_of_days(self) -> list[int]:
        """Return the period of each day from the first one to the last listed one."""
        places: dict[date, int] = {}
        found = []
        for step in range((self.last_listed - self.first_day).days + 1):
            start = self.frequency.starting(self.first_day + timedelta(days=step))
            found.append(places.setdefault(start, len(places)))
        return found


def without_lonely_days(days: Sequence[ListedDay]) -> list[ListedDay]:
    """Return the days without a few at either end whose year was mistyped.

    One row of 2206 would give every product two centuries without a sale.
    """
    kept = list(days)
    for _ in range(2):
        kept = _without_lonely_end(kept)[::-1]
    return kept


def _without_lonely_end(days: list[ListedDay]) -> list[ListedDay]:
    rows = sum(one.rows for one in days)
    if rows < FEWEST_ROWS:
        return days
    for place in range(len(days) - 1, 0, -1):
        beyond = sum(one.rows for one in days[place:])
        if beyond > max(LONELY_SHARE * rows, 1):
            break
        if abs((days[place].day - days[place - 1].day).days) > LONELY_GAP_DAYS:
            return days[:place]
    return days


def ensure_no_longer_step(days: Sequence[date], frequency: Frequency) -> None:
    """Pass unless dates, oldest first, are plainly those of longer periods.

    Raises:
        InvalidInputError: they are; read as days, most would be days without a sale.
    """
    if frequency is Frequency.MONTH:
        return
    if len(days) >= FEWEST_MONTHS and _are_monthly(days):
        raise _a_step_apart(Frequency.MONTH)
    weekdays = {day.weekday() for day in days}
    if frequency is Frequency.DAY and len(days) >= FEWEST_WEEKS and len(weekdays) == 1:
        raise _a_step_apart(Frequency.WEEK)


def _are_monthly(days: Sequence[date]) -> bool:
    same_day = len({day.day for day in days}) == 1
    return same_day or all((day + timedelta(days=1)).day == 1 for day in days)


def _a_step_apart(frequency: Frequency) -> InvalidInputError:
    return InvalidInputError(f"these dates are a {frequency} apart: give --frequency {frequency}")


def table_calendar(days: Sequence[ListedDay], frequency: Frequency) -> TableCalendar:
    """Return the periods of a table from the days it has rows for, oldest first, at least one.

    A week or month that the table breaks off in is cut off: its total would be too low.
    """
    first, last = frequency.starting(days[0].day), days[-1].day
    end = frequency.starting(last)
    periods = _periods_between(first, end, frequency) + 1
    remarks: tuple[str, ...] = ()
    if periods > 1 and not _is_whole([one.day for one in days], end, frequency):
        periods -= 1
        remarks = (f"the {frequency} of {end} is left out: the file ends on {last}, within it",)
    return TableCalendar(
        frequency=frequency,
        first_day=first,
        first_listed=days[0].day,
        last_listed=last,
        periods=periods,
        closed=_closed(days, frequency, first, periods),
        remarks=remarks,
    )


def _periods_between(first: date, end: date, frequency: Frequency) -> int:
    if frequency is Frequency.MONTH:
        return 12 * (end.year - first.year) + end.month - first.month
    return (end - first).days // (7 if frequency is Frequency.WEEK else 1)


def _closed(
    days: Sequence[ListedDay], frequency: Frequency, first: date, periods: int
) -> tuple[bool, ...]:
    if frequency is not Frequency.DAY:
        return (False,) * periods
    sales = {one.day: one.sales for one in days if one.sales}
    shut = infer_closed_days(sales, first, days[-1].day)
    return tuple(first + timedelta(days=step) in shut for step in range(periods))


def _is_whole(days: Sequence[date], start: date, frequency: Frequency) -> bool:
    """Return whether a table's last period is there to its end, as far as its dates go."""
    if frequency is Frequency.DAY or len(days) == 1:
        return True
    after = frequency.after(start, 1)
    step = median((later - earlier).days for earlier, later in pairwise(days))
    if step > A_DAILY_STEP:
        step = max(step, LONGEST_MONTH_DAYS) if step >= A_MONTHLY_STEP else step
        return days[-1] + timedelta(days=step) >= after
    # A shop that is shut on Sundays ends its week on Saturday.
    opens = {day.weekday() for day in days[-8 * 7 :]}
    period = [start + timedelta(days=one) for one in range((after - start).days)]
    expected = [day for day in period if day.weekday() in opens]
    return sum(day <= days[-1] for day in expected) >= WHOLE_ENOUGH * len(expected)

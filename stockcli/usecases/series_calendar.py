"""A calendar given beside a table of sales: the same days for all of its series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stockcli.domain.calendar import CalendarDay, closed_days_of, events_of
from stockcli.domain.demand import DemandHistory, ForecastRequest
from stockcli.usecases.ports import SeriesRecord, SeriesSource


@dataclass(frozen=True)
class SeriesCalendar:
    """What was said of days, as the engine takes it.

    Attributes:
        said_open: whether the shop was or will be open, by day.
        closed: the days of those on which it is not.
        events: what happens, by day.
    """

    said_open: Mapping[date, bool]
    closed: frozenset[date]
    events: Mapping[date, str]

    def over(self, request: ForecastRequest) -> ForecastRequest:
        """Return the request with the events, and the days that will be closed."""
        return replace(request, closed_days_ahead=self.closed, events=self.events)

    def marked(self, history: DemandHistory) -> DemandHistory:
        """Return the history of days with what was said of them in place of what was seen."""
        if not self.said_open:
            return history
        closed = list(history.closed)
        for day, is_open in self.said_open.items():
            place = (day - history.first_day).days
            if 0 <= place < len(closed):
                closed[place] = not is_open
        return replace(history, closed=closed)


def series_calendar(days: Mapping[date, CalendarDay]) -> SeriesCalendar:
    """Return what was said of days, made ready once for thousands of series."""
    said_open = {day: one.is_open for day, one in days.items() if one.is_open is not None}
    return SeriesCalendar(said_open, closed_days_of((), days), events_of(days))


NOTHING_SAID = series_calendar({})


@dataclass(frozen=True, kw_only=True)
class CalendarSource:
    """A table of sales by day whose closed days a calendar puts right."""

    table: SeriesSource
    calendar: SeriesCalendar

    @property
    def series_count(self) -> int:
        """Return how many series there are."""
        return self.table.series_count

    @property
    def remarks(self) -> Sequence[str]:
        """Return what was odd in the table."""
        return self.table.remarks

    def histories(self) -> Iterator[Sequence[SeriesRecord]]:
        """Yield every series once, its closed days put right."""
        for records in self.table.histories():
            yield [replace(one, history=self.calendar.marked(one.history)) for one in records]

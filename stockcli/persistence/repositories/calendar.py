"""Open and closed days, and what happens on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from stockcli.domain.calendar import CalendarDay
from stockcli.persistence.tables import ShopDayRow, table_of
from stockcli.persistence.work import Work

_DAY = table_of(ShopDayRow)


class SqlCalendar:
    """The days of the shop as far as they were said, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def days(self, first: date, last: date) -> dict[date, CalendarDay]:
        """Return what was said of days between first and last."""
        between = self._work.select(_DAY).where(_DAY.c.day.between(first, last))
        rows = self._work.rows(between.order_by(_DAY.c.day))
        return {row.day: CalendarDay(is_open=row.is_open, event=row.event or "") for row in rows}

    def put(self, days: Mapping[date, CalendarDay]) -> None:
        """Add or replace days."""
        rows = [
            {"day": day, "is_open": said.is_open, "event": said.event or None}
            for day, said in days.items()
        ]
        self._work.put(_DAY, rows, by=["day"])

"""Open and closed days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from stockcli.persistence.tables import ShopDayRow, table_of
from stockcli.persistence.work import Work

_DAY = table_of(ShopDayRow)


class SqlCalendar:
    """The days of the shop as far as they were said, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def days(self, first: date, last: date) -> dict[date, bool]:
        """Return the known days between first and last: True for open."""
        between = self._work.select(_DAY).where(_DAY.c.day.between(first, last))
        return {row.day: row.is_open for row in self._work.rows(between.order_by(_DAY.c.day))}

    def put(self, days: Mapping[date, bool]) -> None:
        """Add or replace days."""
        rows = [{"day": day, "is_open": is_open} for day, is_open in days.items()]
        self._work.put(_DAY, rows, by=["day"])

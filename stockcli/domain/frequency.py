"""How long the periods are that demand is counted over."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class Frequency(StrEnum):
    """How long a period is that units are counted over."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def after(self, first_day: date, periods: int) -> date:
        """Return the first day of the period so many periods later.

        >>> Frequency.WEEK.after(date(2026, 11, 16), 2)
        datetime.date(2026, 11, 30)
        >>> Frequency.MONTH.after(date(2026, 11, 1), 3)
        datetime.date(2027, 2, 1)
        """
        if self is Frequency.MONTH:
            years, month = divmod(first_day.month - 1 + periods, 12)
            return first_day.replace(year=first_day.year + years, month=month + 1, day=1)
        return first_day + timedelta(days=periods * (7 if self is Frequency.WEEK else 1))

    def starting(self, day: date) -> date:
        """Return the first day of the period a day falls in; weeks begin on Monday.

        >>> Frequency.WEEK.starting(date(2026, 11, 22))
        datetime.date(2026, 11, 16)
        """
        if self is Frequency.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Frequency.MONTH else day

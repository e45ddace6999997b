"""What a date in a file says, on the shop's own clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.shop import Tenant
from stockcli.usecases.importing.report import SkippedRowError

REMEMBERED = 65_536
LONGEST_DATE = 80
FIRST_YEAR = 1970
MIDDLE_OF_THE_DAY = time(12)
LAST_SECOND = time(23, 59, 59)

_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


class Moment(NamedTuple):
    """When a row happened.

    Attributes:
        at: the instant, in UTC; noon of the shop's clock for a day without a time.
        day: the shop's own calendar day.
        label: the day, or the instant where there is one: what a business key is made of.
    """

    at: datetime
    day: date
    label: str

    @property
    def has_time(self) -> bool:
        """Return whether the cell gave a time and not only a day."""
        return len(self.label) > len("2026-01-31")


@dataclass(kw_only=True)
class DateCells:
    """Reads the dates of one file, on the shop's own clock.

    Attributes:
        now: nothing happens after the shop's day of this instant.
        date_format: as in strptime; empty for ISO dates and day/month/year.
        allows_future: a calendar knows days to come.
        month_first: texts such as 12/31/2010, that no day comes first in.
        day_first: texts such as 31/12/2010.
    """

    zone: ZoneInfo
    now: datetime
    date_format: str = ""
    allows_future: bool = False
    month_first: int = 0
    day_first: int = 0
    _known: dict[str, Moment] = field(default_factory=dict)

    def moment(self, text: str) -> Moment:
        """Return when a cell says something happened.

        Raises:
            SkippedRowError: it is no date, or one to come.
        """
        known = self._known.get(text)
        if known is None:
            known = self._read(text.strip())
            if len(self._known) < REMEMBERED and len(text) <= LONGEST_DATE:
                self._known[text] = known
        return known

    def _read(self, text: str) -> Moment:
        try:
            said, has_time = self._parsed(text[:LONGEST_DATE])
            at, day = self._on_the_shop_clock(said)
        except (ValueError, OverflowError):
            detail = f"{text[:40]!r} is no date" if text else "the date is empty"
            raise SkippedRowError("bad date", detail) from None
        if day > self.now.astimezone(self.zone).date() and not self.allows_future:
            raise SkippedRowError("date in the future", f"{text[:40]!r} is still to come")
        if has_time:
            return Moment(at, day, at.isoformat())
        return Moment(at if self.allows_future else min(at, self.now), day, day.isoformat())

    def _on_the_shop_clock(self, said: datetime) -> tuple[datetime, date]:
        if said.year < FIRST_YEAR:
            raise ValueError
        local = said.replace(tzinfo=self.zone) if said.tzinfo is None else said
        return local.astimezone(UTC), local.astimezone(self.zone).date()

    def _parsed(self, text: str) -> tuple[datetime, bool]:
        """Return what the text says, and whether that has a time of day."""
        if self.date_format:
            has_time = any(sign in self.date_format for sign in ("%H", "%I", "%X", "%c", "%T"))
            said = datetime.strptime(text, self.date_format)  # noqa: DTZ007 - the shop's own clock
            return (said if has_time else datetime.combine(said, MIDDLE_OF_THE_DAY)), has_time
        parts = _DAY_FIRST.fullmatch(text)
        if parts:
            return self._day_first(parts), parts[4] is not None
        said = datetime.fromisoformat(text)
        has_time = ":" in text
        return (said if has_time else datetime.combine(said, MIDDLE_OF_THE_DAY)), has_time

    def _day_first(self, parts: re.Match[str]) -> datetime:
        day, month, year = (int(part) for part in parts.groups()[:3])
        self.day_first += day > 12  # noqa: PLR2004 - months of a year
        self.month_first += month > 12 >= day  # noqa: PLR2004
        century = 2000 if len(parts[3]) == 2 else 0  # noqa: PLR2004 - two digits of a year
        if parts[4] is None:
            return datetime.combine(date(century + year, month, day), MIDDLE_OF_THE_DAY)
        clock = time(int(parts[4]), int(parts[5]), int(parts[6] or 0))
        return datetime.combine(date(century + year, month, day), clock)

    def check_order(self) -> None:
        """Pass unless the file's dates, taken together, put the month first.

        Raises:
            InvalidInputError: they do, so that even those that could be read were misread.
        """
        if self.month_first > self.day_first:
            raise InvalidInputError(
                "the dates of this file put the month before the day",
                "say so: --date-format '%m/%d/%Y', or '%m/%d/%Y %H:%M' with times",
            )


def date_cells(
    shop: Tenant, now: datetime, date_format: str = "", *, allows_future: bool = False
) -> DateCells:
    """Return what reads dates on a shop's own clock."""
    return DateCells(
        zone=ZoneInfo(shop.timezone), now=now, date_format=date_format, allows_future=allows_future
    )

"""Quiet hours: when a shop's manager is not to be disturbed, in the shop's own time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from stockcli.domain.errors import InvalidInputError

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
HINT = "write them as 21:00-07:00, in the shop's time zone"


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From one time of day to just before another; they may pass midnight.

    Attributes:
        start: first minute that is quiet, on the shop's clock.
        end: first minute that is not; never the same as the start.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        """Refuse hours of which nobody can say whether they are the whole day or nothing."""
        if self.start == self.end:
            message = f"quiet hours from {self.start:%H:%M} to {self.end:%H:%M} never begin or end"
            raise InvalidInputError(message, HINT)

    def __str__(self) -> str:
        """Return them as they are typed, such as 21:00-07:00."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def are_at(self, local: time) -> bool:
        """Return whether it is quiet at a time of day.

        >>> night = parse_quiet_hours("21:00-07:00")
        >>> night.are_at(time(23)), night.are_at(time(7)), night.are_at(time(12))
        (True, False, False)
        """
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


def parse_quiet_hours(text: str) -> QuietHours:
    """Return quiet hours as they are typed.

    >>> str(parse_quiet_hours("9:30 - 17:00"))
    '09:30-17:00'

    Raises:
        InvalidInputError: they are none.
    """
    found = _SPAN.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        hours = [int(part) for part in found.groups()]
        start, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    except ValueError:
        raise InvalidInputError(f"{text[:40]!r} are no quiet hours", HINT) from None
    return QuietHours(start=start, end=end)


def quiet_until(hours: QuietHours | None, timezone: str, now: datetime) -> datetime | None:
    """Return when the quiet hours end that an instant lies in; None if it lies in none.

    Args:
        timezone: the shop's, an IANA name: a clock that is put forward or back moves the end.
        now: timezone-aware.
    """
    local = now.astimezone(ZoneInfo(timezone))
    if hours is None or not hours.are_at(local.time()):
        return None
    day = local.date()
    if local.time() >= hours.end:
        day += timedelta(days=1)
    return datetime.combine(day, hours.end, ZoneInfo(timezone))

"""Leases: until when something is taken, on clocks that are not always right."""

from __future__ import annotations

from datetime import datetime, timedelta


def latest_end(now: datetime, length: timedelta) -> datetime:
    """Return the latest end that a lease of this length can have, taken by a clock like ours.

    One that claims to end later was taken by a clock that was set back since, and is void: else
    it would hold for as long as the clock was wrong. Twice the length, since the clocks of two
    machines differ by a little.
    """
    return now + 2 * length


def is_held(until: datetime | None, now: datetime, length: timedelta) -> bool:
    """Return whether a lease still holds.

    >>> from datetime import UTC
    >>> noon, quarter = datetime(2024, 5, 1, 12, tzinfo=UTC), timedelta(minutes=15)
    >>> is_held(noon + quarter, noon, quarter), is_held(noon, noon, quarter)
    (True, False)
    >>> is_held(noon + timedelta(days=1), noon, quarter)
    False
    """
    return until is not None and now < until <= latest_end(now, length)

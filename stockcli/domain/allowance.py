"""What one token may do within a while: so many changes a minute, so many model calls an hour.

The generic cell rate algorithm (ITU-T I.371, annex A; "virtual scheduling") keeps one instant a
token and kind: when the allowance will be whole again. Each use moves it on by a period's share,
and is refused where that would lie more than a period ahead. So a rested token may use up its
whole allowance at once, and after that one more each period / limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from stockcli.domain.errors import RateLimitedError

LONGEST_IN_SECONDS = 120
"""A longer wait is told in minutes."""


class Kind(StrEnum):
    """What is counted: a transaction that changed facts of the stock, a call of the model."""

    WRITE = "write"
    MODEL_CALL = "model_call"


PERIODS = {Kind.WRITE: timedelta(minutes=1), Kind.MODEL_CALL: timedelta(hours=1)}
DEFAULT_LIMITS = {Kind.WRITE: 600, Kind.MODEL_CALL: 300}
MOST = 1_000_000
"""The highest limit a token may have: a period's share of it is still a whole microsecond."""

_USED_UP = {
    Kind.WRITE: "this token has made all the changes it may make within a minute",
    Kind.MODEL_CALL: "this token has asked the language model as often as it may within an hour",
}
_OPTIONS = {Kind.WRITE: "--writes-per-minute", Kind.MODEL_CALL: "--model-calls-per-hour"}


@dataclass(frozen=True, kw_only=True)
class Use:
    """What came of a wish to use an allowance.

    Attributes:
        full_at: when the allowance is whole again; to be stored if it was granted.
        wait: how long until it would be granted; nothing if it was.
    """

    full_at: datetime
    wait: timedelta = timedelta(0)


def use(kind: Kind, limit: int, full_at: datetime | None, now: datetime) -> Use:
    """Use an allowance once.

    A stored instant further ahead than a period was written before a clock jumped back: the use
    is granted, and the allowance counts as just used up. A refusal could not mend the instant,
    since nothing is stored then, and would be repeated until the clock is back where it was.

    Args:
        limit: uses a period, at least 1.
        full_at: as stored; None if it was never used.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    >>> use(Kind.WRITE, 2, noon + timedelta(seconds=30), noon).full_at.isoformat()
    '2026-11-30T12:01:00+00:00'
    >>> use(Kind.WRITE, 2, noon + timedelta(seconds=40), noon).wait.total_seconds()
    10.0
    """
    latest = now + PERIODS[kind]
    # Rounded down: the last of a period's uses must not fail for want of a microsecond.
    share = PERIODS[kind] // limit
    before = max(full_at or now, now)
    after = latest if before > latest else before + share
    if after > latest:
        return Use(full_at=before, wait=after - latest)
    return Use(full_at=after)


def used_up(kind: Kind, wait_seconds: float) -> RateLimitedError:
    """Return the refusal of an allowance that is used up."""
    hint = f"your operator can make a token that may do more: `stock token create {_OPTIONS[kind]}`"
    return RateLimitedError(f"{_USED_UP[kind]}; wait {in_words(wait_seconds)}", hint)


def in_words(wait_seconds: float) -> str:
    """Return how long to wait, rounded up, never none at all.

    >>> in_words(0.1), in_words(13.2), in_words(719)
    ('1 second', '14 seconds', '12 minutes')
    """
    seconds = max(1, ceil(wait_seconds))
    if seconds > LONGEST_IN_SECONDS:
        return f"{ceil(seconds / 60)} minutes"
    return "1 second" if seconds == 1 else f"{seconds} seconds"

"""Guessing tokens: who offered ten within a minute that are none waits for the rest of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from stockcli.domain.allowance import in_words
from stockcli.domain.errors import RateLimitedError

MOST_FAILURES = 10
WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Failures:
    """How often a place offered a token that is none, and since when that is counted."""

    count: int
    since: datetime


def after_another(known: Failures | None, now: datetime) -> Failures:
    """Return the count with one more failure in it; an old count begins anew."""
    if known is None or not _still_counts(known, now):
        return Failures(count=1, since=now)
    return Failures(count=known.count + 1, since=known.since)


def ensure_may_try(known: Failures | None, now: datetime) -> None:
    """Pass unless too many tokens failed, also with one that is good.

    Raises:
        RateLimitedError: it says how long to wait.
    """
    if known and known.count >= MOST_FAILURES and _still_counts(known, now):
        raise too_many_failures((known.since + WINDOW - now).total_seconds())


def too_many_failures(wait_seconds: float) -> RateLimitedError:
    """Return the refusal of a place that offered too many tokens that are none."""
    message = (
        f"{MOST_FAILURES} tokens that are none were offered from here within a minute; "
        f"wait {in_words(wait_seconds)}"
    )
    return RateLimitedError(message, "a good token works again after that")


def _still_counts(known: Failures, now: datetime) -> bool:
    # What lies in the future was written before a clock jumped back.
    return known.since <= now < known.since + WINDOW

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stockcli.domain.errors import RateLimitedError
from stockcli.domain.sign_in import Failures, after_another, ensure_may_try

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def failed(times: int, *, apart: timedelta = timedelta(0)) -> Failures | None:
    known = None
    for number in range(times):
        known = after_another(known, NOON + apart * number)
    return known


def test_nine_failures_keep_nobody_out() -> None:
    ensure_may_try(None, NOON)
    ensure_may_try(failed(9), NOON)


def test_the_tenth_keeps_out_for_the_rest_of_the_minute() -> None:
    known = failed(10, apart=timedelta(seconds=1))
    with pytest.raises(RateLimitedError, match=r"10 tokens .* wait 46 seconds"):
        ensure_may_try(known, NOON + timedelta(seconds=14.5))
    ensure_may_try(known, NOON + timedelta(seconds=60))


def test_failures_of_the_minute_before_are_forgotten() -> None:
    known = after_another(failed(9), NOON + timedelta(seconds=60))
    assert known == Failures(count=1, since=NOON + timedelta(seconds=60))


def test_what_a_clock_counted_before_it_jumped_back_is_forgotten() -> None:
    earlier = NOON - timedelta(hours=1)
    ensure_may_try(failed(10), earlier)
    assert after_another(failed(10), earlier) == Failures(count=1, since=earlier)

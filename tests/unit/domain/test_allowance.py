from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.allowance import MOST, PERIODS, Kind, in_words, use, used_up

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
LIMITS = st.integers(min_value=1, max_value=MOST)
PAUSES = st.lists(st.floats(min_value=0, max_value=90), max_size=60)


def granted(limit: int, moments: list[datetime], kind: Kind = Kind.WRITE) -> list[datetime]:
    """Return when a token that wishes at these moments is granted its wish."""
    full_at, passed = None, []
    for moment in moments:
        made = use(kind, limit, full_at, moment)
        full_at = made.full_at
        if not made.wait:
            passed.append(moment)
    return passed


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("limit", [1, 7, 300, 601, MOST])
def test_a_rested_token_may_use_up_all_of_it_at_once_and_no_more(kind: Kind, limit: int) -> None:
    share = PERIODS[kind] // limit
    nearly_full = NOON + share * (limit - 1)
    assert not use(kind, limit, nearly_full, NOON).wait
    assert use(kind, limit, nearly_full + share, NOON).wait


def test_a_limit_that_divides_no_minute_is_kept_to_the_last_use() -> None:
    assert len(granted(7, [NOON] * 20)) == 7


@given(limit=LIMITS, pauses=PAUSES)
def test_within_any_stretch_no_more_is_granted_than_a_burst_and_what_refilled(
    limit: int, pauses: list[float]
) -> None:
    moments = [NOON]
    for pause in pauses:
        moments.append(moments[-1] + timedelta(seconds=pause))
    passed = granted(limit, moments)
    share = PERIODS[Kind.WRITE] // limit
    for first in range(len(passed)):
        stretch = passed[-1] - passed[first]
        assert len(passed) - first <= limit + stretch // share + 1


@given(limit=LIMITS, used=st.floats(min_value=0, max_value=1))
def test_who_waits_as_long_as_was_said_is_granted_it(limit: int, used: float) -> None:
    latest = NOON + PERIODS[Kind.WRITE]
    full_at = latest - (PERIODS[Kind.WRITE] // limit) * used + timedelta(microseconds=1)
    refused = use(Kind.WRITE, limit, min(full_at, latest), NOON)
    assert timedelta(0) < refused.wait <= PERIODS[Kind.WRITE]
    too_early = NOON + refused.wait - timedelta(microseconds=1)
    assert use(Kind.WRITE, limit, refused.full_at, too_early).wait
    assert not use(Kind.WRITE, limit, refused.full_at, NOON + refused.wait).wait


def test_after_a_clock_jumped_back_one_use_is_granted_and_the_next_waits_for_its_share() -> None:
    first = use(Kind.MODEL_CALL, 60, NOON + timedelta(days=400), NOON)
    assert (first.full_at, first.wait) == (NOON + timedelta(hours=1), timedelta(0))
    second = use(Kind.MODEL_CALL, 60, first.full_at, NOON)
    assert second.wait == timedelta(minutes=1)


def test_a_token_that_rested_longer_than_a_period_gains_nothing_by_it() -> None:
    assert len(granted(3, [NOON - timedelta(days=9), *[NOON] * 9])) == 1 + 3


def test_a_refusal_says_how_long_to_wait_and_who_can_raise_it() -> None:
    refusal = used_up(Kind.WRITE, 13.2)
    assert refusal.message == (
        "this token has made all the changes it may make within a minute; wait 14 seconds"
    )
    assert "--writes-per-minute" in refusal.hint
    assert used_up(Kind.MODEL_CALL, 719).message.endswith("within an hour; wait 12 minutes")


def test_nobody_is_told_to_wait_for_no_time_at_all() -> None:
    assert in_words(0) == in_words(0.01) == "1 second"
    assert (in_words(120), in_words(121)) == ("120 seconds", "3 minutes")

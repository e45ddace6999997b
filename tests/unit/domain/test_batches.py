from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from stockcli.domain.batches import (
    LONGEST_PREPARING,
    LONGEST_SENDING,
    may_still_be_prepared,
    may_still_be_sending,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "longest"),
    [(may_still_be_sending, LONGEST_SENDING), (may_still_be_prepared, LONGEST_PREPARING)],
)
def test_who_began_may_still_be_at_it_for_a_while_on_a_clock_that_errs_either_way(
    began: Callable[[datetime, datetime], bool], longest: timedelta
) -> None:
    assert began(NOON, NOON + longest / 2)
    assert not began(NOON, NOON + longest)
    assert began(NOON, NOON - longest / 2)
    assert not began(NOON, NOON - longest)

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from stockcli.domain.errors import ConflictError
from tests.fixtures.corner_shop import NOW, SteppingClock
from tests.integration.persistence.street import Shop, run

UNTIL = NOW + timedelta(minutes=15)


def test_a_neighbours_lease_does_not_keep_a_shop_from_being_checked(shop: Shop) -> None:
    with shop.unit:
        assert shop.unit.runs.claim(run(), UNTIL) == 1
        assert shop.unit.runs.latest(10) == [run()]


def test_a_second_claim_finds_the_shop_taken(shop: Shop) -> None:
    with shop.unit:
        shop.unit.runs.claim(run("one"), UNTIL)
        assert shop.unit.runs.claim(run("two"), UNTIL) is None
        assert [each.run_id for each in shop.unit.runs.latest(10)] == ["one"]


def test_a_finished_run_gives_the_lease_back(shop: Shop) -> None:
    done = replace(run("one"), status="ok", finished_at=NOW, checked=7, low=2)
    with shop.unit:
        epoch = shop.unit.runs.claim(run("one"), UNTIL)
        assert epoch is not None
        shop.unit.runs.finish(done)
        assert shop.unit.runs.latest(1) == [done]
        assert shop.unit.runs.claim(run("two"), UNTIL) == epoch + 1


def test_a_lapsed_lease_is_taken_over_and_the_first_run_is_fenced_off(
    shop: Shop, clock: SteppingClock
) -> None:
    with shop.unit:
        first = shop.unit.runs.claim(run("one"), UNTIL)
        clock.instant = UNTIL
        second = shop.unit.runs.claim(
            replace(run("two"), started_at=UNTIL), UNTIL + timedelta(hours=1)
        )
        assert first is not None
        assert second is not None
        shop.unit.runs.fence(second)
        with pytest.raises(ConflictError, match="took over"):
            shop.unit.runs.fence(first)
        shop.unit.runs.finish(replace(run("one"), status="failed"))
        shop.unit.runs.fence(second)


def test_a_run_that_never_finished_is_called_abandoned(shop: Shop, clock: SteppingClock) -> None:
    with shop.unit:
        shop.unit.runs.claim(run("one"), UNTIL)
        clock.instant = UNTIL
        later = replace(run("two"), started_at=UNTIL)
        shop.unit.runs.claim(later, UNTIL + timedelta(hours=1))
        newest, oldest = shop.unit.runs.latest(10)
    assert newest == later
    assert (oldest.status, oldest.finished_at) == ("abandoned", UNTIL)


def test_a_lease_given_back_is_nobodys(shop: Shop) -> None:
    with shop.unit:
        epoch = shop.unit.runs.claim(run(), UNTIL)
        assert epoch is not None
        shop.unit.runs.finish(replace(run(), status="ok"))
        with pytest.raises(ConflictError):
            shop.unit.runs.fence(epoch)


@pytest.mark.parametrize("set_back", [timedelta(hours=3), timedelta(days=400)])
def test_a_lease_of_a_clock_that_was_set_back_is_void(
    set_back: timedelta, shop: Shop, clock: SteppingClock
) -> None:
    lease = UNTIL - NOW
    with shop.unit:
        first = shop.unit.runs.claim(run("one"), UNTIL)
        clock.instant = NOW - set_back - lease
        assert shop.unit.runs.claim(run("two"), clock.instant + lease) == (first or 0) + 1


def test_a_lease_of_a_clock_that_goes_a_little_fast_is_none_the_less_one(
    shop: Shop, clock: SteppingClock
) -> None:
    with shop.unit:
        shop.unit.runs.claim(run("one"), UNTIL)
        clock.instant = NOW - timedelta(minutes=2)
        assert shop.unit.runs.claim(run("two"), UNTIL - timedelta(minutes=2)) is None


def test_what_a_run_carried_out_stays_done_whatever_strikes_after(shop: Shop) -> None:
    done = replace(run(), status="ok", finished_at=NOW)
    with shop.unit:
        shop.unit.runs.claim(run(), UNTIL)
        shop.unit.runs.finish(done)
        shop.unit.runs.finish(replace(run(), status="failed", error="the connection was lost"))
        assert shop.unit.runs.latest(1) == [done]

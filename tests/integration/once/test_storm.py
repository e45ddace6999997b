"""Thirty kills at any instant, eight runs at once, and clocks that jump."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from stockcli.domain.errors import ConflictError
from stockcli.usecases.importing import SalesOptions, bytes_source, import_sales
from stockcli.usecases.ports import Review, ReviewRequest
from stockcli.usecases.purchasing import receive_order
from tests.fixtures.corner_shop import NOW
from tests.fixtures.killing import in_child
from tests.fixtures.scenes import Original, Scene, check, open_scene, perhaps_again, send
from tests.fixtures.striking import again, undisturbed
from tests.fixtures.truths import breaches, looking_at, state_of

Tell = Callable[[str, object], None]
KILLS = 30
SHOPS = tuple(f"shop-{number}" for number in range(10))
RUNS = 8
SALES = "date,invoice,sku,quantity,price\n" + "".join(
    f"2024-04-30,B{number},{'TEA' if number < 5 else 'SOAP'},1,4.00\n" for number in range(60)
)


def day(scene: Scene) -> None:
    """Do all that a day brings: sales, a check, letters to suppliers, and goods."""
    with scene.unit() as unit:
        source = bytes_source("s.csv", SALES.encode())
        import_sales(unit, source, SalesOptions(), now=scene.clock.now())
    check(scene)
    send(scene)
    with scene.unit() as unit, perhaps_again():
        receive_order(unit, "PO-00001", receipt="DN 7", now=scene.clock.now())


def test_thirty_kills_at_any_instant_change_nothing_in_the_end(
    original: Original, record_property: Tell
) -> None:
    open_scene(original.url)
    expected = undisturbed(original, day)
    chance, scene = random.Random(7), original.copy()
    began = time.monotonic()
    assert not in_child(partial(day, scene)).was_killed()
    longest = time.monotonic() - began
    scene = original.copy()
    kills = 0
    while kills < KILLS:
        # Who was killed may hold the shop: the next cron comes after its lease.
        scene.clock.instant = NOW + timedelta(minutes=16 * kills)
        child = in_child(partial(day, scene))
        time.sleep(chance.uniform(0, longest))
        child.kill()
        was_killed = child.was_killed()
        kills += was_killed
        assert breaches(scene.url) == {}
        if not was_killed:
            # This day came to its end: the next one is stormed.
            assert again(scene, day) == expected
            scene = original.copy()
    scene.clock.advance(minutes=16)
    day(scene)
    assert again(scene, day) == expected
    assert list(scene.letters()) == ["PO-00001.txt"]
    record_property("kill points", kills)


def test_eight_overlapping_runs_of_the_same_second_decide_each_shop_once(
    original: Original,
) -> None:
    open_scene(original.url, *SHOPS)

    def run(scene: Scene, number: int) -> None:
        for slug in SHOPS:
            check(scene, slug, name=f"run-{number}")

    expected = undisturbed(original, partial(run, number=0))
    scene = original.copy()
    children = [in_child(partial(run, scene, number)) for number in range(RUNS)]
    assert not any(child.was_killed() for child in children)
    assert breaches(scene.url) == {}
    assert state_of(scene.url) == expected
    with looking_at(scene.url) as connection:
        decided = text("SELECT count(*) FROM decision GROUP BY tenant_id, sku")
        assert set(connection.scalars(decided)) == {1}


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(hours=-5), timedelta(minutes=-20)])
def test_a_clock_that_jumps_during_a_check_makes_nothing_twice(
    jump: timedelta, original: Original
) -> None:
    open_scene(original.url)
    expected, scene = undisturbed(original, check), original.copy()

    class Slow:
        def review(self, _: ReviewRequest) -> Review:
            scene.clock.instant += jump
            check(scene, name="other")
            return Review()

    with pytest.raises(ConflictError, match="took over"):
        check(scene, reviewer_of=lambda *_: Slow())
    assert breaches(scene.url) == {}
    assert state_of(scene.url) == expected


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(hours=-5), timedelta(days=-400)])
def test_a_clock_that_jumps_between_checks_makes_nothing_twice(
    jump: timedelta, original: Original
) -> None:
    open_scene(original.url)
    scene = original.copy()
    check(scene)
    before = state_of(scene.url)
    scene.clock.instant += jump
    assert check(scene, name="after").status == "ok"
    assert send(scene).sent == 2
    assert breaches(scene.url) == {}
    after = state_of(scene.url)
    assert after["lines"] == before["lines"]
    assert after["movements"] == before["movements"]
    assert after["messages"] == before["messages"]
    assert list(scene.letters()) == ["PO-00001.txt"]

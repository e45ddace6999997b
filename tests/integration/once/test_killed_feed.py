"""A till's feed struck anywhere: killed, or cut off from its server; the till sends again."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url

from stockcli.cli.feed_running import Feed
from stockcli.cli.feed_streams import Pace
from stockcli.domain.catalogue import Location
from stockcli.domain.errors import DatabaseError
from stockcli.domain.identifiers import LocationId
from stockcli.usecases.feeding import book_batch, read_line
from tests.fixtures.databases import on_server
from tests.fixtures.killing import Fuse, at_database_steps
from tests.fixtures.scenes import Original, Scene, open_scene
from tests.fixtures.striking import killed_at_every_step, prepare, undisturbed
from tests.fixtures.truths import breaches, state_of
from tests.integration.once.test_lost_server import cut_off

Tell = Callable[[str, object], None]
LATE = "2024-04-29T12:00:00Z"
LINES = [
    {"id": "t/1", "kind": "sale", "sku": "TEA", "quantity": 3, "at": "2024-04-30T05:00:00Z"},
    {"id": "t/2", "kind": "sale", "sku": "TEA", "quantity": 1, "at": LATE},
    {"id": "t/3", "kind": "transfer", "sku": "SOAP", "quantity": 40, "to": "BACK"},
    {"id": "t/4", "kind": "receipt", "sku": "HAM", "quantity": 12},
    {"id": "t/5", "kind": "count", "sku": "SOAP", "quantity": 850},
    {"id": "t/4", "kind": "void"},
    {"id": "t/6", "kind": "sale", "sku": "NONE", "quantity": 1},
    {"id": "t/3", "kind": "void"},
]
RAW = [json.dumps(line).encode() for line in LINES]
BATCH = 3


def with_a_back_room(scene: Scene) -> None:
    with scene.unit() as unit, unit:
        unit.locations.put([Location(id=LocationId(0), code="BACK", name="Back room")])
        unit.commit()


def feed(scene: Scene) -> None:
    """Send all lines, in batches, as a till does that has no answers yet."""
    with scene.unit() as unit:
        for start in range(0, len(RAW), BATCH):
            lines = [read_line(raw) for raw in RAW[start : start + BATCH]]
            book_batch(unit, lines, now=scene.clock.now())


def test_a_feed_killed_at_any_step_and_sent_again_loses_and_doubles_nothing(
    original: Original, record_property: Tell
) -> None:
    open_scene(original.url)
    prepare(original, (with_a_back_room,))
    points = killed_at_every_step(original, feed)
    record_property("kill points", points)
    assert points >= 8


@pytest.fixture
def lines_file(tmp_path: Path) -> Path:
    file = tmp_path / "till.jsonl"
    file.write_bytes(b"\n".join(RAW))
    return file


def test_a_connection_lost_at_any_step_is_made_up_for_within_the_feed(
    postgres_database_url: str,
    postgres_url: str,
    lines_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Tell,
) -> None:
    open_scene(postgres_database_url)
    original, retried = Original(postgres_database_url, tmp_path, postgres_url), 0
    prepare(original, (with_a_back_room,))
    expected = undisturbed(original, feed)
    for step in count(1):
        scene = original.copy()
        fuse = Fuse(step, partial(cut_off, scene))
        with scene.unit() as unit:
            unit.refreshed_tenant()  # what finds the shop is not the feed's to make up for
            with at_database_steps(fuse):
                run = Feed(unit, scene.clock, patience_seconds=20, quiet=False)
                with lines_file.open("rb") as lines:
                    run.run(lines.fileno(), Pace(most_lines=BATCH, longest_seconds=0))
        said = capsys.readouterr()
        retried += "tried again" in said.err
        answers = [json.loads(line) for line in said.out.splitlines()]
        assert [answer["line"] for answer in answers] == list(range(1, len(LINES) + 1))
        assert [answer["status"] for answer in answers].count("refused") == 1
        assert breaches(scene.url) == {}
        assert state_of(scene.url) == expected, f"cut off at step {step}"
        if fuse.steps < step:
            break
    record_property("lost connections", step - 1)
    assert retried > step // 2


def test_a_server_that_stays_away_ends_the_feed_and_leaves_what_was_not_answered(
    postgres_database_url: str,
    postgres_url: str,
    lines_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    open_scene(postgres_database_url)
    original = Original(postgres_database_url, tmp_path, postgres_url)
    prepare(original, (with_a_back_room,))
    scene = original.copy()
    name = make_url(scene.url).database

    def shut_out() -> None:
        on_server(postgres_url, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        cut_off(scene)

    with scene.unit() as unit, at_database_steps(Fuse(5, shut_out)):
        run = Feed(unit, scene.clock, patience_seconds=0.5, quiet=False)
        with lines_file.open("rb") as lines, pytest.raises(DatabaseError):
            run.run(lines.fileno(), Pace(most_lines=BATCH, longest_seconds=0))
    assert capsys.readouterr().out == ""
    on_server(postgres_url, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    feed(scene)
    assert state_of(scene.url) == undisturbed(original, feed)

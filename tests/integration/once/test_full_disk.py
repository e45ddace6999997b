"""A disk that fills up somewhere: one clear sentence, nothing half written, and all of it later."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from stockcli.domain.errors import DatabaseError
from stockcli.usecases.importing import SalesOptions, bytes_source, import_sales
from tests.fixtures.killing import in_child
from tests.fixtures.scenes import Original, Scene, check, open_scene
from tests.fixtures.striking import again, undisturbed

Tell = Callable[[str, object], None]
PAGES_MORE = 3
SALES = "date,invoice,sku,quantity,price\n" + "".join(
    f"2024-04-30,INVOICE-{number},TEA,1,4.00\n" for number in range(400)
)


def take_sales(scene: Scene) -> None:
    with scene.unit() as unit:
        source = bytes_source("s.csv", SALES.encode())
        import_sales(unit, source, SalesOptions(), now=scene.clock.now())


@pytest.fixture
def original(sqlite_database_url: str, tmp_path: Path) -> Original:
    """A shop in a SQLite file: how a server's disk fills is the server's own to prove."""
    open_scene(sqlite_database_url)
    (tmp_path / "copies").mkdir()
    return Original(sqlite_database_url, tmp_path / "copies")


def file_of(url: str) -> str:
    return url.removeprefix("sqlite:///")


def pages(scene: Scene) -> int:
    with closing(sqlite3.connect(file_of(scene.url))) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


@contextmanager
def room_for(most_pages: int) -> Iterator[None]:
    """Let a database grow to so many pages and no further, as on a full disk."""

    def limit(driver: sqlite3.Connection, _: object) -> None:
        driver.execute(f"PRAGMA max_page_count = {most_pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_full_disk_is_said_in_a_sentence_and_completed_once_there_is_room(
    original: Original, record_property: Tell
) -> None:
    expected, is_full, disks = undisturbed(original, take_sales), True, 0
    while is_full:
        scene = original.copy()
        with room_for(pages(scene) + PAGES_MORE * disks):
            is_full = finds_the_disk_full(scene)
        assert again(scene, take_sales) == expected
        disks += is_full
    record_property("full disks", disks)
    assert disks > 5


def finds_the_disk_full(scene: Scene) -> bool:
    try:
        take_sales(scene)
    except DatabaseError as error:
        if "the disk is full" not in error.message:
            raise
        return True
    return False


@pytest.mark.parametrize("kilobytes", [0, 4, 16, 64])
def test_a_file_that_may_not_grow_is_said_in_a_sentence(kilobytes: int, original: Original) -> None:
    expected, scene = undisturbed(original, check), original.copy()

    def in_little_room() -> None:
        most = kilobytes * 1024
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        with pytest.raises(DatabaseError, match="the disk"):
            check(scene)

    assert not in_child(in_little_room).was_killed()
    assert again(scene, check) == expected

from __future__ import annotations

import resource
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError
from stockcli.persistence.upkeep.files import appearing


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file in a folder of its own."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place" / "figures.prom"


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Let no file become larger than a thousand bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_appears_whole_with_its_mode_and_nothing_beside_it(target: Path) -> None:
    with appearing(target, mode=0o644) as partial:
        partial.write_text("whole")
        assert not target.exists()
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600
    assert target.read_text() == "whole"
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert list(target.parent.iterdir()) == [target]


def test_a_full_disk_leaves_what_was_there(target: Path, small_disk: None) -> None:
    target.write_text("of before")
    with (
        pytest.raises(DatabaseError, match="the disk is full"),
        appearing(target, replace=True) as partial,
    ):
        partial.write_text("x" * 2_000)
    assert target.read_text() == "of before"
    assert list(target.parent.iterdir()) == [target]


def test_a_file_that_came_meanwhile_is_not_replaced(target: Path) -> None:
    with pytest.raises(ConflictError, match="by now"), appearing(target):
        target.write_text("theirs")
    assert target.read_text() == "theirs"


def test_a_bug_on_the_way_leaves_nothing(target: Path) -> None:
    with pytest.raises(ZeroDivisionError), appearing(target):
        raise ZeroDivisionError
    assert list(target.parent.iterdir()) == []


def test_a_folder_is_no_file(target: Path) -> None:
    with pytest.raises(InvalidInputError, match="is a folder"), appearing(target.parent):
        pass

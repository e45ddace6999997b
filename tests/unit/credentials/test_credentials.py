from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stockcli.credentials.files import is_open_to_others, keep_token, read_token
from stockcli.domain.errors import InvalidInputError


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_kept_token_is_read_back_and_nobody_elses(stock_home: Path) -> None:
    file = stock_home / "home" / "credentials"
    keep_token(file, "one")
    keep_token(file, "two")
    assert read_token(file) == "two"
    assert not is_open_to_others(file)
    assert [one.name for one in file.parent.iterdir()] == ["credentials"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_ordinary_file_is_neither_read_nor_replaced(
    stock_home: Path, make: Callable[[Path], None]
) -> None:
    file = stock_home / "credentials"
    make(file)
    with pytest.raises(InvalidInputError, match="no ordinary file"):
        keep_token(file, "one")
    with pytest.raises(InvalidInputError, match="no ordinary file"):
        read_token(file)
    assert [one.name for one in stock_home.iterdir()] == ["credentials"]


def test_a_folder_that_cannot_be_made_is_a_sentence(stock_home: Path) -> None:
    (stock_home / "home").write_text("in the way")
    with pytest.raises(InvalidInputError, match="cannot be kept in"):
        keep_token(stock_home / "home" / "credentials", "one")


def test_a_token_that_is_half_written_leaves_nothing_behind(stock_home: Path) -> None:
    file = stock_home / "credentials"
    keep_token(file, "one")
    with full_disk(), pytest.raises(InvalidInputError, match="cannot be kept in"):
        keep_token(file, "two")
    assert list(stock_home.iterdir()) == [file]
    assert read_token(file) == "one"


def test_a_file_others_may_read_is_noticed(stock_home: Path) -> None:
    file = stock_home / "credentials"
    file.write_text("one")
    file.chmod(0o644)
    assert is_open_to_others(file)
    assert not is_open_to_others(stock_home / "none")

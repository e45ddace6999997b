from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from stockcli.cli.logs import ROOTS, OneLine

HOUSE = logging.getLogger(ROOTS[0])


@pytest.fixture(autouse=True)
def _level_as_before() -> Iterator[None]:
    before = HOUSE.level
    yield
    HOUSE.setLevel(before)


def logged() -> str:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        failure = sys.exc_info()
    record = logging.LogRecord("stock", logging.WARNING, "", 1, "it %s", ("failed",), failure)
    return OneLine("%(levelname)s %(message)s").format(record)


def test_a_failure_is_one_line() -> None:
    HOUSE.setLevel(logging.INFO)
    assert logged() == "WARNING it failed"


def test_a_failure_shows_its_traceback_to_whoever_debugs() -> None:
    HOUSE.setLevel(logging.DEBUG)
    assert logged().splitlines()[-1] == "ZeroDivisionError"

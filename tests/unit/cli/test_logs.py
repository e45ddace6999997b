from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import pytest

from stockcli.cli.logs import ROOTS, JsonLine, OneLine
from stockcli.usecases.log_context import about, about_now

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


def as_json(record: logging.LogRecord) -> dict[str, Any]:
    line = JsonLine().format(record)
    assert "\n" not in line
    return cast("dict[str, Any]", json.loads(line))


def record(message: str = "it %s", **fields: Any) -> logging.LogRecord:
    logger = logging.getLogger("some.library")
    return logger.makeRecord(
        "some.library", logging.WARNING, "", 1, message, (), None, extra=fields
    )


def test_a_librarys_line_says_what_it_is_about() -> None:
    with about(run="run-1"), about(tenant="acme"):
        line = as_json(record("slow"))
    assert (line["message"], line["level"], line["logger"]) == ("slow", "warning", "some.library")
    assert (line["run"], line["tenant"]) == ("run-1", "acme")
    assert {"run", "tenant"} & as_json(record()).keys() == set()


def test_fields_stand_under_their_names_and_hide_nothing() -> None:
    with about(tenant="acme"):
        line = as_json(record("done\nfor \x1b[31mtoday", low=3, tenant="other", at=1, odd={1, 2}))
    assert (line["low"], line["tenant"]) == (3, "acme")
    assert line["message"] == "done\nfor \x1b[31mtoday"
    assert str(line["at"]).startswith("20")


def test_what_a_line_is_about_ends_with_its_block_also_after_a_failure() -> None:
    with suppress(ZeroDivisionError), about(tenant="acme"):
        raise ZeroDivisionError
    assert about_now() == {}

"""`stock forecast --input` typed into a real terminal, with its rows sent elsewhere or not."""

from __future__ import annotations

import shlex
from datetime import date, timedelta
from pathlib import Path

import pexpect
import pytest

from tests.fixtures.demo_home import COMMAND, SECONDS, Stock

TERMS = ("--lead-time-days", "3", "--review-days", "7", "--workers", "1")


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    """The command in a home that holds nothing."""
    home = tmp_path / "home"
    home.mkdir()
    return Stock(home)


@pytest.fixture
def question(tmp_path: Path) -> tuple[str, ...]:
    days = [date(2025, 1, 1) + timedelta(days=step) for step in range(90)]
    lines = [f"{name},{day},{day.day % 4}" for name in "AB" for day in days]
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(("product,date,quantity", *lines)) + "\n")
    return ("forecast", "--input", str(path), *TERMS)


def typed(stock: Stock, arguments: tuple[str, ...], after: str = "") -> str:
    """Run the command as a shell on a terminal does, and return what the screen was sent."""
    line = f"{shlex.join((*COMMAND, *arguments))} {after}"
    environment = {**stock.environment(TERM="xterm"), "COLUMNS": "300"}
    shell = pexpect.spawn(
        "/bin/sh",
        ["-c", line],
        env=environment,
        cwd=str(stock.home),
        timeout=SECONDS,
        encoding="utf-8",
        dimensions=(40, 300),
    )
    shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 0, shell.before
    return str(shell.before)


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_bar_on_the_terminal_leaves_the_rows_to_the_file(
    stock: Stock, question: tuple[str, ...], tmp_path: Path, more: tuple[str, ...]
) -> None:
    kept = tmp_path / "kept"

    screen = typed(stock, (*question, *more), f"> {shlex.quote(str(kept))}")

    assert kept.read_text() == stock.process(*question, *more).out
    assert "forecasting" in screen
    assert "order_up_to_level" not in screen


def test_a_pipe_gets_the_rows(stock: Stock, question: tuple[str, ...]) -> None:
    assert typed(stock, question, "| sed s/^/taken:/").count("taken:") == 3


def test_the_rows_stand_on_the_terminal_where_nothing_takes_them(
    stock: Stock, question: tuple[str, ...]
) -> None:
    screen = typed(stock, question)

    for line in stock.process(*question).out.splitlines():
        assert line in screen

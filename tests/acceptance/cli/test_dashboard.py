"""The dashboard as a person has it: the real command on a real terminal."""

from __future__ import annotations

import re
import signal

import pytest

from tests.acceptance.chat.terminal import terminal
from tests.acceptance.cli.conftest import Command
from tests.fixtures.demo_home import Stock
from tests.fixtures.shops import Shops

COLOURED = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")
LEFT_SCREEN = "\x1b[?1049l"


def test_an_order_is_approved_on_a_real_terminal(stock_after_check: Command, tokens: Shops) -> None:
    token = tokens.north_manager
    assert stock_after_check("order", "MUG", "900", "--yes", token=token).code == 0
    (waits,) = stock_after_check("orders", "list", "--status", "draft", "--json", token=token).json
    with terminal(Stock(stock_after_check.home), "dashboard", STOCK_TOKEN=token) as screen:
        screen.shows(r"North Shop \| .*1 to approve")
        screen.types("2")
        screen.shows(rf"{waits['number']} +Leaf Ltd .*draft")
        screen.types("a")
        screen.shows(r"Approve it\? +y yes +n no")
        screen.types("y")
        screen.shows(f"{waits['number']} is approved")
        screen.shows("0 to approve")
        screen.types("q")
        assert screen.ends() == 0
        assert screen.raw.endswith(LEFT_SCREEN) or LEFT_SCREEN in screen.raw[-400:]
    after = stock_after_check("orders", "show", waits["number"], "--json", token=token).json
    assert after["status"] == "approved"
    assert after["approved_by"] == "manager:north manager"


def test_without_colours_nothing_is_coloured(stock_after_check: Command, tokens: Shops) -> None:
    home = Stock(stock_after_check.home)
    with terminal(home, "dashboard", STOCK_TOKEN=tokens.north_analyst, NO_COLOR="1") as screen:
        screen.shows("analyst: read-only")
        screen.shows("Inventory position")
        screen.types("o")
        screen.shows("an analyst's token reads only")
        screen.types("\x03")
        assert screen.ends() == 0
        assert COLOURED.search(screen.raw) is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_gives_the_terminal_back(
    number: signal.Signals, stock_after_check: Command, tokens: Shops
) -> None:
    home = Stock(stock_after_check.home)
    with terminal(home, "dashboard", STOCK_TOKEN=tokens.north_manager) as screen:
        screen.shows("North Shop")
        screen.is_told(number)
        assert screen.ends() == 128 + number
        assert LEFT_SCREEN in screen.raw
        assert "Traceback" not in screen.raw


def test_an_operator_is_told_that_it_takes_a_shop(
    stock_after_check: Command, tokens: Shops
) -> None:
    home = Stock(stock_after_check.home)
    with terminal(home, "dashboard", STOCK_TOKEN=tokens.operator) as screen:
        assert screen.ends() == 1
        assert "No token was given" in screen.raw
        assert "\x1b[?1049h" not in screen.raw


def test_without_a_terminal_it_says_so_in_one_sentence(
    stock_after_check: Command, tokens: Shops
) -> None:
    ran = stock_after_check.process("dashboard", token=tokens.north_manager)
    assert ran.code == 2
    assert ran.out == ""
    assert "the dashboard needs a terminal, and stdin is none" in ran.err
    assert "`stock levels --low`" in ran.err


@pytest.mark.parametrize("seconds", ["0", "-1", "3601", "often"])
def test_an_interval_that_is_none_is_refused(seconds: str, stock_after_check: Command) -> None:
    ran = stock_after_check("dashboard", "--refresh-seconds", seconds)
    assert ran.code == 2
    assert "--refresh-seconds" in ran.err

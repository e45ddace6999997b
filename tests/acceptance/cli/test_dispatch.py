from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

DOUBT = "1 message that may or may not have left"


def leave_a_doubt(stock: Command, token: str) -> None:
    """Let a message stand as it does after its sender was stopped and its lease lapsed."""
    stock("order", "LAMP", "8", "--yes", token=token)
    with closing(sqlite3.connect(stock.home / "stock.db")) as database, database:
        database.execute("UPDATE outbox SET status = 'uncertain', attempts = 1")


def test_what_is_in_doubt_is_said_with_what_to_do(stock: Command, tokens: Shops) -> None:
    leave_a_doubt(stock, tokens.north_manager)
    ran = stock("dispatch", token=tokens.north_manager)
    assert (ran.code, ran.out) == (1, "north: 1 may or may not have left\n")
    assert "`stock dispatch --resend-uncertain` sends it again" in " ".join(ran.err.split())
    told = stock("doctor", "--json", token=tokens.north_manager).json
    (finding,) = [one for one in told if "may or may not have left" in one["text"]]
    assert finding["level"] == "problem"


def test_what_is_in_doubt_leaves_again_after_a_yes(stock: Command, tokens: Shops) -> None:
    leave_a_doubt(stock, tokens.north_manager)
    asked = stock("dispatch", "--resend-uncertain", token=tokens.north_manager)
    assert asked.code == 1
    assert "nobody is there to say yes" in asked.err
    ran = stock("dispatch", "--resend-uncertain", "--yes", token=tokens.north_manager)
    assert (ran.code, ran.out) == (0, "north: 1 sent\n")
    assert f"north: {DOUBT} sent again" in ran.err


def test_what_is_in_doubt_may_rest(stock: Command, tokens: Shops) -> None:
    leave_a_doubt(stock, tokens.north_manager)
    ran = stock("dispatch", "--drop-uncertain", "--yes", token=tokens.north_manager)
    assert (ran.code, ran.out) == (0, "north: nothing waits\n")
    assert f"north: {DOUBT} laid to rest" in ran.err


def test_it_cannot_both_leave_and_rest(stock: Command, tokens: Shops) -> None:
    both = ("--resend-uncertain", "--drop-uncertain")
    assert stock("dispatch", *both, token=tokens.north_manager).code == 2

"""A token stands nowhere but in its owner's hands: what runs leave behind is searched for it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

PASSWORD = "hunter2-and-more"
A_DAY = """
import os, sys
from stockcli.cli.main import run

secret = sys.stdin.readline().strip()
debug = ["--log-level", "debug"]
print([
    run([*debug, "whoami", "--json"]),
    run([*debug, "levels", "NO-SUCH"]),
    run([*debug, "minimum", "set", "MUG", "many", "--json"]),
    run([*debug, "minimum", "set", "MUG", "31", "--reason", "fair"]),
    run([*debug, "run-check", "--json"]),
    run([*debug, "dispatch"]),
    run([*debug, "chat", "-m", f"my token is {secret}, what is low?"]),
    run([*debug, "levels", secret]),
    run([*debug, "nonsense", secret]),
    run([*debug, "doctor"]),
])
os.environ["STOCK_TOKEN"] = secret
print([
    run([*debug, "token", "rotate", secret[:12]]),
    run([*debug, "login", secret]),
])
os.environ["STOCK_TOKEN"] = secret[:-1] + "!"
print([run([*debug, "levels", "--json"])])
"""
A_BUG = """
import logging, sys
from stockcli.cli import logs, main

secret = sys.stdin.readline().strip()
logs.log_to_stderr("debug")
sys.excepthook = main._say_unexpected
try:
    raise LookupError(secret)
except LookupError:
    logging.getLogger("stock").warning("it broke for %s", secret, exc_info=True)
known = {}
known[secret]
"""


def hidden(secret: str) -> str:
    """Return the part of a token that nobody may see: what follows its prefix."""
    return secret[12:]


def left_in(home: Path) -> dict[str, bytes]:
    """Return the bytes of every file but the one that `stock login` keeps the token in."""
    files = [one for one in home.rglob("*") if one.is_file() and one.name != "credentials"]
    return {one.name: one.read_bytes() for one in files}


def test_a_day_of_work_leaves_the_token_nowhere(stock: Command, tokens: Shops) -> None:
    secret = tokens.north_manager
    # Held open, so that the last command to close the file does not empty its log of changes.
    with closing(sqlite3.connect(stock.home / "stock.db")) as held:
        held.execute("SELECT count(*) FROM api_token").fetchone()
        login = stock("login", stdin=f"{secret}\n")
        day = stock.python(A_DAY, stdin=secret)
        files = left_in(stock.home)
    ends = [line for line in day.out.splitlines() if line.startswith("[") and line[1:2].isdigit()]
    assert ends == ["[0, 1, 2, 0, 0, 0, 0, 1, 2, 0]", "[1, 2]", "[1]"], day.said
    assert {"stock.db", "stock.db-wal"} <= files.keys()
    assert hidden(secret) not in login.said + day.said
    assert [name for name, held in files.items() if hidden(secret).encode() in held] == []


def test_a_new_token_is_printed_once_and_kept_nowhere(stock: Command, tokens: Shops) -> None:
    line = ("token", "create", "--tenant", "north", "--role", "analyst")
    made = stock(*line, token=tokens.operator)
    rotated = stock("token", "rotate", made.out[:12], "--json", token=tokens.operator)
    for secret, ran in ((made.out.strip(), made), (rotated.json["token"], rotated)):
        assert ran.out.count(hidden(secret)) == 1
        assert hidden(secret) not in ran.err
        assert hidden(secret) not in stock("token", "list", "--json", token=tokens.operator).said
        assert hidden(secret).encode() not in b"".join(left_in(stock.home).values())


def test_a_bug_shows_its_traceback_without_the_token(stock: Command, tokens: Shops) -> None:
    ran = stock.python(A_BUG, stdin=tokens.north_manager)
    assert "KeyError" in ran.err
    assert "LookupError" in ran.err
    assert ran.err.count("stk_m_") >= 3
    assert hidden(tokens.north_manager) not in ran.said


def test_a_server_that_cannot_be_reached_is_named_without_its_password(
    stock: Command, tokens: Shops
) -> None:
    environ = {"STOCK_DATABASE_URL": f"postgresql://app:{PASSWORD}@127.0.0.1:1/stock"}
    for line in (("levels",), ("doctor", "--json")):
        ran = stock.process("--log-level", "debug", *line, token=tokens.north_manager, **environ)
        assert ran.code != 0
        assert "127.0.0.1" in ran.said
        assert PASSWORD not in ran.said
        assert hidden(tokens.north_manager) not in ran.said


def test_a_mistyped_address_is_not_repeated_with_its_password(stock: Command) -> None:
    for url in (f"postgresql://app:{PASSWORD}@[x/stock", f"mysql://app:{PASSWORD}@db/stock"):
        ran = stock("levels", STOCK_DATABASE_URL=url)
        assert ran.code != 0
        assert PASSWORD not in ran.said


@pytest.mark.skipif(sys.platform != "linux", reason="the process list is read from /proc")
def test_no_process_of_a_run_shows_the_token_in_the_process_list(
    stock: Command, tokens: Shops
) -> None:
    seen: set[str] = set()
    with subprocess.Popen(
        [*stock.line, "run-check", "--all-tenants", "--json"],
        env=stock.environ(tokens.operator),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        while child.poll() is None:
            seen |= command_lines()
            time.sleep(0.05)
    assert child.returncode == 0
    assert any("run-check" in line for line in seen)
    assert not any(hidden(tokens.operator) in line for line in seen)


def command_lines() -> set[str]:
    """Return the command line of every process that can be seen."""
    lines = set()
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.add(file.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return lines

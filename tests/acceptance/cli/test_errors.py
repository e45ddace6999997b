from __future__ import annotations

import sqlite3
import subprocess

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

REFUSED = (
    ("why LAMB", 1, "there is no product 'LAMB'\n  nearest: LAMP"),
    ("levels --location ATTIC", 1, "there is no location 'ATTIC'"),
    ("orders show PO-99999", 1, "there is no order 'PO-99999'"),
    ("orders list --status lost", 2, "'lost' is no status"),
    ("supplier show LEEF", 1, "there is no supplier 'LEEF'\n  nearest: LEAF Leaf Ltd"),
    ("supplier set NEW --name New", 1, "there is no supplier 'NEW'; --new adds one"),
    ("supplier set LEAF --new", 2, "there is a supplier LEAF already"),
    ("supplier set LEAF --email leaf", 2, "'leaf' is no e-mail address"),
    ("supplier set LEAF --order-channel fax", 2, "'fax' is no order channel"),
    ("supplier set LEAF --order-channel email", 2, "it has no usable e-mail address"),
    ("supplier set LEAF --order-channel webhook", 2, "it has no webhook URL"),
    ("supplier set LEAF --webhook-url ftp://x", 2, "is no web address of http:// or https://"),
    ("supplier set LEAF --webhook-url http://10.0.0.5/", 2, "into a private network"),
    ("supplier set LEAF --order-days mon,someday", 2, "'mon,someday' are no order days"),
    ("supplier set LEAF --minimum-order-value -1", 2, "'-1' is no amount"),
    ("supplier set LEAF --lead-time-days 9999", 2, "--lead-time-days 9999.0 is out of range"),
    ("supplier set LEAF --name ==", 2, "'==' is no name"),
    ("minimum set LAMP many", 2, "'many' is no quantity"),
    ("minimum set LAMP -5", 2, "-5 is below zero"),
    ("minimum set LAMP 5 --expires 2020-01-01", 2, "would never hold"),
    ("snooze LAMP", 2, "say either --until DATE or --off"),
    ("snooze LAMP --until soon", 2, "'soon' is no day"),
    ("product status LAMP gone", 2, "'gone' is no status"),
    ("move sale LAMP 0", 2, "not above zero"),
    ("order LAMP 5", 1, "nobody is there to say yes: nothing was ordered"),
    ("tenant list", 1, "a manager's token may not do this"),
    ("levels --frobnicate", 2, "No such option: --frobnicate"),
    ("frobnicate", 2, "No such command 'frobnicate'"),
    ("--log-level loud levels", 2, "debug, info, warning, error"),
)


@pytest.mark.parametrize(("line", "code", "sentence"), REFUSED)
def test_a_refusal_is_a_sentence_on_stderr_with_its_exit_code(
    line: str, code: int, sentence: str, stock: Command, tokens: Shops
) -> None:
    ran = stock(*line.split(), token=tokens.north_manager)
    assert ran.code == code, ran
    assert ran.out == ""
    assert "error: " in ran.err
    assert sentence in ran.err


def test_with_json_the_refusal_is_an_object_on_stdout_as_well(
    stock: Command, tokens: Shops
) -> None:
    ran = stock("why", "LAMB", "--json", token=tokens.north_manager)
    assert ran.json["error"] == {
        "code": "not_found",
        "message": "there is no product 'LAMB'",
        "hint": "nearest: LAMP North lamp",
    }
    assert "error: there is no product 'LAMB'" in ran.err
    wrong = stock("levels", "--json", "--nonsense", token=tokens.north_manager)
    assert wrong.code == 2
    assert wrong.json["error"]["code"] == "usage"


def test_without_a_token_a_shops_commands_say_how_to_log_in(empty: Command) -> None:
    ran = empty("levels")
    assert ran.code == 1
    assert "stock login" in ran.err


def test_a_bad_token_and_a_bad_database_are_sentences_too(empty: Command) -> None:
    assert empty("levels", "--json", token="nonsense").json["error"]["code"] == "bad_token"
    ran = empty("levels", "--json", token="nonsense", STOCK_DATABASE_URL="nonsense")
    assert ran.code == 1
    assert ran.json["error"]["code"] == "database"


def test_a_bug_is_one_line_unless_debugging_is_asked_for(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE product SET status = 'nonsense'")
    ran = stock.process("levels", "--json", token=tokens.north_manager)
    assert ran.code == 1
    assert ran.err == (
        "error: unexpected ValueError\n  to see why: `stock --log-level debug levels --json`\n"
    )
    assert ran.json["error"]["code"] == "unexpected"
    line = [*stock.line, "--log-level", "debug", "levels"]
    environ = stock.environ(tokens.north_manager)
    told = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "Traceback" in told.stderr


def test_a_tool_that_fails_is_one_line_too(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE product SET status = 'nonsense'")
    ran = stock.process("chat", "-m", "what is low?", token=tokens.north_manager)
    assert [line for line in ran.err.splitlines() if "WARNING" in line and "failed" in line]


def test_an_analyst_writes_nothing(stock: Command, tokens: Shops) -> None:
    for line in ("minimum set LAMP 5", "count LAMP 5", "order LAMP 5 --yes", "snooze LAMP --off"):
        ran = stock(*line.split(), token=tokens.north_analyst)
        assert ran.code == 1
        assert "an analyst's token reads only" in ran.err


def test_no_error_repeats_what_a_terminal_would_obey(stock: Command, tokens: Shops) -> None:
    evil = "x\x1b]52;c;aGk=\x07\x9b2J"
    for line in (("frob" + evil,), ("levels", "--" + evil), ("why", evil), ("why", evil, "--json")):
        ran = stock(*line, token=tokens.north_manager)
        assert ran.code != 0
        assert not {"\x1b", "\x07", "\x9b"} & set(ran.out + ran.err)

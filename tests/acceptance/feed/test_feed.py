"""`stock feed` on files: answers, exit codes, its schema, and who may use it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.cli.conftest import Command, Ran
from tests.fixtures.shops import Shops
from tests.fixtures.tills import Line, sale
from tests.fixtures.truths import breaches


def fed(stock: Command, token: str, *lines: Line | bytes, options: tuple[str, ...] = ()) -> Ran:
    file = stock.home / "till.jsonl"
    file.write_bytes(
        b"".join(
            one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in lines
        )
    )
    return stock("feed", "--file", str(file), *options, token=token)


def answers(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def on_hand(stock: Command, token: str, sku: str = "MUG") -> float:
    (found,) = (
        row["on_hand"]
        for row in stock("levels", "--json", token=token).json
        if row["sku"] == sku and row["location"] == "SHOP"
    )
    return float(found)


def test_each_line_is_answered_in_order_and_once(stock: Command, tokens: Shops) -> None:
    ran = fed(stock, tokens.north_manager, sale("1", 2), sale("2", "0.5"), sale("1", 2))
    assert answers(ran) == [
        {"line": 1, "id": "1", "status": "booked", "reason": None},
        {"line": 2, "id": "2", "status": "booked", "reason": None},
        {"line": 3, "id": "1", "status": "known", "reason": None},
    ]
    assert (ran.code, ran.err) == (0, "3 lines in 1 batch: 2 booked, 1 known, 0 refused\n")
    assert on_hand(stock, tokens.north_manager) == 797.5


def test_bad_lines_are_refused_and_the_rest_go_on(stock: Command, tokens: Shops) -> None:
    ran = fed(
        stock,
        tokens.north_manager,
        b"\xef\xbb\xbf",
        sale("1"),
        b"\r\n   \n",
        b'{"id": "2", "kind": "sale", "sku": "MUG", "quantity": NaN}\r\n',
        b'{"id": "3", "note": "' + b"x" * 100_000 + b'"}\n',
        b"\xff\xfe\x00\n",
        b'{"id": "4", "kind": "sale", "sku": "SALT", "quantity": 1}\n',
        b'{"id": "5", "kind": "sale", "sku": "MUG", "quantity": 1}',
    )
    told = [(one["line"], one["id"], one["status"], one["reason"]) for one in answers(ran)]
    assert told == [
        (1, "1", "booked", None),
        (4, "2", "refused", "'NaN' is no quantity: write a number such as 12 or 2.5"),
        (5, None, "refused", "the line is longer than 8,192 bytes"),
        (6, None, "refused", "the line is not UTF-8"),
        (7, "4", "refused", "there is no product 'SALT'"),
        (8, "5", "booked", None),
    ]
    assert ran.code == 1
    assert on_hand(stock, tokens.north_manager) == 798


def test_blanks_do_not_make_a_long_line_short(stock: Command, tokens: Shops) -> None:
    hidden = json.dumps(sale("1")).encode()
    ran = fed(stock, tokens.north_manager, b" " * 200_000 + hidden + b" " * 9_000 + b"\n")
    (answer,) = answers(ran)
    assert answer["reason"] == "the line is longer than 8,192 bytes"


def test_quiet_answers_only_what_is_refused(stock: Command, tokens: Shops) -> None:
    ran = fed(stock, tokens.north_manager, sale("1"), b"{}\n", options=("--quiet",))
    assert [one["line"] for one in answers(ran)] == [2]
    assert "1 booked, 0 known, 1 refused" in ran.err


def test_many_lines_are_booked_in_batches(stock: Command, tokens: Shops) -> None:
    lines = [sale(f"{number}", 1) for number in range(250)]
    ran = fed(stock, tokens.north_manager, *lines, options=("--batch-lines", "100"))
    assert ran.err == "250 lines in 3 batches: 250 booked, 0 known, 0 refused\n"
    assert on_hand(stock, tokens.north_manager) == 550
    assert breaches(f"sqlite:///{stock.home / 'stock.db'}") == {}


def test_nothing_at_all_is_no_mistake(stock: Command, tokens: Shops) -> None:
    ran = fed(stock, tokens.north_manager)
    assert (ran.code, ran.out) == (0, "")


def test_an_analyst_and_a_stranger_are_refused(stock: Command, tokens: Shops) -> None:
    ran = fed(stock, tokens.north_analyst, sale("1"))
    assert ran.code == 1
    assert "an analyst's token reads only" in ran.err
    ran = fed(stock, "nonsense", sale("1"))
    assert "error:" in ran.err
    assert ran.out == ""
    assert on_hand(stock, tokens.north_manager) == 800


def test_the_shop_is_the_tokens_and_nobody_elses(stock: Command, tokens: Shops) -> None:
    fed(stock, tokens.south_manager, sale("1", 2))
    assert on_hand(stock, tokens.north_manager) == 800
    assert on_hand(stock, tokens.south_manager) == 5
    ran = fed(stock, tokens.north_manager, sale("1", 2))
    assert answers(ran)[0]["status"] == "booked"


@pytest.mark.parametrize("name", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    name: str, stock: Command, tokens: Shops
) -> None:
    ran = stock("feed", "--file", name, token=tokens.north_manager)
    assert ran.code == 2
    assert f"error: {name} cannot be read" in ran.err


def test_a_closed_stdin_is_told_in_a_sentence(stock: Command, tokens: Shops) -> None:
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *stock.line, "feed"],
        env=stock.environ(tokens.north_manager),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "error: there is no standard input" in ran.stderr


@pytest.mark.parametrize(
    ("limit", "option"), [("0", "--batch-lines"), ("-1", "--batch-seconds"), ("x", "--patience")]
)
def test_an_option_that_makes_no_sense_is_refused(
    limit: str, option: str, stock: Command, tokens: Shops
) -> None:
    assert stock("feed", option, limit, token=tokens.north_manager).code == 2


def test_the_schema_needs_no_shop_and_says_what_the_command_does(
    empty: Command, stock: Command, tokens: Shops
) -> None:
    said = empty("feed", "--schema").json
    assert set(said) == {"line", "answer"}
    fields = set(said["line"]["properties"])
    kinds = said["line"]["properties"]["kind"]["enum"]
    for field in fields - {"id", "kind", "sku", "quantity"}:
        assert answers(fed(stock, tokens.north_manager, sale("x", **{field: 7})))[0]["reason"] != (
            f"a sale has no field {field!r}"
        )
    assert answers(fed(stock, tokens.north_manager, sale("y", color="red")))[0]["reason"] == (
        "a sale has no field 'color'"
    )
    for kind in kinds:
        (answer,) = answers(fed(stock, tokens.north_manager, {"id": "z", "kind": kind}))
        assert "is no kind" not in answer["reason"]
    (answer,) = answers(fed(stock, tokens.north_manager, sale("1")))
    assert set(answer) == set(said["answer"]["required"])
    assert answer["status"] in said["answer"]["properties"]["status"]["enum"]


def test_a_named_pipe_is_read_like_a_file(stock: Command, tokens: Shops, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pid = os.fork()
    if not pid:
        with pipe.open("wb") as writing:
            writing.write(json.dumps(sale("1")).encode())
        os._exit(0)
    ran = stock("feed", "--file", str(pipe), token=tokens.north_manager)
    os.waitpid(pid, 0)
    assert answers(ran)[0]["status"] == "booked"

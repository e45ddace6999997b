from __future__ import annotations

import json
import sqlite3
import subprocess
from typing import Any

from tests.acceptance.cli.conftest import Command, Ran
from tests.fixtures.shops import Shops

CHECK = ("--log-format", "json", "run-check", "--all-tenants", "--no-agent")


def lines(ran: Ran) -> list[dict[str, Any]]:
    """Return what stderr holds: JSON alone, one object a line."""
    return [json.loads(line) for line in ran.err.splitlines()]


def test_each_shop_leaves_a_line_with_its_numbers(stock: Command, tokens: Shops) -> None:
    ran = stock.process(*CHECK, "--json", token=tokens.operator)
    told = [one for one in lines(ran) if one["logger"] == "stock.run_check"]
    assert [one["tenant"] for one in told] == ["north", "south"]
    north = told[0]
    assert list(north)[:6] == ["at", "level", "logger", "message", "run", "tenant"]
    assert north["run"] == ran.json["run_id"]
    numbers = {name: north[name] for name in ("status", "checked", "low", "restock", "orders")}
    assert numbers == {"status": "ok", "checked": 3, "low": 2, "restock": 2, "orders": 1}
    assert isinstance(north["seconds"], float)
    assert north["at"].endswith("+00:00")


def test_every_line_about_a_shop_names_it_and_the_run(stock: Command, tokens: Shops) -> None:
    ran = stock.process(*CHECK, token=tokens.operator)
    about = [one for one in lines(ran) if "tenant" in one]
    assert {one["logger"] for one in about} == {"stock.run_check", "stock.remarks"}
    assert {one["tenant"] for one in about} == {"north", "south"}
    assert len({one["run"] for one in about}) == 1


def test_stdout_holds_results_alone(stock: Command, tokens: Shops) -> None:
    ran = stock.process(*CHECK, token=tokens.operator)
    assert "North Shop (north), judged on" in ran.out
    assert '"logger"' not in ran.out


def test_a_bug_in_one_shop_is_one_line_with_its_traceback(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE product SET status = 'nonsense' WHERE tenant_id = 1")
    ended = subprocess.run(
        [*stock.line, *CHECK, "--dry-run"],
        env=stock.environ(tokens.operator),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = [json.loads(line) for line in ended.stderr.splitlines()]
    (bug,) = [one for one in told if one["message"] == "tenant=north unexpected"]
    assert (bug["tenant"], bug["exception"]) == ("north", "ValueError")
    assert "Traceback" in bug["traceback"]


def test_an_error_is_a_line_too(stock: Command, tokens: Shops) -> None:
    ran = stock.process("--log-format", "json", "levels")
    (line,) = lines(ran)
    assert (ran.code, line["level"], line["code"]) == (1, "error", "no_token")
    assert line["hint"]


def test_the_environment_may_say_so_as_well(stock: Command) -> None:
    assert lines(stock.process("levels", STOCK_LOG_FORMAT="json"))
    ran = stock.process("--log-format", "xml", "levels")
    assert (ran.code, "use one of text, json" in ran.err) == (2, True)


def test_no_token_stands_in_a_line(stock: Command, tokens: Shops) -> None:
    ran = stock.process("--log-level", "debug", *CHECK, token=tokens.operator)
    assert tokens.operator not in ran.err
    assert lines(ran)

"""Every command, with one shop's token and everything that the other shop's things are called."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from stockcli.cli.reference import commands
from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import NORTH, Shops
from tests.integration.agent.effects import rows_of_shop

MARK = "CANARY"

WORTH_NAMING: dict[str, tuple[str, ...]] = {
    "sku": ("ROPE",),
    "text": ("ROPE", "%"),
    "product": ("ROPE",),
    "number": ("PO-00002", "1"),
    "location": ("NORTH-DEPOT",),
    "code": ("NORTH-MILL",),
    "html": ("-",),
    "origin": ("NORTH-DEPOT",),
    "destination": ("NORTH-DEPOT",),
    "run": ("{run}",),
    "resume": ("north-chat",),
    "tenant": (NORTH,),
    "slug": (NORTH,),
    "profile": ("north-till",),
    "prefix": ("1", "{prefix}"),
    "reference": ("sale:ROPE:0",),
    "receipt": ("north-receipt",),
    "line": ("ROPE=1",),
    "token": ("{prefix}",),
    "create_products": ("",),
    "all_tenants": ("",),
    "all_of_them": ("",),
    "every": ("",),
    "listed": ("",),
    "go_on": ("",),
}
"""What a parameter is given that may name something: each in a run of its own."""

NEEDED = {
    "sku": "LAMP",
    "units": "5",
    "number": "PO-00001",
    "code": "LEAF",
    "status": "active",
    "file": "{file}",
    "slug": "new-shop",
    "name": "north_user",
    "prefix": "1",
    "role": "manager",
    "origin": "SHOP",
    "destination": "NORTH-DEPOT",
    "token": "{prefix}",
}
"""What a parameter is given that must be given."""

ALSO = {
    "stock chat": ("--message", "What is low?"),
    "stock login": ("nonsense",),
    "stock forecast": ("--product", "LAMP", "--workers", "1"),
    "stock backtest": ("--product", "LAMP", "--workers", "1", "--origins", "1"),
    "stock snooze": ("--until", "2030-01-01"),
    "stock order": ("--yes",),
    "stock feed": ("--file", "{feed}"),
    "stock replay": ("--times", "1"),
}
"""What a command is given so that it comes to the point."""

ELSEWHERE = frozenset({"stock demo load"})
"""What works in a database of its own."""

TEXTS = (
    ("product", "name"),
    ("product", "category"),
    ("supplier", "name"),
    ("supplier", "email"),
    ("decision", "reason"),
    ("alert", "subject"),
    ("alert", "text"),
    ("purchase_order", "note"),
    ("purchase_order", "created_by"),
    ("stock_movement", "note"),
    ("threshold", "model"),
    ("api_token", "label"),
)

ALL = {path: command for path, command, _context in commands()}


def lines(path: str, command: Any) -> Iterator[list[str]]:
    """Yield a command as it must be typed at least, and once for each thing it may name."""
    needed = {one.name: NEEDED[one.name] for one in command.params if one.required}
    yield _line(path, command, needed)
    for parameter in command.params:
        for value in WORTH_NAMING.get(parameter.name, ()):
            yield _line(path, command, needed | {parameter.name: value})


def _line(path: str, command: Any, values: dict[str, str]) -> list[str]:
    line = path.split()[1:]
    also = list(ALSO.get(path, ()))
    for parameter in command.params:
        value = values.get(parameter.name)
        if value is None:
            continue
        if parameter.param_type_name == "argument":
            line.append(value)
        elif parameter.opts[0] not in also:
            line += [max(parameter.opts, key=len), *([] if parameter.is_flag else [value])]
    return [*line, *also]


@pytest.fixture
def shops(stock_after_check: Command) -> Command:
    """Both shops after a check; whatever is north's own to word bears a mark."""
    with closing(sqlite3.connect(stock_after_check.home / "stock.db")) as opened:
        for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            if name.endswith(("_refuses_UPDATE", "_refuses_DELETE")):
                opened.execute(f"DROP TRIGGER {name}")
        for table, column in TEXTS:
            mark = f"UPDATE {table} SET {column} = ? WHERE tenant_id = 1"  # noqa: S608 - our names
            opened.execute(mark, [f"{MARK} {table} {column}"])
        opened.execute("UPDATE tenant SET name = ? WHERE id = 1", [f"{MARK} shop"])
        opened.execute(
            "INSERT INTO location (tenant_id, code, name) VALUES (1, 'NORTH-DEPOT', ?)", [MARK]
        )
        opened.execute(
            "INSERT INTO supplier (tenant_id, code, name, email, lead_time_mean_days, "
            "lead_time_sd_days) VALUES (1, 'NORTH-MILL', ?, ?, 1, 1)",
            [MARK, MARK],
        )
        talk = (
            "INSERT INTO conversation (tenant_id, id, title, author, messages, updated_at) "
            "VALUES (1, 'north-chat', ?, '', '[]', '2024-01-01')"
        )
        opened.execute(talk, [MARK])
        opened.execute("INSERT INTO import_profile VALUES (1, 'north-till', ?)", [f'"{MARK}"'])
        opened.commit()
    return stock_after_check


def known(home: Path) -> dict[str, str]:
    """Return what an attacker may have learned of north: a run's id, a token's first signs."""
    file = home / "names.csv"
    file.write_text("sku,quantity,date,kind,code,name,invoice\nMUG,1,2024-01-01,sale,X,X,x-1\n")
    feed = home / "till.jsonl"
    sold = {"id": "1", "kind": "sale", "sku": "LAMP", "quantity": 1}
    feed.write_text(
        "".join(f"{json.dumps(sold | one)}\n" for one in ({"location": "NORTH-DEPOT"}, {}))
    )
    with closing(sqlite3.connect(home / "stock.db")) as opened:
        (run,) = opened.execute("SELECT run_id FROM check_run WHERE tenant_id = 1").fetchone()
        (prefix,) = opened.execute("SELECT prefix FROM api_token WHERE tenant_id = 1").fetchone()
    return {"run": run, "prefix": prefix, "file": str(file), "feed": str(feed)}


def test_no_command_shows_or_touches_the_other_shop(shops: Command, tokens: Shops) -> None:
    database, facts = shops.home / "stock.db", known(shops.home)
    before, breaches, ran = rows_of_shop(database, 1), [], 0
    for path in sorted(ALL.keys() - ELSEWHERE):
        for line in lines(path, ALL[path]):
            typed = [word.format_map(facts) for word in line]
            said = shops(*typed, token=tokens.south_manager).said
            ran += 1
            # Who names ROPE may be told that there is none.
            if MARK in said or ("ROPE" in said and "ROPE" not in " ".join(typed)):
                breaches.append(f"{' '.join(typed)} shows {said[:300]}")
        if rows_of_shop(database, 1) != before:
            breaches.append(f"{path} touches north")
            before = rows_of_shop(database, 1)
    assert breaches == []
    assert ran > 100


def test_the_same_commands_by_north_itself_show_its_marks(shops: Command, tokens: Shops) -> None:
    shown = [
        line
        for line in ("levels", "product show ROPE", "orders show PO-00001", "alerts", "chat --list")
        if MARK in shops(*line.split(), token=tokens.north_manager).said
    ]
    assert len(shown) >= 3

"""Backups, restores, exports and erasures, as an operator gives them."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from stockcli.persistence.migrations.running import configuration, newest_revision
from tests.acceptance.cli.conftest import SECONDS, Command
from tests.fixtures.shops import Shops


def test_a_backup_brings_the_shops_back(stock: Command, tokens: Shops, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    assert stock("db", "backup", str(file), token=tokens.operator).out == f"{file}\n"
    stock("tenant", "erase", "south", "--confirm", "south", token=tokens.operator)
    assert [one["tenant"] for one in stock("tenant", "list", "--json").json] == ["north"]
    refused = stock("db", "restore", str(file))
    assert (refused.code, "--replace" in refused.err) == (1, True)
    ran = stock("db", "restore", str(file), "--replace")
    assert ran.code == 0
    assert f"was restored from {file} (revision " in ran.out
    assert "what was there before is kept in" in ran.err
    assert [one["tenant"] for one in stock("tenant", "list", "--json").json] == ["north", "south"]
    assert stock("db", "check").out.endswith("is up to date and sound\n")


def test_a_manager_neither_backs_up_nor_restores_nor_erases(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    for asked in (
        ["db", "backup", str(tmp_path / "b.db")],
        ["db", "restore", str(tmp_path / "b.db")],
        ["tenant", "erase", "north", "--confirm", "north"],
        ["tenant", "export", "south"],
    ):
        ran = (
            stock(*asked, "--json", token=tokens.north_manager)
            if "tenant" in asked
            else (stock(*asked, token=tokens.north_manager))
        )
        assert (ran.code, "token may not do this" in ran.err) == (1, True), asked
    assert not (tmp_path / "b.db").exists()


def test_a_database_that_cannot_be_read_can_be_restored(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    assert stock("login", stdin=tokens.north_manager).code == 0
    stock("db", "backup", str(tmp_path / "b.db"))
    (stock.home / "stock.db").write_bytes(b"it was a database once" * 500)
    assert "not a database of this program" in stock("db", "check").err
    assert stock("db", "restore", str(tmp_path / "b.db"), "--replace").code == 0
    assert stock("levels", "--json").code == 0


def test_a_backup_before_an_upgrade_is_of_the_tables_before_it(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    file = tmp_path / "b.db"
    assert stock("db", "backup", str(file), token=tokens.operator).code == 0
    for one in (file, stock.home / "stock.db"):
        with sqlite3.connect(one) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        assert found == ("0003",)


def test_the_check_names_what_does_not_add_up(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE stock_level SET on_hand = 7 WHERE tenant_id = 1")
        connection.execute("DROP TRIGGER stock_movement_adds_up")
    ran = stock("db", "check", "--json", token=tokens.operator)
    assert ran.code == 1
    found = {(one["about"], one["text"]) for one in ran.json["findings"]}
    assert found == {
        ("database", "the trigger stock_movement_adds_up is missing"),
        ("north", "3 products and places have another stock than their ledger adds up to"),
    }
    said = stock("db", "check", token=tokens.north_manager)
    assert "the shops' own sums were not looked at" in said.err


def test_an_upgrade_says_from_where_to_where(empty: Command) -> None:
    newest = newest_revision()
    file = empty.home / "stock.db"
    assert empty("db", "upgrade").out.endswith(f"stock.db was set up (revision {newest})\n")
    assert empty("db", "upgrade").out.endswith(f"is up to date (revision {newest})\n")
    file.unlink()
    older = create_engine(f"sqlite:///{file}")
    with older.begin() as connection:
        command.upgrade(configuration(connection), "0001")
    older.dispose()
    ran = empty("db", "upgrade")
    assert ran.out.endswith(f"was upgraded from revision 0001 to {newest}\n")


def test_a_manager_takes_the_own_shop_along(stock: Command, tokens: Shops, tmp_path: Path) -> None:
    file = tmp_path / "north.zip"
    ran = stock("tenant", "export", "--output", str(file), "--json", token=tokens.north_manager)
    assert ran.json["left_out"] == ["api_token", "token_rate"]
    with zipfile.ZipFile(file) as archive:
        products = [json.loads(line) for line in archive.read("product.jsonl").splitlines()]
    assert {one["sku"] for one in products} == {"LAMP", "MUG", "ROPE"}
    analyst = stock("tenant", "export", token=tokens.north_analyst)
    assert (analyst.code, "an analyst's token" in analyst.err) == (1, True)


def test_an_erased_shop_is_gone_and_its_tokens_open_nothing(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    file = tmp_path / "south.zip"
    ran = stock(
        *("tenant", "erase", "south", "--export", str(file), "--confirm", "south"),
        token=tokens.operator,
    )
    assert ran.code == 0
    assert "rows were erased" in ran.out
    assert zipfile.is_zipfile(file)
    assert stock("levels", token=tokens.south_manager).code == 1
    assert b"South" not in (stock.home / "stock.db").read_bytes()
    assert stock("levels", token=tokens.north_manager).code == 0


@pytest.mark.parametrize("confirmed", [[], ["--confirm", "north"]])
def test_nothing_is_erased_unless_the_name_is_said_again(
    stock: Command, tokens: Shops, confirmed: list[str]
) -> None:
    ran = stock("tenant", "erase", "south", *confirmed, token=tokens.operator)
    assert (ran.code, "nothing was erased" in ran.err) == (1, True)
    assert stock("levels", token=tokens.south_manager).code == 0


def test_on_a_terminal_the_name_is_typed(stock: Command, tokens: Shops) -> None:
    child = stock.terminal("tenant", "erase", "south", token=tokens.operator)
    child.expect("Type south to erase it", timeout=SECONDS)
    child.sendline("south")
    child.expect("rows were erased", timeout=SECONDS)
    child.wait()
    assert [one["tenant"] for one in stock("tenant", "list", "--json").json] == ["north"]


def test_a_shop_whose_policy_cannot_be_read_is_erased_all_the_same(
    stock: Command, tokens: Shops
) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE tenant SET policy = '{not json' WHERE slug = 'south'")
    assert stock("tenant", "erase", "south", "--confirm", "south", token=tokens.operator).code == 0
    assert stock("tenant", "list", token=tokens.operator).code == 0


def test_an_export_that_fails_stops_the_erasure(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    (tmp_path / "south.zip").write_text("mine")
    asked = ("tenant", "erase", "south", "--confirm", "south", "--export", "south.zip")
    ran = stock(*asked[:-1], str(tmp_path / "south.zip"), token=tokens.operator)
    assert ran.code == 1
    assert stock("levels", token=tokens.south_manager).code == 0

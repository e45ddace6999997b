from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


def test_doctor_looks_at_the_installation_and_the_shop(stock: Command, tokens: Shops) -> None:
    ran = stock("doctor", "--json", token=tokens.north_manager)
    assert ran.code == 0
    texts = {one["text"]: one["level"] for one in ran.json}
    assert texts["the token opens north for its manager, from STOCK_TOKEN"] == "ok"
    assert texts["no ANTHROPIC_API_KEY: plain rules decide and answer"] == "note"
    assert texts["the stock was never checked"] == "note"
    assert texts["3 active products"] == "ok"


def test_doctor_of_a_broken_installation_ends_with_1(empty: Command) -> None:
    ran = empty("doctor", token="nonsense")
    assert ran.code == 1
    assert "problem" in ran.out


def test_doctor_names_a_token_that_others_may_read(stock: Command, tokens: Shops) -> None:
    assert stock("login", stdin=f"{tokens.north_manager}\n").code == 0
    assert stock("doctor").code == 0
    (stock.home / "credentials").chmod(0o644)
    ran = stock("doctor", "--json")
    assert ran.code == 1
    assert [one["hint"] for one in ran.json if "others may read" in one["text"]] == [
        f"chmod 600 {stock.home / 'credentials'}"
    ]


def test_doctor_never_shows_the_key(stock: Command, tokens: Shops) -> None:
    ran = stock("doctor", token=tokens.operator, ANTHROPIC_API_KEY="sk-secret")
    assert ran.code == 0
    assert "there is an ANTHROPIC_API_KEY" in ran.out
    assert "sk-secret" not in ran.said


def test_the_database_is_made_and_checked(empty: Command) -> None:
    assert empty("db", "upgrade").code == 0
    assert "is up to date" in empty("db", "check").out


def test_tab_offers_the_shops_own_names(stock_after_check: Command, tokens: Shops) -> None:
    def offered(words: str, token: str) -> str:
        ran = stock_after_check.process(
            token=token,
            _STOCK_COMPLETE="complete_bash",
            COMP_WORDS=words,
            COMP_CWORD=str(len(words.split(" ")) - 1),
        )
        assert ran.err == ""
        return ran.out

    assert offered("stock why ", tokens.south_manager).split() == ["LAMP", "MUG", "SALT"]
    assert offered("stock orders show ", tokens.south_manager).split() == ["PO-00001"]
    assert offered("stock levels --location ", tokens.south_manager).split() == ["SHOP"]
    assert offered("stock run-check --tenant n", tokens.operator).split() == ["north"]
    assert offered("stock run-check --tenant n", tokens.south_manager).split() == []
    assert offered("stock why ", "nonsense").split() == []


def test_doctor_finds_a_check_that_never_ended(stock_after_check: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock_after_check.home / "stock.db") as connection:
        connection.execute(
            "UPDATE check_run SET status = 'running', started_at = '2024-05-01 03:15:00'"
        )
    ran = stock_after_check("doctor", "--json", token=tokens.north_manager)
    assert ran.code == 1
    levels = {one["text"]: one["level"] for one in ran.json}
    assert levels["the last check began 2024-05-01 03:15 and never ended"] == "problem"


def test_doctor_names_a_shop_that_cannot_be_read(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE tenant SET policy = '[]' WHERE slug = 'north'")
    ran = stock("doctor", "--json", token=tokens.operator)
    assert ran.code == 1
    assert {one["about"] for one in ran.json} == {"installation", "north", "south"}
    assert [one["level"] for one in ran.json if one["about"] == "north"] == ["problem"]


def test_doctor_finds_a_database_that_refuses_to_be_written(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON alembic_version "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    ran = stock("doctor", token=tokens.operator)
    assert ran.code == 1
    assert "the installation is broken" in ran.err


def test_doctor_shows_where_settings_come_from(stock: Command, tokens: Shops) -> None:
    def texts() -> list[str]:
        gateway = "https://ana:secret@gateway.example.com/v1?key=secret"
        ran = stock("doctor", "--json", token=tokens.operator, ANTHROPIC_BASE_URL=gateway)
        return [one["text"] for one in ran.json]

    file = Path.cwd() / ".env"
    assert f"there is no {file}" in texts()
    file.write_text("STOCK_MODEL=some-model\n")
    assert f"settings are read from {file}" in texts()
    assert "ANTHROPIC_BASE_URL: Claude is asked at https://gateway.example.com/v1" in texts()
    assert any("MB are free on the disk" in text for text in texts())


def test_the_programs_own_folder_is_made_and_a_named_one_is_not(
    empty: Command, tmp_path: Path
) -> None:
    home = tmp_path / "not" / "yet"
    assert empty("db", "upgrade", STOCK_HOME=str(home)).code == 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    named = f"sqlite:///{tmp_path}/mistyped/stock.db"
    ran = empty("db", "upgrade", STOCK_DATABASE_URL=named)
    assert ran.code == 1
    assert "there is no such folder" in ran.err


def test_a_database_of_a_newer_version_asks_for_a_newer_program(stock: Command) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ran = stock("db", "check")
    assert ran.code == 1
    assert "update the program" in ran.err

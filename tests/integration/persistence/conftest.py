"""A shop, and a neighbour with the same SKUs whom nothing a test does may touch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from stockcli.persistence.database import Database
from tests.fixtures.corner_shop import SteppingClock
from tests.fixtures.databases import of_database, on_server
from tests.integration.persistence.street import Shop, open_street, rows_of, shop_called
from tests.integration.persistence.time_passing import Hours


@pytest.fixture(scope="session")
def sqlite_template(sqlite_template: Path) -> Path:
    """The two shops in a SQLite file, to be copied."""
    file = sqlite_template.with_name("street.db")
    shutil.copy(sqlite_template, file)
    open_street(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, postgres_template: str) -> str:
    """The two shops in a PostgreSQL database, to be copied."""
    name = "street_template"
    on_server(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    open_street(of_database(postgres_url, name))
    return name


@pytest.fixture
def shop(database: Database, neighbour: Shop) -> Shop:
    """The shop a test works for; its neighbour has the same SKUs."""
    return shop_called(database, "here")


@pytest.fixture
def neighbour(database: Database) -> Iterator[Shop]:
    """Another shop with rows everywhere; the test fails if any of them changes."""
    other = shop_called(database, "neighbour")
    before = rows_of(database, other.tenant)
    yield other
    assert rows_of(database, other.tenant) == before


@pytest.fixture
def hours(database_url: str, clock: SteppingClock) -> Hours:
    """Lets time pass for the tokens of the test's database."""
    return Hours(url=database_url, clock=clock)

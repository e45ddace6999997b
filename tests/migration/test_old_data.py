from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, create_engine, select

from stockcli.domain.purchasing import OPEN_STATUSES
from stockcli.persistence import triggers
from stockcli.persistence.database import HEAD, Database
from stockcli.persistence.migrations.running import configuration
from stockcli.usecases.inventory import stock_lines
from tests.fixtures.corner_shop import TODAY, SteppingClock
from tests.fixtures.databases import of_database, on_server
from tests.migration.first_rows import COUNTED, fill_as_of_old, rows_of_old, tables_of_then

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database that the first revision made, with two shops in it."""
    if request.param == "sqlite":
        yield from made_of_old(f"sqlite:///{tmp_path / 'old.db'}")
        return
    server, name = request.getfixturevalue("postgres_url"), f"old_{uuid4().hex}"
    on_server(server, f"CREATE DATABASE {name}")
    yield from made_of_old(of_database(server, name))
    on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def made_of_old(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        fill_as_of_old(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def upgraded(old: Engine) -> Iterator[Database]:
    """The same database, brought to this version by the program."""
    database = opened(old)
    database.upgrade()
    yield database
    database.dispose()


def opened(engine: Engine) -> Database:
    url = engine.url.render_as_string(hide_password=False)
    return Database(url, clock=SteppingClock())


def all_rows(connection: Connection) -> Rows:
    return {
        name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
        for name, table in tables_of_then(connection).items()
    }


def test_every_table_of_then_has_rows(old: Engine) -> None:
    with old.connect() as connection:
        rows = all_rows(connection)
    assert {name for name, found in rows.items() if not found} == set()
    assert {*rows} == {*rows_of_old(1), *COUNTED}


def test_every_row_of_then_is_there_with_all_it_said(old: Engine) -> None:
    with old.connect() as connection:
        before = all_rows(connection)
    database = opened(old)
    database.upgrade()
    database.dispose()
    with old.connect() as connection:
        after = all_rows(connection)
    for name, rows in before.items():
        kept = [{column: row[column] for column in rows[0]} for row in after[name]]
        assert sorted(kept, key=repr) == rows, name
    added = {name: {*after[name][0]} - {*rows[0]} for name, rows in before.items()}
    assert added["decision"] == {"prompt_tokens", "reply_tokens", "price_usd"}
    assert added["manual_minimum"] == {"cleared_at"}


def test_the_upgrade_says_from_where_to_where(old: Engine) -> None:
    database = opened(old)
    assert database.revision() == "0001"
    database.upgrade()
    assert database.revision() == HEAD
    database.dispose()


def test_the_ledger_still_adds_up_and_its_triggers_stand(old: Engine, upgraded: Database) -> None:
    with old.connect() as connection:
        expected = triggers.expected(connection.dialect.name)
        assert expected <= triggers.installed(connection)
    upkeep = upgraded.upkeep()
    assert upkeep.findings() == []
    for shop in upgraded.directory().tenants():
        assert upkeep.findings_of(shop) == []


def test_the_program_reads_what_was_written_then(upgraded: Database) -> None:
    first, second = upgraded.directory().tenants()
    assert (first.slug, second.slug) == ("old-1", "old-2")
    assert first.policy.service_level == 0.9
    unit = upgraded.unit_of_work(first)
    (line,) = stock_lines(unit, day=TODAY)
    assert (line.product.sku, line.level.on_hand) == ("MUG", Decimal(55))
    with unit.reading():
        (order,) = unit.orders.all(OPEN_STATUSES)
        (decision,) = unit.decisions.latest().values()
        assert unit.model_calls.costs_usd() == (Decimal("0.4"), Decimal(0))
    assert (order.number, decision.quantity, decision.prompt_tokens) == (
        "PO-00001",
        Decimal(12),
        0,
    )


def test_the_program_writes_on_where_then_ended(upgraded: Database) -> None:
    unit = upgraded.unit_of_work(upgraded.directory().tenants()[0])
    with unit:
        assert unit.orders.next_number() == "PO-00002"
        unit.commit()
    assert upgraded.upkeep().findings_of(unit.tenant) == []

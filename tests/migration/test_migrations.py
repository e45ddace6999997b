from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.schema import CreateTable

from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence import triggers
from stockcli.persistence.database import HEAD, Database
from stockcli.persistence.migrations.running import configuration, newest_revision
from stockcli.persistence.tables import metadata
from tests.fixtures.databases import unfenced

OF_NO_SHOP = {"tenant", "model_gate", "sign_in_failure"}


@pytest.fixture
def engine(database: Database) -> Engine:
    return database._engine


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def test_all_migrations_make_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        assert differences(connection) == []


def test_a_file_made_by_migrations_reads_like_one_made_from_the_models(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Comparing metadata overlooks checks, partial indexes and tables without row ids."""
    fresh = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    metadata.create_all(fresh)
    migrated = create_engine(f"sqlite:///{sqlite_template}")
    assert written_down(migrated) == written_down(fresh)


def written_down(engine: Engine) -> dict[str, list[str]]:
    query = (
        "SELECT name, sql FROM sqlite_master "
        "WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name <> 'alembic_version'"
    )
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(query).all()
    engine.dispose()
    # SQLite quotes the name of a table that a migration copied.
    plain = {name: sql.replace(f'"{name}"', name) for name, sql in rows}
    return {name: sorted(parts_of(sql)) for name, sql in plain.items()}


def parts_of(statement: str) -> list[str]:
    """Columns and constraints, wherever a column that was added later stands."""
    before, _, rest = statement.partition("(")
    body, _, after = rest.rpartition(")")
    parts, depth = [""], 0
    for char in body:
        depth += (char == "(") - (char == ")")
        parts = [*parts, ""] if char == "," and depth == 0 else [*parts[:-1], parts[-1] + char]
    return [" ".join(part.split()) for part in (before, *parts, after)]


def test_all_triggers_are_there(engine: Engine) -> None:
    with engine.connect() as connection:
        assert triggers.installed(connection) == triggers.expected(engine.dialect.name)


def test_upgrading_again_changes_nothing(database: Database, engine: Engine) -> None:
    database.upgrade()
    with engine.connect() as connection:
        assert differences(connection) == []
        assert triggers.installed(connection) == triggers.expected(engine.dialect.name)


def test_the_program_knows_the_newest_migration(database: Database) -> None:
    assert newest_revision() == HEAD
    assert database.is_current()


def test_an_upgrade_can_be_taken_back_and_done_again(database: Database, engine: Engine) -> None:
    with unfenced(database) as connection:
        command.downgrade(configuration(connection), "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    assert not database.is_current()
    database.upgrade()
    assert database.is_current()


def test_days_of_the_calendar_outlive_the_events(database: Database, engine: Engine) -> None:
    database.directory().add_tenant(Tenant(id=TenantId(0), slug="shop", name="Shop"))
    with unfenced(database) as connection:
        command.downgrade(configuration(connection), "0001")
        connection.execute(text("INSERT INTO shop_day SELECT id, '2026-12-25', false FROM tenant"))
    database.upgrade()
    with unfenced(database) as connection:
        rows = connection.execute(text("SELECT is_open, event FROM shop_day")).all()
    assert [(bool(is_open), event) for is_open, event in rows] == [(False, None)]


def test_a_day_with_an_event_alone_goes_with_the_events(database: Database, engine: Engine) -> None:
    database.directory().add_tenant(Tenant(id=TenantId(0), slug="shop", name="Shop"))
    with unfenced(database) as connection:
        connection.execute(
            text("INSERT INTO shop_day SELECT id, '2026-12-25', NULL, 'fair' FROM tenant")
        )
        command.downgrade(configuration(connection), "0001")
        assert connection.execute(text("SELECT count(*) FROM shop_day")).scalar() == 0


def test_triggers_come_back_after_a_table_was_copied(database: Database, engine: Engine) -> None:
    with unfenced(database) as connection:
        triggers.drop(connection)
        assert triggers.installed(connection) == frozenset()
        triggers.install(connection)
        triggers.install(connection)
        assert triggers.installed(connection) == triggers.expected(engine.dialect.name)


def test_every_table_belongs_to_a_tenant_and_every_reference_stays_within_it() -> None:
    for table in metadata.sorted_tables:
        if table.name in OF_NO_SHOP:
            continue
        assert "tenant_id" in table.c, table.name
        for reference in table.foreign_key_constraints:
            assert "tenant_id" in reference.column_keys, table.name


def test_every_index_is_led_by_the_tenant() -> None:
    for table in metadata.sorted_tables:
        for index in table.indexes:
            assert index.columns.keys()[0] == "tenant_id", index.name


def test_no_column_is_a_float_where_the_ledger_is_exact(engine: Engine) -> None:
    for name in ("stock_movement", "stock_level", "daily_movement", "purchase_order_line"):
        written = str(CreateTable(metadata.tables[name]).compile(engine))
        assert "FLOAT" not in written
        assert "NUMERIC" not in written

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from stockcli.persistence.connection import AS_ADMINISTRATOR
from stockcli.persistence.database import Database
from stockcli.persistence.fences.setup import ensure_walls, examine_fences
from tests.fixtures.corner_shop import SteppingClock
from tests.fixtures.databases import of_database, on_server

BREACHES = {
    "ALTER TABLE product DISABLE ROW LEVEL SECURITY": "product has no row-level security",
    "ALTER TABLE product NO FORCE ROW LEVEL SECURITY": "product does not hold for its owner",
    "ALTER TABLE product OWNER TO stock_operator": "product belongs to stock_operator",
    "DROP POLICY app_reads ON product": "product has no policy app_reads",
    "DROP POLICY operator ON outbox": "outbox has no policy operator",
    "GRANT DELETE ON snapshot TO stock_app": "write, delete or lock the whole table snapshot",
    "GRANT UPDATE ON product TO stock_app": "write, delete or lock the whole table product",
    "GRANT SELECT ON api_token TO stock_app": "stock_app may read the table api_token",
    "GRANT CREATE ON SCHEMA public TO stock_app": "may create things in the schema public",
    "CREATE VIEW cheap AS SELECT * FROM product": "the view cheap shows rows with its owner's",
    "CREATE MATERIALIZED VIEW cheap AS SELECT * FROM product": "the view cheap shows rows",
    "CREATE TABLE notes (tenant_id bigint)": "the table notes has no row-level security",
    "DROP TRIGGER stock_movement_adds_up ON stock_movement": "stock_movement_adds_up is missing",
    "ALTER TABLE decision DISABLE TRIGGER decision_refuses": "decision_refuses is switched off",
    "ALTER TABLE alert DROP CONSTRAINT fk_alert_product, ADD CONSTRAINT fk_alert_product "
    "FOREIGN KEY (product_id) REFERENCES product (id)": "fk_alert_product of the table alert may",
}
TOUCHED = (
    "ALTER POLICY app_reads ON product USING (true)",
    "CREATE POLICY more ON product FOR SELECT TO stock_app USING (true)",
    "GRANT UPDATE (tenant_id) ON product TO stock_app",
    "GRANT EXECUTE ON FUNCTION stock_sec.append(bigint, text, text, json) TO stock_app",
    "ALTER FUNCTION stock_sec.operator_tenant() SECURITY DEFINER",
    "ALTER FUNCTION stock_sec.tenant_for(text) RESET search_path",
    "DROP TRIGGER fence_notes_direct_update ON product",
)
"""Changes by hand that no single question asks for: the catalogue as a whole is another."""


@pytest.fixture(scope="module")
def one_database(postgres_url: str, postgres_template: str) -> Iterator[Database]:
    """A database for all cases, which undo what they did."""
    on_server(postgres_url, f"CREATE DATABASE lint TEMPLATE {postgres_template}")
    database = Database(of_database(postgres_url, "lint"), clock=SteppingClock())
    yield database
    database.dispose()
    on_server(postgres_url, "DROP DATABASE lint")


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    with database._engine.connect().execution_options(**{AS_ADMINISTRATOR: True}) as connection:
        yield connection
        connection.rollback()


def test_the_fences_of_a_database_set_up_by_the_migrations_stand(database: Database) -> None:
    assert database.fence_findings() == []


@pytest.mark.parametrize("statement", BREACHES)
def test_a_breach_is_named(one_database: Database, statement: str) -> None:
    with undone(one_database) as connection:
        connection.exec_driver_sql(statement)
        problems = [one.text for one in examine_fences(connection) if one.level == "problem"]
    assert any(BREACHES[statement] in text for text in problems), problems


@pytest.mark.parametrize("statement", TOUCHED)
def test_what_was_changed_by_hand_shows_and_an_upgrade_mends_it(
    one_database: Database, statement: str
) -> None:
    with undone(one_database) as connection:
        connection.exec_driver_sql(statement)
        (found,) = examine_fences(connection)
        assert "not as this version puts them up" in found.text
        ensure_walls(connection)
        assert examine_fences(connection) == []


def test_a_missing_trigger_of_a_file_is_named(sqlite_database: Database) -> None:
    with sqlite_database._engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER stock_movement_adds_up")
    (found,) = sqlite_database.fence_findings()
    assert found.text == "the trigger stock_movement_adds_up is missing"

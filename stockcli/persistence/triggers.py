"""Triggers: the ledger and the decisions only grow, and what the ledger adds up to is kept.

Alembic's batch mode copies a SQLite table and loses its triggers on the way, so they are no
part of any migration: the migrations' environment drops them before and installs them after.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

APPEND_ONLY = {
    "stock_movement": "the stock ledger only grows: book another movement to correct one",
    "audit_entry": "the audit log is a record: it is neither changed nor deleted",
    "decision": "decisions are a record: they are neither changed nor deleted",
}

_SQLITE_BOOKING = """
CREATE TRIGGER stock_movement_adds_up AFTER INSERT ON stock_movement
BEGIN
  INSERT INTO stock_level
    (tenant_id, product_id, location_id, on_hand, reserved, is_known, version, counted_at)
  VALUES (NEW.tenant_id, NEW.product_id, NEW.location_id, NEW.change, 0,
          NEW.kind IN ('count', 'receipt'), 1, CASE NEW.kind WHEN 'count' THEN NEW.occurred_at END)
  ON CONFLICT (tenant_id, product_id, location_id) DO UPDATE SET
    on_hand = on_hand + excluded.on_hand,
    is_known = max(is_known, excluded.is_known),
    version = version + 1,
    counted_at = max(coalesce(counted_at, excluded.counted_at),
                     coalesce(excluded.counted_at, counted_at));
  INSERT INTO daily_movement
    (tenant_id, product_id, location_id, day, units_sold, net_change, is_asserted)
  VALUES (NEW.tenant_id, NEW.product_id, NEW.location_id, NEW.day,
          CASE NEW.kind WHEN 'sale' THEN -NEW.change ELSE 0 END,
          NEW.change, NEW.kind IN ('count', 'receipt'))
  ON CONFLICT (tenant_id, product_id, location_id, day) DO UPDATE SET
    units_sold = units_sold + excluded.units_sold,
    net_change = net_change + excluded.net_change,
    is_asserted = max(is_asserted, excluded.is_asserted);
END
"""

_SQLITE_COUNTING = """
CREATE TRIGGER stock_movement_counts_sales AFTER INSERT ON stock_movement
WHEN NEW.kind = 'sale'
BEGIN
  INSERT INTO sales_day (tenant_id, day, sale_lines) VALUES (NEW.tenant_id, NEW.day, 1)
  ON CONFLICT (tenant_id, day) DO UPDATE SET sale_lines = sale_lines + 1;
END
"""

_SQLITE_REFUSAL = """
CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN
  SELECT RAISE(ABORT, '{message}');
END
"""

# One statement may book thousands of movements, so PostgreSQL adds up once a statement. It does so
# as the keeper of the sums: who books a movement has no rights of his own on what it adds up to.
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION stock_movement_adds_up() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO stock_level AS kept
    (tenant_id, product_id, location_id, on_hand, reserved, is_known, version, counted_at)
  SELECT tenant_id, product_id, location_id, sum(change), 0,
         bool_or(kind IN ('count', 'receipt')), count(*),
         max(occurred_at) FILTER (WHERE kind = 'count')
  FROM booked GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (tenant_id, product_id, location_id) DO UPDATE SET
    on_hand = kept.on_hand + excluded.on_hand,
    is_known = kept.is_known OR excluded.is_known,
    version = kept.version + excluded.version,
    counted_at = greatest(kept.counted_at, excluded.counted_at);
  INSERT INTO daily_movement AS kept
    (tenant_id, product_id, location_id, day, units_sold, net_change, is_asserted)
  SELECT tenant_id, product_id, location_id, day,
         coalesce(sum(-change) FILTER (WHERE kind = 'sale'), 0), sum(change),
         bool_or(kind IN ('count', 'receipt'))
  FROM booked GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, product_id, location_id, day) DO UPDATE SET
    units_sold = kept.units_sold + excluded.units_sold,
    net_change = kept.net_change + excluded.net_change,
    is_asserted = kept.is_asserted OR excluded.is_asserted;
  INSERT INTO sales_day AS kept (tenant_id, day, sale_lines)
  SELECT tenant_id, day, count(*) FROM booked WHERE kind = 'sale' GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (tenant_id, day) DO UPDATE SET sale_lines = kept.sale_lines + excluded.sale_lines;
  RETURN NULL;
END $$
"""

_POSTGRESQL_BOOKING = """
CREATE TRIGGER stock_movement_adds_up AFTER INSERT ON stock_movement
REFERENCING NEW TABLE AS booked
FOR EACH STATEMENT EXECUTE FUNCTION stock_movement_adds_up()
"""

_POSTGRESQL_REFUSAL_FUNCTION = """
CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';
END $$
"""

_POSTGRESQL_REFUSAL = """
CREATE TRIGGER {table}_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()
"""


def install(connection: Connection) -> None:
    """Create every trigger anew, on either database, for the tables of its revision."""
    drop(connection)
    tables = inspect(connection).get_table_names()
    append_only = [table for table in APPEND_ONLY if table in tables]
    for statement in _statements(connection.dialect.name, append_only):
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Remove every trigger and what belongs to it, as far as there are any."""
    if connection.dialect.name == "postgresql":
        for function in ("stock_movement_adds_up", *(f"{name}_refuses" for name in APPEND_ONLY)):
            connection.execute(text(f"DROP FUNCTION IF EXISTS {function}() CASCADE"))
        return
    for name in installed(connection):
        connection.execute(text(f"DROP TRIGGER {name}"))


def installed(connection: Connection) -> frozenset[str]:
    """Return the names of the triggers that are there; those of the fences are not counted."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace "
            "AND tgname NOT LIKE 'fence\\_%'"
        )
    return frozenset(connection.scalars(text(query)))


def expected(dialect_name: str) -> frozenset[str]:
    """Return the names of the triggers that must be there."""
    created = (statement.split() for statement in _statements(dialect_name, APPEND_ONLY))
    return frozenset(words[2] for words in created if words[1] == "TRIGGER")


def are_possible(connection: Connection) -> bool:
    """Return whether the tables the triggers speak of exist; not so after a downgrade."""
    return inspect(connection).has_table("stock_movement")


def _statements(dialect_name: str, append_only: Iterable[str]) -> list[str]:
    if dialect_name == "postgresql":
        refusals = [
            template.format(table=table, message=APPEND_ONLY[table])
            for table in append_only
            for template in (_POSTGRESQL_REFUSAL_FUNCTION, _POSTGRESQL_REFUSAL)
        ]
        return [_POSTGRESQL_FUNCTION, _POSTGRESQL_BOOKING, *refusals]
    refusals = [
        _SQLITE_REFUSAL.format(table=table, verb=verb, message=APPEND_ONLY[table])
        for table in append_only
        for verb in ("UPDATE", "DELETE")
    ]
    return [_SQLITE_BOOKING, _SQLITE_COUNTING, *refusals]

"""Lifting what keeps rows from being deleted: for one transaction, and put back within it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

_SQLITE_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
_TRIGGERS = """
SELECT quote_ident(relname) AS place, quote_ident(tgname) AS name, tgenabled AS state
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND tgenabled <> 'D' AND relnamespace = current_schema()::regnamespace
ORDER BY 1, 2
"""
_FORCED = """
SELECT quote_ident(relname) FROM pg_class
WHERE relforcerowsecurity AND relnamespace = current_schema()::regnamespace ORDER BY 1
"""
_ENABLE = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Delete within it what is a record elsewhere; everything stands again before the commit.

    On PostgreSQL the tables are locked against other writers meanwhile, and it takes whoever
    owns them. References between tables hold all along.
    """
    lift = _lifted_on_server if connection.dialect.name == "postgresql" else _lifted_in_file
    with lift(connection):
        yield


@contextmanager
def _lifted_in_file(connection: Connection) -> Iterator[None]:
    triggers = connection.execute(text(_SQLITE_TRIGGERS)).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


@contextmanager
def _lifted_on_server(connection: Connection) -> Iterator[None]:
    triggers = connection.execute(text(_TRIGGERS)).all()
    forced = connection.scalars(text(_FORCED)).all()
    for table in forced:
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for one in triggers:
        connection.exec_driver_sql(f"ALTER TABLE {one.place} DISABLE TRIGGER {one.name}")
    yield
    for one in triggers:
        enable = _ENABLE[_state(one.state)]
        connection.exec_driver_sql(f"ALTER TABLE {one.place} {enable} TRIGGER {one.name}")
    for table in forced:
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _state(written: str | bytes) -> str:
    """Return a character that the driver may tell as bytes."""
    return written.decode() if isinstance(written, bytes) else written

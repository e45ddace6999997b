"""Triggers and fences off, for work on every row, and on again, within one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from stockcli.persistence import triggers
from stockcli.persistence.fences import walls


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Lift what guards the tables while a migration or an erasure runs.

    If that fails, the transaction it stands in is rolled back, and nothing was ever lifted.
    """
    is_server = connection.dialect.name == "postgresql"
    triggers.drop(connection)
    if is_server:
        walls.lift(connection)
    yield
    if triggers.are_possible(connection):
        triggers.install(connection)
        if is_server:
            walls.install(connection)

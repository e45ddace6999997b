"""Every row of a SQLite file, read past the program, and what came and went between two looks."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
BOOKKEEPING = {
    "alembic_version",
    "api_token",
    "audit_entry",
    "check_lease",
    "check_run",
    "conversation",
    "forecast_record",
    "model_call",
    "model_gate",
    "review_batch",
    "sign_in_failure",
    "snapshot",
    "sqlite_sequence",
    "tenant_state",
    "threshold",
    "token_rate",
}
"""What the program writes for itself: nobody's stock, orders, minimums or messages."""


@dataclass(frozen=True, kw_only=True)
class Tables:
    """All rows by table, each as its columns' values."""

    columns: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, Counter[tuple[Any, ...]]]

    def all(self, table: str) -> list[Row]:
        """Return the rows of one table by column."""
        return [dict(zip(self.columns[table], row, strict=True)) for row in self.rows[table]]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What came to a table and what went; a row that changed did both."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]


def read_tables(file: Path) -> Tables:
    """Return everything in the file but the program's own bookkeeping."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = sorted({name for (name,) in listed} - BOOKKEEPING)
        columns, rows = {}, {}
        for name in names:
            found = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - our own tables
            columns[name] = tuple(column[0] for column in found.description)
            rows[name] = Counter(found.fetchall())
    return Tables(columns=columns, rows=rows)


def changes(before: Tables, after: Tables) -> dict[str, Change]:
    """Return what came and went, by table; a table where nothing did is left out."""
    found = {}
    for table, columns in after.columns.items():
        added = after.rows[table] - before.rows[table]
        removed = before.rows[table] - after.rows[table]
        if added or removed:
            found[table] = Change(
                added=_by_name(columns, added), removed=_by_name(columns, removed)
            )
    return found


def _by_name(columns: tuple[str, ...], rows: Counter[tuple[Any, ...]]) -> tuple[Row, ...]:
    return tuple(dict(zip(columns, row, strict=True)) for row in rows.elements())

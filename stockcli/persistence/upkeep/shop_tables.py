"""A shop's tables as other programs want them: plain columns, and codes beside numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    Table,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from stockcli.persistence.tables import metadata
from stockcli.persistence.types import FixedPoint, Instant, Json
from stockcli.persistence.upkeep.exporting import (
    OPERATORS_ONLY,
    owner_of,
    rows_of_shop,
    tables_of_shop,
)

OnRows = Callable[[str, int, int], None]
"""Told of a table, how many of its rows are written, and how many it has."""

HIDDEN = {"supplier": frozenset({"webhook_url"})}
"""Columns that hold secrets: these files are passed on, as `stock tenant export`'s is not."""
HIDDEN_OF_POLICY = "notify_urls"
LEFT_OUT = (
    *sorted(OPERATORS_ONLY),
    *(f"{table}.{name}" for table, names in HIDDEN.items() for name in sorted(names)),
    f"tenant.policy.{HIDDEN_OF_POLICY}",
)

TEXT = "VARCHAR"
_CODES = {
    "product_id": ("sku", "product", "sku"),
    "successor_id": ("successor", "product", "sku"),
    "location_id": ("location", "location", "code"),
    "origin_id": ("origin", "location", "code"),
    "destination_id": ("destination", "location", "code"),
    "supplier_id": ("supplier", "supplier", "code"),
    "order_id": ("order_number", "purchase_order", "number"),
}
"""For a column of numbers: how the code beside it is called, and where it comes from."""
_TOLD_EVERY = 1_000


@dataclass(frozen=True)
class ShopTables:
    """The tables of one shop, read from the snapshot that a transaction sees.

    Args:
        connection: in a transaction that only reads, bound to the shop.
        tenant_id: the shop's number.
        on_rows: told how far it is.
    """

    connection: Connection
    tenant_id: int
    on_rows: OnRows
    _codes: dict[tuple[str, str], Mapping[int, str]] = field(default_factory=dict)

    def all(self) -> list[Table]:
        """Return the tables that are written, parents first."""
        return [table for table in tables_of_shop() if table.name not in OPERATORS_ONLY]

    def columns(self, table: Table) -> dict[str, str]:
        """Return a table's columns and what each holds, as DuckDB calls it."""
        found: dict[str, str] = {}
        for column in _kept(table):
            found[column.name] = _kind(column.type)
            if code := _code_of(table, column):
                found[code] = TEXT
        return found

    def rows(self, table: Table) -> Iterator[list[Any]]:
        """Yield a table's rows, a value a column; JSON as text."""
        total, name = self._count(table), table.name
        self.on_rows(name, 0, total)
        # Settled once: a shop has millions of movements.
        names = [(column.name, isinstance(column.type, Json)) for column in _kept(table)]
        codes = {column.name: self._codes_for(table, column) for column in _kept(table)}
        for number, facts in enumerate(rows_of_shop(self.connection, table, self.tenant_id), 1):
            row: list[Any] = []
            for column, is_json in names:
                value = facts[column]
                row.append(_as_text(value) if is_json else value)
                known = codes[column]
                if known is not None:
                    row.append(known.get(value))
            yield row
            if number % _TOLD_EVERY == 0 or number == total:
                self.on_rows(name, number, total)

    def _codes_for(self, table: Table, column: Column[Any]) -> Mapping[int, str] | None:
        """Return the codes that stand beside a column; None where none do."""
        if _code_of(table, column) is None:
            return None
        _, source, label = _CODES[column.name]
        return self._of(source, label)

    def _count(self, table: Table) -> int:
        counted = select(func.count()).select_from(table).where(owner_of(table) == self.tenant_id)
        return int(self.connection.scalar(counted) or 0)

    def _of(self, source: str, label: str) -> Mapping[int, str]:
        """Return what the shop's things of a kind are called, by number; read once."""
        if (source, label) not in self._codes:
            table = metadata.tables[source]
            own = select(table.c.id, table.c[label]).where(table.c.tenant_id == self.tenant_id)
            self._codes[source, label] = {row[0]: row[1] for row in self.connection.execute(own)}
        return self._codes[source, label]


def _kept(table: Table) -> list[Column[Any]]:
    hidden = HIDDEN.get(table.name, frozenset())
    return [column for column in table.columns if column.name not in hidden]


def _code_of(table: Table, column: Column[Any]) -> str | None:
    """Return how the code beside a column is called; None where there is none, or one already."""
    name = _CODES.get(column.name, ("",))[0]
    return name if name and name not in table.c else None


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict) and HIDDEN_OF_POLICY in value:
        value = {name: one for name, one in value.items() if name != HIDDEN_OF_POLICY}
    return json.dumps(value, ensure_ascii=False)


def _kind(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, FixedPoint):
        return f"DECIMAL(19, {kind.places})"
    if isinstance(kind, Instant):
        return "TIMESTAMPTZ"
    for known, name in ((Boolean, "BOOLEAN"), (Integer, "BIGINT"), (Float, "DOUBLE")):
        if isinstance(kind, known):
            return name
    return "DATE" if isinstance(kind, Date) else TEXT

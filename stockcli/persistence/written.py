"""What a transaction wrote, gathered for the audit log while its statements pass."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import eq
from typing import Any

from sqlalchemy import BindParameter, Column, CursorResult, Delete, Update
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.operators import in_op
from sqlalchemy.sql.visitors import iterate

from stockcli.usecases.records import to_json

INSERT, UPDATE, DELETE, UPSERT = "insert", "update", "delete", "upsert"
NOT_AUDITED = frozenset({"audit_entry", "model_gate", "sign_in_failure", "snapshot", "token_rate"})
"""The log itself, caches and counters: what they say is said elsewhere, or is worth nothing."""

FEW = 5
"""Rows of a table whose values are written down; of more, how many."""

LONGEST = 200
"""Characters of a text that are written down."""

WITHHELD = {
    "api_token": frozenset({"secret_sha256"}),
    "conversation": frozenset({"messages", "title"}),  # an analyst reads the log, not others' talk
    "supplier": frozenset({"webhook_url"}),
    "tenant": frozenset({"policy"}),  # its notify URLs hold passwords
}
"""Columns of a table whose values are never written down."""


@dataclass(kw_only=True)
class _Writes:
    rows: int = 0
    values: list[Mapping[str, Any]] = field(default_factory=list)


class Written:
    """Rows written by one transaction, by table and verb, with the values of a few."""

    def __init__(self) -> None:
        self._writes: dict[tuple[str, str], _Writes] = {}
        self._decided_by: Counter[str] = Counter()

    def note(
        self, table: str, verb: str, rows: int, values: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Note rows that were written; nothing if there are none, or the table is not audited."""
        if table in NOT_AUDITED or rows < 1:
            return
        if table == "decision":
            self._decided_by.update(str(row["decided_by"]) for row in values)
        so_far = self._writes.setdefault((table, verb), _Writes())
        so_far.rows += rows
        if so_far.rows > FEW:
            so_far.values.clear()
        else:
            so_far.values.extend(_shown(table, row) for row in values)

    def note_change(
        self,
        statement: Update | Delete,
        result: CursorResult[Any],
        count: int,
        rows: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Note the rows that an update or a deletion changed: what they were found by, what set.

        Args:
            rows: the values the statement was run with, if it was run once for each.
        """
        table = statement.table
        values: Sequence[Mapping[str, Any]] = ()
        if 0 < count <= FEW:
            where = _found_by(statement)
            given = rows if rows is not None else _set_values(result, frozenset(table.c.keys()))
            values = [({"where": where} if where else {}) | dict(row) for row in given]
        verb = UPDATE if isinstance(statement, Update) else DELETE
        self.note(str(getattr(table, "name", table)), verb, count, values)

    def take(self) -> dict[str, Any] | None:
        """Return what was written since it was last taken, as JSON values; None for nothing."""
        if not self._writes:
            return None
        did: dict[str, Any] = {
            "writes": [
                {"table": table, "verb": verb, "rows": one.rows}
                | ({"values": one.values} if one.values else {})
                for (table, verb), one in self._writes.items()
            ]
        }
        if self._decided_by:
            did["decided_by"] = dict(self._decided_by)
        self._writes, self._decided_by = {}, Counter()
        return did


def _found_by(statement: Update | Delete) -> dict[str, Any]:
    """Return the columns that must equal a value, or one of several; the tenant's aside."""
    found: dict[str, Any] = {}
    clause = statement.whereclause
    for part in () if clause is None else iterate(clause):
        if not isinstance(part, BinaryExpression) or part.operator not in (eq, in_op):
            continue
        column, value = part.left, part.right
        if isinstance(column, Column) and isinstance(value, BindParameter) and not value.required:
            found[column.name] = value.value
    found.pop("tenant_id", None)
    return found


def _set_values(result: CursorResult[Any], columns: frozenset[str]) -> list[dict[str, Any]]:
    """Return what a statement set: its parameters of a column's own name, before conversion."""
    context: Any = result.context
    return [
        {name: value for name, value in parameters.items() if name in columns}
        for parameters in context.compiled_parameters
    ]


def _shown(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = WITHHELD.get(table, frozenset())
    return {
        name: plain_value(value)
        for name, value in row.items()
        if name != "tenant_id" and name not in hidden
    }


def plain_value(value: Any) -> Any:
    """Return a value as JSON takes it, and either database: long texts cut, no stray characters.

    >>> plain_value(Decimal("1.2500")), plain_value(date(2026, 11, 30)), plain_value(b"abc")
    (1.25, '2026-11-30', '3 bytes')
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        return to_json(value) if math.isfinite(value) else str(value)
    if isinstance(value, date):
        return to_json(value)
    if isinstance(value, Mapping | list | tuple):
        return _plain_json(value)
    return _plain_text(f"{len(value)} bytes" if isinstance(value, bytes) else str(value))


def _plain_json(value: Any) -> Any:
    """Return a JSON value if it is short, else the beginning of its text."""
    written = json.dumps(value, ensure_ascii=False, default=str)
    if len(written) > LONGEST:
        return _plain_text(written)
    if isinstance(value, Mapping):
        return {_plain_text(str(name)): plain_value(one) for name, one in value.items()}
    return [plain_value(one) for one in value]


def _plain_text(text: str) -> str:
    """Return a text without what UTF-8 or PostgreSQL cannot hold, cut if it is long."""
    sound = text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    return sound if len(sound) <= LONGEST else f"{sound[: LONGEST - 3]}..."

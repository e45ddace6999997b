"""Everything of one shop in one file: a table a member, a row a line, and what was put in."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, Text, cast, select

from stockcli.domain.errors import DatabaseError
from stockcli.persistence.tables import AuditEntryRow, TenantRow, metadata, table_of
from stockcli.persistence.types import Json
from stockcli.persistence.upkeep.files import appearing

MANIFEST = "manifest.json"
SECRET = {"api_token": frozenset({"secret_sha256"})}
"""Columns that leave with nobody."""

OPERATORS_ONLY = frozenset({"api_token", "token_rate"})
"""Tables that only an operator may read."""

_ROWS_AT_ONCE = 1_000
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The hour of every member: the same rows make the same bytes."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an export holds.

    Attributes:
        tenant: the shop's short name.
        revision: of the tables.
        written_at: the instant of the export.
        files: by name, how many rows each has, and its SHA-256.
        left_out: tables that the one who asked may not read.
        audit_head: position and hash of the last entry of the shop's audit chain; None without.
    """

    tenant: str
    revision: str
    written_at: datetime
    files: dict[str, dict[str, int | str]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    audit_head: dict[str, int | str] | None = None

    @property
    def rows(self) -> int:
        """Return how many rows were written in all."""
        return sum(int(facts["rows"]) for facts in self.files.values())

    def written(self) -> str:
        """Return it as it stands in the file."""
        return json.dumps(vars(self), default=str, indent=2) + "\n"


def tables_of_shop() -> list[Table]:
    """Return every table that holds rows of shops, parents first."""
    tenant = table_of(TenantRow)
    return [tenant, *(one for one in metadata.sorted_tables if "tenant_id" in one.c)]


def owner_of(table: Table) -> Column[Any]:
    """Return the column that says whose row it is."""
    return table.c.id if table.name == "tenant" else table.c.tenant_id


def export_shop(
    connection: Connection, target: Path, about: Manifest, tenant_id: int, *, replace: bool
) -> Manifest:
    """Write a shop's rows into a new file, from the snapshot that a transaction sees.

    Args:
        connection: in a transaction that only reads, bound to the shop.
        target: the file.
        about: whose rows they are, and what is left out of them.
        tenant_id: the shop's number.
        replace: whether a file of that name may be replaced.

    Raises:
        ConflictError: there is such a file already.
        DatabaseError: it cannot be written, or a row cannot be read.
    """
    with (
        appearing(target, replace=replace) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for table in tables_of_shop():
            if table.name not in about.left_out:
                name = f"{table.name}.jsonl"
                about.files[name] = _write(archive, name, _lines(connection, table, tenant_id))
        archive.writestr(_member(MANIFEST), about.written())
    return about


def audit_head(connection: Connection, tenant_id: int) -> dict[str, int | str] | None:
    """Return the last link of the shop's audit chain; None if it has none."""
    entry = table_of(AuditEntryRow)
    last = select(entry.c.position, entry.c.hash).where(entry.c.tenant_id == tenant_id)
    row = connection.execute(last.order_by(entry.c.position.desc()).limit(1)).first()
    return None if row is None else {"position": row.position, "hash": bytes(row.hash).hex()}


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def _write(archive: zipfile.ZipFile, name: str, lines: Iterator[bytes]) -> dict[str, int | str]:
    rows, digest = 0, hashlib.sha256()
    with archive.open(_member(name), "w", force_zip64=True) as member:
        for line in lines:
            member.write(line)
            digest.update(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}


def _lines(connection: Connection, table: Table, tenant_id: int) -> Iterator[bytes]:
    for facts in rows_of_shop(connection, table, tenant_id):
        yield (json.dumps(facts, ensure_ascii=False) + "\n").encode()


def rows_of_shop(connection: Connection, table: Table, tenant_id: int) -> Iterator[dict[str, Any]]:
    """Yield a table's rows as JSON values, in the order of their keys; a few are held at a time.

    Raises:
        DatabaseError: a row cannot be read.
    """
    found = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(_rows(table, tenant_id))
    try:
        for row in found:
            yield _facts(table, row)
    except (TypeError, ValueError, ArithmeticError) as error:
        message = f"the export stopped: a row of {table.name} cannot be read"
        raise DatabaseError(message, "see `stock db check`") from error


def _rows(table: Table, tenant_id: int) -> Select[Any]:
    kept = [one for one in table.columns if one.name not in SECRET.get(table.name, ())]
    # JSON as it is written: what is none leaves as the text it is, and keeps no row back.
    columns = [cast(one, Text).label(one.name) if _is_json(one) else one for one in kept]
    order = table.primary_key.columns
    return select(*columns).where(owner_of(table) == tenant_id).order_by(*order)


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, Json)


def _facts(table: Table, row: Row[Any]) -> dict[str, Any]:
    return {
        name: _json_value(value) if _is_json(table.c[name]) else _value(value)
        for name, value in zip(row._fields, row, strict=True)
    }


def _json_value(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text


def _value(value: Any) -> Any:
    """Return a value as JSON has it; exact numbers stay exact as text, and bytes become hex."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value

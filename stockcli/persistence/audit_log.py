"""The end of a chain: where a transaction writes down what it did, just before it commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text

from stockcli.domain.audit import Actor, canonical, next_entry
from stockcli.persistence.tables import AuditEntryRow, table_of

_ENTRY = table_of(AuditEntryRow)
_LAST = (
    select(_ENTRY.c.position, _ENTRY.c.hash)
    .where(_ENTRY.c.tenant_id == bindparam("tenant"))
    .order_by(_ENTRY.c.position.desc())
    .limit(1)
)
_APPEND = insert(_ENTRY)
# PostgreSQL composes and chains the entry itself: no role of the program's may insert one there.
_RECORD = text("SELECT stock_sec.record(:tenant, :who, :via, :did)")


def append_entry(
    connection: Connection, tenant: int, actor: Actor, did: Mapping[str, Any], at: datetime
) -> None:
    """Append what the open transaction did to a chain; it is kept or lost with the transaction.

    On SQLite the transaction is the only writer from its start, so that a chain cannot fork.

    Args:
        tenant: the shop's number, or HOUSE.
        did: what was written; JSON values only.
        at: when; PostgreSQL takes its own time.
    """
    if connection.dialect.name == "postgresql":
        told = {"tenant": tenant, "who": actor.who, "via": actor.via, "did": canonical(did)}
        connection.execute(_RECORD, told)
        return
    entry = next_entry(
        _last(connection, tenant),
        tenant=tenant,
        at=at,
        actor=actor,
        transaction=secrets.token_hex(8),
        did=did,
    )
    row = {
        "tenant_id": entry.tenant,
        "position": entry.position,
        "written_at": entry.written_at,
        "transaction_id": entry.transaction,
        "record": entry.record,
        "hash": entry.hash,
    }
    connection.execute(_APPEND, row)


def _last(connection: Connection, tenant: int) -> tuple[int, bytes] | None:
    row = connection.execute(_LAST, {"tenant": tenant}).first()
    return None if row is None else (row.position, row.hash)

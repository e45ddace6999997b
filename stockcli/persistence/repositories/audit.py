"""The audit log, read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from stockcli.domain.audit import AuditEntry
from stockcli.persistence.tables import AuditEntryRow, table_of

_ENTRY = table_of(AuditEntryRow)


class SqlAuditLog:
    """One chain of the audit log, in a table that only grows.

    Args:
        rows: runs a select and returns its rows.
        tenant: whose chain it is.
    """

    def __init__(self, rows: Callable[[Select[Any]], Sequence[Row[Any]]], tenant: int) -> None:
        self._rows = rows
        self._tenant = tenant

    @property
    def tenant(self) -> int:
        """Return whose it is: a shop's number, or the house's."""
        return self._tenant

    def after(self, position: int | None, limit: int) -> list[AuditEntry]:
        """Return the entries that follow on a position, oldest first; None begins with all."""
        later = self._own()
        if position is not None:
            later = later.where(_ENTRY.c.position > position)
        return self._entries(later.order_by(_ENTRY.c.position).limit(limit))

    def before(
        self, position: int | None, limit: int, *, since: datetime | None = None
    ) -> list[AuditEntry]:
        """Return the entries before a position, newest first; None begins with the newest."""
        earlier = self._own()
        if position is not None:
            earlier = earlier.where(_ENTRY.c.position < position)
        if since is not None:
            earlier = earlier.where(_ENTRY.c.written_at >= since)
        return self._entries(earlier.order_by(_ENTRY.c.position.desc()).limit(limit))

    def _own(self) -> Select[Any]:
        return select(_ENTRY).where(_ENTRY.c.tenant_id == self._tenant)

    def _entries(self, statement: Select[Any]) -> list[AuditEntry]:
        return [
            AuditEntry(
                tenant=row.tenant_id,
                position=row.position,
                written_at=row.written_at,
                transaction=row.transaction_id,
                record=row.record,
                hash=bytes(row.hash),
            )
            for row in self._rows(statement)
        ]

"""Erasure: a shop leaves for good, in one transaction, and no other shop's row changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from stockcli.domain.errors import ConflictError, NotFoundError
from stockcli.persistence.tables import CheckLeaseRow, TenantRow, table_of
from stockcli.persistence.upkeep.exporting import owner_of, tables_of_shop
from stockcli.persistence.upkeep.lifting import lifted

_TENANT = table_of(TenantRow)
_LEASE = table_of(CheckLeaseRow)


def erase_shop(connection: Connection, slug: str, now: datetime) -> dict[str, int]:
    """Delete a shop and every row of it, in the open transaction; return how many, by table.

    Raises:
        NotFoundError: there is no such shop.
        ConflictError: a check of it is under way.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    shop = connection.execute(select(_TENANT.c.id).where(_TENANT.c.slug == slug)).first()
    if shop is None:
        raise NotFoundError(f"there is no shop called {slug!r}", "see `stock tenant list`")
    _ensure_idle(_lease(connection, shop.id), slug, now)
    rows = {}
    with lifted(connection):
        for table in reversed(tables_of_shop()):
            gone = connection.execute(delete(table).where(owner_of(table) == shop.id))
            rows[table.name] = gone.rowcount
    return rows


def _lease(connection: Connection, tenant_id: int) -> Row[Any, Any] | None:
    """Return the shop's lease, which nobody can take until this transaction ends."""
    held = select(_LEASE.c.leased_until, _LEASE.c.run_id).where(_LEASE.c.tenant_id == tenant_id)
    return connection.execute(held.with_for_update()).first()


def _ensure_idle(lease: Row[Any, Any] | None, slug: str, now: datetime) -> None:
    if lease is None or lease.leased_until is None or lease.leased_until <= now:
        return
    message = (
        f"the shop {slug!r} was not erased: a check of it is under way, "
        f"until {lease.leased_until:%H:%M} UTC at the latest"
    )
    raise ConflictError(message, "let it finish, and try again")

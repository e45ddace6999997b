"""How revisions write tables down: every row has its tenant, every reference stays within it.

Revisions that ran once must mean the same for ever: add here, never change.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from stockcli.persistence.types import RowId

KEY = ("product_id", "location_id")


def column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column that must be filled unless it is said otherwise."""
    return sa.Column(name, kind, nullable=nullable)


def texts(*names: str) -> list[sa.Column[Any]]:
    """Return columns of text."""
    return [column(name, sa.String()) for name in names]


def numbers(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Return columns of whole numbers of 64 bits: ids, versions."""
    return [column(name, RowId, nullable=nullable) for name in names]


def numbered(name: str, *parts: Any) -> None:
    """Create a table whose rows the database numbers; the tenant stands beside the number."""
    op.create_table(
        name,
        sa.Column("id", RowId, sa.Identity(), nullable=False),
        column("tenant_id", RowId),
        *parts,
        primary(name, "id"),
        unique(name, "id"),
        of_tenant(name),
    )


def keyed(name: str, *key: str, parts: list[Any], rowid: bool = True) -> None:
    """Create a table whose rows the tenant and a key of their own tell apart."""
    options = {} if rowid else {"sqlite_with_rowid": False}
    op.create_table(
        name,
        column("tenant_id", RowId),
        *parts,
        primary(name, "tenant_id", *key),
        **options,
    )


def primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    """Return a primary key."""
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def unique(table: str, *names: str) -> sa.UniqueConstraint:
    """Return a key that is unique within a tenant."""
    columns = ("tenant_id", *names)
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def of_tenant(table: str) -> sa.ForeignKeyConstraint:
    """Return the reference to the tenant."""
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=f"fk_{table}_tenant")


def within(table: str, *others: str) -> list[sa.ForeignKeyConstraint]:
    """Return references that cannot leave the tenant, each by the column `<other>_id`."""
    return [reference(table, f"{other}_id", other) for other in others]


def reference(table: str, name: str, other: str) -> sa.ForeignKeyConstraint:
    """Return a reference by a column that cannot leave the tenant."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", name], [f"{other}.tenant_id", f"{other}.id"], name=f"fk_{table}_{other}"
    )


def index(table: str, *names: str) -> None:
    """Create an index, led by the tenant."""
    columns = ["tenant_id", *names]
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def index_of_open(name: str, table: str, columns: list[str], *, sqlite: str, other: str) -> None:
    """Create a unique index over the rows for which a condition holds."""
    op.create_index(
        name,
        table,
        ["tenant_id", *columns],
        unique=True,
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(other),
    )

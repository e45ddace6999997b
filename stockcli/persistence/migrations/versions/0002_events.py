"""Events in the calendar: a day may have one without being said to be open or closed.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from stockcli.persistence.migrations.shapes import column, of_tenant, primary
from stockcli.persistence.types import RowId

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shop_day", copy_from=_as_it_was()) as table:
        table.alter_column("is_open", existing_type=sa.Boolean(), nullable=True)
        table.add_column(sa.Column("event", sa.String(60), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM shop_day WHERE is_open IS NULL")
    with op.batch_alter_table("shop_day", copy_from=_as_it_is()) as table:
        table.drop_column("event")
        table.alter_column("is_open", existing_type=sa.Boolean(), nullable=False)


def _as_it_was() -> sa.Table:
    return _table(column("is_open", sa.Boolean()))


def _as_it_is() -> sa.Table:
    return _table(
        column("is_open", sa.Boolean(), nullable=True),
        column("event", sa.String(60), nullable=True),
    )


def _table(*said: sa.Column[bool] | sa.Column[str]) -> sa.Table:
    """Return the table for SQLite to copy: reading it there loses that it has no row ids."""
    tenants = sa.MetaData()
    sa.Table("tenant", tenants, column("id", RowId))
    return sa.Table(
        "shop_day",
        tenants,
        column("tenant_id", RowId),
        column("day", sa.Date()),
        *said,
        primary("shop_day", "tenant_id", "day"),
        of_tenant("shop_day"),
        sqlite_with_rowid=False,
    )

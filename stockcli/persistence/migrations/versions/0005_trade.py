"""Trade: how suppliers are ordered from, other sources, transfers, categories, past forecasts.

Revision ID: 0005
Revises: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from stockcli.persistence.migrations.shapes import (
    KEY,
    column,
    index,
    index_of_open,
    keyed,
    numbered,
    numbers,
    of_tenant,
    reference,
    texts,
    unique,
    within,
)
from stockcli.persistence.types import Amount, Instant, Json, Quantity, RowId

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ADDED = {
    "supplier": ("order_channel", "webhook_url", "minimum_order_value", "order_days"),
    "purchase_order": ("sent_at", "revision"),
    "purchase_order_line": ("cancelled",),
    "tenant_state": ("transfers_numbered",),
    "check_run": ("data_version", "mark"),
}


def upgrade() -> None:
    op.add_column("supplier", _later("order_channel", sa.String(), "file"))
    op.add_column("supplier", _later("webhook_url", sa.String(), ""))
    op.add_column("supplier", _later("minimum_order_value", Amount(), "0"))
    op.add_column("supplier", _later("order_days", sa.String(), ""))
    op.add_column("purchase_order", column("sent_at", Instant(), nullable=True))
    op.add_column("purchase_order", _later("revision", sa.Integer(), "1"))
    op.add_column("purchase_order_line", _later("cancelled", Quantity(), "0"))
    op.add_column("tenant_state", _later("transfers_numbered", sa.Integer(), "0"))
    op.add_column("check_run", column("data_version", RowId, nullable=True))
    op.add_column("check_run", _later("mark", sa.String(), ""))
    source = [
        *numbers("product_id", "supplier_id"),
        column("rank", sa.Integer()),
        column("unit_cost", Amount(), nullable=True),
        column("price_breaks", Json()),
        column("active", sa.Boolean()),
        *within("product_source", "product", "supplier"),
    ]
    keyed("product_source", "product_id", "supplier_id", parts=source)
    succession = [
        *numbers("product_id"),
        *numbers("successor_id", nullable=True),
        *within("product_successor", "product"),
        _to("product_successor", "successor_id", "product", "successor"),
    ]
    keyed("product_successor", "product_id", parts=succession)
    category = [
        *texts("category"),
        column("service_level", sa.Float(), nullable=True),
        column("review_period_days", sa.Integer(), nullable=True),
        column("autonomy", sa.String(), nullable=True),
        of_tenant("category_policy"),
    ]
    keyed("category_policy", "category", parts=category)
    record = [
        *numbers(*KEY),
        column("computed_for", sa.Date()),
        column("mean_per_day", sa.Float()),
        *within("forecast_record", "product", "location"),
    ]
    keyed("forecast_record", *KEY, "computed_for", parts=record, rowid=False)
    _create_transfers()


def _create_transfers() -> None:
    numbered(
        "stock_transfer",
        *texts("number", "status"),
        *numbers("product_id", "origin_id", "destination_id"),
        column("quantity", Quantity()),
        column("created_at", Instant()),
        *texts("created_by", "reason"),
        column("ended_at", Instant(), nullable=True),
        unique("stock_transfer", "number"),
        reference("stock_transfer", "product_id", "product"),
        _to("stock_transfer", "origin_id", "location", "origin"),
        _to("stock_transfer", "destination_id", "location", "destination"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("origin_id <> destination_id", name="places"),
    )
    index("stock_transfer", "status")
    index_of_open(
        "uq_stock_transfer_open",
        "stock_transfer",
        ["product_id", "origin_id", "destination_id"],
        sqlite="status = 'open'",
        other="status = 'open'",
    )


def downgrade() -> None:
    for table in (
        "stock_transfer",
        "forecast_record",
        "category_policy",
        "product_successor",
        "product_source",
    ):
        op.drop_table(table)
    for table, names in _ADDED.items():
        for name in reversed(names):
            op.drop_column(table, name)


def _later(name: str, kind: Any, value: str) -> sa.Column[Any]:
    """Return a column that rows which are there already fill with a value."""
    return sa.Column(name, kind, nullable=False, server_default=value)


def _to(table: str, name: str, other: str, role: str) -> sa.ForeignKeyConstraint:
    """Return a second reference to a table, which needs a name of its own."""
    columns = (["tenant_id", name], [f"{other}.tenant_id", f"{other}.id"])
    return sa.ForeignKeyConstraint(*columns, name=f"fk_{table}_{role}")

"""The first tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from stockcli.persistence.migrations import trade_0001
from stockcli.persistence.migrations.shapes import (
    KEY,
    column,
    index,
    keyed,
    numbered,
    numbers,
    of_tenant,
    primary,
    texts,
    unique,
    within,
)
from stockcli.persistence.types import Amount, Instant, Json, Quantity, RowId

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _shops()
    _catalogue()
    _ledger()
    _thresholds()
    trade_0001.decisions()
    trade_0001.messages()
    trade_0001.purchasing()
    trade_0001.assistant()


def downgrade() -> None:
    for table in _NEWEST_FIRST:
        op.drop_table(table)


_NEWEST_FIRST = (
    "model_call",
    "conversation",
    "snapshot",
    "purchase_order_line",
    "purchase_order",
    "outbox",
    "alert",
    "decision",
    "check_lease",
    "check_run",
    "manual_minimum",
    "threshold",
    "sales_day",
    "daily_movement",
    "stock_level",
    "stock_movement",
    "product",
    "location",
    "supplier",
    "import_profile",
    "import_record",
    "shop_day",
    "tenant_state",
    "api_token",
    "tenant",
)


def _shops() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", RowId, sa.Identity(), nullable=False),
        *texts("slug", "name", "currency", "timezone"),
        column("active", sa.Boolean()),
        column("policy", Json()),
        column("created_at", Instant()),
        primary("tenant", "id"),
        sa.UniqueConstraint("slug", name="uq_tenant_slug"),
    )
    _tokens()
    state = numbers("version", "orders_numbered")
    keyed("tenant_state", parts=[*state, of_tenant("tenant_state")])
    days = [column("day", sa.Date()), column("is_open", sa.Boolean()), of_tenant("shop_day")]
    keyed("shop_day", "day", parts=days, rowid=False)
    numbered(
        "import_record",
        *texts("kind", "file_name", "checksum"),
        column("imported_at", Instant()),
        column("report", Json()),
    )
    profile = [*texts("name"), column("mapping", Json()), of_tenant("import_profile")]
    keyed("import_profile", "name", parts=profile)


def _tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", RowId, sa.Identity(), nullable=False),
        column("tenant_id", RowId, nullable=True),
        *texts("role", "label", "prefix"),
        column("secret_sha256", sa.LargeBinary()),
        column("created_at", Instant()),
        column("expires_at", Instant(), nullable=True),
        column("revoked_at", Instant(), nullable=True),
        column("last_used_at", Instant(), nullable=True),
        primary("api_token", "id"),
        of_tenant("api_token"),
        sa.UniqueConstraint("secret_sha256", name="uq_api_token_secret_sha256"),
        sa.CheckConstraint(
            "role IN ('manager', 'analyst', 'operator')", name=op.f("ck_api_token_role")
        ),
        sa.CheckConstraint(
            "(tenant_id IS NULL) = (role = 'operator')",
            name=op.f("ck_api_token_operator_has_no_tenant"),
        ),
    )
    index("api_token", "id")


def _catalogue() -> None:
    numbered(
        "supplier",
        *texts("code", "name", "email"),
        column("lead_time_mean_days", sa.Float()),
        column("lead_time_sd_days", sa.Float()),
        unique("supplier", "code"),
    )
    numbered("location", *texts("code", "name"), unique("location", "code"))
    numbered(
        "product",
        *texts("sku", "name", "category"),
        column("supplier_id", RowId, nullable=True),
        *texts("status"),
        column("unit_cost", Amount()),
        column("unit_price", Amount()),
        column("pack_size", Quantity()),
        column("minimum_order_quantity", Quantity()),
        column("maximum_stock", Quantity(), nullable=True),
        column("service_level", sa.Float(), nullable=True),
        column("snoozed_until", sa.Date(), nullable=True),
        unique("product", "sku"),
        *within("product", "supplier"),
    )


def _ledger() -> None:
    movement = [
        *texts("reference"),
        *numbers(*KEY),
        *texts("kind"),
        column("change", Quantity()),
        column("occurred_at", Instant()),
        column("day", sa.Date()),
        column("unit_price", Amount(), nullable=True),
        column("counted", Quantity(), nullable=True),
        *texts("note"),
        *within("stock_movement", "product", "location"),
    ]
    keyed("stock_movement", "reference", parts=movement)
    index("stock_movement", *KEY, "occurred_at")
    level = [
        *numbers(*KEY),
        column("on_hand", Quantity()),
        column("reserved", Quantity()),
        column("is_known", sa.Boolean()),
        *numbers("version"),
        column("counted_at", Instant(), nullable=True),
        *within("stock_level", "product", "location"),
    ]
    keyed("stock_level", *KEY, parts=level)
    daily = [
        *numbers(*KEY),
        column("day", sa.Date()),
        column("units_sold", Quantity()),
        column("net_change", Quantity()),
        column("is_asserted", sa.Boolean()),
        *within("daily_movement", "product", "location"),
    ]
    keyed("daily_movement", *KEY, "day", parts=daily, rowid=False)
    sales = [column("day", sa.Date()), *numbers("sale_lines"), of_tenant("sales_day")]
    keyed("sales_day", "day", parts=sales, rowid=False)


def _thresholds() -> None:
    computed = [
        *numbers(*KEY),
        column("reorder_point", Quantity()),
        column("order_up_to_level", Quantity()),
        column("mean_per_day", sa.Float()),
        *texts("model"),
        column("computed_for", sa.Date()),
        column("breakdown", Json()),
        column("parameters", Json()),
        *within("threshold", "product", "location"),
    ]
    keyed("threshold", *KEY, parts=computed)
    by_hand = [
        *numbers(*KEY),
        column("quantity", Quantity()),
        *texts("author", "reason"),
        column("set_at", Instant()),
        column("expires_on", sa.Date(), nullable=True),
        *within("manual_minimum", "product", "location"),
    ]
    keyed("manual_minimum", *KEY, parts=by_hand)

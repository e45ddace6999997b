"""The first tables.

Revision ID: 0001
Revises:
"""

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
    primary,
    reference,
    texts,
    unique,
    within,
)
from stockcli.persistence.types import Amount, Instant, Json, ModelPrice, Quantity, RowId

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _shops()
    _catalogue()
    _ledger()
    _thresholds()
    _decisions()
    _messages()
    _purchasing()
    _assistant()


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


def _decisions() -> None:
    run = [
        *texts("run_id"),
        column("started_at", Instant()),
        column("business_day", sa.Date(), nullable=True),
        column("finished_at", Instant(), nullable=True),
        *texts("status"),
        column("checked", sa.Integer()),
        column("low", sa.Integer()),
        *texts("error"),
        of_tenant("check_run"),
    ]
    keyed("check_run", "run_id", parts=run)
    index("check_run", "started_at")
    lease = [
        *numbers("epoch"),
        column("leased_until", Instant(), nullable=True),
        column("run_id", sa.String(), nullable=True),
        of_tenant("check_lease"),
    ]
    keyed("check_lease", parts=lease)
    numbered(
        "decision",
        *texts("run_id"),
        *numbers(*KEY),
        *texts("sku", "location", "action"),
        column("quantity", Quantity()),
        *texts("reason", "decided_by"),
        column("on_hand", Quantity()),
        column("on_order", Quantity()),
        column("reorder_point", Quantity()),
        column("business_day", sa.Date()),
        *numbers("stock_version"),
        *texts("order_number"),
        column("inputs", Json()),
        column("decided_at", Instant()),
        unique("decision", "run_id", *KEY),
        *within("decision", "product", "location"),
    )
    index("decision", *KEY, "id")


def _messages() -> None:
    numbered(
        "alert",
        *texts("kind", "situation", "subject", "text"),
        column("raised_at", Instant()),
        column("cleared_at", Instant(), nullable=True),
        *numbers(*KEY, nullable=True),
        *within("alert", "product", "location"),
    )
    lasts = "cleared_at IS NULL"
    index_of_open("uq_alert_open", "alert", ["situation"], sqlite=lasts, other=lasts)
    numbered(
        "outbox",
        *texts("idempotency_key", "channel"),
        column("payload", Json()),
        *texts("status"),
        column("attempts", sa.Integer()),
        column("due_at", Instant()),
        column("sent_at", Instant(), nullable=True),
        *texts("error"),
        unique("outbox", "idempotency_key"),
    )
    index("outbox", "status", "due_at")


def _purchasing() -> None:
    numbered(
        "purchase_order",
        *texts("number"),
        *numbers("supplier_id", "location_id"),
        *texts("status"),
        column("total", Amount()),
        column("ordered_on", sa.Date()),
        column("expected_on", sa.Date()),
        column("created_at", Instant()),
        *texts("created_by", "approved_by", "note"),
        unique("purchase_order", "number"),
        *within("purchase_order", "supplier", "location"),
    )
    index("purchase_order", "ordered_on")
    line = "purchase_order_line"
    parts = [
        *numbers("order_id", "product_id"),
        column("line_number", sa.Integer()),
        *numbers("location_id"),
        column("quantity", Quantity()),
        column("received", Quantity()),
        column("unit_cost", Amount()),
        column("is_open", sa.Boolean()),
        *numbers("decision_id", nullable=True),
        reference(line, "order_id", "purchase_order"),
        *within(line, "product", "location", "decision"),
        unique(line, "decision_id"),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{line}_quantity")),
    ]
    keyed(line, "order_id", "product_id", parts=parts)
    is_open = {"sqlite": "is_open = 1", "other": "is_open"}
    index_of_open("uq_purchase_order_line_open", line, list(KEY), **is_open)


def _assistant() -> None:
    snapshot = [
        *texts("topic"),
        column("payload", Json()),
        column("as_of", Instant()),
        *numbers("version"),
        of_tenant("snapshot"),
    ]
    keyed("snapshot", "topic", parts=snapshot)
    conversation = [
        *texts("id", "title"),
        column("messages", Json()),
        column("updated_at", Instant()),
        of_tenant("conversation"),
    ]
    keyed("conversation", "id", parts=conversation)
    index("conversation", "updated_at")
    tokens = ("input_tokens", "output_tokens", "cache_write_tokens", "cache_read_tokens")
    numbered(
        "model_call",
        *texts("purpose", "model"),
        column("called_at", Instant()),
        column("estimate_usd", ModelPrice()),
        column("price_usd", ModelPrice(), nullable=True),
        *(column(name, sa.Integer()) for name in tokens),
    )
    index("model_call", "called_at")

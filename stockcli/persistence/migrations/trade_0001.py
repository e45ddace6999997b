"""The second half of revision 0001: checks, messages, orders, the assistant."""

from __future__ import annotations

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
from stockcli.persistence.types import Amount, Instant, Json, ModelPrice, Quantity


def decisions() -> None:
    """Create the tables of checks and what was decided in them."""
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


def messages() -> None:
    """Create the tables of alerts and of what must leave the house."""
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


def purchasing() -> None:
    """Create the tables of purchase orders and their lines."""
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


def assistant() -> None:
    """Create the tables of what the assistant knows, was told, and cost."""
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

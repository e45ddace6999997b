"""Fences: the audit log, what a token may do a minute, refused tokens, minimums taken back.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from stockcli.persistence.migrations.shapes import (
    column,
    keyed,
    numbers,
    primary,
    reference,
    texts,
)
from stockcli.persistence.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_api_token_tenant_id_id", "api_token")
    op.create_index("uq_api_token_tenant_id_id", "api_token", ["tenant_id", "id"], unique=True)
    for name in ("writes_per_minute", "model_calls_per_hour"):
        op.add_column("api_token", column(name, sa.Integer(), nullable=True))
    op.add_column("manual_minimum", column("cleared_at", Instant(), nullable=True))
    rate = [
        *numbers("token_id"),
        *texts("kind"),
        column("full_at", Instant()),
        reference("token_rate", "token_id", "api_token"),
    ]
    keyed("token_rate", "token_id", "kind", parts=rate)
    op.create_table(
        "sign_in_failure",
        *texts("source"),
        column("failures", sa.Integer()),
        column("since", Instant()),
        primary("sign_in_failure", "source"),
    )
    entry = [
        *numbers("position"),
        column("written_at", Instant()),
        *texts("transaction_id", "record"),
        column("hash", sa.LargeBinary()),
    ]
    keyed("audit_entry", "position", parts=entry)


def downgrade() -> None:
    for table in ("audit_entry", "sign_in_failure", "token_rate"):
        op.drop_table(table)
    op.drop_column("manual_minimum", "cleared_at")
    for name in ("model_calls_per_hour", "writes_per_minute"):
        op.drop_column("api_token", name)
    op.drop_index("uq_api_token_tenant_id_id", "api_token")
    op.create_index("ix_api_token_tenant_id_id", "api_token", ["tenant_id", "id"])

"""What decisions cost, whose conversation it was, and reviews that wait for a batch.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from stockcli.persistence.migrations.shapes import (
    column,
    index,
    keyed,
    numbers,
    of_tenant,
    texts,
)
from stockcli.persistence.types import Instant, Json, ModelPrice

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", _text("author"))
    op.add_column("model_call", _text("run_id"))
    op.add_column("decision", _number("prompt_tokens"))
    op.add_column("decision", _number("reply_tokens"))
    op.add_column("decision", column("price_usd", ModelPrice(), nullable=True))
    parts = [
        *texts("run_id", "model", "status", "batch_id", "custom_id", "remark"),
        column("business_day", sa.Date()),
        column("asked", Json()),
        *numbers("reservation_id", nullable=True),
        column("submitted_at", Instant()),
        column("collected_at", Instant(), nullable=True),
        of_tenant("review_batch"),
    ]
    keyed("review_batch", "run_id", parts=parts)
    index("review_batch", "status")


def downgrade() -> None:
    op.drop_table("review_batch")
    for name in ("price_usd", "reply_tokens", "prompt_tokens"):
        op.drop_column("decision", name)
    op.drop_column("model_call", "run_id")
    op.drop_column("conversation", "author")


def _text(name: str) -> sa.Column[str]:
    """Return a column of text; the rows that are there already say nothing in it."""
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")

"""The gate: places for calls of the language model, rests and limits, shared by all processes.

Revision ID: 0006
Revises: 0005
"""

from datetime import UTC, datetime

from alembic import op

from stockcli.persistence.migrations.shapes import column, numbers, primary, texts
from stockcli.persistence.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PLACES = 256
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    gate = op.create_table(
        "model_gate",
        *texts("kind"),
        *numbers("number"),
        *numbers("shop", nullable=True),
        *texts("holder"),
        column("until", Instant()),
        *numbers("amount", nullable=True),
        primary("model_gate", "kind", "number"),
    )
    # All there will ever be: who took one could keep others from adding theirs.
    places = [
        {"kind": "slot", "number": number, "holder": "", "until": _LONG_AGO}
        for number in range(1, _PLACES + 1)
    ]
    op.bulk_insert(gate, places)


def downgrade() -> None:
    op.drop_table("model_gate")

"""Whether the token that a unit of work stands on still opens its shop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, text

from stockcli.domain.errors import BadTokenError
from stockcli.persistence.tables import ApiTokenRow, table_of
from stockcli.persistence.types import Instant
from stockcli.persistence.work import Work

_TOKEN = table_of(ApiTokenRow)
# Written out, since it runs with every transaction: put together each time, it takes longer than
# the database does. An operator's token opens each shop.
_OPENS: Any = text(
    """
    SELECT known.id FROM api_token AS known
    WHERE known.id = :token AND known.revoked_at IS NULL
      AND (known.expires_at IS NULL OR known.expires_at > :now)
      AND (known.tenant_id IS NULL
           OR EXISTS (SELECT 1 FROM tenant AS shop
                      WHERE shop.id = :shop AND shop.id = known.tenant_id AND shop.active))
    """
).bindparams(bindparam("now", type_=Instant()))
_SHOWN: Any = text(
    "SELECT stock_sec.is_operator() AS operates, stock_sec.tenant_for('read') AS opens"
)


def ensure_in_force(work: Work, token_id: int) -> None:
    """Pass while a token opens the shop of this transaction.

    Asked whenever one begins, so that whatever is open ends with its token: a conversation, a
    run under way, another process.

    Raises:
        BadTokenError: it was revoked, it expired, or its shop was closed.
    """
    if not _is_in_force(work, token_id):
        raise BadTokenError


def _is_in_force(work: Work, token_id: int) -> bool:
    if work.is_on_server:
        # A manager's connection cannot read the tokens; the database knows the one it shows.
        shown = work.row(_SHOWN)
        if shown is not None and not shown.operates:
            return bool(shown.opens == work.tenant_id)
    opens = {"token": token_id, "shop": work.tenant_id, "now": work.clock.now()}
    return work.value(_OPENS.bindparams(**opens)) is not None


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a token is neither revoked nor expired."""
    lasts = or_(_TOKEN.c.expires_at.is_(None), _TOKEN.c.expires_at > now)
    return and_(_TOKEN.c.revoked_at.is_(None), lasts)

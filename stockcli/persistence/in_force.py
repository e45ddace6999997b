"""Whether the token that a unit of work stands on still opens its shop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from stockcli.domain.errors import BadTokenError
from stockcli.persistence.tables import ApiTokenRow, TenantRow, table_of
from stockcli.persistence.work import Work

_TENANT = table_of(TenantRow)
_TOKEN = table_of(ApiTokenRow)


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
        asked = select(
            func.stock_sec.is_operator().label("operates"),
            func.stock_sec.tenant_for("read").label("opens"),
        )
        shown = work.row(asked)
        if shown is not None and not shown.operates:
            return bool(shown.opens == work.tenant_id)
    good = select(_TOKEN.c.id).where(_TOKEN.c.id == token_id, in_force(work.clock.now()))
    return work.value(good.where(_opens(work))) is not None


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a token is neither revoked nor expired."""
    lasts = or_(_TOKEN.c.expires_at.is_(None), _TOKEN.c.expires_at > now)
    return and_(_TOKEN.c.revoked_at.is_(None), lasts)


def _opens(work: Work) -> ColumnElement[Any]:
    """Return the condition that a token opens this shop: an operator's opens each."""
    is_open = select(_TENANT.c.id).where(_TENANT.c.id == work.tenant_id, _TENANT.c.active)
    mine = and_(_TOKEN.c.tenant_id == work.tenant_id, is_open.exists())
    return or_(_TOKEN.c.tenant_id.is_(None), mine)

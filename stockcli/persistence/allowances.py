"""Allowances, kept in the database, so that all processes of one token share them."""

from __future__ import annotations

from sqlalchemy import func, select

from stockcli.domain.allowance import DEFAULT_LIMITS, Kind, use, used_up
from stockcli.domain.audit import Actor
from stockcli.domain.errors import NotAllowedError
from stockcli.domain.shop import Role
from stockcli.persistence.tables import ApiTokenRow, TokenRateRow, table_of
from stockcli.persistence.work import Work

_TOKEN = table_of(ApiTokenRow)
_RATE = table_of(TokenRateRow)
_LIMITS = {
    Kind.WRITE: _TOKEN.c.writes_per_minute,
    Kind.MODEL_CALL: _TOKEN.c.model_calls_per_hour,
}


class SqlAllowances:
    """What the token of this unit may do; operators, and the machine itself, as much as they like.

    What is used in a transaction that is rolled back was not used.
    """

    def __init__(self, work: Work, actor: Actor) -> None:
        self._work = work
        self._token_id = actor.token_id

    def take(self, kind: Kind) -> None:
        """Use an allowance once, in the open transaction.

        Raises:
            RateLimitedError: it is used up; the sentence says how long to wait.
            NotAllowedError: an analyst's token would change something.
        """
        if self._token_id is None:
            return
        if self._work.is_on_server:
            self._take_on_server(kind, self._token_id)
        else:
            self._take_here(kind, self._token_id)

    def _take_on_server(self, kind: Kind, token_id: int) -> None:
        # By the server's own clock, and in a table that a manager's connection cannot reach.
        wait = self._work.value(select(func.stock_sec.take(kind.value, token_id)))
        if wait:
            raise used_up(kind, wait)

    def _take_here(self, kind: Kind, token_id: int) -> None:
        """Use it in the file: its transaction is a writer's, so nobody comes between."""
        work = self._work
        token = work.row(
            work.select(_TOKEN, _TOKEN.c.role, _LIMITS[kind].label("most")).where(
                _TOKEN.c.id == token_id
            )
        )
        if token is None:
            return
        if kind is Kind.WRITE and token.role == Role.ANALYST:
            raise NotAllowedError("an analyst's token reads only")
        mine = work.select(_RATE, _RATE.c.full_at).where(
            _RATE.c.token_id == token_id, _RATE.c.kind == kind.value
        )
        limit = token.most or DEFAULT_LIMITS[kind]
        used = use(kind, limit, work.value(mine), work.clock.now())
        if used.wait:
            raise used_up(kind, used.wait.total_seconds())
        rate = {"token_id": token_id, "kind": kind.value, "full_at": used.full_at}
        work.put(_RATE, [rate], by=("token_id", "kind"))

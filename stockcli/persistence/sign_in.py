"""Signing in: from a token's secret to whom it stands for, and a halt for who guesses."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, text, update
from sqlalchemy.dialects import sqlite

from stockcli.domain.errors import BadTokenError, DatabaseError
from stockcli.domain.shop import Identity, Role
from stockcli.domain.sign_in import Failures, after_another, ensure_may_try, too_many_failures
from stockcli.persistence.connection import WAITING_BRIEFLY
from stockcli.persistence.in_force import in_force
from stockcli.persistence.tables import ApiTokenRow, SignInFailureRow, TenantRow, table_of
from stockcli.persistence.tenants import COLUMNS, SqlTenants, tenant_of
from stockcli.persistence.tokens import fingerprint, is_well_formed

USE_NOTED_EVERY = timedelta(minutes=1)

_TENANT = table_of(TenantRow)
_TOKEN = table_of(ApiTokenRow)
_FAILURE = table_of(SignInFailureRow)
_SIGN_IN = text("SELECT * FROM stock_sec.sign_in(:secret)")
_SHOW = text("SELECT set_config('stock.token', :secret, true)")


class SqlSignIn(SqlTenants):
    """The half of the directory that everybody may use."""

    def authenticate(self, secret: str) -> Identity:
        """Return whom a token stands for.

        A server decides by itself: it counts failures by the client's address, and lets nobody
        read its tokens. In a file failures are counted by the user of the machine.

        Raises:
            BadTokenError: unknown, malformed, expired, revoked, or its shop is closed; which of
                them is not told.
            RateLimitedError: too many bad tokens were offered from here.
            DatabaseError: the policy of its shop cannot be read.
        """
        token = secret.strip()
        # A typing error is found without a look-up, and is no guess.
        if not is_well_formed(token):
            raise BadTokenError
        if self._engine.dialect.name == "postgresql":
            return self._signed_in(token)
        return self._looked_up(token)

    def _signed_in(self, token: str) -> Identity:
        # This commits whatever comes of it: a failure counts, and a use is noted.
        with self._engine.begin() as connection:
            answer = connection.execute(_SIGN_IN, {"secret": token}).one()
            shop = None
            if answer.outcome == "ok" and answer.tenant_id is not None:
                # Its shop is seen by who shows this very token.
                connection.execute(_SHOW, {"secret": token})
                shop = _shop_row(connection, answer.tenant_id)
        if answer.outcome == "wait":
            raise too_many_failures(answer.wait_seconds)
        if answer.outcome != "ok" or (shop is None and answer.tenant_id is not None):
            raise BadTokenError
        return _identity(answer, answer.token_id, shop)

    def _looked_up(self, token: str) -> Identity:
        now, place = self._clock.now(), f"uid:{os.getuid()}"
        mine = select(_FAILURE).where(_FAILURE.c.source == place)
        ensure_may_try(_failures(self._read(mine)), now)
        known = select(_TOKEN).where(_TOKEN.c.secret_sha256 == fingerprint(token), in_force(now))
        rows = self._read(known)
        shop = self._open_shop(rows[0]) if rows else None
        if not rows or (shop is None and rows[0].tenant_id is not None):
            self._count_failure(place, now)
            raise BadTokenError
        identity = _identity(rows[0], rows[0].id, shop)
        self._note_use(rows[0], now)
        return identity

    def _open_shop(self, token: Row[Any]) -> Row[Any] | None:
        shops = select(*COLUMNS).where(_TENANT.c.id == token.tenant_id, _TENANT.c.active)
        return next(iter(self._read(shops)), None)

    def _count_failure(self, place: str, now: datetime) -> None:
        # A file that only lets itself be read keeps no count, and answers all the same.
        with suppress(DatabaseError), self._engine.begin() as connection:
            mine = select(_FAILURE).where(_FAILURE.c.source == place)
            counted = after_another(_failures(list(connection.execute(mine))), now)
            values = {"failures": counted.count, "since": counted.since}
            put = sqlite.insert(_FAILURE).values(source=place, **values)
            put = put.on_conflict_do_update(index_elements=["source"], set_=values)
            connection.execute(put)

    def _note_use(self, token: Row[Any], now: datetime) -> None:
        used = token.last_used_at
        if used is not None and used <= now < used + USE_NOTED_EVERY:
            return
        noted = update(_TOKEN).where(_TOKEN.c.id == token.id).values(last_used_at=now)
        # Somebody writes just now, or the file is read-only: nobody waits for a remark.
        with suppress(DatabaseError), self._engine.connect() as connection:
            connection.execution_options(**{WAITING_BRIEFLY: True}).execute(noted)
            connection.commit()


def _shop_row(connection: Connection, tenant_id: int) -> Row[Any] | None:
    return connection.execute(select(*COLUMNS).where(_TENANT.c.id == tenant_id)).first()


def _identity(token: Row[Any], token_id: int, shop: Row[Any] | None) -> Identity:
    return Identity(
        role=Role(token.role),
        tenant=None if shop is None else tenant_of(shop),
        label=token.label,
        token_id=token_id,
    )


def _failures(rows: list[Row[Any]]) -> Failures | None:
    return Failures(count=rows[0].failures, since=rows[0].since) if rows else None

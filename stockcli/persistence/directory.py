"""Tenants and tokens: what exists before a tenant is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, or_, select, update

from stockcli.domain.errors import (
    BadTokenError,
    DatabaseError,
    InvalidInputError,
    NotFoundError,
)
from stockcli.domain.shop import Identity, Role
from stockcli.persistence.connection import WAITING_BRIEFLY
from stockcli.persistence.tables import ApiTokenRow, TenantRow, TokenRateRow, table_of
from stockcli.persistence.tenants import COLUMNS, SqlTenants, tenant_of
from stockcli.persistence.tokens import fingerprint, is_well_formed, new_secret, shown_prefix
from stockcli.usecases.ports import TokenFacts

USE_NOTED_EVERY = timedelta(minutes=1)

_TENANT = table_of(TenantRow)
_TOKEN = table_of(ApiTokenRow)
_RATE = table_of(TokenRateRow)
_FACTS = (
    "id",
    "prefix",
    "label",
    "tenant_slug",
    "created_at",
    "expires_at",
    "revoked_at",
    "last_used_at",
)


class SqlDirectory(SqlTenants):
    """Tenants and tokens, in tables; every call is one transaction of its own."""

    def create_token(
        self, *, role: Role, tenant_slug: str | None, label: str, expires_at: datetime | None
    ) -> str:
        """Return a new token's secret, which is not kept.

        Raises:
            NotFoundError: there is no such shop.
            InvalidInputError: an operator of one shop, or a manager or analyst of none.
        """
        if role is Role.OPERATOR and tenant_slug is not None:
            raise InvalidInputError("an operator's token belongs to no shop", "leave the shop out")
        if role is not Role.OPERATOR and tenant_slug is None:
            raise InvalidInputError("this token needs a shop", "name one; see `stock tenant list`")
        secret = new_secret(role)
        row = {
            "tenant_id": None if tenant_slug is None else self.tenant(tenant_slug).id,
            "role": role.value,
            "label": label,
            "prefix": shown_prefix(secret),
            "secret_sha256": fingerprint(secret),
            "created_at": self._clock.now(),
            "expires_at": expires_at,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(_TOKEN).values(row))
        return secret

    def tokens(self, tenant_slug: str | None = None) -> list[TokenFacts]:
        """Return tokens, newest first: of one shop, or all."""
        statement = _tokens().order_by(_TOKEN.c.id.desc())
        if tenant_slug is not None:
            statement = statement.where(_TOKEN.c.tenant_id == self.tenant(tenant_slug).id)
        return [_facts(row) for row in self._read(statement)]

    def revoke_token(self, prefix: str) -> TokenFacts:
        """Revoke the one token whose prefix or id this is.

        Raises:
            NotFoundError: none, or more than one.
        """
        with self._engine.begin() as connection:
            token_id = _the_one(connection, prefix.strip())
            this = _TOKEN.c.id == token_id
            # A token that was revoked before keeps the hour it was.
            revoked = update(_TOKEN).where(this, _TOKEN.c.revoked_at.is_(None))
            connection.execute(revoked.values(revoked_at=self._clock.now()))
            return _facts(connection.execute(_tokens().where(this)).one())

    def authenticate(self, secret: str) -> Identity:
        """Return whom a token stands for.

        Raises:
            BadTokenError: unknown, malformed, expired, revoked, or its shop is closed; which of
                them is not told.
            DatabaseError: the policy of its shop cannot be read.
        """
        token = secret.strip()
        if not is_well_formed(token):
            raise BadTokenError
        rows = self._read(select(_TOKEN).where(_TOKEN.c.secret_sha256 == fingerprint(token)))
        now = self._clock.now()
        if not rows or not _is_in_force(rows[0], now):
            raise BadTokenError
        identity = self._identity(rows[0])
        self._note_use(rows[0], now)
        return identity

    def _identity(self, row: Row[Any]) -> Identity:
        role = Role(row.role)
        if row.tenant_id is None:
            return Identity(role=role, label=row.label, token_id=row.id)
        tenant = tenant_of(self._read(select(*COLUMNS).where(_TENANT.c.id == row.tenant_id))[0])
        if not tenant.active:
            raise BadTokenError
        return Identity(role=role, tenant=tenant, label=row.label, token_id=row.id)

    def _note_use(self, row: Row[Any], now: datetime) -> None:
        if row.last_used_at is not None and now - row.last_used_at < USE_NOTED_EVERY:
            return
        noted = update(_TOKEN).where(_TOKEN.c.id == row.id).values(last_used_at=now)
        try:
            with self._engine.connect() as connection:
                connection.execution_options(**{WAITING_BRIEFLY: True}).execute(noted)
                connection.commit()
        except DatabaseError:
            # Somebody writes just now, or the file is read-only: nobody waits for a remark.
            return


def _is_in_force(row: Row[Any], now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def _tokens() -> Select[Any]:
    # A server notes a shop's token as used beside its row, which stays free to be revoked.
    noted = and_(_RATE.c.token_id == _TOKEN.c.id, _RATE.c.kind == "use")
    statement = select(_TOKEN, _TENANT.c.slug.label("tenant_slug"), _RATE.c.full_at.label("noted"))
    shops = statement.outerjoin(_TENANT, _TENANT.c.id == _TOKEN.c.tenant_id)
    return shops.outerjoin(_RATE, noted)


def _facts(row: Row[Any]) -> TokenFacts:
    used = {"last_used_at": row.noted or row.last_used_at}
    facts = {name: getattr(row, name) for name in _FACTS} | used
    return TokenFacts(role=Role(row.role), **facts)


def _the_one(connection: Connection, wanted: str) -> int:
    is_meant = _TOKEN.c.prefix == wanted
    if wanted.isdecimal():
        is_meant = or_(is_meant, _TOKEN.c.id == int(wanted))
    found = connection.scalars(select(_TOKEN.c.id).where(is_meant)).all()
    if len(found) != 1:
        count = "no" if not found else "more than one"
        message = f"there is {count} token {wanted[:20]!r}"
        raise NotFoundError(message, "give the id that `stock token list` shows")
    return int(found[0])

"""Tenants and tokens: what exists before a tenant is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, or_, select, update

from stockcli.domain.errors import ConflictError, InvalidInputError, NotFoundError
from stockcli.domain.shop import Role
from stockcli.persistence.in_force import in_force
from stockcli.persistence.sign_in import SqlSignIn
from stockcli.persistence.tables import ApiTokenRow, TenantRow, TokenRateRow, table_of
from stockcli.persistence.tokens import fingerprint, new_secret, shown_prefix
from stockcli.persistence.written import INSERT, UPDATE
from stockcli.usecases.ports import RotatedToken, TokenFacts

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
    "writes_per_minute",
    "model_calls_per_hour",
)
_LIMITS = ("writes_per_minute", "model_calls_per_hour")
# What a token that takes another's place has of it.
_HANDED_ON = ("tenant_id", "role", "label", "expires_at", *_LIMITS)


class SqlDirectory(SqlSignIn):
    """Tenants and tokens, in tables; every call is one transaction of its own."""

    def create_token(
        self,
        *,
        role: Role,
        tenant_slug: str | None,
        label: str,
        expires_at: datetime | None,
        writes_per_minute: int | None = None,
        model_calls_per_hour: int | None = None,
    ) -> str:
        """Return a new token's secret, which is not kept.

        Args:
            writes_per_minute: how many changes it may make; None as many as others.
            model_calls_per_hour: how often it may ask the language model; likewise.

        Raises:
            NotFoundError: there is no such shop.
            InvalidInputError: an operator of one shop, or a manager or analyst of none.
        """
        if role is Role.OPERATOR and tenant_slug is not None:
            raise InvalidInputError("an operator's token belongs to no shop", "leave the shop out")
        if role is not Role.OPERATOR and tenant_slug is None:
            raise InvalidInputError("this token needs a shop", "name one; see `stock tenant list`")
        facts = {
            "tenant_id": None if tenant_slug is None else self.tenant(tenant_slug).id,
            "role": role.value,
            "label": label,
            "expires_at": expires_at,
            "writes_per_minute": writes_per_minute,
            "model_calls_per_hour": model_calls_per_hour,
        }
        with self._engine.begin() as connection:
            return self._added(connection, facts)

    def _added(self, connection: Connection, facts: Mapping[str, Any]) -> str:
        secret = new_secret(Role(facts["role"]))
        row = {
            "prefix": shown_prefix(secret),
            "secret_sha256": fingerprint(secret),
            "created_at": self._clock.now(),
        }
        connection.execute(insert(_TOKEN).values(**facts, **row))
        self._sign(connection, facts["tenant_id"], (_TOKEN, INSERT, {**facts, **row}))
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
            is_news = connection.execute(revoked.values(revoked_at=self._clock.now())).rowcount > 0
            token = connection.execute(_tokens().where(this)).one()
            if is_news:
                told = {name: getattr(token, name) for name in ("id", "prefix", "revoked_at")}
                self._sign(connection, token.tenant_id, (_TOKEN, UPDATE, told))
        return _facts(token)

    def rotate_token(self, prefix: str, *, overlap: timedelta) -> RotatedToken:
        """Put a new token in the place of the one whose prefix or id this is.

        Both work for the overlap, so that whoever holds the old one has time to change over.

        Raises:
            NotFoundError: none, or more than one.
            ConflictError: it was revoked, or it expired.
        """
        now = self._clock.now()
        with self._engine.begin() as connection:
            this = _TOKEN.c.id == _the_one(connection, prefix.strip())
            good = select(_TOKEN).where(this, in_force(now)).with_for_update()
            old = connection.execute(good).first()
            if old is None:
                message = "this token works no more, so there is nothing to take its place"
                raise ConflictError(message, "make a new one: `stock token create`")
            secret = self._added(connection, {name: getattr(old, name) for name in _HANDED_ON})
            ending = _ending(old, now, overlap)
            connection.execute(update(_TOKEN).where(this).values(ending))
            told = {"id": old.id, "prefix": old.prefix, **ending}
            self._sign(connection, old.tenant_id, (_TOKEN, UPDATE, told))
            new = _TOKEN.c.secret_sha256 == fingerprint(secret)
            return RotatedToken(
                secret=secret,
                old=_facts(connection.execute(_tokens().where(this)).one()),
                new=_facts(connection.execute(_tokens().where(new)).one()),
            )


def _ending(old: Row[Any], now: datetime, overlap: timedelta) -> dict[str, datetime]:
    """Return how a token ends that another takes the place of: no later than it would anyway."""
    if not overlap:
        return {"revoked_at": now}
    ends = now + overlap
    return {"expires_at": ends if old.expires_at is None else min(ends, old.expires_at)}


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

"""Shops: each is added with its counters, its lease and a first location."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, Select, Text, cast, insert, select, update

from stockcli.domain.audit import Actor
from stockcli.domain.errors import ConflictError, DatabaseError, NotFoundError
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.persistence.connection import READING
from stockcli.persistence.policies import policy_as_json, readable_policy
from stockcli.persistence.standing import work_for
from stockcli.persistence.tables import (
    CheckLeaseRow,
    LocationRow,
    TenantRow,
    TenantStateRow,
    table_of,
)
from stockcli.usecases.ports import Clock

_TENANT = table_of(TenantRow)
# The policy as it is written, and no more columns than a shop is made of: one row that cannot be
# read must not keep the others from being read.
COLUMNS = (
    *(_TENANT.c[name] for name in ("id", "slug", "name", "currency", "timezone", "active")),
    cast(_TENANT.c.policy, Text).label("policy"),
)
_FIRST_ROWS = (
    (table_of(TenantStateRow), {"version": 0, "orders_numbered": 0}),
    (table_of(CheckLeaseRow), {"epoch": 0}),
    (table_of(LocationRow), {"code": "SHOP", "name": "Shop"}),
)


@dataclass(frozen=True, kw_only=True)
class UnreadableTenant:
    """A shop whose policy cannot be read.

    Attributes:
        mended: the shop with defaults for what cannot be read of its policy.
        reason: one sentence: which shop, and what is wrong with its policy.
    """

    mended: Tenant
    reason: str


class SqlTenants:
    """The tenants' half of the directory; every call is one transaction of its own."""

    def __init__(self, engine: Engine, clock: Clock, actor: Actor) -> None:
        self._engine = engine
        self._clock = clock
        self._actor = actor

    def add_tenant(self, tenant: Tenant) -> Tenant:
        """Add a shop with a first location.

        Raises:
            ConflictError: the name is taken.
        """
        row = {
            "slug": tenant.slug,
            "name": tenant.name,
            "currency": tenant.currency,
            "timezone": tenant.timezone,
            "active": tenant.active,
            "policy": policy_as_json(tenant.policy),
            "created_at": self._clock.now(),
        }
        with self._engine.begin() as connection:
            if connection.execute(_of_slug(tenant.slug)).first() is not None:
                message = f"there is a shop called {tenant.slug!r} already"
                raise ConflictError(message, "choose another name; see `stock tenant list`")
            added = connection.execute(insert(_TENANT).values(row).returning(*COLUMNS)).one()
            work_for(connection, added.id)
            for table, values in _FIRST_ROWS:
                connection.execute(insert(table).values(tenant_id=added.id, **values))
        return tenant_of(added)

    def tenants(self) -> list[Tenant]:
        """Return every shop whose policy can be read, by name."""
        return [shop for shop in self._all() if isinstance(shop, Tenant)]

    def unreadable_tenants(self) -> list[UnreadableTenant]:
        """Return the shops that `tenants` leaves out, by name."""
        return [shop for shop in self._all() if isinstance(shop, UnreadableTenant)]

    def tenant(self, slug: str) -> Tenant:
        """Return one shop.

        Raises:
            NotFoundError: there is none.
            DatabaseError: its policy cannot be read.
        """
        rows = self._read(_of_slug(slug))
        if not rows:
            raise _no_tenant(slug)
        return tenant_of(rows[0])

    def set_policy(self, slug: str, policy: ShopPolicy) -> Tenant:
        """Replace a shop's policy.

        Raises:
            NotFoundError: there is no such shop.
        """
        statement = update(_TENANT).where(_TENANT.c.slug == slug.strip().lower())
        changed = statement.values(policy=policy_as_json(policy)).returning(*COLUMNS)
        with self._engine.begin() as connection:
            row = connection.execute(changed).first()
        if row is None:
            raise _no_tenant(slug)
        return tenant_of(row)

    def _all(self) -> Iterable[Tenant | UnreadableTenant]:
        return map(_read_row, self._read(select(*COLUMNS).order_by(_TENANT.c.slug)))

    def _read(self, statement: Select[Any]) -> list[Row[Any]]:
        with self._engine.connect() as connection:
            reading = connection.execution_options(**{READING: True})
            return list(reading.execute(statement).all())


def tenant_of(row: Row[Any]) -> Tenant:
    """Return the facts of a row of COLUMNS.

    Raises:
        DatabaseError: its policy cannot be read.
    """
    shop = _read_row(row)
    if isinstance(shop, UnreadableTenant):
        hint = f"an operator sets it anew: `stock tenant set {row.slug} --service-level 0.95`"
        raise DatabaseError(shop.reason, hint)
    return shop


def _read_row(row: Row[Any]) -> Tenant | UnreadableTenant:
    policy, faults = readable_policy(_json(row.policy))
    tenant = Tenant(
        id=TenantId(row.id),
        slug=row.slug,
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        active=row.active,
        policy=policy,
    )
    if not faults:
        return tenant
    reason = f"the policy of the shop {row.slug!r} cannot be read: {'; '.join(faults)}"
    return UnreadableTenant(mended=tenant, reason=reason)


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError):
        # Also brackets within brackets, thousands of them: one shop's must not stop the others.
        return None


def of_id(tenant_id: TenantId) -> Select[Any]:
    """Return the query for one shop's row."""
    return select(*COLUMNS).where(_TENANT.c.id == tenant_id)


def _of_slug(slug: str) -> Select[Any]:
    return select(*COLUMNS).where(_TENANT.c.slug == slug.strip().lower())


def _no_tenant(slug: str) -> NotFoundError:
    return NotFoundError(f"there is no shop called {slug[:40]!r}", "see `stock tenant list`")

"""Shops: each is added with its counters, its lease and a first location."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Row, Select, insert, select, update

from stockcli.domain.errors import ConflictError, NotFoundError
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.persistence.connection import READING
from stockcli.persistence.policies import policy_as_json, policy_from_json
from stockcli.persistence.tables import (
    CheckLeaseRow,
    LocationRow,
    TenantRow,
    TenantStateRow,
    table_of,
)
from stockcli.usecases.ports import Clock

_TENANT = table_of(TenantRow)
_FIRST_ROWS = (
    (table_of(TenantStateRow), {"version": 0, "orders_numbered": 0}),
    (table_of(CheckLeaseRow), {"epoch": 0}),
    (table_of(LocationRow), {"code": "SHOP", "name": "Shop"}),
)


class SqlTenants:
    """The tenants' half of the directory; every call is one transaction of its own."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

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
            added = connection.execute(insert(_TENANT).values(row).returning(_TENANT)).one()
            for table, values in _FIRST_ROWS:
                connection.execute(insert(table).values(tenant_id=added.id, **values))
        return tenant_of(added)

    def tenants(self) -> list[Tenant]:
        """Return every shop, by name."""
        return [tenant_of(row) for row in self._read(select(_TENANT).order_by(_TENANT.c.slug))]

    def tenant(self, slug: str) -> Tenant:
        """Return one shop.

        Raises:
            NotFoundError: there is none.
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
        changed = statement.values(policy=policy_as_json(policy)).returning(_TENANT)
        with self._engine.begin() as connection:
            row = connection.execute(changed).first()
        if row is None:
            raise _no_tenant(slug)
        return tenant_of(row)

    def _read(self, statement: Select[Any]) -> list[Row[Any]]:
        with self._engine.connect() as connection:
            reading = connection.execution_options(**{READING: True})
            return list(reading.execute(statement).all())


def tenant_of(row: Row[Any]) -> Tenant:
    """Return the facts of a row of tenants."""
    return Tenant(
        id=TenantId(row.id),
        slug=row.slug,
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        active=row.active,
        policy=policy_from_json(row.policy),
    )


def _of_slug(slug: str) -> Select[Any]:
    return select(_TENANT).where(_TENANT.c.slug == slug.strip().lower())


def _no_tenant(slug: str) -> NotFoundError:
    return NotFoundError(f"there is no shop called {slug[:40]!r}", "see `stock tenant list`")

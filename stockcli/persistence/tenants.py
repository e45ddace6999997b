"""Shops: each is added with its counters, its lease and a first location."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    Table,
    Text,
    cast,
    insert,
    select,
    update,
)

from stockcli.domain.audit import HOUSE, Actor
from stockcli.domain.errors import ConflictError, DatabaseError, NotFoundError
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.persistence.audit_log import append_entry
from stockcli.persistence.connection import READING
from stockcli.persistence.policies import policy_as_json, readable_policy
from stockcli.persistence.repositories.audit import SqlAuditLog
from stockcli.persistence.standing import work_for
from stockcli.persistence.tables import (
    CheckLeaseRow,
    LocationRow,
    TenantRow,
    TenantStateRow,
    table_of,
)
from stockcli.persistence.written import INSERT, UPDATE, Written
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

    @property
    def audit_log(self) -> SqlAuditLog:
        """Return the house's own chain of the audit log, to read."""
        return SqlAuditLog(self._read, HOUSE)

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
            first = ((table, INSERT, values) for table, values in _FIRST_ROWS)
            self._sign(connection, added.id, (_TENANT, INSERT, row | {"id": added.id}), *first)
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
        with self._engine.begin() as connection:
            before = connection.execute(_of_slug(slug)).first()
            if before is None:
                raise _no_tenant(slug)
            wanted = policy_as_json(policy)
            changed = update(_TENANT).where(_TENANT.c.id == before.id).values(policy=wanted)
            row = connection.execute(changed.returning(*COLUMNS)).one()
            told = {"slug": row.slug, "policy_changed": _changed(_json(before.policy), wanted)}
            self._sign(connection, row.id, (_TENANT, UPDATE, told))
        return tenant_of(row)

    def _sign(
        self,
        connection: Connection,
        tenant: int | None,
        *rows: tuple[Table, str, Mapping[str, Any]],
    ) -> None:
        """Append what was written to the audit log: once, on the last line of a transaction.

        Args:
            tenant: whose chain tells it; None is the house's own.
            rows: each with its table and whether it was inserted or updated; secrets are left out.
        """
        written = Written()
        for table, verb, values in rows:
            written.note(table.name, verb, 1, [values])
        did = written.take()
        if did is not None:
            append_entry(connection, tenant or HOUSE, self._actor, did, self._clock.now())

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


def _changed(before: Any, after: dict[str, Any]) -> list[str]:
    """Return the names of what a policy says otherwise; never the values, which may be secret."""
    known = before if isinstance(before, dict) else {}
    return [name for name, value in after.items() if name not in known or known[name] != value]


def of_id(tenant_id: TenantId) -> Select[Any]:
    """Return the query for one shop's row."""
    return select(*COLUMNS).where(_TENANT.c.id == tenant_id)


def _of_slug(slug: str) -> Select[Any]:
    return select(*COLUMNS).where(_TENANT.c.slug == slug.strip().lower())


def _no_tenant(slug: str) -> NotFoundError:
    return NotFoundError(f"there is no shop called {slug[:40]!r}", "see `stock tenant list`")

"""The unit of work: one tenant's repositories over one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from stockcli.domain.allowance import Kind
from stockcli.domain.audit import Actor
from stockcli.domain.errors import NoTenantError
from stockcli.domain.shop import Tenant
from stockcli.persistence.allowances import SqlAllowances
from stockcli.persistence.connection import READING, TENANT
from stockcli.persistence.in_force import ensure_in_force
from stockcli.persistence.repositories.alerts import SqlAlerts
from stockcli.persistence.repositories.audit import SqlAuditLog
from stockcli.persistence.repositories.calendar import SqlCalendar
from stockcli.persistence.repositories.decisions import SqlDecisions
from stockcli.persistence.repositories.deliveries import SqlDeliveries
from stockcli.persistence.repositories.imports import SqlImports
from stockcli.persistence.repositories.knowledge import SqlConversations, SqlSnapshots
from stockcli.persistence.repositories.ledger import SqlLedger
from stockcli.persistence.repositories.model_calls import SqlModelCalls
from stockcli.persistence.repositories.orders import SqlOrders
from stockcli.persistence.repositories.outbox import SqlOutbox
from stockcli.persistence.repositories.places import SqlLocations, SqlSuppliers
from stockcli.persistence.repositories.products import SqlProducts
from stockcli.persistence.repositories.review_batches import SqlReviewBatches
from stockcli.persistence.repositories.runs import SqlRuns
from stockcli.persistence.repositories.sourcing import SqlCategories, SqlSources
from stockcli.persistence.repositories.thresholds import (
    SqlForecastRecords,
    SqlMinimums,
    SqlThresholds,
)
from stockcli.persistence.repositories.transfers import SqlTransfers
from stockcli.persistence.tables import TenantStateRow, table_of
from stockcli.persistence.tenants import of_id, tenant_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import Clock

_STATE = table_of(TenantStateRow)


class SqlUnitOfWork:
    """One tenant's data in one transaction; see the port for how it is used.

    One unit serves one thread. Two writing units of one shop run one after the other.

    Raises:
        NoTenantError: it is made without a stored tenant.
    """

    def __init__(self, engine: Engine, tenant: Tenant, clock: Clock, actor: Actor) -> None:
        if not isinstance(tenant, Tenant) or tenant.id < 1:
            raise NoTenantError
        self._engine = engine
        self._tenant = tenant
        self._clock = clock
        self._actor = actor
        self._connection: Connection | None = None
        self._work: Work | None = None

    @property
    def tenant(self) -> Tenant:
        """Return the shop it is bound to, as it was when this unit last began to write."""
        return self._tenant

    def refreshed_tenant(self) -> Tenant:
        """Return the shop as it is now, read in a transaction of its own."""
        with self.reading():
            self._refresh()
        return self._tenant

    def __enter__(self) -> Self:
        self._open(writes=True)
        try:
            self._ensure_in_force()
            self._refresh()
        except BaseException:
            self._close()
            raise
        return self

    def _ensure_in_force(self) -> None:
        """Refuse a token that was revoked meanwhile; whoever shows none has none to lose."""
        if self._actor.token_id is not None:
            ensure_in_force(self._open_work, self._actor.token_id)

    def _refresh(self) -> None:
        """Read the shop again: a limit or a kill switch set meanwhile counts from here on."""
        row = self._open_work.row(of_id(self._tenant.id))
        if row is None:
            raise NoTenantError
        self._tenant = self._open_work.tenant = tenant_of(row)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        self._close()

    @contextmanager
    def reading(self) -> Iterator[Self]:
        """Open a transaction that only reads, from one snapshot."""
        self._open(writes=False)
        try:
            self._ensure_in_force()
            yield self
        finally:
            self._close()

    def commit(self) -> None:
        """Make everything since the opening durable.

        Raises:
            DatabaseError: the database refused; nothing was kept.
            RateLimitedError: the token made too many changes within a minute; nothing was kept.
            RuntimeError: the unit is not open, or only reads.
        """
        work = self._open_work
        if not work.writes:
            raise RuntimeError("a unit of work that only reads has nothing to commit")
        if work.touched:
            self.allowances.take(Kind.WRITE)
        work.moved_on()
        work.sign(self._actor)
        if self._connection is not None:
            self._connection.commit()

    def sign_via(self, via: str) -> None:
        """Have what is committed from here on stand in the audit log as written by this way."""
        self._actor = replace(self._actor, via=via)

    def version(self) -> int:
        """Return the shop's data version as of this transaction."""
        work = self._open_work
        return int(work.value(work.select(_STATE, _STATE.c.version)) or 0)

    def _open(self, *, writes: bool) -> Self:
        if self._connection is not None:
            raise RuntimeError("this unit of work is open already: leave it before entering again")
        connection = self._engine.connect().execution_options(**{TENANT: self._tenant.id})
        if not writes:
            connection = connection.execution_options(**{READING: True})
        self._connection = connection
        self._work = Work(connection, self._tenant, self._clock, writes=writes)
        return self

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        work, self._work = self._work, None
        if work is not None:
            work.is_open = False
        if connection is not None:
            connection.close()

    @property
    def _open_work(self) -> Work:
        if self._work is None:
            raise RuntimeError("the unit of work is not open: use it inside `with unit:`")
        return self._work

    @property
    def products(self) -> SqlProducts:
        """Return the catalogue."""
        return SqlProducts(self._open_work)

    @property
    def suppliers(self) -> SqlSuppliers:
        """Return the suppliers."""
        return SqlSuppliers(self._open_work)

    @property
    def locations(self) -> SqlLocations:
        """Return the places."""
        return SqlLocations(self._open_work)

    @property
    def ledger(self) -> SqlLedger:
        """Return the stock ledger."""
        return SqlLedger(self._open_work)

    @property
    def calendar(self) -> SqlCalendar:
        """Return the open and closed days."""
        return SqlCalendar(self._open_work)

    @property
    def thresholds(self) -> SqlThresholds:
        """Return the computed thresholds."""
        return SqlThresholds(self._open_work)

    @property
    def minimums(self) -> SqlMinimums:
        """Return the minimums set by hand."""
        return SqlMinimums(self._open_work)

    @property
    def sources(self) -> SqlSources:
        """Return where products can be bought."""
        return SqlSources(self._open_work)

    @property
    def deliveries(self) -> SqlDeliveries:
        """Return the past deliveries."""
        return SqlDeliveries(self._open_work)

    @property
    def transfers(self) -> SqlTransfers:
        """Return the transfers between locations."""
        return SqlTransfers(self._open_work)

    @property
    def categories(self) -> SqlCategories:
        """Return what the shop wants of its categories."""
        return SqlCategories(self._open_work)

    @property
    def forecast_records(self) -> SqlForecastRecords:
        """Return what was forecast."""
        return SqlForecastRecords(self._open_work)

    @property
    def orders(self) -> SqlOrders:
        """Return the purchase orders."""
        return SqlOrders(self._open_work)

    @property
    def runs(self) -> SqlRuns:
        """Return the checks and their lease."""
        return SqlRuns(self._open_work)

    @property
    def decisions(self) -> SqlDecisions:
        """Return the decisions."""
        return SqlDecisions(self._open_work)

    @property
    def alerts(self) -> SqlAlerts:
        """Return the alerts."""
        return SqlAlerts(self._open_work)

    @property
    def outbox(self) -> SqlOutbox:
        """Return the messages waiting to leave."""
        return SqlOutbox(self._open_work)

    @property
    def snapshots(self) -> SqlSnapshots:
        """Return the assistant's knowledge."""
        return SqlSnapshots(self._open_work)

    @property
    def conversations(self) -> SqlConversations:
        """Return the stored conversations."""
        return SqlConversations(self._open_work)

    @property
    def model_calls(self) -> SqlModelCalls:
        """Return what the language model cost."""
        return SqlModelCalls(self._open_work)

    @property
    def review_batches(self) -> SqlReviewBatches:
        """Return the reviews that went into batches."""
        return SqlReviewBatches(self._open_work)

    @property
    def allowances(self) -> SqlAllowances:
        """Return what the token may do."""
        return SqlAllowances(self._open_work, self._actor)

    @property
    def imports(self) -> SqlImports:
        """Return the files taken in."""
        return SqlImports(self._open_work)

    @property
    def audit_log(self) -> SqlAuditLog:
        """Return the shop's chain of the audit log, to read."""
        return SqlAuditLog(self._open_work.rows, self._tenant.id)

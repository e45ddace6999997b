"""The unit of work, and the clock."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from stockcli.domain.allowance import Kind
from stockcli.domain.shop import Tenant
from stockcli.usecases.ports.audit import AuditLog
from stockcli.usecases.ports.batches import ReviewBatches
from stockcli.usecases.ports.catalogue import Locations, Products, Suppliers
from stockcli.usecases.ports.records import Conversations, Imports, ModelCalls, Snapshots
from stockcli.usecases.ports.sourcing import (
    Categories,
    Deliveries,
    ForecastRecords,
    Sources,
    Transfers,
)
from stockcli.usecases.ports.stock import Calendar, Ledger, Minimums, Thresholds
from stockcli.usecases.ports.trade import Alerts, Decisions, Orders, Outbox, Runs


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware."""


class Allowances(Protocol):
    """What the token that a unit stands on may do within a while."""

    def take(self, kind: Kind) -> None:
        """Use one of it in the open transaction; a commit that changes stock does so by itself.

        Raises:
            RateLimitedError: it is used up; the sentence says how long to wait.
        """


class UnitOfWork(Protocol):
    """One tenant's data in one transaction.

    `with unit:` opens a transaction that writes, `with unit.reading():` one that only reads;
    leaving without `commit()` rolls back. The unit can be entered again, as long as the token it
    stands on is in force: neither opens with one that was revoked meanwhile.
    """

    @property
    def tenant(self) -> Tenant:
        """Return the shop it is bound to, as it was when this unit last began to write.

        So a limit, a dry run or a kill switch set meanwhile counts in every transaction that
        writes.
        """

    def refreshed_tenant(self) -> Tenant:
        """Return the shop as it is now, read in a transaction of its own."""

    @property
    def products(self) -> Products:
        """Return the shop's products."""

    @property
    def suppliers(self) -> Suppliers:
        """Return the shop's suppliers."""

    @property
    def locations(self) -> Locations:
        """Return the shop's locations."""

    @property
    def ledger(self) -> Ledger:
        """Return the shop's ledger."""

    @property
    def calendar(self) -> Calendar:
        """Return the shop's calendar."""

    @property
    def thresholds(self) -> Thresholds:
        """Return the shop's thresholds."""

    @property
    def minimums(self) -> Minimums:
        """Return the shop's minimums."""

    @property
    def sources(self) -> Sources:
        """Return where the shop's products can be bought."""

    @property
    def deliveries(self) -> Deliveries:
        """Return the shop's past deliveries."""

    @property
    def transfers(self) -> Transfers:
        """Return the shop's transfers between locations."""

    @property
    def categories(self) -> Categories:
        """Return what the shop wants of its categories."""

    @property
    def forecast_records(self) -> ForecastRecords:
        """Return what was forecast for the shop."""

    @property
    def orders(self) -> Orders:
        """Return the shop's orders."""

    @property
    def runs(self) -> Runs:
        """Return the shop's runs."""

    @property
    def decisions(self) -> Decisions:
        """Return the shop's decisions."""

    @property
    def alerts(self) -> Alerts:
        """Return the shop's alerts."""

    @property
    def outbox(self) -> Outbox:
        """Return the shop's outbox."""

    @property
    def snapshots(self) -> Snapshots:
        """Return the shop's snapshots."""

    @property
    def conversations(self) -> Conversations:
        """Return the shop's conversations."""

    @property
    def model_calls(self) -> ModelCalls:
        """Return the shop's booked model calls."""

    @property
    def review_batches(self) -> ReviewBatches:
        """Return the shop's reviews that went into batches."""

    @property
    def allowances(self) -> Allowances:
        """Return what the token may do."""

    @property
    def imports(self) -> Imports:
        """Return the shop's imported files."""

    @property
    def audit_log(self) -> AuditLog:
        """Return the shop's chain of the audit log, to read."""

    def sign_via(self, via: str) -> None:
        """Have what is committed from here on stand in the audit log as written by this way.

        Args:
            via: such as "stock chat, claude-haiku-5-5".
        """

    def version(self) -> int:
        """Return the shop's data version: it grows with every commit that changed stock facts."""

    def reading(self) -> AbstractContextManager[Self]:
        """Open a transaction that only reads and so never waits for a writer."""

    def commit(self) -> None:
        """Make everything since the opening durable."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...

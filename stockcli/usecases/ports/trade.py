"""Trade: orders, checks, decisions, alerts and what leaves the house."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from stockcli.domain.alerts import Alert
from stockcli.domain.decisions import Decision
from stockcli.domain.identifiers import OrderId, ProductId, RunId, StockKey, SupplierId
from stockcli.domain.purchasing import OrderStatus, PurchaseOrder
from stockcli.domain.reliability import OrderRecord


class Orders(Protocol):
    """Purchase orders."""

    def next_number(self) -> str:
        """Return a fresh order number, never given twice."""

    def add(self, order: PurchaseOrder) -> OrderId:
        """Store a new order and its lines; its id is ignored.

        Raises:
            ConflictError: a line's product already has an open replenishment there.
        """

    def get(self, number: str) -> PurchaseOrder:
        """Return one order.

        Raises:
            NotFoundError: there is none of this number.
        """

    def save(self, order: PurchaseOrder) -> None:
        """Store what changed of an order: status, approval, received units."""

    def all(self, statuses: Collection[OrderStatus] | None = None) -> list[PurchaseOrder]:
        """Return orders, newest first, those in these statuses or all."""

    def spent_on(self, day: date, placed: tuple[datetime, datetime] | None = None) -> Decimal:
        """Return the total of the orders of a day that are approved or further.

        Of a cancelled order only what was received counts.

        Args:
            placed: orders placed from the first of these instants to just before the other are
                counted too, whatever day they are dated.
        """

    def spent_in_month(self, day: date, placed: tuple[datetime, datetime] | None = None) -> Decimal:
        """Return the same of the calendar month the day lies in, up to and with that day."""

    def usual_quantities(self, keys: Collection[StockKey]) -> dict[StockKey, Decimal]:
        """Return the average quantity of past orders, for keys with three or more, units."""

    def late_receipts(self, since: date, day: date) -> dict[SupplierId, int]:
        """Return by how many days suppliers came late with goods due and received since then.

        Args:
            since: orders expected before are not looked at.
            day: receipts after are not looked at.
        """

    def records(self, first: date, last: date) -> list[OrderRecord]:
        """Return the orders dated or due from first to last, and what came of them up to last."""


@dataclass(frozen=True, kw_only=True)
class CheckRun:
    """One run of the check for one shop.

    Attributes:
        status: "running", "ok", "failed", "abandoned", "submitted" (in a batch), or "busy" (another
            run did its work meanwhile).
        error: why it failed; of one that is "ok", why the model could not be asked.
        mark: stands for all that its thresholds were made from.
        data_version: of the shop, when it read what is low. What is stored is the version it left
            behind, None if somebody else wrote meanwhile.
    """

    run_id: RunId
    started_at: datetime
    business_day: date | None = None
    finished_at: datetime | None = None
    status: str = "running"
    checked: int = 0
    low: int = 0
    error: str = ""
    mark: str = ""
    data_version: int | None = None


class Runs(Protocol):
    """Checks, and the lease that keeps two from running at once."""

    def claim(self, run: CheckRun, lease_until: datetime) -> int | None:
        """Take the tenant's lease and record the run.

        A run of the same id takes it over at once: it is begun again where its first attempt was
        lost, and that one can write no more.

        Returns:
            The lease's epoch; None while another run holds it.
        """

    def fence(self, epoch: int) -> None:
        """Pass if the lease of this epoch is still ours.

        Raises:
            ConflictError: another run took over.
        """

    def finish(self, run: CheckRun) -> None:
        """Record how the run ended, and give the lease back if the run still holds it."""

    def latest(self, limit: int) -> list[CheckRun]:
        """Return the latest runs, newest first."""

    def last(self, status: str | None = None) -> CheckRun | None:
        """Return the latest run of a status, or of any; None if there is none."""


class Decisions(Protocol):
    """The append-only list of decisions."""

    def add(self, run_id: RunId, decisions: Sequence[Decision]) -> dict[StockKey, int]:
        """Append decisions and return their ids by key; one per key and run."""

    def latest(self) -> dict[StockKey, Decision]:
        """Return the latest decision about each key."""

    def of_key(self, key: StockKey, limit: int) -> list[tuple[datetime, Decision]]:
        """Return the latest decisions about one key with when they were made, newest first."""

    def of_run(self, run_id: RunId) -> list[Decision]:
        """Return what a run decided, in the order it was written down."""

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many decisions there are, by action and author."""


class Alerts(Protocol):
    """Situations told to the manager."""

    def open(self) -> list[Alert]:
        """Return the alerts whose situation lasts, newest first."""

    def raise_new(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Add those whose situation is not open yet, and return them."""

    def clear(self, situations: Collection[str], at: datetime) -> int:
        """Mark situations as ended; return how many were open."""

    def clear_of(self, product_id: ProductId) -> int:
        """Mark what is low of a product as ended, wherever it is; return how many were open."""

    def latest(self, limit: int) -> list[Alert]:
        """Return the latest alerts, ended ones included, newest first."""


@dataclass(frozen=True, kw_only=True)
class OutboxMessage:
    """Something that must leave the house once.

    Attributes:
        idempotency_key: the same key is put once per shop.
        channel: "alert" or "purchase_order".
        payload: JSON values only.
        id: given by the database.
        attempts: deliveries begun.
        is_in_doubt: whoever took it before never said how it fared: it may have left.
    """

    idempotency_key: str
    channel: str
    payload: Mapping[str, Any]
    id: int = 0
    attempts: int = 0
    is_in_doubt: bool = False


class Outbox(Protocol):
    """Messages waiting to leave."""

    def put(self, messages: Sequence[OutboxMessage]) -> None:
        """Add messages; keys known already are left alone."""

    def withdraw(self, idempotency_key: str) -> str:
        """Let one that has not begun to leave rest.

        Returns:
            The status it is in now: "dropped" if it will not leave; empty if there is none.
        """

    def status(self, idempotency_key: str) -> str:
        """Return how far a message is; empty if there is none."""

    def claim_due(
        self,
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        without: Collection[str] = (),
    ) -> list[OutboxMessage]:
        """Take messages that are due, so that no other dispatcher does: orders first, then age.

        Args:
            without: channels whose messages stay where they are.
        """

    def sent(self, message: OutboxMessage, at: datetime) -> None:
        """Mark one as gone."""

    def retry(self, message: OutboxMessage, at: datetime, error: str) -> None:
        """Put one back to be tried again at a later instant, with its payload as it is now."""

    def failed(self, message: OutboxMessage, error: str) -> None:
        """Give one up."""

    def drop(self, message: OutboxMessage, reason: str) -> None:
        """Let one rest that must not leave any more."""

    def doubt(self, message: OutboxMessage, error: str) -> None:
        """Leave one that may or may not have left to a person, with its payload as it is now."""

    def resend_uncertain(self, at: datetime) -> int:
        """Let those in doubt leave again; return how many."""

    def drop_uncertain(self) -> int:
        """Let those in doubt rest for good; return how many."""

    def waiting(self, channel: str) -> list[OutboxMessage]:
        """Return what waits to leave by a channel, oldest first; it is not taken."""

    def join(self, message: OutboxMessage, others: Sequence[OutboxMessage]) -> None:
        """Let others leave with a message that was taken, whose payload holds theirs by now."""

    def resend_failed(self, at: datetime) -> int:
        """Let those that were given up leave again; return how many."""

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each status."""

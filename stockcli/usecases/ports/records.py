"""Records: files taken in, what the assistant knows and said, what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from stockcli.domain.budget import ModelCall, UsageLine
from stockcli.domain.model_limits import Span


@dataclass(frozen=True, kw_only=True)
class ImportRecord:
    """One file taken in.

    Attributes:
        checksum: SHA-256 of the file's bytes, hexadecimal.
        report: what came of its rows; JSON values only.
    """

    kind: str
    file_name: str
    checksum: str
    imported_at: datetime
    report: Mapping[str, Any]


class Imports(Protocol):
    """Files taken in, and how their columns are called."""

    def add(self, record: ImportRecord) -> None:
        """Record a file."""

    def latest(self, limit: int) -> list[ImportRecord]:
        """Return the latest, newest first."""

    def chunks_loaded(self, checksum: str) -> frozenset[str]:
        """Return the marks of a file's chunks that were loaded."""

    def profile(self, name: str) -> Mapping[str, Any] | None:
        """Return a saved column mapping."""

    def save_profile(self, name: str, mapping: Mapping[str, Any]) -> None:
        """Save or replace a column mapping."""

    def profiles(self) -> list[str]:
        """Return the names of the saved mappings."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Facts as they were at an instant, kept so that a question need not ask again.

    Attributes:
        version: the shop's data version they were read at.
        payload: JSON values only.
    """

    topic: str
    payload: Mapping[str, Any]
    as_of: datetime
    version: int


class Snapshots(Protocol):
    """The assistant's knowledge of the shop."""

    def get(self, topic: str) -> Snapshot | None:
        """Return the stored snapshot of a topic."""

    def with_version(self, topic: str) -> tuple[int, Snapshot | None]:
        """Return the shop's data version and a topic's snapshot, read in one statement."""

    def put(self, snapshot: Snapshot) -> None:
        """Store or replace it."""

    def prune(self, *, older_than: datetime, version: int, most: int) -> None:
        """Delete what is too old or of an earlier data version, and the oldest beyond so many."""


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A stored conversation: messages as they were sent, JSON values only.

    Attributes:
        author: who talked, as written down beside what they did.
    """

    id: str
    title: str
    messages: Sequence[Mapping[str, Any]]
    updated_at: datetime
    author: str = ""


class Conversations(Protocol):
    """Stored conversations."""

    def get(self, conversation_id: str) -> Conversation | None:
        """Return one, or None."""

    def latest(
        self, limit: int, *, author: str | None = None, id_prefix: str = ""
    ) -> list[Conversation]:
        """Return the latest, newest first; only an author's, or of ids that begin so, if given."""

    def put(self, conversation: Conversation) -> None:
        """Store or replace one."""


class ModelCalls(Protocol):
    """What the language model cost."""

    def spent_usd(self, since: datetime) -> Decimal:
        """Return what was settled or is reserved since an instant, US dollars."""

    def costs_usd(self) -> tuple[Decimal, Decimal]:
        """Return what all settled calls cost, and the estimates of the others."""

    def reserve(
        self,
        purpose: str,
        model: str,
        estimate_usd: Decimal,
        at: datetime,
        *,
        run_id: str = "",
    ) -> int:
        """Book an estimate before a call; return its id.

        Args:
            run_id: of the check the call is part of; empty outside of checks.
        """

    def settle(self, reservation_id: int, call: ModelCall) -> None:
        """Replace the estimate by what the call cost."""

    def budget_reached(self) -> Span | None:
        """Return whether all shops' calls pass the installation's budget of the day or month.

        What was reserved in the open transaction counts as well.
        """

    def usage(self, since: datetime, until: datetime) -> list[UsageLine]:
        """Return the calls from since to just before until, by day, purpose and model."""

"""The audit log, as it is read; it is written by whatever commits."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from stockcli.domain.audit import AuditEntry


class AuditLog(Protocol):
    """One chain: a shop's, or the house's."""

    @property
    def tenant(self) -> int:
        """Return whose it is: a shop's number, or the house's."""

    def after(self, position: int | None, limit: int) -> list[AuditEntry]:
        """Return the entries that follow on a position, oldest first; None begins with all."""

    def before(
        self, position: int | None, limit: int, *, since: datetime | None = None
    ) -> list[AuditEntry]:
        """Return the entries before a position, newest first; None begins with the newest."""

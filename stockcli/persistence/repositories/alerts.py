"""Situations told to the manager."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from stockcli.domain.alerts import Alert, AlertKind
from stockcli.domain.identifiers import ProductId, StockKey
from stockcli.persistence.repositories.thresholds import key_of
from stockcli.persistence.tables import AlertRow, table_of
from stockcli.persistence.work import IN_A_STATEMENT, Work, batches

_ALERT = table_of(AlertRow)
_FACTS = ("situation", "subject", "text", "raised_at", "cleared_at")


class SqlAlerts:
    """Alerts, in a table that holds at most one open row per situation."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def open(self) -> list[Alert]:
        """Return the alerts whose situation lasts, newest first."""
        statement = self._work.select(_ALERT).where(_ALERT.c.cleared_at.is_(None))
        return [_alert(row) for row in self._work.rows(statement.order_by(_ALERT.c.id.desc()))]

    def raise_new(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Add those whose situation is not open yet, and return them."""
        first: dict[str, Alert] = {}
        for alert in alerts:
            first.setdefault(alert.situation, alert)
        rows = [_row_of(alert) for alert in first.values()]
        added = self._work.add_new(_ALERT, rows, _ALERT.c.situation)
        raised = {row.situation for row in added}
        return [alert for alert in first.values() if alert.situation in raised]

    def clear(self, situations: Collection[str], at: datetime) -> int:
        """Mark situations as ended; return how many were open."""
        still_open = self._work.update(_ALERT).where(_ALERT.c.cleared_at.is_(None))
        return sum(
            self._work.change(still_open.where(_ALERT.c.situation.in_(batch)).values(cleared_at=at))
            for batch in batches(sorted(situations), IN_A_STATEMENT)
        )

    def clear_of(self, product_id: ProductId) -> int:
        """Mark what is low of a product as ended, wherever it is; return how many were open."""
        low = self._work.update(_ALERT).where(
            _ALERT.c.cleared_at.is_(None),
            _ALERT.c.kind == AlertKind.LOW_STOCK.value,
            _ALERT.c.product_id == product_id,
        )
        return self._work.change(low.values(cleared_at=self._work.clock.now()))

    def latest(self, limit: int) -> list[Alert]:
        """Return the latest alerts, ended ones included, newest first."""
        newest = self._work.select(_ALERT).order_by(_ALERT.c.id.desc()).limit(limit)
        return [_alert(row) for row in self._work.rows(newest)]


def _row_of(alert: Alert) -> dict[str, Any]:
    return {
        **{name: getattr(alert, name) for name in _FACTS},
        "kind": alert.kind.value,
        "product_id": alert.key.product_id if alert.key else None,
        "location_id": alert.key.location_id if alert.key else None,
    }


def _alert(row: Row[Any]) -> Alert:
    key: StockKey | None = key_of(row) if row.product_id is not None else None
    facts = {name: getattr(row, name) for name in _FACTS}
    return Alert(kind=AlertKind(row.kind), key=key, **facts)

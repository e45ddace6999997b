"""The record of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func

from stockcli.domain.decisions import Action, Decision
from stockcli.domain.identifiers import RunId, StockKey
from stockcli.persistence.repositories.thresholds import key_of
from stockcli.persistence.tables import DecisionRow, table_of
from stockcli.persistence.work import Work

_DECISION = table_of(DecisionRow)
_FACTS = (
    "sku",
    "location",
    "quantity",
    "reason",
    "decided_by",
    "on_hand",
    "on_order",
    "reorder_point",
    "business_day",
    "stock_version",
    "order_number",
    "inputs",
    "prompt_tokens",
    "reply_tokens",
    "price_usd",
)


class SqlDecisions:
    """Decisions, in a table that only grows."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, run_id: RunId, decisions: Sequence[Decision]) -> dict[StockKey, int]:
        """Append decisions; the first one of a key and run stands. Return ids by key."""
        if not decisions:
            return {}
        decided_at = self._work.clock.now()
        rows = [
            {
                **decision.key._asdict(),
                **{name: getattr(decision, name) for name in _FACTS},
                "run_id": run_id,
                "action": decision.action.value,
                "decided_at": decided_at,
            }
            for decision in decisions
        ]
        self._work.add_new(_DECISION, rows, _DECISION.c.sku, _DECISION.c.decided_by)
        of_run = self._work.select(
            _DECISION, _DECISION.c.id, _DECISION.c.product_id, _DECISION.c.location_id
        ).where(_DECISION.c.run_id == run_id)
        asked = {decision.key for decision in decisions}
        ids = {key_of(row): row.id for row in self._work.rows(of_run)}
        return {key: ids[key] for key in ids if key in asked}

    def latest(self) -> dict[StockKey, Decision]:
        """Return the latest decision about each key."""
        newest = self._work.select(_DECISION, func.max(_DECISION.c.id)).group_by(
            _DECISION.c.product_id, _DECISION.c.location_id
        )
        rows = self._work.rows(self._work.select(_DECISION).where(_DECISION.c.id.in_(newest)))
        return {key_of(row): _decision(row) for row in rows}

    def of_key(self, key: StockKey, limit: int) -> list[tuple[datetime, Decision]]:
        """Return the latest decisions about one key with when they were made, newest first."""
        statement = self._work.select(_DECISION).where(
            _DECISION.c.product_id == key.product_id, _DECISION.c.location_id == key.location_id
        )
        rows = self._work.rows(statement.order_by(_DECISION.c.id.desc()).limit(limit))
        return [(row.decided_at, _decision(row)) for row in rows]

    def of_run(self, run_id: RunId) -> list[Decision]:
        """Return what a run decided, in the order it was written down."""
        statement = self._work.select(_DECISION).where(_DECISION.c.run_id == run_id)
        return [_decision(row) for row in self._work.rows(statement.order_by(_DECISION.c.id))]

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many decisions there are, by action and author."""
        by = (_DECISION.c.action, _DECISION.c.decided_by)
        counted = self._work.select(_DECISION, *by, func.count().label("decisions"))
        rows = self._work.rows(counted.group_by(*by).order_by(*by))
        return {(row.action, row.decided_by): row.decisions for row in rows}


def _decision(row: Row[Any]) -> Decision:
    facts = {name: getattr(row, name) for name in _FACTS}
    return Decision(key=key_of(row), action=Action(row.action), **facts)

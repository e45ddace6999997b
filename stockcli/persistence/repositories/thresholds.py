"""Reorder points: computed ones, and minimums set by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func

from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.replenishment import ForecastRecord, ManualMinimum, Threshold
from stockcli.persistence.tables import (
    ForecastRecordRow,
    ManualMinimumRow,
    ThresholdRow,
    table_of,
)
from stockcli.persistence.work import Work

_THRESHOLD = table_of(ThresholdRow)
_MINIMUM = table_of(ManualMinimumRow)
_RECORD = table_of(ForecastRecordRow)
_KEY = ("product_id", "location_id")
_THRESHOLD_FACTS = (
    "reorder_point",
    "order_up_to_level",
    "mean_per_day",
    "model",
    "computed_for",
    "breakdown",
    "parameters",
)
_MINIMUM_FACTS = ("quantity", "author", "reason", "set_at", "expires_on")


class SqlThresholds:
    """Computed thresholds, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> dict[StockKey, Threshold]:
        """Return every threshold."""
        rows = self._work.rows(self._work.select(_THRESHOLD))
        return {
            key_of(row): Threshold(
                key=key_of(row), **{name: getattr(row, name) for name in _THRESHOLD_FACTS}
            )
            for row in rows
        }

    def put(self, thresholds: Sequence[Threshold]) -> None:
        """Add or replace thresholds."""
        rows = [
            {**threshold.key._asdict(), **_plain(threshold, _THRESHOLD_FACTS)}
            for threshold in thresholds
        ]
        self._work.put(_THRESHOLD, rows, by=_KEY)


class SqlMinimums:
    """Minimums set by hand, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> dict[StockKey, ManualMinimum]:
        """Return every manual minimum that was not taken back, expired ones included."""
        rows = self._work.rows(self._work.select(_MINIMUM).where(_MINIMUM.c.cleared_at.is_(None)))
        return {
            key_of(row): ManualMinimum(
                key=key_of(row), **{name: getattr(row, name) for name in _MINIMUM_FACTS}
            )
            for row in rows
        }

    def put(self, minimum: ManualMinimum) -> None:
        """Add or replace one."""
        row = {**minimum.key._asdict(), **_plain(minimum, _MINIMUM_FACTS), "cleared_at": None}
        self._work.put(_MINIMUM, [row], by=_KEY)

    def clear(self, key: StockKey) -> bool:
        """Take one back; False if there was none."""
        statement = self._work.update(_MINIMUM).where(
            _MINIMUM.c.product_id == key.product_id,
            _MINIMUM.c.location_id == key.location_id,
            _MINIMUM.c.cleared_at.is_(None),
        )
        return self._work.change(statement.values(cleared_at=self._work.clock.now())) > 0


class SqlForecastRecords:
    """What was forecast, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def put(self, records: Sequence[ForecastRecord]) -> None:
        """Add or replace records by key and day."""
        rows = [
            {
                **one.key._asdict(),
                "computed_for": one.computed_for,
                "mean_per_day": one.mean_per_day,
            }
            for one in records
        ]
        self._work.put(_RECORD, rows, by=(*_KEY, "computed_for"))

    def since(self, first: date) -> list[ForecastRecord]:
        """Return the records from a day on, oldest first."""
        key = (_RECORD.c.product_id, _RECORD.c.location_id)
        facts = (*key, _RECORD.c.computed_for, _RECORD.c.mean_per_day)
        later = self._work.select(_RECORD, *facts).where(_RECORD.c.computed_for >= first)
        rows = self._work.rows(later.order_by(_RECORD.c.computed_for, *key))
        return [
            ForecastRecord(
                key=StockKey(ProductId(product_id), LocationId(location_id)),
                computed_for=day,
                mean_per_day=mean,
            )
            # By place: a shop has many of these, and names take twice as long.
            for product_id, location_id, day, mean in map(tuple, rows)
        ]

    def latest_day(self) -> date | None:
        """Return the day of the newest record; None without any."""
        newest: date | None = self._work.value(
            self._work.select(_RECORD, func.max(_RECORD.c.computed_for))
        )
        return newest


def key_of(row: Row[Any]) -> StockKey:
    """Return what a row is about."""
    return StockKey(ProductId(row.product_id), LocationId(row.location_id))


def _plain(facts: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in names}

"""Reviews that went into a batch."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row

from stockcli.domain.batches import OPEN_BATCHES, BatchStatus
from stockcli.domain.identifiers import RunId
from stockcli.persistence.tables import ReviewBatchRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import ReviewBatch

_BATCH = table_of(ReviewBatchRow)
_FACTS = (
    "run_id",
    "model",
    "custom_id",
    "business_day",
    "reservation_id",
    "submitted_at",
    "batch_id",
    "collected_at",
    "remark",
)


class SqlReviewBatches:
    """Reviews in batches, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, batch: ReviewBatch) -> None:
        """Store a new one."""
        facts = {name: getattr(batch, name) for name in _FACTS}
        asked = [dict(candidate) for candidate in batch.asked]
        self._work.add(_BATCH, [facts | {"asked": asked, "status": str(batch.status)}])

    def waiting(self) -> list[ReviewBatch]:
        """Return those that are not over, oldest first."""
        statement = self._work.select(_BATCH).where(_BATCH.c.status.in_(_names(OPEN_BATCHES)))
        ordered = statement.order_by(_BATCH.c.submitted_at, _BATCH.c.run_id)
        return [_batch(row) for row in self._work.rows(ordered)]

    def move(
        self, run_id: RunId, since: Collection[BatchStatus], to: BatchStatus, **facts: Any
    ) -> bool:
        """Move one on, with the facts that come with it; False if it stands elsewhere by now."""
        statement = self._work.update(_BATCH).where(
            _BATCH.c.run_id == run_id, _BATCH.c.status.in_(_names(since))
        )
        return self._work.change(statement.values(status=str(to), **facts)) == 1


def _names(statuses: Collection[BatchStatus]) -> list[str]:
    return [str(status) for status in statuses]


def _batch(row: Row[Any]) -> ReviewBatch:
    facts = {name: getattr(row, name) for name in _FACTS}
    return ReviewBatch(status=BatchStatus(row.status), asked=row.asked, **facts)

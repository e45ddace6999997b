"""The stored side of reviews in a batch: superseded, dropped, settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from stockcli.domain.batches import BatchStatus
from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.usecases.ports import ReviewBatch, UnitOfWork

PURPOSE = "batch"
"""What reviews in a batch are booked as."""


def supersede_within(unit: UnitOfWork, now: datetime) -> Sequence[str]:
    """Let a check that decides now go before the reviews that wait, in the open unit of work.

    What never left the house is dropped; of the others the cost alone is still collected.

    Returns:
        A remark, if any waited.
    """
    replaced = [row for row in unit.review_batches.waiting() if supersede_row(unit, row, now)]
    if not replaced:
        return ()
    since = f"{replaced[-1].submitted_at:%Y-%m-%d %H:%M} UTC"
    return (f"a review of {since} waits in a batch: this run decided in its place",)


def supersede_row(unit: UnitOfWork, row: ReviewBatch, now: datetime) -> bool:
    """Move one on that decides nothing any more, in the open unit of work."""
    if _drop(unit, row, [BatchStatus.PREPARED], now, "it was never sent"):
        return True
    since = (BatchStatus.SENDING, BatchStatus.SENT)
    return unit.review_batches.move(row.run_id, since, BatchStatus.SUPERSEDED)


def drop_unsent(unit: UnitOfWork, row: ReviewBatch, now: datetime) -> bool:
    """Drop one whose batch was never made, in the open unit of work; it cost nothing."""
    return _drop(unit, row, [row.status], now, "its batch was never made")


def _drop(
    unit: UnitOfWork, row: ReviewBatch, since: Sequence[BatchStatus], now: datetime, remark: str
) -> bool:
    dropped = unit.review_batches.move(
        row.run_id, since, BatchStatus.DROPPED, collected_at=now, remark=remark
    )
    if dropped:
        settle_row(unit, row, ModelUsage(), Decimal(0))
    return dropped


def settle_row(unit: UnitOfWork, row: ReviewBatch, usage: ModelUsage, price_usd: Decimal) -> None:
    """Replace the estimate of a review by what it cost, in the open unit of work."""
    call = ModelCall(purpose=PURPOSE, model=row.model, usage=usage, price_usd=price_usd)
    unit.model_calls.settle(row.reservation_id, call)

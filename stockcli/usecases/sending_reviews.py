"""Sending reviews that are ready, in one batch, and writing down what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stockcli.domain.batches import BatchStatus
from stockcli.domain.errors import NotSentError, ProviderError, StockError
from stockcli.domain.identifiers import RunId
from stockcli.usecases.check_steps import CheckReport
from stockcli.usecases.collecting_reviews import Collection
from stockcli.usecases.ports import (
    BatchReviewer,
    Clock,
    PreparedReview,
    ReviewBatch,
    UnitOfWork,
)


@dataclass(frozen=True, kw_only=True)
class ReadyReview:
    """A shop whose request is stored, paid for in advance, and ready to be sent."""

    unit: UnitOfWork
    row: ReviewBatch
    prepared: PreparedReview
    report: CheckReport

    @property
    def slug(self) -> str:
        """Return the shop's short name."""
        return self.unit.tenant.slug


def send_reviews(
    reviewer: BatchReviewer, clock: Clock, ready: Sequence[ReadyReview]
) -> dict[str, CheckReport]:
    """Send reviews in one batch; return the new report of each shop, by its short name.

    That a request may have left is durable before it leaves, and the batch's id right after.
    """
    reports, handed = {}, []
    for one in ready:
        told = _hand_over(one, clock)
        if told is None:
            handed.append(one)
        else:
            reports[one.slug] = told
    return reports | (_send(reviewer, clock, handed) if handed else {})


def _send(
    reviewer: BatchReviewer, clock: Clock, handed: Sequence[ReadyReview]
) -> dict[str, CheckReport]:
    try:
        batch_id = reviewer.send([one.prepared for one in handed])
    except NotSentError as error:
        return {one.slug: _by_rule(reviewer, clock, one, error.message) for one in handed}
    except ProviderError as error:
        said = f"{error.message}; whether the batch was made is not known yet"
        return {one.slug: _told(one, "waiting", said) for one in handed}
    return {one.slug: _sent(one, batch_id) for one in handed}


def _hand_over(one: ReadyReview, clock: Clock) -> CheckReport | None:
    """Write down that a request is about to leave; return what there is to say if it may not."""
    since = [BatchStatus.PREPARED]
    try:
        with one.unit as unit:
            moved = unit.review_batches.move(
                one.row.run_id, since, BatchStatus.SENDING, submitted_at=clock.now()
            )
            unit.commit()
    except StockError as error:
        return _told(one, "failed", error=f"its review was not sent: {error.message}")
    return None if moved else _told(one, "busy", "another run took over: its review was not sent")


def _by_rule(reviewer: BatchReviewer, clock: Clock, one: ReadyReview, reason: str) -> CheckReport:
    run_id = RunId(f"{one.row.run_id}-rule")
    row = replace(one.row, status=BatchStatus.SENDING)
    try:
        report = Collection(reviewer, clock, run_id).decide_by_rule(one.unit, row, reason)
    except StockError as error:
        return _told(one, "failed", error=error.message)
    before = one.report
    return replace(
        report,
        checked=before.checked,
        low=before.low,
        outcome=before.outcome.plus(report.outcome),
        skipped=(*before.skipped, *report.skipped),
        remarks=(*before.remarks, *report.remarks),
    )


def _sent(one: ReadyReview, batch_id: str) -> CheckReport:
    """Write down the batch's id; a check that went before meanwhile keeps its place."""
    said: tuple[str, ...] = ()
    try:
        with one.unit as unit:
            for status, to in (
                (BatchStatus.SENDING, BatchStatus.SENT),
                (BatchStatus.SUPERSEDED, BatchStatus.SUPERSEDED),
            ):
                if unit.review_batches.move(one.row.run_id, [status], to, batch_id=batch_id):
                    break
            unit.commit()
    except StockError as error:
        said = (f"the batch could not be written down, and is looked for: {error.message}",)
    return replace(_told(one, "submitted", *said), batch_id=batch_id)


def _told(one: ReadyReview, status: str, *remarks: str, error: str = "") -> CheckReport:
    return replace(one.report, status=status, remarks=(*one.report.remarks, *remarks), error=error)

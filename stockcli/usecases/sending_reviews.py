"""Sending reviews that are ready, in one batch, and writing down what became of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from stockcli.domain.batches import BatchStatus
from stockcli.domain.errors import NotSentError
from stockcli.domain.identifiers import RunId
from stockcli.usecases.check_steps import CheckReport
from stockcli.usecases.collecting_reviews import Collection
from stockcli.usecases.guarding import Failure, guarded
from stockcli.usecases.ports import (
    BatchReviewer,
    Clock,
    PreparedReview,
    ReviewBatch,
    UnitOfWork,
)

log = logging.getLogger("stock.run_check")
ALL_SHOPS = "(all)"
"""In the place of a shop's name, where one request is for all of them."""


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
    What goes wrong with one shop's review keeps no other from leaving.
    """
    reports, handed = {}, []
    for one in ready:
        told = _for(one, partial(_hand_over, one, clock), _not_sent)
        if told is None:
            handed.append(one)
        else:
            reports[one.slug] = told
    return reports | (_send(reviewer, clock, handed) if handed else {})


def _for(
    one: ReadyReview,
    step: Callable[[], CheckReport | None],
    otherwise: Callable[[ReadyReview, str], CheckReport],
) -> CheckReport | None:
    """Take a step for one shop; what goes wrong in it is told in the way given."""
    told = guarded(one.slug, step, command=f"run-check --tenant {one.slug}", log=log)
    return otherwise(one, told.reason) if isinstance(told, Failure) else told


def _send(
    reviewer: BatchReviewer, clock: Clock, handed: Sequence[ReadyReview]
) -> dict[str, CheckReport]:
    command = "run-check --all-tenants --batch submit"
    prepared = [one.prepared for one in handed]
    batch_id = guarded(ALL_SHOPS, lambda: reviewer.send(prepared), command=command, log=log)
    if not isinstance(batch_id, Failure):
        return {one.slug: _sent(one, batch_id) for one in handed}
    reason = batch_id.reason
    if isinstance(batch_id.error, NotSentError):
        return {one.slug: _by_rule(reviewer, clock, one, reason) for one in handed}
    said = f"{reason}; whether the batch was made is not known yet"
    return {one.slug: _told(one, "waiting", said) for one in handed}


def _hand_over(one: ReadyReview, clock: Clock) -> CheckReport | None:
    """Write down that a request is about to leave; return what there is to say if it may not."""
    since = [BatchStatus.PREPARED]
    with one.unit as unit:
        moved = unit.review_batches.move(
            one.row.run_id, since, BatchStatus.SENDING, submitted_at=clock.now()
        )
        unit.commit()
    return None if moved else _told(one, "busy", "another run took over: its review was not sent")


def _not_sent(one: ReadyReview, reason: str) -> CheckReport:
    return _failed(one, f"its review was not sent: {reason}")


def _by_rule(reviewer: BatchReviewer, clock: Clock, one: ReadyReview, reason: str) -> CheckReport:
    told = _for(one, lambda: _decided_by_rule(reviewer, clock, one, reason), _failed)
    return told or one.report


def _decided_by_rule(
    reviewer: BatchReviewer, clock: Clock, one: ReadyReview, reason: str
) -> CheckReport:
    run_id = RunId(f"{one.row.run_id}-rule")
    row = replace(one.row, status=BatchStatus.SENDING)
    report = Collection(reviewer, clock, run_id).decide_by_rule(one.unit, row, reason)
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

    def lost(one: ReadyReview, reason: str) -> CheckReport:
        said = f"the batch could not be written down, and is looked for: {reason}"
        return _told(one, "submitted", said)

    told = _for(one, lambda: _written_down(one, batch_id), lost)
    return replace(told or one.report, batch_id=batch_id)


def _written_down(one: ReadyReview, batch_id: str) -> CheckReport:
    with one.unit as unit:
        for status, to in (
            (BatchStatus.SENDING, BatchStatus.SENT),
            (BatchStatus.SUPERSEDED, BatchStatus.SUPERSEDED),
        ):
            if unit.review_batches.move(one.row.run_id, [status], to, batch_id=batch_id):
                break
        unit.commit()
    return _told(one, "submitted")


def _failed(one: ReadyReview, reason: str) -> CheckReport:
    return replace(_told(one, "failed"), error=reason)


def _told(one: ReadyReview, status: str, *remarks: str) -> CheckReport:
    return replace(one.report, status=status, remarks=(*one.report.remarks, *remarks))

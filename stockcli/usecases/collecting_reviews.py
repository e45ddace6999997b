"""Collecting reviews that were sent in a batch: carried out once, on the figures of now."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain.batches import BatchStatus
from stockcli.domain.budget import ModelUsage
from stockcli.domain.decisions import Candidate
from stockcli.domain.errors import InvalidInputError, OvertakenError, ProviderError
from stockcli.domain.identifiers import RunId
from stockcli.usecases.batch_fates import BatchLookup, Fate, Verdict
from stockcli.usecases.batch_rows import settle_row
from stockcli.usecases.candidate_records import candidate_from_json
from stockcli.usecases.check_steps import CheckReport, Found, conclude, under_lease
from stockcli.usecases.inventory import shop_day
from stockcli.usecases.ports import (
    BatchReviewer,
    CheckRun,
    Clock,
    Review,
    ReviewBatch,
    ReviewRequest,
    UnitOfWork,
)

NOTHING_WAITS = "no review waits to be collected"
SWITCHED_OFF = "the agent was switched off since: decided by rule"
DRY_RUN = "dry run: the review is settled, and nothing was ordered"
UNREADABLE = "what was asked cannot be read any more: the next run decides"


class Collection:
    """Collects the reviews of one shop after the other.

    Args:
        reviewer: who sent them; None if nobody can be asked.
        clock: the present.
        run_id: of the checks that carry out.
        why_not: why nobody can be asked, as a sentence.
    """

    def __init__(
        self, reviewer: BatchReviewer | None, clock: Clock, run_id: RunId, *, why_not: str = ""
    ) -> None:
        """Ask nothing yet."""
        self._reviewer = reviewer
        self._clock = clock
        self._run_id = run_id
        self._lookup = BatchLookup(reviewer, why_not)

    def collect(self, unit: UnitOfWork) -> CheckReport:
        """Carry out what came back for one shop; collecting again does nothing again.

        Raises:
            StockError: what keeps it from being carried out; the next collect tries again.
        """
        with unit.reading():
            rows = unit.review_batches.waiting()
        report = self._report(unit, "idle")
        remarks: list[str] = []
        for row in rows:
            verdict = self._lookup.verdict(row, self._clock.now())
            if row.status is BatchStatus.SUPERSEDED:
                remarks += self._settle(unit, row, verdict)
            elif verdict.fate is Fate.WAITING:
                said = f"its review of {_instant(row.submitted_at)} waits: {verdict.remark}"
                report = self._report(unit, "waiting", said, batch_id=verdict.batch_id)
            else:
                report = self._decide(unit, row, verdict)
        if not rows:
            remarks.append(NOTHING_WAITS)
        return replace(report, remarks=(*remarks, *report.remarks))

    def decide_by_rule(self, unit: UnitOfWork, row: ReviewBatch, remark: str) -> CheckReport:
        """Decide about what never left the house."""
        return self._decide(unit, row, Verdict(fate=Fate.NEVER_SENT, remark=remark))

    def _report(
        self, unit: UnitOfWork, status: str, *remarks: str, batch_id: str = ""
    ) -> CheckReport:
        return CheckReport(
            run_id=self._run_id,
            tenant=unit.tenant.slug,
            status=status,
            remarks=remarks,
            batch_id=batch_id,
        )

    def _settle(self, unit: UnitOfWork, row: ReviewBatch, verdict: Verdict) -> Sequence[str]:
        """Book what a review cost that a later check went before."""
        if verdict.fate is Fate.WAITING:
            return [f"the cost of the review of {_instant(row.submitted_at)} is not known yet"]
        review = self._review(unit, row, verdict, _asked(row) or ())
        with suppress(OvertakenError), unit:
            self._end(unit, row, verdict, review, BatchStatus.DROPPED)
            unit.commit()
        return []

    def _decide(self, unit: UnitOfWork, row: ReviewBatch, verdict: Verdict) -> CheckReport:
        now = self._clock.now()
        day = shop_day(unit, now)
        run = CheckRun(run_id=self._run_id, started_at=now, business_day=day)
        asked = _asked(row)
        review = self._review(unit, row, verdict, asked or ())
        if unit.tenant.policy.dry_run or asked is None:
            with suppress(OvertakenError), unit:
                self._end(unit, row, verdict, review, BatchStatus.COLLECTED)
                unit.commit()
            return self._report(unit, "idle", UNREADABLE if asked is None else DRY_RUN)
        ended = BatchStatus.GIVEN_UP if verdict.fate is Fate.LOST else BatchStatus.COLLECTED

        def end() -> Sequence[str]:
            self._end(unit, row, verdict, review, ended)
            return ()

        def check(epoch: int) -> CheckReport:
            found = Found(checked=len(asked), low=asked)
            report = conclude(unit, run, epoch, found, review, day=day, now=now, within=end)
            return replace(report, batch_id=verdict.batch_id)

        done = under_lease(unit, run, self._clock, check)
        return done or self._report(unit, "busy", batch_id=verdict.batch_id)

    def _review(
        self, unit: UnitOfWork, row: ReviewBatch, verdict: Verdict, asked: Sequence[Candidate]
    ) -> Review:
        """Return what the model proposed; nothing if there is no reply, or it may not count."""
        failure = ProviderError(verdict.remark) if verdict.remark else None
        if verdict.reply is None or self._reviewer is None:
            return Review(remarks=(f"{verdict.remark}: decided by rule",), failure=failure)
        request = ReviewRequest(
            shop=unit.tenant, business_day=row.business_day, candidates=tuple(asked)
        )
        review = self._reviewer.review(unit, request, verdict.reply, row.model)
        if unit.tenant.policy.agent_enabled:
            return replace(review, failure=failure)
        return replace(review, proposals=(), remarks=(SWITCHED_OFF,))

    def _end(
        self,
        unit: UnitOfWork,
        row: ReviewBatch,
        verdict: Verdict,
        review: Review,
        status: BatchStatus,
    ) -> None:
        """End a review and settle its cost, in the open unit of work.

        One that was lost stays counted at its estimate: whether it was billed is not known.

        Raises:
            OvertakenError: somebody else ended it.
        """
        moved = unit.review_batches.move(
            row.run_id,
            [row.status],
            status,
            collected_at=self._clock.now(),
            batch_id=verdict.batch_id or row.batch_id,
            remark=verdict.remark[:500],
        )
        if not moved:
            raise OvertakenError("another run collected this review", "let it finish")
        if verdict.fate is not Fate.LOST:
            usage = review.usage if verdict.reply else ModelUsage()
            settle_row(unit, row, usage, review.price_usd or Decimal(0))


def _asked(row: ReviewBatch) -> tuple[Candidate, ...] | None:
    """Return what was asked about; None if it cannot be read any more."""
    try:
        return tuple(candidate_from_json(one) for one in row.asked)
    except InvalidInputError:
        return None


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

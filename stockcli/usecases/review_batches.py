"""Submitting reviews in a batch: every shop is checked, and what is low is asked in one batch.

Each step is durable before the next, so that whoever dies leaves a trail: PREPARED rows have
not left the house, SENDING rows may have, SENT rows have. A shop with a row that may have left
is asked about again only once its fate is known.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from stockcli.domain.batches import BatchStatus, is_given_up
from stockcli.domain.errors import (
    BudgetSpentError,
    NotAllowedError,
    OvertakenError,
    RateLimitedError,
)
from stockcli.domain.identifiers import RunId, TenantId
from stockcli.usecases.batch_fates import BatchLookup, Fate, Verdict
from stockcli.usecases.batch_rows import PURPOSE, drop_unsent, supersede_row
from stockcli.usecases.check_steps import (
    CheckReport,
    Found,
    conclude,
    low_products,
    report_of,
    under_lease,
)
from stockcli.usecases.deciding import carry_out, covered
from stockcli.usecases.inventory import shop_day, stock_lines
from stockcli.usecases.model_costs import reserve_call
from stockcli.usecases.moving_thresholds import OnStep, move_thresholds
from stockcli.usecases.ports import (
    BatchReviewer,
    CheckRun,
    Clock,
    Forecaster,
    PreparedReview,
    Review,
    ReviewBatch,
    ReviewRequest,
    UnitOfWork,
)
from stockcli.usecases.records import to_json
from stockcli.usecases.sending_reviews import ReadyReview, send_reviews
from stockcli.usecases.settling_alerts import settle_alerts

_LONGEST_RUN_PART = 40
_ODD = re.compile(r"[^a-zA-Z0-9_-]")


class Submission:
    """Checks shops one by one, then sends one batch for all of them.

    Args:
        reviewer: who takes the batch.
        forecaster: refits the forecasts.
        clock: the present.
        run_id: of the checks.
    """

    def __init__(
        self, reviewer: BatchReviewer, forecaster: Forecaster, clock: Clock, run_id: RunId
    ) -> None:
        """Nothing is ready yet."""
        self._reviewer = reviewer
        self._forecaster = forecaster
        self._clock = clock
        self._run_id = run_id
        self._lookup = BatchLookup(reviewer)
        self._ready: list[ReadyReview] = []

    def prepare(self, unit: UnitOfWork, on_step: OnStep = lambda *_: None) -> CheckReport:
        """Check one shop up to the question; where nothing need be asked, to its end.

        Raises:
            StockError: what keeps this shop from being checked; its run is recorded as failed.
        """
        waiting = self._resolve(unit)
        if waiting is not None:
            return waiting
        now = self._clock.now()
        day = shop_day(unit, now)
        run = CheckRun(run_id=self._run_id, started_at=now, business_day=day)
        done = under_lease(
            unit, run, self._clock, lambda epoch: self._check(unit, run, epoch, day, on_step)
        )
        return done or self._report(unit, "busy")

    def send(self) -> dict[str, CheckReport]:
        """Send what is ready, in one batch; return the new report of each shop concerned."""
        ready, self._ready = self._ready, []
        return send_reviews(self._reviewer, self._clock, ready)

    def _resolve(self, unit: UnitOfWork) -> CheckReport | None:
        """Clear away what an earlier submit left; return a report if the shop has to wait."""
        now = self._clock.now()
        with unit.reading():
            rows = unit.review_batches.waiting()
        for row in rows:
            if row.status is BatchStatus.SUPERSEDED and row.batch_id:
                continue  # its cost is collected, not submitted
            verdict = self._lookup.verdict(row, now)
            if not _is_over(row, verdict, now):
                said = f"its review of {row.submitted_at:%Y-%m-%d %H:%M} UTC {_why(verdict)}"
                report = self._report(unit, "waiting", said)
                return replace(report, batch_id=verdict.batch_id)
            with unit:
                end_row = drop_unsent if verdict.fate is Fate.NEVER_SENT else supersede_row
                end_row(unit, row, now)
                unit.commit()
        return None

    def _check(
        self, unit: UnitOfWork, run: CheckRun, epoch: int, day: date, on_step: OnStep
    ) -> CheckReport:
        mark, checked = move_thresholds(unit, self._forecaster, epoch, day, on_step)
        run = replace(run, mark=mark)
        low, skipped = low_products(unit, stock_lines(unit, day=day), day)
        found = Found(checked=checked, low=low, skipped=skipped)
        review = self._question(unit, run, found, day) if low else Review()
        if isinstance(review, PreparedReview):
            try:
                return self._store(unit, run, epoch, found, review)
            except (BudgetSpentError, NotAllowedError, RateLimitedError) as error:
                said = (f"{error.message}; decided by rule",)
                review = Review(remarks=said, failure=error)
        return conclude(unit, run, epoch, found, review, day=day, now=self._clock.now())

    def _question(
        self, unit: UnitOfWork, run: CheckRun, found: Found, day: date
    ) -> PreparedReview | Review:
        request = ReviewRequest(
            shop=unit.tenant,
            business_day=day,
            candidates=tuple(found.low),
            run_id=run.run_id,
        )
        return self._reviewer.prepare(unit, request, custom_id(run.run_id, unit.tenant.id))

    def _store(
        self, unit: UnitOfWork, run: CheckRun, epoch: int, found: Found, prepared: PreparedReview
    ) -> CheckReport:
        """Keep the question and its price, and give the lease back: one transaction.

        What the model is not asked about is decided by rule in it.

        Raises:
            BudgetSpentError: the month's budget has no room for it.
            NotAllowedError: the shop switched the language model off.
            RateLimitedError: the token asked too often within an hour.
            ConflictError: another run took over.
            OvertakenError: another run asks about this shop already.
        """
        now, low = self._clock.now(), len(found.low) + len(found.skipped)
        done = replace(run, finished_at=now, status="submitted", checked=found.checked, low=low)
        with unit:
            unit.runs.fence(epoch)
            ensure_none_active(unit)
            row = self._reserved_row(unit, done, prepared, now)
            unit.review_batches.add(row)
            clear = [one for one in found.low if one not in prepared.asked]
            outcome = carry_out(
                unit, run.run_id, clear, covered(Review(), clear), day=row.business_day, now=now
            )
            settle_alerts(unit, run.run_id, row.business_day, now)
            unit.runs.finish(done)
            unit.commit()
        skipped = (*found.skipped, *outcome.moved_on)
        report = replace(
            report_of(unit, done, row.business_day, outcome, skipped, prepared.remarks),
            status="prepared",
        )
        self._ready.append(ReadyReview(unit=unit, row=row, prepared=prepared, report=report))
        return report

    def _reserved_row(
        self, unit: UnitOfWork, run: CheckRun, prepared: PreparedReview, now: datetime
    ) -> ReviewBatch:
        reservation_id = reserve_call(
            unit,
            purpose=PURPOSE,
            model=self._reviewer.model,
            estimate_usd=prepared.estimate_usd,
            now=now,
            run_id=run.run_id,
        )
        return ReviewBatch(
            run_id=run.run_id,
            model=self._reviewer.model,
            status=BatchStatus.PREPARED,
            custom_id=prepared.custom_id,
            business_day=run.business_day or now.date(),
            asked=[to_json(candidate) for candidate in prepared.asked],
            reservation_id=reservation_id,
            submitted_at=now,
        )

    def _report(self, unit: UnitOfWork, status: str, *remarks: str) -> CheckReport:
        slug = unit.tenant.slug
        return CheckReport(run_id=self._run_id, tenant=slug, status=status, remarks=remarks)


def custom_id(run_id: RunId, tenant_id: TenantId) -> str:
    """Return the name of a shop's request in a batch: 64 letters, digits, - and _ at most."""
    return f"{_ODD.sub('-', run_id)[:_LONGEST_RUN_PART]}-{tenant_id}"


def ensure_none_active(unit: UnitOfWork) -> None:
    """Pass if no review of this shop is under way, in the open unit of work.

    Raises:
        OvertakenError: one is.
    """
    rows = unit.review_batches.waiting()
    if any(row.status is not BatchStatus.SUPERSEDED for row in rows):
        raise OvertakenError("another run asks about this shop", "let it finish")


def _is_over(row: ReviewBatch, verdict: Verdict, now: datetime) -> bool:
    """Return whether the shop may be asked about again: no batch of it can still be open."""
    if row.status in (BatchStatus.PREPARED, BatchStatus.SUPERSEDED):
        return True
    return verdict.fate is Fate.NEVER_SENT or is_given_up(row.submitted_at, now)


def _why(verdict: Verdict) -> str:
    if verdict.fate is Fate.ENDED:
        return "is there: `stock run-check --batch collect` carries it out"
    return f"waits: {verdict.remark}"

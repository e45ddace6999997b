"""The steps of a check: claim the shop, move its thresholds, find what is low, carry out."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from stockcli.domain.decisions import Candidate
from stockcli.domain.errors import OvertakenError
from stockcli.domain.identifiers import RunId
from stockcli.usecases.candidates import Skipped, low_products_within
from stockcli.usecases.deciding import Outcome, carry_out, covered
from stockcli.usecases.inventory import StockLine
from stockcli.usecases.ports import CheckRun, Clock, Forecaster, Review, Reviewer, UnitOfWork
from stockcli.usecases.settling_alerts import settle_alerts

LEASE = timedelta(minutes=15)
"""Longer than any check of one shop takes; a killed run's lease lapses after it."""

SIGNALLED = 128
"""A shell reports this much more than the number of the signal that ended a program."""

LONGEST_ERROR = 500
"""Letters of why a check ended early that are kept."""


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """What one shop's check came to.

    Attributes:
        status: "ok", "busy" (another run holds the lease) or "failed"; of a check in a batch
            also "prepared" (not sent yet), "submitted", "waiting" (for it) or "idle" (none waits).
        checked: products and locations with a threshold.
        low: those at or below their reorder point.
        dry_run: nothing of it was written.
        batch_id: of the batch the review is in; empty outside of batches.
    """

    run_id: RunId
    tenant: str
    status: str
    business_day: date | None = None
    checked: int = 0
    low: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    skipped: tuple[Skipped, ...] = ()
    suppliers: Mapping[int, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    error: str = ""
    dry_run: bool = False
    batch_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Those who work on a check.

    Attributes:
        refits_all: whether forecasts are refitted although nothing they are made from changed.
    """

    forecaster: Forecaster
    reviewer: Reviewer
    clock: Clock
    refits_all: bool = False


def _claim(unit: UnitOfWork, run: CheckRun) -> int | None:
    """Take the shop's lease and record the run; return its epoch, None while another has it."""
    with unit:
        epoch = unit.runs.claim(run, run.started_at + LEASE)
        unit.commit()
    return epoch


def under_lease(
    unit: UnitOfWork, run: CheckRun, clock: Clock, check: Callable[[int], CheckReport]
) -> CheckReport | None:
    """Check under the shop's lease; None while another run has it, or if one took over.

    Whatever ends the check early gives the lease back and is written down.
    """
    try:
        # Ctrl-C may strike right after the claim is durable, so the claim stands in here too.
        epoch = _claim(unit, run)
        return None if epoch is None else check(epoch)
    except BaseException as error:
        _record_failure(unit, run, clock.now(), error)
        if isinstance(error, OvertakenError):
            return None
        raise


def _record_failure(unit: UnitOfWork, run: CheckRun, now: datetime, error: BaseException) -> None:
    """Give the lease back and write down why the check ended early; overtaken is not failed."""
    status = "busy" if isinstance(error, OvertakenError) else "failed"
    with unit:
        unit.runs.finish(replace(run, finished_at=now, status=status, error=why_ended(error)))
        unit.commit()


def why_ended(error: BaseException) -> str:
    """Return why a check ended early, in words: also of one that a person or a signal stopped."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped by Ctrl-C"
    code = error.code if isinstance(error, SystemExit) else None
    if isinstance(code, int) and code - SIGNALLED in set(signal.Signals):
        return f"stopped by {signal.Signals(code - SIGNALLED).name}"
    return (str(error) or type(error).__name__)[:LONGEST_ERROR]


def low_products(
    unit: UnitOfWork, lines: list[StockLine], day: date
) -> tuple[list[Candidate], list[Skipped]]:
    """Return the low products to decide about, and those left alone with the reason."""
    with unit.reading():
        return low_products_within(unit, lines, day)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a check found before anything was decided.

    Attributes:
        checked: products and locations with a threshold.
        low: to be decided about, as whoever reviews them sees them.
        skipped: low as well, but left alone.
    """

    checked: int
    low: Sequence[Candidate]
    skipped: Sequence[Skipped] = ()


def conclude(
    unit: UnitOfWork,
    run: CheckRun,
    epoch: int,
    found: Found,
    review: Review,
    *,
    day: date,
    now: datetime,
    within: Callable[[], Sequence[str]] = tuple,
) -> CheckReport:
    """Carry out a review in one transaction, and give the lease back with it.

    Args:
        within: called in that transaction; what it returns is added to the remarks.

    Raises:
        ConflictError: another run took over; nothing was done.
    """
    with unit:
        unit.runs.fence(epoch)
        remarks = (*review.remarks, *within())
        proposals = covered(review, found.low)
        outcome = carry_out(unit, run.run_id, found.low, proposals, day=day, now=now, review=review)
        settle_alerts(unit, run.run_id, day, now)
        low = len(found.low) + len(found.skipped)
        said = why_ended(review.failure) if review.failure else ""
        done = replace(
            run, finished_at=now, status="ok", checked=found.checked, low=low, error=said
        )
        unit.runs.finish(done)
        unit.commit()
    return report_of(unit, done, day, outcome, (*found.skipped, *outcome.moved_on), remarks)


def report_of(
    unit: UnitOfWork,
    run: CheckRun,
    day: date,
    outcome: Outcome,
    skipped: tuple[Skipped, ...],
    remarks: tuple[str, ...],
) -> CheckReport:
    """Return a run as it is told, with the suppliers' names."""
    with unit.reading():
        suppliers = {int(supplier.id): supplier.name for supplier in unit.suppliers.all()}
    return CheckReport(
        run_id=run.run_id,
        tenant=unit.tenant.slug,
        status=run.status,
        business_day=day,
        checked=run.checked,
        low=run.low,
        outcome=outcome,
        skipped=skipped,
        suppliers=suppliers,
        remarks=remarks,
    )

"""The check of one shop: forecast, find what is low, decide, carry out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from stockcli.domain.alerts import AlertKind, low_stock_situation
from stockcli.domain.decisions import Candidate
from stockcli.domain.identifiers import RunId
from stockcli.domain.purchasing import OPEN_STATUSES
from stockcli.domain.replenishment import Threshold
from stockcli.domain.shop import day_of_trade, local_day
from stockcli.usecases.alerting import clear_ended, late_orders, tell
from stockcli.usecases.candidates import Skipped, candidates
from stockcli.usecases.deciding import (
    Outcome,
    carry_out,
    proposals_for,
)
from stockcli.usecases.forecasting import DemandRead, read_demand
from stockcli.usecases.inventory import StockLine, shop_day, stock_lines, stock_lines_within
from stockcli.usecases.ports import (
    CheckRun,
    Clock,
    Forecaster,
    Reviewer,
    ReviewRequest,
    UnitOfWork,
)
from stockcli.usecases.reordering import changed_thresholds, refresh_thresholds

LEASE = timedelta(minutes=15)
"""Longer than any check of one shop takes; a killed run's lease lapses after it."""

OnStep = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """What one shop's check came to.

    Attributes:
        status: "ok", "busy" (another run holds the lease) or "failed".
        checked: products and locations with a threshold.
        low: those at or below their reorder point.
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


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Those who work on a check."""

    forecaster: Forecaster
    reviewer: Reviewer
    clock: Clock


def check_shop(
    unit: UnitOfWork,
    crew: Crew,
    run_id: RunId,
    *,
    as_of: date | None = None,
    dry_run: bool = False,
    on_step: OnStep = lambda *_: None,
) -> CheckReport:
    """Check one shop from claim to carrying out; a dry run writes nothing at all.

    Args:
        as_of: the day to judge the stock on; None takes the shop's own.

    Raises:
        StockError: what keeps this shop from being checked; its run is recorded as failed.
    """
    now = crew.clock.now()
    day = _judged_on(unit, now, as_of, dry_run=dry_run)
    run = CheckRun(run_id=run_id, started_at=now, business_day=day)
    if dry_run:
        return _look(unit, crew, run, day, on_step)
    try:
        # Ctrl-C may strike right after the claim is durable, so the claim stands in here too.
        epoch = _claim(unit, run)
        if epoch is not None:
            return _check(unit, crew, run, epoch, day, on_step)
    except BaseException as error:
        record_failure(unit, run, crew.clock.now(), str(error) or type(error).__name__)
        raise
    return CheckReport(run_id=run_id, tenant=unit.tenant.slug, status="busy", business_day=day)


def _judged_on(unit: UnitOfWork, now: datetime, as_of: date | None, *, dry_run: bool) -> date:
    """Return the day to judge the stock on; only a dry run may look ahead, a year at most."""
    if as_of is None:
        return shop_day(unit, now)
    ahead = timedelta(days=365 if dry_run else 0)
    return day_of_trade(as_of, local_day(unit.tenant, now) + ahead)


def _claim(unit: UnitOfWork, run: CheckRun) -> int | None:
    with unit:
        epoch = unit.runs.claim(run, run.started_at + LEASE)
        unit.commit()
    return epoch


def record_failure(unit: UnitOfWork, run: CheckRun, now: datetime, error: str) -> None:
    """Give the lease back and write down why the check ended early."""
    with unit:
        failed = replace(run, finished_at=now, status="failed", error=error[:500])
        unit.runs.finish(failed)
        unit.commit()


def _check(
    unit: UnitOfWork, crew: Crew, run: CheckRun, epoch: int, day: date, on_step: OnStep
) -> CheckReport:
    checked = _move_thresholds(unit, crew, epoch, day, on_step)
    lines = stock_lines(unit, day=day)
    reviewed, skipped = _low(unit, lines, day)
    request = ReviewRequest(shop=unit.tenant, business_day=day, candidates=tuple(reviewed))
    on_step("deciding", 0, len(reviewed))
    proposals, remarks = proposals_for(crew.reviewer, request) if reviewed else ({}, ())
    on_step("deciding", len(reviewed), len(reviewed))
    now = crew.clock.now()
    with unit:
        unit.runs.fence(epoch)
        outcome = carry_out(unit, run.run_id, reviewed, proposals, day=day, now=now)
        _settle_alerts(unit, run.run_id, day, now)
        low = len(reviewed) + len(skipped)
        done = replace(run, finished_at=now, status="ok", checked=checked, low=low)
        unit.runs.finish(done)
        unit.commit()
    return _report(unit, done, day, outcome, (*skipped, *outcome.moved_on), remarks)


def _move_thresholds(unit: UnitOfWork, crew: Crew, epoch: int, day: date, on_step: OnStep) -> int:
    """Refit the forecasts, write the thresholds that changed, and return how many there are."""
    demand = read_demand(unit, day)
    fresh = _refit(unit, crew, demand, on_step)
    changed = changed_thresholds(fresh, demand.thresholds)
    if changed:
        with unit:
            unit.runs.fence(epoch)
            unit.thresholds.put(changed)
            unit.commit()
    return len(fresh)


def _refit(unit: UnitOfWork, crew: Crew, demand: DemandRead, on_step: OnStep) -> list[Threshold]:
    total = len(demand.histories)
    return refresh_thresholds(
        demand,
        unit.tenant.policy,
        crew.forecaster,
        on_progress=lambda done: on_step("forecasting", done, total),
    )


def _low(
    unit: UnitOfWork, lines: list[StockLine], day: date
) -> tuple[list[Candidate], list[Skipped]]:
    with unit.reading():
        suppliers = {int(supplier.id): supplier for supplier in unit.suppliers.all()}
        latest = unit.decisions.latest()
    return candidates(lines, suppliers=suppliers, latest=latest, policy=unit.tenant.policy, day=day)


def _settle_alerts(unit: UnitOfWork, run_id: RunId, day: date, now: datetime) -> None:
    """End the alerts whose situation is over, and raise those of late orders."""
    late = late_orders(unit.orders.all(OPEN_STATUSES), day, now)
    low = {line.level.key for line in stock_lines_within(unit, day=day) if line.is_low}
    clear_ended(
        unit,
        kinds=(AlertKind.LOW_STOCK, AlertKind.LATE_ORDER),
        still_true={
            *(low_stock_situation(key) for key in low),
            *(alert.situation for alert in late),
        },
        now=now,
    )
    tell(unit, late, now=now, digest_key=f"late:{run_id}")


def _look(unit: UnitOfWork, crew: Crew, run: CheckRun, day: date, on_step: OnStep) -> CheckReport:
    """Return what a check would do: all of it is done, and nothing of it is committed."""
    demand = read_demand(unit, day)
    fresh = _refit(unit, crew, demand, on_step)
    thresholds = {threshold.key: threshold for threshold in fresh}
    with unit.reading():
        lines = stock_lines_within(unit, day=day, thresholds=thresholds)
    reviewed, skipped = _low(unit, lines, day)
    request = ReviewRequest(shop=unit.tenant, business_day=day, candidates=tuple(reviewed))
    proposals, remarks = proposals_for(crew.reviewer, request) if reviewed else ({}, ())
    with unit:
        now = crew.clock.now()
        outcome = carry_out(unit, run.run_id, reviewed, proposals, day=day, now=now)
    done = replace(run, status="ok", checked=len(fresh), low=len(reviewed) + len(skipped))
    return _report(unit, done, day, outcome, (*skipped, *outcome.moved_on), remarks)


def _report(
    unit: UnitOfWork,
    run: CheckRun,
    day: date,
    outcome: Outcome,
    skipped: tuple[Skipped, ...],
    remarks: tuple[str, ...],
) -> CheckReport:
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

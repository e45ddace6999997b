"""The check of one shop: forecast, find what is low, decide, carry out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from stockcli.domain.identifiers import RunId
from stockcli.domain.shop import day_of_trade, local_day
from stockcli.usecases.batch_rows import supersede_within
from stockcli.usecases.check_steps import (
    LEASE,
    CheckReport,
    Crew,
    Found,
    OnStep,
    conclude,
    low_products,
    move_thresholds,
    refit,
    report_of,
    under_lease,
)
from stockcli.usecases.deciding import carry_out, covered
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.inventory import shop_day, stock_lines, stock_lines_within
from stockcli.usecases.nothing_new import noted_again, unchanged_since
from stockcli.usecases.ports import CheckRun, Review, ReviewRequest, UnitOfWork

__all__ = ["LEASE", "CheckReport", "Crew", "OnStep", "check_shop"]

NOTHING_NEW = "nothing changed since the last check"
DRY_RUN_SHOP = "dry run: this shop's policy lets nothing be changed"


def check_shop(
    unit: UnitOfWork,
    crew: Crew,
    run_id: RunId,
    *,
    as_of: date | None = None,
    dry_run: bool = False,
    skip_unchanged: bool = False,
    on_step: OnStep = lambda *_: None,
) -> CheckReport:
    """Check one shop from claim to carrying out; a dry run writes nothing at all.

    Args:
        as_of: the day to judge the stock on; None takes the shop's own.
        dry_run: write nothing; so it is, too, where the shop's policy says so.
        skip_unchanged: do no more than note it down if nothing changed since the last good check.

    Raises:
        StockError: what keeps this shop from being checked; its run is recorded as failed.
    """
    now = crew.clock.now()
    day = _judged_on(unit, now, as_of, dry_run=dry_run or unit.tenant.policy.dry_run)
    run = CheckRun(run_id=run_id, started_at=now, business_day=day)
    if dry_run or unit.tenant.policy.dry_run:
        report = _look(unit, crew, run, day, on_step)
        said = () if dry_run else (DRY_RUN_SHOP,)
        return replace(report, dry_run=True, remarks=(*said, *report.remarks))
    if skip_unchanged and (last := unchanged_since(unit, day)):
        return _note_again(unit, run, last, crew)
    busy = CheckReport(run_id=run_id, tenant=unit.tenant.slug, status="busy", business_day=day)
    done = under_lease(
        unit, run, crew.clock, lambda epoch: _check(unit, crew, run, epoch, day, on_step)
    )
    return done or busy


def _note_again(unit: UnitOfWork, run: CheckRun, last: CheckRun, crew: Crew) -> CheckReport:
    is_noted = noted_again(unit, run, last, crew.clock.now())
    return CheckReport(
        run_id=run.run_id,
        tenant=unit.tenant.slug,
        status="ok" if is_noted else "busy",
        business_day=run.business_day,
        checked=last.checked,
        low=last.low,
        remarks=(NOTHING_NEW,) if is_noted else (),
    )


def _judged_on(unit: UnitOfWork, now: datetime, as_of: date | None, *, dry_run: bool) -> date:
    """Return the day to judge the stock on; only a dry run may look ahead, a year at most."""
    if as_of is None:
        return shop_day(unit, now)
    ahead = timedelta(days=365 if dry_run else 0)
    return day_of_trade(as_of, local_day(unit.tenant, now) + ahead)


def _check(
    unit: UnitOfWork, crew: Crew, run: CheckRun, epoch: int, day: date, on_step: OnStep
) -> CheckReport:
    mark, checked = move_thresholds(
        unit, crew.forecaster, epoch, day, on_step, refits_all=crew.refits_all
    )
    with unit.reading():
        run = replace(run, mark=mark, data_version=unit.version())
    reviewed, skipped = low_products(unit, stock_lines(unit, day=day), day)
    request = ReviewRequest(
        shop=unit.tenant, business_day=day, candidates=tuple(reviewed), run_id=run.run_id
    )
    on_step("deciding", 0, len(reviewed))
    review = crew.reviewer.review(request) if reviewed else Review()
    on_step("deciding", len(reviewed), len(reviewed))
    now = crew.clock.now()
    return conclude(
        unit,
        run,
        epoch,
        Found(checked=checked, low=reviewed, skipped=skipped),
        review,
        day=day,
        now=now,
        within=lambda: supersede_within(unit, now),
    )


def _look(unit: UnitOfWork, crew: Crew, run: CheckRun, day: date, on_step: OnStep) -> CheckReport:
    """Return what a check would do: all of it is done, and nothing of it is committed."""
    demand = read_demand(unit, day)
    fresh = refit(unit, crew.forecaster, demand, on_step)
    thresholds = {threshold.key: threshold for threshold in fresh}
    with unit.reading():
        lines = stock_lines_within(unit, day=day, thresholds=thresholds)
    reviewed, skipped = low_products(unit, lines, day)
    request = ReviewRequest(
        shop=unit.tenant, business_day=day, candidates=tuple(reviewed), run_id=run.run_id
    )
    review = crew.reviewer.review(request) if reviewed else Review()
    with unit:
        outcome = carry_out(
            unit,
            run.run_id,
            reviewed,
            covered(review, reviewed),
            day=day,
            now=crew.clock.now(),
            review=review,
            thresholds=thresholds,
        )
    done = replace(run, status="ok", checked=len(fresh), low=len(reviewed) + len(skipped))
    return report_of(unit, done, day, outcome, (*skipped, *outcome.moved_on), review.remarks)

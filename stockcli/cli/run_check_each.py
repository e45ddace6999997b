"""The shops of one run: one after the other, or several at once, with what is seen meanwhile."""

from __future__ import annotations

import logging
import os
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from stockcli.cli.run_check_workers import FEWEST_SHOPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from stockcli.bootstrap import App
    from stockcli.cli.run_check_running import Way
    from stockcli.cli.run_check_workers import Job
    from stockcli.domain.identifiers import RunId
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.run_check import CheckReport, OnStep
    from stockcli.usecases.run_check_all import RunReport, Timed

    CheckUnit = Callable[[UnitOfWork, OnStep], CheckReport]


@dataclass(frozen=True, kw_only=True)
class Means:
    """With what a run over shops is made.

    Attributes:
        workers: processes; with one, the shops are checked in this one; None takes what fits.
        seconds: after so many no further shop is begun; None sets no end.
    """

    workers: int | None = None
    seconds: float | None = None

    def workers_for(self, shops: int) -> int:
        """Return how many processes check so many shops."""
        if self.workers:
            return min(self.workers, max(shops, 1))
        return (os.cpu_count() or 1) if shops >= FEWEST_SHOPS else 1


def check_all(app: App, units: list[UnitOfWork], way: Way, means: Means) -> RunReport:
    """Check the shops, and send what waits to leave them."""
    from stockcli.usecases.run_check_all import in_order, longest_unchecked_first

    slugs = [unit.tenant.slug for unit in units]
    if means.seconds is not None:
        units = longest_unchecked_first(units)
    elsewhere = app.settings.scheduler is not None or means.workers_for(len(units)) > 1
    run = _in_workers if elsewhere and len(units) > 1 else _in_turn
    return in_order(run(app, units, way, means), slugs)


def _in_turn(app: App, units: list[UnitOfWork], way: Way, means: Means) -> RunReport:
    from stockcli.cli.run_check_running import check_unit

    started_at = app.clock.now()
    run_id, forecaster = fresh_run_id(started_at), app.forecaster()

    def check(unit: UnitOfWork, on_step: OnStep) -> CheckReport:
        return check_unit(app, unit, forecaster, run_id, way, on_step)

    shops = _while_time_lasts(app, units, means, started_at)
    return each_shop(app, units, run_id, started_at, check, shops)


def _in_workers(app: App, units: list[UnitOfWork], way: Way, means: Means) -> RunReport:
    from stockcli.cli.logs import JSON, is_json, level_asked_for
    from stockcli.cli.run_check_progress import watching
    from stockcli.cli.run_check_workers import Job, stopping_in_order
    from stockcli.usecases.run_check_all import gathered

    started_at = app.clock.now()
    run_id = fresh_run_id(started_at)
    job = Job(
        settings=app.settings,
        via=app.via,
        run_id=run_id,
        way=way,
        database=app.database.shown_url,
        log_level=level_asked_for(),
        log_style=JSON if is_json() else "text",
    )
    with watching(len(units)) as watch, stopping_in_order() as stopping:
        _speak_up(silent=watch.is_drawn)
        shops = stopping.let(_while_time_lasts(app, units, means, started_at))
        checks = _spread(app, job, shops, means.workers_for(len(units)))
        return gathered(watch.counted(checks), run_id=run_id, started_at=started_at)


def _spread(app: App, job: Job, shops: Iterable[Tenant], workers: int) -> Iterator[Timed]:
    """Return the checks of shops, made on the cluster if there is one, else in processes."""
    from stockcli.cli.run_check_cluster import check_on_cluster, ensure_shared
    from stockcli.cli.run_check_workers import check_in_workers

    if app.settings.scheduler is None:
        return check_in_workers(job, shops, workers)
    ensure_shared(app)
    return check_on_cluster(job, shops, app.settings.scheduler)


def _while_time_lasts(
    app: App, units: list[UnitOfWork], means: Means, started_at: datetime
) -> Iterable[Tenant]:
    from stockcli.usecases.run_check_all import until

    shops = [unit.tenant for unit in units]
    if means.seconds is None:
        return shops
    return until(started_at + timedelta(seconds=means.seconds), shops, app.clock.now)


def each_shop(
    app: App,
    units: list[UnitOfWork],
    run_id: RunId,
    started_at: datetime,
    check: CheckUnit,
    shops: Iterable[Tenant] | None = None,
) -> RunReport:
    """Do the same with each shop, on screen or in the log; one that fails stops no other.

    Args:
        shops: those of the units to begin with; None: all.
    """
    from stockcli.cli.run_check_progress import watching
    from stockcli.usecases.run_check_all import gathered, timed_check

    by_slug = {unit.tenant.slug: unit for unit in units}
    with watching(len(units)) as step_of:
        _speak_up(silent=step_of.is_drawn)

        def check_one(shop: Tenant) -> CheckReport:
            unit = by_slug[shop.slug]
            unit.refreshed_tenant()  # what was set while the shops before it were checked counts
            return check(unit, step_of(shop))

        wanted = [unit.tenant for unit in units] if shops is None else shops
        checks = (timed_check(shop, check_one, run_id, app.clock.now) for shop in wanted)
        return gathered(step_of.counted(checks), run_id=run_id, started_at=started_at)


def with_unreadable(report: RunReport, unreadable: dict[str, str]) -> RunReport:
    """Return the report with the shops that could not even be read, as failed."""
    from stockcli.usecases.run_check import CheckReport

    failed = [
        CheckReport(run_id=report.run_id, tenant=slug, status="failed", error=reason)
        for slug, reason in unreadable.items()
    ]
    return replace(report, shops=(*report.shops, *failed))


def fresh_run_id(now: datetime) -> RunId:
    """Return the name of a run that begins now."""
    from stockcli.domain.identifiers import RunId

    return RunId(f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}")


def _speak_up(*, silent: bool) -> None:
    """Let the line per shop reach a log, unless the terminal shows progress instead."""
    from stockcli.cli.logs import level_was_asked_for

    if not level_was_asked_for():
        log = logging.getLogger("stock.run_check")
        log.setLevel(logging.CRITICAL if silent else logging.INFO)

"""The shops of one run: checked one after the other, messages sent, and what is to be said."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from stockcli.bootstrap import App
    from stockcli.domain.identifiers import RunId
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.run_check import CheckReport, OnStep
    from stockcli.usecases.run_check_all import RunReport

    CheckUnit = Callable[[UnitOfWork, OnStep], CheckReport]


def each_shop(
    app: App, units: list[UnitOfWork], run_id: RunId, started_at: datetime, check: CheckUnit
) -> RunReport:
    """Do the same with each shop, on screen or in the log; one that fails stops no other."""
    from stockcli.cli.run_check_progress import watching
    from stockcli.usecases.run_check_all import check_shops

    by_slug = {unit.tenant.slug: unit for unit in units}
    with watching() as step_of:
        _speak_up(silent=step_of.is_drawn)

        def check_one(shop: Tenant) -> CheckReport:
            unit = by_slug[shop.slug]
            unit.refreshed_tenant()  # what was set while the shops before it were checked counts
            return check(unit, step_of(shop))

        return check_shops(
            [unit.tenant for unit in units],
            check_one,
            run_id=run_id,
            started_at=started_at,
            now=app.clock.now,
        )


def check_all(
    app: App,
    units: list[UnitOfWork],
    day: date | None,
    *,
    agent: bool,
    dry_run: bool,
    skip_unchanged: bool = False,
    refit: bool = False,
) -> RunReport:
    """Check the shops, and send what waits to leave them."""
    from stockcli.usecases.run_check import Crew, check_shop

    started_at = app.clock.now()
    run_id, forecaster = fresh_run_id(started_at), app.forecaster()

    def check(unit: UnitOfWork, on_step: OnStep) -> CheckReport:
        crew = Crew(
            forecaster=forecaster,
            reviewer=app.reviewer(unit, agent=agent),
            clock=app.clock,
            refits_all=refit,
        )
        report = check_shop(
            unit,
            crew,
            run_id,
            as_of=day,
            dry_run=dry_run,
            skip_unchanged=skip_unchanged,
            on_step=on_step,
        )
        return finished(app, unit, report)

    return each_shop(app, units, run_id, started_at, check)


def finished(app: App, unit: UnitOfWork, report: CheckReport) -> CheckReport:
    """Send what waits to leave the shop, and say what else there is to know."""
    if report.status == "busy":
        return replace(report, remarks=(*report.remarks, _who_is_busy(unit)))
    if not report.dry_run:
        report = _dispatched(app, unit, report)
    return replace(report, remarks=(*report.remarks, *_drafts(unit)))


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


def _who_is_busy(unit: UnitOfWork) -> str:
    """Return since when another run has held the shop's lease, and until when it may."""
    from stockcli.usecases.run_check import LEASE

    with unit.reading():
        running = [run for run in unit.runs.latest(10) if run.status == "running"]
    if not running:
        return "another run was checking this shop; nothing was done"
    since = running[0].started_at
    return (
        f"another run is checking this shop, since {since:%H:%M} UTC and "
        f"until {since + LEASE:%H:%M} UTC at the latest; nothing was done"
    )


def _drafts(unit: UnitOfWork) -> list[str]:
    from stockcli.cli.render import counted
    from stockcli.domain.purchasing import OrderStatus

    with unit.reading():
        count = len(unit.orders.all((OrderStatus.DRAFT,)))
    waits = "waits" if count == 1 else "wait"
    said = f"{counted(count, 'order')} {waits} for approval: `stock orders list --status draft`"
    return [said] if count else []


def _dispatched(app: App, unit: UnitOfWork, report: CheckReport) -> CheckReport:
    """Send what waits; a delivery that fails is a remark, for it is tried again later."""
    from stockcli.cli.dispatch import held_in_words, in_words
    from stockcli.domain.errors import StockError
    from stockcli.usecases.dispatching import dispatch
    from stockcli.usecases.holding import held_alerts

    try:
        fate = dispatch(unit, app.courier(), app.clock)
        with unit.reading():
            orders = tuple(unit.orders.get(order.number) for order in report.outcome.orders)
    except StockError as error:
        said = f"the messages could not be sent: {error.message}"
        return replace(report, remarks=(*report.remarks, said))
    parts = (in_words(fate), held_in_words(held_alerts(unit, app.clock.now())))
    words = "; ".join(part for part in parts if part)
    return replace(
        report,
        outcome=replace(report.outcome, orders=orders),
        remarks=(*report.remarks, *([f"messages: {words}"] if words else [])),
    )


def _speak_up(*, silent: bool) -> None:
    """Let the line per shop reach a log, unless the terminal shows progress instead."""
    from stockcli.cli.logs import level_was_asked_for

    if not level_was_asked_for():
        log = logging.getLogger("stock.run_check")
        log.setLevel(logging.CRITICAL if silent else logging.INFO)

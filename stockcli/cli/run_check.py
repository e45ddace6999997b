"""`stock run-check`: forecast, find what is low, decide, order."""

from __future__ import annotations

import logging
import secrets
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import (
    Json,
    TenantOption,
    chosen_units,
    open_app,
    parse_day,
    unreadable_shops,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from stockcli.bootstrap import App
    from stockcli.domain.identifiers import RunId
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.run_check import CheckReport, Crew, OnStep
    from stockcli.usecases.run_check_all import RunReport

TERMINATED = 143
"""What a shell reports for a program that SIGTERM ended."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run-check")(run_check)


def run_check(
    all_tenants: Annotated[
        bool, typer.Option("--all-tenants", help="Every shop (operators only).")
    ] = False,
    tenant: TenantOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and write nothing.")
    ] = False,
    no_agent: Annotated[
        bool, typer.Option("--no-agent", help="Let plain rules decide; no model is asked.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Judge the stock on this day; left out, the shop's own."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the stock: refit forecasts, move reorder points, find what is low, decide, order.

    Made for cron: a second run orders nothing again, two runs at once do no harm, and a shop that
    fails does not stop the others. Exit code 0 all well, 1 some shop failed, 2 wrong use.

    \b
    Example: stock run-check --dry-run
    Example: stock run-check --all-tenants --json
    """
    from stockcli.cli.run_check_report import print_report, run_to_json

    _end_in_order()
    app = open_app()
    day = parse_day(as_of) if as_of else None
    units = _units(app, tenant, all_tenants=all_tenants, dry_run=dry_run)
    report = _check(app, units, day, agent=not no_agent, dry_run=dry_run)
    if all_tenants:
        report = _with_unreadable(report, unreadable_shops(app))
    names = {unit.tenant.slug: unit.tenant for unit in units}
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(run_to_json(report, dry_run=dry_run))
    print_report(report, names, dry_run=dry_run, tables=not as_json)
    if report.failed:
        raise typer.Exit(1)


def _end_in_order() -> None:
    """Let a polite kill unwind the run, so that the shop's lease is given back at once."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))


def _units(app: App, tenant: str | None, *, all_tenants: bool, dry_run: bool) -> list[UnitOfWork]:
    from stockcli.domain.errors import NotAllowedError
    from stockcli.domain.shop import Role

    own_shop = not tenant and not all_tenants
    if own_shop and not dry_run and app.identity.role is Role.ANALYST:
        message = "an analyst's token may only look"
        raise NotAllowedError(message, "add --dry-run, or ask a manager")
    return chosen_units(app, tenant=tenant, all_tenants=all_tenants, writes=not dry_run)


def _with_unreadable(report: RunReport, reasons: dict[str, str]) -> RunReport:
    """Return the report with the shops that could not even be read, as failed."""
    from stockcli.usecases.run_check import CheckReport

    failed = [
        CheckReport(run_id=report.run_id, tenant=slug, status="failed", error=reason)
        for slug, reason in reasons.items()
    ]
    return replace(report, shops=(*report.shops, *failed))


def _check(
    app: App, units: list[UnitOfWork], day: date | None, *, agent: bool, dry_run: bool
) -> RunReport:
    from stockcli.cli.run_check_progress import watching
    from stockcli.usecases.run_check import Crew
    from stockcli.usecases.run_check_all import check_shops

    by_slug = {unit.tenant.slug: unit for unit in units}
    started_at = app.clock.now()
    run_id, forecaster = _fresh_run_id(started_at), app.forecaster()
    with watching() as step_of:
        _speak_up(silent=step_of.is_drawn)

        def check_one(shop: Tenant) -> CheckReport:
            unit = by_slug[shop.slug]
            crew = Crew(
                forecaster=forecaster, reviewer=app.reviewer(unit, agent=agent), clock=app.clock
            )
            return _check_one(app, unit, crew, run_id, day, step_of(shop), dry_run=dry_run)

        return check_shops(
            [unit.tenant for unit in units],
            check_one,
            run_id=run_id,
            started_at=started_at,
            now=app.clock.now,
        )


def _check_one(
    app: App,
    unit: UnitOfWork,
    crew: Crew,
    run_id: RunId,
    day: date | None,
    on_step: OnStep,
    *,
    dry_run: bool,
) -> CheckReport:
    from stockcli.usecases.run_check import check_shop

    report = check_shop(unit, crew, run_id, as_of=day, dry_run=dry_run, on_step=on_step)
    if report.status == "busy":
        return replace(report, remarks=(*report.remarks, _who_is_busy(unit)))
    if not dry_run:
        report = _dispatched(app, unit, report)
    return replace(report, remarks=(*report.remarks, *_drafts(unit)))


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
    from stockcli.cli.dispatch import in_words
    from stockcli.domain.errors import StockError
    from stockcli.usecases.dispatching import dispatch

    try:
        fate = dispatch(unit, app.courier(), app.clock)
        with unit.reading():
            orders = tuple(unit.orders.get(order.number) for order in report.outcome.orders)
    except StockError as error:
        said = f"the messages could not be sent: {error.message}"
        return replace(report, remarks=(*report.remarks, said))
    words = in_words(fate)
    return replace(
        report,
        outcome=replace(report.outcome, orders=orders),
        remarks=(*report.remarks, *([f"messages: {words}"] if words else [])),
    )


def _fresh_run_id(now: datetime) -> RunId:
    from stockcli.domain.identifiers import RunId

    return RunId(f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}")


def _speak_up(*, silent: bool) -> None:
    """Let the line per shop reach a log, unless the terminal shows progress instead."""
    from stockcli.cli.logs import level_was_asked_for

    if not level_was_asked_for():
        log = logging.getLogger("stock.run_check")
        log.setLevel(logging.CRITICAL if silent else logging.INFO)

"""One shop of a run: checked, messages sent, and what is to be said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from stockcli.bootstrap import App
    from stockcli.domain.identifiers import RunId
    from stockcli.usecases.ports import Forecaster, UnitOfWork
    from stockcli.usecases.run_check import CheckReport, OnStep


@dataclass(frozen=True, kw_only=True)
class Way:
    """How shops are checked: what a worker elsewhere must know of the command's options."""

    day: date | None = None
    agent: bool = True
    dry_run: bool = False
    skip_unchanged: bool = False
    refit: bool = False


def check_unit(
    app: App,
    unit: UnitOfWork,
    forecaster: Forecaster,
    run_id: RunId,
    way: Way,
    on_step: OnStep = lambda *_: None,
) -> CheckReport:
    """Check one shop, and send what waits to leave it."""
    from stockcli.usecases.run_check import Crew, check_shop

    crew = Crew(
        forecaster=forecaster,
        reviewer=app.reviewer(unit, agent=way.agent),
        clock=app.clock,
        refits_all=way.refit,
    )
    report = check_shop(
        unit,
        crew,
        run_id,
        as_of=way.day,
        dry_run=way.dry_run,
        skip_unchanged=way.skip_unchanged,
        on_step=on_step,
    )
    return finished(app, unit, report)


def finished(app: App, unit: UnitOfWork, report: CheckReport) -> CheckReport:
    """Send what waits to leave the shop, and say what else there is to know."""
    if report.status == "busy":
        return replace(report, remarks=(*report.remarks, _who_is_busy(unit)))
    if not report.dry_run:
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
        remarks=(*report.remarks, *([f"messages: {words}"] if words else []), *fate.troubles),
    )

"""`stock run-check`: forecast, find what is low, decide, order."""

from __future__ import annotations

import signal
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import (
    Json,
    TenantOption,
    chosen_units,
    open_app,
    parse_day,
    remark,
    unreadable_shops,
)
from stockcli.cli.metrics import leave_figures

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.cli.run_check_running import Way
    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.run_check_all import RunReport

TERMINATED = 143
"""What a shell reports for a program that SIGTERM ended."""


UNBATCHED = ("--dry-run", "--no-agent", "--as-of", "--refit", "--workers", "--limit-seconds")


class BatchStep(StrEnum):
    """Which half of a check in a batch."""

    SUBMIT = "submit"
    COLLECT = "collect"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run-check")(run_check)


def run_check(
    *,
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
    refit: Annotated[
        bool,
        typer.Option("--refit", help="Refit and judge again although nothing changed."),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help="Check so many shops at once; left out, as many as there are cores from ten on.",
        ),
    ] = None,
    limit_seconds: Annotated[
        float | None,
        typer.Option(
            "--limit-seconds",
            metavar="SECONDS",
            min=0,
            help="Begin no further shop after so long; the longest unchecked come first.",
        ),
    ] = None,
    batch: Annotated[
        BatchStep | None,
        typer.Option(
            "--batch",
            help="Ask the model in one batch for all shops, at half price: submit now, collect "
            "hours later.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the stock: refit forecasts, move reorder points, find what is low, decide, order.

    Made for cron: a second run orders nothing again, two runs at once do no harm, and a shop that
    fails does not stop the others. Where nothing changed since the last check it does next to
    nothing: forecasts are refitted when the day or what they are made from is another, and with
    --all-tenants a shop without any change is only noted down. Exit code 0 all well, 1 some shop
    failed, 2 wrong use.

    From ten shops on, several are checked at once. With --limit-seconds the shops that were not
    reached are named, and the next run begins with them. Ctrl-C lets the shops under way finish;
    once more, it stops at once.

    With --batch the model is asked at half price and answers within a day: `submit` checks the
    shops and sends one batch, `collect` carries out what came back, on the figures of then.

    \b
    Example: stock run-check --dry-run
    Example: stock run-check --all-tenants --json
    Example: stock run-check --all-tenants --batch submit
    """
    from stockcli.cli.run_check_batch import run_batch
    from stockcli.cli.run_check_each import Means, check_all, with_unreadable
    from stockcli.cli.run_check_running import Way

    _end_in_order()
    means = Means(workers=workers, seconds=limit_seconds)
    if batch:
        _ensure_plain(dry_run, no_agent, as_of, refit, workers, limit_seconds)
    app = open_app()
    day = parse_day(as_of) if as_of else None
    units = _units(app, tenant, all_tenants=all_tenants, dry_run=dry_run)
    # Read before any shop is checked: what they came to is told whatever happens meanwhile.
    unreadable = unreadable_shops(app) if all_tenants else {}
    trouble = _trouble_with_prices(app, must_have=bool(batch), agent=not no_agent)
    watched = all_tenants and not dry_run
    way = Way(
        day=day,
        agent=not no_agent,
        dry_run=dry_run,
        skip_unchanged=all_tenants and not (refit or day),
        refit=refit,
    )
    try:
        report = run_batch(app, units, batch) if batch else check_all(app, units, way, means)
        failed = _tell(with_unreadable(report, unreadable), units, way, as_json=as_json)
    except BaseException:
        if watched:
            leave_figures(app)
        raise
    unwritten = watched and leave_figures(app)
    if failed or trouble or unwritten:
        raise typer.Exit(1)


def _tell(report: RunReport, units: list[UnitOfWork], way: Way, *, as_json: bool) -> bool:
    """Tell what came of the checks; return whether any failed."""
    from stockcli.cli.run_check_report import print_report, run_to_json

    names = {unit.tenant.slug: unit.tenant for unit in units}
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(run_to_json(report, dry_run=way.dry_run))
    print_report(report, names, tables=not as_json)
    return report.failed


def _trouble_with_prices(app: App, *, must_have: bool, agent: bool) -> bool:
    """Return whether the prices cannot be read, and say so: then the rules decide.

    Raises:
        InvalidInputError: so it is, and nothing can be done without them.
    """
    from stockcli.domain.errors import InvalidInputError

    try:
        if agent:
            app.models.ensure_prices()
    except InvalidInputError as error:
        if must_have:
            raise
        remark(f"error: {error.message}; the rules decide")
        return True
    return False


def _ensure_plain(*given: object) -> None:
    """Refuse options that mean nothing in a batch: these, in the order of `UNBATCHED`.

    Raises:
        InvalidInputError: one was given.
    """
    from stockcli.domain.errors import InvalidInputError

    for option, value in zip(UNBATCHED, given, strict=True):
        if value not in (None, False):
            message = f"--batch and {option} exclude each other"
            raise InvalidInputError(message, "leave one of them out")


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

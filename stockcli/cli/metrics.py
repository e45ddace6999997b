"""`stock metrics`: figures of the shops for Prometheus, on stdout or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import TenantOption, chosen_units, open_app, remark, unreadable_shops

if TYPE_CHECKING:
    from stockcli.bootstrap import App

READ_BY_ALL = 0o644
"""node_exporter is another user; there is no secret in the figures."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("metrics")(metrics)


def metrics(
    all_tenants: Annotated[
        bool, typer.Option("--all-tenants", help="Every shop's (operators only).")
    ] = False,
    tenant: TenantOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Replace this file, whole; left out, print them."
        ),
    ] = None,
) -> None:
    """Tell figures for Prometheus, in its text format: of your shop, of one, or of all.

    They come from the database, so that they hold whichever machine checked. A shop that cannot be
    read is stock_tenant_readable 0, and the exit code 1. With STOCK_METRICS_FILE set, run-check
    --all-tenants writes that file at its end.

    \b
    Example: stock metrics
    Example: stock metrics --all-tenants --output /var/lib/node_exporter/stock.prom
    """
    app = open_app()
    text, failed = figures_text(app, tenant, all_tenants=all_tenants)
    if output is None:
        typer.echo(text.decode(), nl=False)
    else:
        app.replace_file(output, text, mode=READ_BY_ALL)
    if failed:
        raise typer.Exit(1)


def figures_text(
    app: App, tenant: str | None, *, all_tenants: bool
) -> tuple[bytes, dict[str, str]]:
    """Return the figures, and why those of some shops are not among them."""
    from stockcli.cli.each_shop import for_each_shop
    from stockcli.cli.metrics_text import metrics_text
    from stockcli.domain.errors import NotFoundError
    from stockcli.usecases.measuring import measure

    now = app.clock.now()
    unreadable = unreadable_shops(app) if all_tenants else {}
    try:
        units = chosen_units(app, tenant=tenant, all_tenants=all_tenants, writes=False)
    except NotFoundError:
        if not all_tenants:
            raise
        units = []  # a new installation has no shop yet, and its figures say so
    figures, failed = for_each_shop(
        units, lambda unit: measure(unit, now), command="metrics", all_tenants=all_tenants
    )
    failed |= unreadable
    for slug, reason in failed.items():
        remark(f"error: {slug}: {reason}")
    return metrics_text(list(figures.values()), failed, now, in_all=all_tenants), failed


def leave_figures(app: App) -> bool:
    """Write STOCK_METRICS_FILE, if it is set, after a check; return whether that failed."""
    from stockcli.domain.errors import StockError

    file = app.settings.metrics_file
    if file is None:
        return False
    try:
        text, _ = figures_text(app, None, all_tenants=True)
        app.replace_file(file, text, mode=READ_BY_ALL)
    except StockError as error:
        remark(f"error: the figures were not written: {error.message}")
        return True
    return False

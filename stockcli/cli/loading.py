"""`stock load`: many daily sales of one shop or many, at the database's speed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, TenantOption, open_app, remark
from stockcli.cli.completion import complete_location
from stockcli.cli.import_options import DateFormat, DecimalComma, DryRun, Map

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.usecases.importing import LoadOptions, LoadReport
    from stockcli.usecases.ports import DayTable, UnitOfWork

FIELDS = ("tenant", "sku", "quantity", "date", "price", "location")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("load")(load)


def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Daily sales: CSV, plain or .gz, or Parquet.")
    ],
    *,
    tenant: TenantOption = None,
    mapping: Map = None,
    location: Annotated[
        str,
        typer.Option(
            "--location",
            metavar="CODE",
            help="Where rows belong that name no location.",
            autocompletion=complete_location,
        ),
    ] = "",
    date_format: DateFormat = "",
    decimal_comma: DecimalComma = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="CSV", help="Write the rows left out, with reasons."),
    ] = None,
    workers: Annotated[
        int,
        typer.Option("--workers", metavar="N", help="Shops loaded at once.", min=1, max=32),
    ] = 2,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Load millions of daily sales, of one shop or many; the same file twice changes nothing.

    Columns: sku, quantity and date, one row a product, location and day; and tenant (the shop's
    short name), location and price if you have them. A shop's own token loads its own rows alone.
    Products and locations must exist. Broken off, the same command goes on where it was.

    \b
    Example:
      stock load sales.parquet --dry-run --rejects bad.csv
      stock load acme.csv --tenant acme
    """
    from stockcli.cli.import_running import chosen_columns
    from stockcli.cli.load_rejects import ensure_rejects_writable, write_rejects
    from stockcli.usecases.importing import LoadOptions

    if rejects is not None:
        ensure_rejects_writable(rejects)
    app = open_app()
    table = app.day_table(file, chosen_columns({}, mapping, FIELDS))
    units, only = _shops(app, table, tenant)
    options = LoadOptions(
        only=only, location=location, date_format=date_format, decimal_comma=decimal_comma
    )
    report = _loaded(app, table, units, options, dry_run=dry_run, workers=workers)
    if rejects is not None:
        write_rejects(rejects, table.left_out())
    _show(report, as_json=as_json)
    if report.failed:
        raise typer.Exit(1)


def _shops(app: App, table: DayTable, tenant: str | None) -> tuple[dict[str, UnitOfWork], str]:
    """Return the shops that may be loaded into, and the only one that was said."""
    from stockcli.cli.common import chosen_units
    from stockcli.usecases.importing import shops_named

    if tenant or app.identity.tenant is not None:
        (unit,) = chosen_units(app, tenant=tenant, all_tenants=False)
        return {unit.tenant.slug: unit}, unit.tenant.slug
    app.require_operator()
    named = shops_named(table)
    shops = [shop for shop in app.directory.tenants() if shop.active and shop.slug in named]
    return {shop.slug: app.unit_for(shop) for shop in shops}, ""


def _loaded(
    app: App,
    table: DayTable,
    units: dict[str, UnitOfWork],
    options: LoadOptions,
    *,
    dry_run: bool,
    workers: int,
) -> LoadReport:
    from stockcli.cli.import_progress import progress_shown
    from stockcli.usecases.importing import load_days

    try:
        with progress_shown() as step:
            return load_days(
                table,
                units,
                options,
                now=app.clock.now(),
                dry_run=dry_run,
                workers=workers,
                on_progress=lambda done, total: step(table.name, done, total),
            )
    except KeyboardInterrupt:
        remark("stopped; what was loaded stays, and the same command goes on from there")
        raise


def _show(report: LoadReport, *, as_json: bool) -> None:
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(report.to_json())
        return
    from stockcli.cli.import_report import print_report
    from stockcli.cli.render import number, print_lines, print_table

    print_report(report.total)
    if len(report.shops) > 1:
        print_lines("")
        columns = ("shop", number("rows"), number("taken"), number("already there"))
        rows = [
            (slug, one.rows_read, one.taken, one.already_there)
            for slug, one in sorted(report.shops.items())
        ]
        print_table(columns, rows)
    for slug, reason in sorted(report.failed.items()):
        remark(f"{slug}: {reason}; the same command goes on with it")

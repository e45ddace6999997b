"""`stock import`: taking in a shop's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, group, open_app, remark
from stockcli.cli.completion import complete_location
from stockcli.cli.import_options import (
    Date,
    DateFormat,
    DecimalComma,
    DryRun,
    File,
    Map,
    Quantity,
    Sku,
    column_option,
)
from stockcli.cli.import_tables import (
    calendar,
    counts,
    movements,
    products,
    sources,
    suppliers,
)

if TYPE_CHECKING:
    from stockcli.usecases.importing import ImportReport, ImportSource
    from stockcli.usecases.ports import Progress, UnitOfWork

LISTED = 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(
        app,
        "import",
        "Take in files: sales, products, suppliers, sources, counts, movements, open days.",
    )
    for command in (sales, products, suppliers, sources, counts, movements, calendar):
        commands.command(command.__name__)(command)
    commands.command("list")(list_imports)


def sales(
    file: File,
    *,
    sku: Sku = "",
    quantity: Quantity = "",
    date: Date = "",
    invoice: Annotated[str, column_option("invoice")] = "",
    price: Annotated[str, column_option("price")] = "",
    name: Annotated[str, column_option("name")] = "",
    status: Annotated[str, column_option("status")] = "",
    location_column: Annotated[
        str, typer.Option("--location-column", metavar="COLUMN", help="The column of the location.")
    ] = "",
    mapping: Map = None,
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME", help="Read it as saved, or online-retail.")
    ] = "",
    save_profile: Annotated[
        str, typer.Option("--save-profile", metavar="NAME", help="Save columns and options.")
    ] = "",
    location: Annotated[
        str,
        typer.Option(
            "--location",
            metavar="CODE",
            help="Where rows belong that name no location.",
            autocompletion=complete_location,
        ),
    ] = "",
    skip_sku: Annotated[
        str,
        typer.Option("--skip-sku", metavar="REGEX", help="Codes that are no products: POST|FEE.*"),
    ] = "",
    create_products: Annotated[
        bool,
        typer.Option(
            "--create-products/--no-create-products", help="Unknown SKUs become products, or not."
        ),
    ] = True,
    create_locations: Annotated[
        bool, typer.Option("--create-locations", help="Unknown locations are added.")
    ] = False,
    date_format: DateFormat = "",
    decimal_comma: DecimalComma = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take in sales and returns; the same file twice changes nothing.

    Columns are found by their names, in English or Portuguese, or named by options. A bad row is
    left out with its reason, and never stops the rest.

    \b
    Example:
      stock import sales sales.csv --dry-run
      stock import sales till.csv --sku Codigo --quantity Qtd --save-profile till
    """
    from stockcli.cli.import_running import chosen_columns, run_import
    from stockcli.usecases.importing import ColumnMapping, SalesOptions, import_sales

    named = {
        "sku": sku,
        "quantity": quantity,
        "date": date,
        "invoice": invoice,
        "price": price,
        "name": name,
        "status": status,
        "location": location_column,
    }
    options = SalesOptions(
        mapping=ColumnMapping(**chosen_columns(named, mapping, tuple(named))),
        profile=profile,
        save_profile=save_profile,
        date_format=date_format,
        decimal_comma=decimal_comma,
        skip_sku=skip_sku,
        create_products=create_products,
        create_locations=create_locations,
        location=location,
    )
    app = open_app()

    def take_in(unit: UnitOfWork, source: ImportSource, told: Progress) -> ImportReport:
        now = app.clock.now()
        return import_sales(unit, source, options, now=now, dry_run=dry_run, on_progress=told)

    run_import(app, file, take_in, as_json=as_json)


def list_imports(
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", help="How many at most.", min=1, max=1000)
    ] = LISTED,
    as_json: Json = False,
) -> None:
    """List the files taken in, newest first.

    Example: stock import list --limit 5
    """
    from stockcli.cli.render import number, print_table

    unit = open_app().unit()
    with unit.reading():
        records, profiles = unit.imports.latest(limit), unit.imports.profiles()
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(records)
        return
    columns = ("when", "kind", "file", number("rows"), number("taken"), number("already there"))
    counted = ("rows_read", "taken", "already_there")
    rows = [
        (one.imported_at, one.kind, one.file_name, *(one.report.get(name, "") for name in counted))
        for one in records
    ]
    print_table(columns, rows)
    if profiles:
        remark(f"saved profiles: {', '.join(profiles)}")

"""`stock import`: taking in a shop's files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, group, open_app, remark
from stockcli.cli.completion import complete_location

if TYPE_CHECKING:
    from stockcli.usecases.importing import ImportReport, ImportSource, TableOptions
    from stockcli.usecases.ports import Progress, UnitOfWork

LISTED = 20

File = Annotated[
    str, typer.Argument(metavar="FILE", help="A CSV file, plain or .gz; - is standard input.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only report; write nothing.")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Name a field's column; may be repeated."),
]
DateFormat = Annotated[
    str,
    typer.Option("--date-format", metavar="FORMAT", help="As in strptime, such as %m/%d/%Y."),
]
DecimalComma = Annotated[
    bool | None,
    typer.Option("--decimal-comma/--decimal-point", help="1,250 is one and a quarter, or not."),
]


def _column(field: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        f"--{field}", metavar="COLUMN", help=f"The column of the {field}."
    )
    return option


Sku = Annotated[str, _column("sku")]
Quantity = Annotated[str, _column("quantity")]
Date = Annotated[str, _column("date")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(
        app, "import", "Take in files: sales, products, suppliers, counts, movements, open days."
    )
    for command in (sales, products, suppliers, counts, movements, calendar):
        commands.command(command.__name__)(command)
    commands.command("list")(list_imports)


def sales(
    file: File,
    *,
    sku: Sku = "",
    quantity: Quantity = "",
    date: Date = "",
    invoice: Annotated[str, _column("invoice")] = "",
    price: Annotated[str, _column("price")] = "",
    name: Annotated[str, _column("name")] = "",
    status: Annotated[str, _column("status")] = "",
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


def products(
    file: File,
    *,
    sku: Sku = "",
    mapping: Map = None,
    decimal_comma: DecimalComma = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add products, or bring them up to date; empty cells and missing columns change nothing.

    Fields: sku, name, category, supplier, unit_cost, unit_price, pack_size,
    minimum_order_quantity, maximum_stock, status, service_level.

    \b
    Example:
      stock import products catalogue.csv --map unit_cost=Custo
    """
    from stockcli.usecases.importing import TableOptions, import_products
    from stockcli.usecases.importing.products import PRODUCT_LAYOUT

    columns = _columns({"sku": sku}, mapping, PRODUCT_LAYOUT.fields)
    options = TableOptions(columns=columns, decimal_comma=decimal_comma)
    _run_table(import_products, file, options, dry_run=dry_run, as_json=as_json)


def suppliers(
    file: File,
    *,
    code: Annotated[str, _column("code")] = "",
    mapping: Map = None,
    decimal_comma: DecimalComma = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add suppliers, or bring them up to date; lead times in days from order to receipt.

    Fields: code, name, email, lead_time_days, lead_time_sd_days.

    Example: stock import suppliers suppliers.csv
    """
    from stockcli.usecases.importing import TableOptions, import_suppliers
    from stockcli.usecases.importing.products import SUPPLIER_LAYOUT

    columns = _columns({"code": code}, mapping, SUPPLIER_LAYOUT.fields)
    options = TableOptions(columns=columns, decimal_comma=decimal_comma)
    _run_table(import_suppliers, file, options, dry_run=dry_run, as_json=as_json)


def counts(
    file: File,
    *,
    sku: Sku = "",
    quantity: Quantity = "",
    mapping: Map = None,
    date_format: DateFormat = "",
    decimal_comma: DecimalComma = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Book stock counts: what was found on the shelf, and the difference it corrects.

    Fields: sku, quantity, location, date; a row without a date was counted now.

    Example: stock import counts shelves.csv --dry-run
    """
    from stockcli.usecases.importing import TableOptions, import_counts
    from stockcli.usecases.importing.counts import LAYOUT

    columns = _columns({"sku": sku, "quantity": quantity}, mapping, LAYOUT.fields)
    options = TableOptions(columns=columns, date_format=date_format, decimal_comma=decimal_comma)
    _run_table(import_counts, file, options, dry_run=dry_run, as_json=as_json)


def movements(
    file: File,
    *,
    sku: Sku = "",
    kind: Annotated[str, _column("kind")] = "",
    quantity: Quantity = "",
    date: Date = "",
    mapping: Map = None,
    date_format: DateFormat = "",
    decimal_comma: DecimalComma = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Book receipts, returns, adjustments, transfers and sales of known products.

    Fields: sku, kind, quantity, date, location, reference, price. The quantity of an adjustment or
    a transfer is signed: below zero leaves the shelf.

    Example: stock import movements receipts.csv
    """
    from stockcli.usecases.importing import TableOptions, import_movements
    from stockcli.usecases.importing.movements import LAYOUT

    named = {"sku": sku, "kind": kind, "quantity": quantity, "date": date}
    options = TableOptions(
        columns=_columns(named, mapping, LAYOUT.fields),
        date_format=date_format,
        decimal_comma=decimal_comma,
    )
    _run_table(import_movements, file, options, dry_run=dry_run, as_json=as_json)


def calendar(
    file: File,
    *,
    date: Date = "",
    is_open: Annotated[str, _column("open")] = "",
    mapping: Map = None,
    date_format: DateFormat = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Say on which days the shop was or will be open (1) or closed (0).

    Fields: date, open.

    Example: stock import calendar holidays.csv
    """
    from stockcli.usecases.importing import TableOptions, import_calendar
    from stockcli.usecases.importing.calendar import LAYOUT

    columns = _columns({"date": date, "open": is_open}, mapping, LAYOUT.fields)
    options = TableOptions(columns=columns, date_format=date_format)
    _run_table(import_calendar, file, options, dry_run=dry_run, as_json=as_json)


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


def _columns(
    named: Mapping[str, str], mapping: Sequence[str] | None, fields: Sequence[str]
) -> dict[str, str]:
    from stockcli.cli.import_running import chosen_columns

    return chosen_columns(named, mapping, fields)


def _run_table(
    import_table: Callable[..., ImportReport],
    file: str,
    options: TableOptions,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from stockcli.cli.import_running import run_import

    app = open_app()

    def take_in(unit: UnitOfWork, source: ImportSource, told: Progress) -> ImportReport:
        now = app.clock.now()
        return import_table(unit, source, options, now=now, dry_run=dry_run, on_progress=told)

    run_import(app, file, take_in, as_json=as_json)

"""`stock import` for everything but sales: catalogue, suppliers, counts, movements, open days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from stockcli.cli.common import Json, open_app
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

if TYPE_CHECKING:
    from stockcli.usecases.importing import ImportReport, ImportSource, TableOptions
    from stockcli.usecases.ports import Progress, UnitOfWork


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
    code: Annotated[str, column_option("code")] = "",
    mapping: Map = None,
    decimal_comma: DecimalComma = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add suppliers, or bring them up to date; empty cells and missing columns change nothing.

    Lead times are days from order to receipt; order_channel is file, email or webhook.

    Fields: code, name, email, lead_time_days, lead_time_sd_days, order_channel, webhook_url,
    minimum_order_value, order_days.

    Example: stock import suppliers suppliers.csv
    """
    from stockcli.usecases.importing import TableOptions, import_suppliers
    from stockcli.usecases.importing.suppliers import SUPPLIER_LAYOUT

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
    kind: Annotated[str, column_option("kind")] = "",
    quantity: Quantity = "",
    date: Date = "",
    mapping: Map = None,
    date_format: DateFormat = "",
    decimal_comma: DecimalComma = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Book receipts, returns, adjustments, transfers and sales of known products.

    Fields: sku, kind, quantity, date, location, to, reference, price. The quantity of an
    adjustment is signed: below zero leaves the shelf. A transfer leaves its location and arrives
    at the one in `to`; without that it is one leg, and its quantity is signed.

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
    is_open: Annotated[str, column_option("open")] = "",
    event: Annotated[str, column_option("event")] = "",
    mapping: Map = None,
    date_format: DateFormat = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Say on which days the shop was or will be open (1) or closed (0), and what happens.

    Days with the same event, such as "Mother's Day" or "promotion", are expected to sell alike.
    An empty cell keeps what is stored; an event of 0 takes it back.

    Fields: date, and open or event or both.

    Example: stock import calendar holidays.csv
    """
    from stockcli.usecases.importing import TableOptions, import_calendar
    from stockcli.usecases.importing.calendar import LAYOUT

    columns = _columns({"date": date, "open": is_open, "event": event}, mapping, LAYOUT.fields)
    options = TableOptions(columns=columns, date_format=date_format)
    _run_table(import_calendar, file, options, dry_run=dry_run, as_json=as_json)


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

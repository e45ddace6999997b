"""`stock export`: everything of the shop as tables, for spreadsheets and other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stockcli.cli.common import Json, open_app, remark


class Format(StrEnum):
    """How a table is written."""

    CSV = "csv"
    PARQUET = "parquet"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    directory: Annotated[
        Path, typer.Argument(metavar="DIRECTORY", help="A folder; made if it is not there.")
    ],
    form: Annotated[
        Format, typer.Option("--format", help="Parquet keeps every text exactly.")
    ] = Format.CSV,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace files that are there already.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write everything of your shop into a folder: a file a table, and manifest.json.

    In CSV a text that begins like a formula (=, +, -, @) gets an apostrophe before it, so that no
    spreadsheet computes it; take that one off to have the text back. Numbers stay as they are, a
    missing value is nothing, an empty text "". Codes such as sku stand beside the numbers of rows.
    Left out are tokens, and addresses with secrets: where alerts go, and suppliers' webhooks. A
    manager's token is needed.

    \b
    Example: stock export shop-tables
    Example: stock export shop-tables --format parquet --replace
    """
    from stockcli.cli.import_progress import progress_shown
    from stockcli.cli.json_output import print_json
    from stockcli.cli.tenants_leaving import shop_to_export

    app = open_app()
    shop, _ = shop_to_export(app, None)
    _ = app.database  # brought up to date first
    with progress_shown() as on_rows:
        manifest = app.upkeep.export_tables(
            shop, directory, form=form.value, replace=replace, on_rows=on_rows
        )
    if as_json:
        print_json({"directory": str(directory), **vars(manifest)})
        return
    typer.echo(str(directory))
    remark(f"{manifest.rows:,} rows of {shop.slug} were written to {len(manifest.files)} tables")

"""Options that mean the same for every kind of file."""

from __future__ import annotations

from typing import Annotated

import typer

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


def column_option(field: str) -> typer.models.OptionInfo:
    """Return the option that names a field's column."""
    option: typer.models.OptionInfo = typer.Option(
        f"--{field}", metavar="COLUMN", help=f"The column of the {field}."
    )
    return option


Sku = Annotated[str, column_option("sku")]
Quantity = Annotated[str, column_option("quantity")]
Date = Annotated[str, column_option("date")]

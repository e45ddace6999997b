"""The rows a load left out, as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from stockcli.cli.output_files import ensure_replaceable, unwritable

if TYPE_CHECKING:
    from stockcli.usecases.ports import LeftOut

COLUMNS = ("line", "reason", "detail", "tenant", "sku", "location", "date", "quantity", "price")


def ensure_rejects_writable(file: Path) -> None:
    """Refuse a file that holds anything but rows left out, or a place where none can be made.

    Raises:
        InvalidInputError: it does, or none can.
    """
    ensure_replaceable(file, ",".join(COLUMNS).encode(), "a file of rows left out")
    try:
        with file.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise unwritable(file, error) from None


def write_rejects(file: Path, rows: Iterable[LeftOut]) -> None:
    """Write the rows that were left out, each with its line in the file and why.

    Raises:
        InvalidInputError: it cannot be written.
    """
    try:
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(COLUMNS)
            writer.writerows((row.line, row.reason, row.detail, *row.cells) for row in rows)
    except OSError as error:
        raise unwritable(file, error) from None

"""How a file of sales is read: as CSV or as Parquet, by its ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from stockcli.domain.errors import InvalidInputError
from stockcli.persistence.series_columns import Cell, TextTable, find_columns, read_text_table
from stockcli.persistence.series_instants import day_cell

TEXT_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")
PARQUET_ENDINGS = (".parquet", ".pq")

FindColumns = Callable[[Sequence[str], str], Mapping[str, int]]
"""Finds where each field stands in a header; the second argument is what people call the file."""


@dataclass(frozen=True, kw_only=True)
class Scan:
    """How a file is read: SQL with a place for its path, and its columns by our names.

    Attributes:
        delimiter: what parts the columns; empty where nothing does.
    """

    sql: str
    parameters: tuple[Any, ...]
    cells: Mapping[str, Cell]
    delimiter: str
    is_text: bool


def ending_of(path: Path, shown: str) -> str:
    """Return a file's ending, which says of what kind it is.

    Raises:
        InvalidInputError: it is none we read.
    """
    endings = (*TEXT_ENDINGS, *PARQUET_ENDINGS)
    for ending in sorted(endings, key=len, reverse=True):
        if path.name.lower().endswith(ending):
            return ending
    message = f"{shown} is neither CSV nor Parquet by its ending"
    raise InvalidInputError(message, "name it .csv, .csv.gz, .tsv or .parquet")


def ensure_file(path: Path, shown: str) -> None:
    """Pass if a file is there and can be read.

    Raises:
        InvalidInputError: it is not, or cannot.
    """
    try:
        if path.is_dir():
            raise InvalidInputError(f"{shown} is a folder", "name a file in it")
        if not path.exists():
            raise InvalidInputError(f"there is no file {shown}")
        if not path.is_file():
            raise InvalidInputError(f"{shown} is no ordinary file", "save it as one first")
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none a file can have"
        raise InvalidInputError(f"{shown} cannot be read: {reason}") from None


def text_scan(table: Path, shown: str, *, strict: bool, find: FindColumns = find_columns) -> Scan:
    """Return how a CSV or TSV file is read, every cell as text.

    Args:
        strict: whether rows that do not fit the header are left out, and not cut to it.
        find: what finds the columns.

    Raises:
        InvalidInputError: it is empty, not text, or lacks a column.
    """
    written = read_text_table(table, shown)
    places = find(written.header, shown)
    # Columns go by their place, so that none of the file's words stands in the SQL.
    kinds = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(written.header)))
    sql = (
        f"read_csv(?, columns = {{{kinds}}}, auto_detect = false, header = true, delim = ?, "
        "quote = '\"', escape = '\"', compression = ?, encoding = ?, strict_mode = ?, "
        "store_rejects = true)"
    )
    return Scan(
        sql=sql,
        parameters=(str(table), *_writing(written), strict),
        cells={name: Cell(sql=f"c{place}") for name, place in places.items()},
        delimiter=written.delimiter,
        is_text=True,
    )


def _writing(written: TextTable) -> tuple[str, str, str]:
    return written.delimiter, "gzip" if written.compressed else "none", written.encoding


def parquet_scan(
    connection: duckdb.DuckDBPyConnection,
    table: Path,
    shown: str,
    *,
    find: FindColumns = find_columns,
) -> Scan:
    """Return how a Parquet file is read.

    Raises:
        InvalidInputError: it lacks a column, or its dates are instants of an unknown zone.
        duckdb.Error: it is broken.
    """
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(table)])
    header = [(str(row[0]), str(row[1])) for row in described.fetchall()]
    places = find([name for name, _ in header], shown)
    cells = {name: _named_cell(*header[place]) for name, place in places.items()}
    column = header[places["date"]][0]
    cells["date"] = day_cell(connection, table, column, cells["date"], shown)
    return Scan(
        sql="read_parquet(?)",
        parameters=(str(table),),
        cells=cells,
        delimiter="",
        is_text=False,
    )


def _named_cell(name: str, kind: str) -> Cell:
    quoted = name.replace('"', '""')
    return Cell(sql=f'"{quoted}"', kind=kind)

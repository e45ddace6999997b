"""A file of sales brought row by row into a table on disk, each row with what is wrong with it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from stockcli.domain.errors import InvalidInputError
from stockcli.persistence.series_columns import (
    LARGEST_QUANTITY,
    day_sql,
    in_stock_sql,
    parts_sql,
    units_sql,
)
from stockcli.persistence.series_scans import (
    PARQUET_ENDINGS,
    TEXT_ENDINGS,
    Scan,
    ending_of,
    ensure_file,
    parquet_scan,
    text_scan,
)

MEMORY_LIMIT = "400MB"
MOST_THREADS = 4
SAMPLE_ROWS = 1_000
EXAMPLES = 3
LONGEST_EXAMPLE = 40

_LOG = logging.getLogger(__name__)

_PROBLEMS = {
    "product": "the product is empty",
    "date": "{!r} is no date",
    "quantity": "{!r} is no quantity",
    "in_stock": "{!r} is neither 1 nor 0",
}
_TORN = {
    "INVALID ENCODING": "it is not text in UTF-8",
    "LINE SIZE OVER MAXIMUM": "it is too long",
    "UNQUOTED VALUE": "a quotation mark is not closed, and what follows may be lost",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Staging:
    """The rows of a file in the table `rows`, and what is to be said of them.

    Attributes:
        connection: of DuckDB, which can reach nothing but its own folder and the file.
        days: day, rows and sales above zero of every day with usable rows, oldest first.
        remarks: rows left out, in sentences.
    """

    connection: duckdb.DuckDBPyConnection
    shown: str
    days: Sequence[tuple[date, int, int]]
    remarks: tuple[str, ...]


@contextmanager
def told_plainly(shown: str) -> Iterator[None]:
    """Turn DuckDB's errors into one sentence.

    Raises:
        InvalidInputError: DuckDB raised.
    """
    try:
        yield
    except duckdb.Error as error:
        _LOG.debug("DuckDB could not read %s: %s", shown, error)
        if isinstance(error, duckdb.OutOfMemoryException) or "No space left" in str(error):
            message = f"there is not enough room to read {shown}"
            hint = "make room in the folder for temporary files, or set TMPDIR to another"
        else:
            message = f"{shown} is broken: it cannot be read to its end"
            hint = "write it anew, as CSV with a header, or as Parquet"
        raise InvalidInputError(message, hint) from None


def stage(path: Path, folder: Path, *, months: bool) -> Staging:
    """Read a file once into a table on disk.

    Args:
        folder: for the table and for what does not fit into memory.
        months: whether 2026-04 is a date.

    Raises:
        InvalidInputError: there is no such file, it is of no known kind, or it is broken.
    """
    shown = "".join(one if one.isprintable() else "?" for one in str(path))
    ensure_file(path, shown)
    kind = ending_of(path, shown)
    # A name of our own: DuckDB would take * and ? in the file's for a pattern.
    table = folder / f"table{kind}"
    table.symlink_to(path.resolve())
    with told_plainly(shown):
        try:
            return _staged(table, shown, months=months)
        except duckdb.InvalidInputException:
            if kind in PARQUET_ENDINGS:
                raise
            # Such as line ends of two kinds; strictness comes first, as it sees torn rows.
            return _staged(table, shown, months=months, strict=False)


def _staged(table: Path, shown: str, *, months: bool, strict: bool = True) -> Staging:
    connection = _connect(table, "strict" if strict else "loose")
    if table.name.endswith(TEXT_ENDINGS):
        scan = text_scan(table, shown, strict=strict)
    else:
        scan = parquet_scan(connection, table, shown)
    connection.execute(_staging_sql(connection, scan, shown, months=months), scan.parameters)
    return Staging(
        connection=connection,
        shown=shown,
        days=connection.execute(_DAYS).fetchall(),
        remarks=_remarks(connection, scan),
    )


_DAYS = """
SELECT day, count(*), count(*) FILTER (units > 0) FROM rows WHERE problem IS NULL
GROUP BY day ORDER BY day
"""


def _connect(table: Path, name: str) -> duckdb.DuckDBPyConnection:
    """Return a database beside the table that installs nothing and reads that one file."""
    folder = table.parent
    connection = duckdb.connect(
        str(folder / f"{name}.duckdb"),
        config={
            "memory_limit": MEMORY_LIMIT,
            "threads": min(os.cpu_count() or 1, MOST_THREADS),
            "temp_directory": str(folder / "spilled"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    readable = str(table).replace("'", "''")
    connection.execute(f"SET allowed_paths = ['{readable}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _staging_sql(
    connection: duckdb.DuckDBPyConnection, scan: Scan, shown: str, *, months: bool
) -> str:
    cells = scan.cells
    day = day_sql(cells["date"], day_first=_day_first(connection, scan, shown), months=months)
    location = f"CAST({cells['location'].sql} AS VARCHAR)" if "location" in cells else "''"
    in_stock = in_stock_sql(cells["in_stock"]) if "in_stock" in cells else "true"
    units = units_sql(cells["quantity"], comma_decimals=scan.comma_decimals)
    said = {name: f"CAST({cells[name].sql} AS VARCHAR)" for name in cells}
    said.setdefault("in_stock", "''")
    return f"""
    CREATE TABLE rows AS
    SELECT CASE WHEN problem IS NULL THEN product END AS product, location, day, problem,
           CASE WHEN NOT isnan(units) THEN units END AS units, in_stock,
           CASE problem WHEN 'date' THEN said_date WHEN 'quantity' THEN said_quantity
                        WHEN 'in_stock' THEN said_in_stock END AS said
    FROM (
        SELECT *, CASE
            WHEN coalesce(trim(product), '') = '' THEN 'product'
            WHEN day IS NULL OR day NOT BETWEEN DATE '1900-01-01' AND DATE '2299-12-31' THEN 'date'
            WHEN units IS NULL OR (NOT isnan(units) AND abs(units) > {LARGEST_QUANTITY})
                THEN 'quantity'
            WHEN in_stock IS NULL THEN 'in_stock' END AS problem
        FROM (
            SELECT {said["product"]} AS product, coalesce({location}, '') AS location,
                   {day} AS day, {units} AS units, {in_stock} AS in_stock,
                   {said["date"]} AS said_date, {said["quantity"]} AS said_quantity,
                   {said["in_stock"]} AS said_in_stock
            FROM {scan.sql}
        )
    )
    """  # noqa: S608 - made of our own words, columns by place and quoted names


def _day_first(connection: duckdb.DuckDBPyConnection, scan: Scan, shown: str) -> bool | None:
    """Return how dates such as 03/04/2026 are meant; None if the table's first rows have none.

    Raises:
        InvalidInputError: no row of the file tells.
    """
    if scan.cells["date"].is_date:
        return None
    first, second = parts_sql(scan.cells["date"])
    counted = "count(a), count(*) FILTER (a > 12), count(*) FILTER (b > 12)"
    parts = f"SELECT {first} AS a, {second} AS b FROM {scan.sql}"  # noqa: S608 - as above
    sample = f"SELECT {counted} FROM ({parts} LIMIT {SAMPLE_ROWS})"  # noqa: S608 - as above
    if not _row(connection.execute(sample, scan.parameters))[0]:
        return None
    whole = f"SELECT {counted} FROM ({parts})"  # noqa: S608 - as above
    _, day_first, month_first = _row(connection.execute(whole, scan.parameters))
    if not day_first and not month_first:
        message = f"the dates of {shown} may put the day or the month first"
        raise InvalidInputError(message, "write them year-month-day, such as 2026-04-03")
    return bool(day_first >= month_first)


def _row(result: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    return result.fetchone() or ()


def _remarks(connection: duckdb.DuckDBPyConnection, scan: Scan) -> tuple[str, ...]:
    """Return what was left out: how many rows, and the first few."""
    torn = _torn_lines(connection) if scan.is_text else []
    bad, rows = _row(connection.execute("SELECT count(problem), count(*) FROM rows"))
    if not bad and not torn:
        return ()
    sql = f"SELECT rowid, problem, said FROM rows WHERE problem IS NOT NULL LIMIT {EXAMPLES}"  # noqa: S608 - a number
    examples = [
        (_line(int(row) + 1 + scan.is_text, torn), _PROBLEMS[problem].format(_short(said)))
        for row, problem, said in connection.execute(sql).fetchall()
    ]
    examples += torn
    word = "line" if scan.is_text else "row"
    shown = "; ".join(f"{word} {line}: {why}" for line, why in sorted(examples)[:EXAMPLES])
    left_out = bad + len(torn)
    return (f"{left_out} of {rows + len(torn)} rows left out: {shown}",)


def _torn_lines(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Return the lines that could not be cut into the header's columns, and why."""
    sql = "SELECT line, min(error_type) FROM reject_errors GROUP BY line ORDER BY line"
    return [
        (int(line), _TORN.get(str(kind), "it has not as many columns as the header"))
        for line, kind in connection.execute(sql).fetchall()
    ]


def _line(place: int, torn: Sequence[tuple[int, str]]) -> int:
    """Return the line of a row, given its place among those that could be read."""
    for line, _ in torn:
        if line > place:
            break
        place += 1
    return place


def _short(said: str | None) -> str:
    return (said or "")[:LONGEST_EXAMPLE]

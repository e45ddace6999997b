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
from stockcli.persistence.series_columns import day_sql, in_stock_sql, parts_sql
from stockcli.persistence.series_quantities import (
    LARGEST_QUANTITY,
    settle_signs,
    sign_sql,
    units_sql,
)
from stockcli.persistence.series_rejects import WITHOUT_A_PLACE, rejects
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

_LOG = logging.getLogger(__name__)


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
    connection = connect(table, "strict" if strict else "loose")
    if table.name.endswith(TEXT_ENDINGS):
        scan = text_scan(table, shown, strict=strict)
    else:
        scan = parquet_scan(connection, table, shown)
    connection.execute(_staging_sql(connection, scan, shown, months=months), scan.parameters)
    settle_signs(connection, semicolons=scan.delimiter == ";")
    return Staging(
        connection=connection,
        shown=shown,
        days=connection.execute(_DAYS).fetchall(),
        remarks=rejects(connection, shown, is_text=scan.is_text),
    )


_DAYS = """
SELECT day, count(*), count(*) FILTER (units > 0) FROM rows WHERE usable
GROUP BY day ORDER BY day
"""


def connect(table: Path, name: str) -> duckdb.DuckDBPyConnection:
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
    day_first = _day_first(connection, scan, shown)
    cells = _cells_sql(scan, day_sql(scan.cells["date"], day_first=day_first, months=months))
    return f"""
    CREATE TABLE rows AS
    SELECT CASE WHEN usable THEN product END AS product, location, day, usable, problem, sign,
           CASE WHEN problem IS NULL AND NOT isnan(units) THEN units END AS units,
           coalesce(in_stock, true) AS in_stock,
           CASE WHEN problem = 'date' THEN said_date WHEN problem = 'in_stock' THEN said_in_stock
                WHEN problem = 'quantity' OR starts_with(sign, '?') THEN said_quantity END AS said
    FROM (
        SELECT *, coalesce(problem NOT IN {WITHOUT_A_PLACE}, true) AS usable FROM (
            SELECT *, CASE
                WHEN coalesce(product, '') = '' THEN 'product'
                WHEN day IS NULL OR day NOT BETWEEN DATE '1900-01-01' AND DATE '2299-12-31'
                    THEN 'date'
                WHEN units IS NULL OR (NOT isnan(units) AND abs(units) > {LARGEST_QUANTITY})
                    THEN 'quantity'
                WHEN in_stock IS NULL THEN 'in_stock' END AS problem
            FROM ({cells})
        )
    )
    """  # noqa: S608 - made of our own words, columns by place and quoted names


def _cells_sql(scan: Scan, day: str) -> str:
    """Return SQL for what each row's cells say, and how they are written."""
    cells = scan.cells
    location = cells["location"].text if "location" in cells else "''"
    in_stock = in_stock_sql(cells["in_stock"]) if "in_stock" in cells else "true"
    said = {name: f"CAST({cells[name].sql} AS VARCHAR)" for name in cells}
    said.setdefault("in_stock", "''")
    return f"""
    SELECT {cells["product"].text} AS product, coalesce({location}, '') AS location,
           {day} AS day, {units_sql(cells["quantity"])} AS units,
           {sign_sql(cells["quantity"])} AS sign, {in_stock} AS in_stock,
           {said["date"]} AS said_date, {said["quantity"]} AS said_quantity,
           {said["in_stock"]} AS said_in_stock
    FROM {scan.sql}
    """  # noqa: S608 - as above


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

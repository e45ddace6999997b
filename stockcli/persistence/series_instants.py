"""The days of a Parquet file's instants: those of the zone it tells, and never of another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from stockcli.domain.errors import InvalidInputError
from stockcli.persistence.series_columns import Cell

MICROSECONDS_A_DAY = 86_400_000_000


def day_cell(
    connection: duckdb.DuckDBPyConnection, table: Path, column: str, cell: Cell, shown: str
) -> Cell:
    """Return a cell of plain dates in place of one of instants; any other is returned as it is.

    Parquet keeps instants in UTC. Their zone stands beside them where pandas wrote the file;
    without one, only midnights of UTC are sure to be dates.

    Raises:
        InvalidInputError: nothing tells which day an instant was in the shop.
    """
    if not (cell.is_date and "WITH TIME ZONE" in cell.kind):
        return cell
    instant = f"CAST({cell.sql} AS TIMESTAMPTZ)"
    zone = _zone(connection, table, column)
    if zone is not None:
        return Cell(sql=f"CAST(timezone('{zone}', {instant}) AS DATE)", kind="DATE")
    sql = f"SELECT count(*) FROM read_parquet(?) WHERE epoch_us({instant}) % {MICROSECONDS_A_DAY} <> 0"  # noqa: S608, E501 - a quoted name
    if connection.execute(sql, [str(table)]).fetchall()[0][0]:
        message = f"{shown} keeps its dates as instants of UTC: which day they were is not said"
        raise InvalidInputError(message, "write them as plain dates, such as 2026-04-03")
    return Cell(sql=f"CAST(make_timestamp(epoch_us({instant})) AS DATE)", kind="DATE")


def _zone(connection: duckdb.DuckDBPyConnection, table: Path, column: str) -> str | None:
    """Return the zone a file tells for a column; UTC is what most were turned into, and is none."""
    sql = "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'pandas'"
    for (text,) in connection.execute(sql, [str(table)]).fetchall():
        zone = _told_zone(text, column)
        known = "SELECT name FROM pg_timezone_names() WHERE name = ? AND utc_offset IS NOT NULL"
        if zone is not None and connection.execute(known, [zone]).fetchall():
            return zone if zone.upper() not in ("UTC", "ETC/UTC", "Z") else None
    return None


def _told_zone(text: str, column: str) -> str | None:
    try:
        told: Any = json.loads(text)
        columns = {one["name"]: one.get("metadata") or {} for one in told["columns"]}
        zone = columns.get(column, {}).get("timezone")
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return zone if isinstance(zone, str) else None

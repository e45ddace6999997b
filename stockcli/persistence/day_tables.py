"""Daily sales of one shop or many from CSV or Parquet: staged on disk, judged and cut in sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from stockcli.domain.errors import InvalidInputError
from stockcli.persistence import day_table_sql as sql
from stockcli.persistence.series_rejects import line_of, torn_lines
from stockcli.persistence.series_scans import (
    PARQUET_ENDINGS,
    TEXT_ENDINGS,
    Scan,
    ending_of,
    ensure_file,
    parquet_scan,
    text_scan,
)
from stockcli.persistence.series_staging import connect, told_plainly
from stockcli.usecases.importing.columns import Layout, columns_of, left_aside
from stockcli.usecases.ports import DaySales, LeftOut, Reading, ShopPlaces

LAYOUT = Layout(
    required=("sku", "quantity", "date"),
    optional=("tenant", "price", "location", "invoice", "status"),
)
OF_A_TILL = ("invoice", "status")
"""What only a till's file has: there rows may be taken back, and days are not summed."""
EXAMPLES = 5
NOT_A_ROW = "not as the header is"
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, kw_only=True)
class StagedChunk:
    """Whole days of one shop; see the port."""

    first_day: date
    last_day: date
    rows: int
    sales: int
    mark: str
    _ids: tuple[int, int] = field(repr=False)
    _table: StagedDayTable = field(repr=False)

    def read(self) -> DaySales:
        """Return its sales."""
        found = self._table.cursor().execute(sql.READ, list(self._ids)).fetchall()
        columns: Sequence[Any] = list(zip(*found, strict=True)) or [()] * 7
        return DaySales(
            references=columns[0],
            product_ids=columns[1],
            location_ids=columns[2],
            units=columns[3],
            days=columns[4],
            unit_prices=columns[5],
            rows=columns[6],
        )


class StagedDayTable:
    """A file of daily sales in a temporary folder of its own; see the port."""

    def __init__(self, path: Path, chosen: Mapping[str, str]) -> None:
        """Read the file into a table on disk.

        Args:
            chosen: columns that were named, by field.

        Raises:
            InvalidInputError: there is no such file, it is of no known kind, lacks a column, or
                is broken.
        """
        self.name = "".join(one if one.isprintable() else "?" for one in path.name)
        self.columns: Mapping[str, str] = {}
        self.left_aside: Sequence[str] = ()
        self._chosen = chosen
        ensure_file(path, self.name)
        kind = ending_of(path, self.name)
        self._folder = TemporaryDirectory(prefix="stock-load-", ignore_cleanup_errors=True)
        # A name of our own: DuckDB would take * and ? in the file's for a pattern.
        table = Path(self._folder.name) / f"table{kind}"
        table.symlink_to(path.resolve())
        self.checksum = _checksum(path)
        with told_plainly(self.name):
            self._connection, self._scan = self._staged(table, kind)
            for name in sql.FIELDS:
                self._run(sql.NOTHING_SAID.format(field=name, kind=sql.kind_of(name)))
            for statement in sql.NO_SHOPS:
                self._run(statement)
            self._torn = torn_lines(self._connection) if self._scan.is_text else []

    @property
    def delimiter(self) -> str:
        """Return what parts its columns; empty where nothing does."""
        return self._scan.delimiter

    def is_number(self, field: str) -> bool:
        """Return whether a column holds numbers, and no text that must be understood."""
        return field in self._scan.cells and self._scan.cells[field].is_number

    def texts(self, field: str) -> list[str]:
        """Return the distinct texts of a field; one empty one where there is no such column."""
        name = sql.FIELDS[sql.FIELDS.index(field)]
        return [row[0] for row in self._run(f"SELECT DISTINCT {name} FROM rows ORDER BY 1")]  # noqa: S608 - one of our own fields

    def tell(self, field: str, readings: Sequence[Reading]) -> None:
        """Tell what the texts of a field say."""
        columns = [list(column) for column in zip(*readings, strict=True)] or [[], [], [], []]
        self._run(sql.TELL.format(field=field, kind=sql.kind_of(field)), columns)

    def place(self, shop: ShopPlaces) -> None:
        """Tell what a shop has."""
        self._run(sql.ADD_SHOP, [shop.slug, shop.default_location, shop.today])
        for statement, known in (
            (sql.ADD_PRODUCTS, shop.products),
            (sql.ADD_PLACES, shop.locations),
        ):
            self._run(statement, [shop.slug, list(known), list(known.values())])

    def arrange(self, most_sales: int) -> None:
        """Merge the rows of each shop's product, location and day, and cut them into chunks."""
        self._run(sql.JUDGE)
        self._run(sql.MERGE)
        self._run(sql.CUT, [most_sales])

    def rows_read(self) -> int:
        """Return how many rows the file has below its header."""
        return int(self._run("SELECT count(*) FROM rows")[0][0]) + len(self._torn)

    def left_out(self) -> Iterator[LeftOut]:
        """Yield the rows that cannot be taken; those that are none at all come first."""
        nothing = ("",) * len(sql.FIELDS)
        yield from (LeftOut(line, NOT_A_ROW, why, nothing) for line, why in self._torn)
        with told_plainly(self.name):
            found = self.cursor().execute(sql.LEFT_OUT)
            while rows := found.fetchmany(_ROWS_AT_ONCE):
                for place, reason, detail, *cells in rows:
                    yield LeftOut(self._line(place), reason, detail, tuple(cells))

    def reasons(self) -> list[tuple[str, int, list[tuple[int, str]]]]:
        """Return why rows are left out: how many, and the first few with their lines."""
        said = [
            (reason, count, [(self._line(place), detail) for place, detail in self._first(reason)])
            for reason, count in self._run(sql.REASONS)
        ]
        return [*said, (NOT_A_ROW, len(self._torn), self._torn[:EXAMPLES])] if self._torn else said

    def chunks(self, slug: str) -> list[StagedChunk]:
        """Return a shop's chunks, oldest first."""
        with told_plainly(self.name):
            found = self.cursor().execute(sql.CHUNKS, [slug]).fetchall()
        return [
            StagedChunk(
                first_day=first,
                last_day=last,
                rows=rows,
                sales=sales,
                mark=f"{first}:{last}:{rows}:{mark:016x}",
                _ids=(first_id, last_id),
                _table=self,
            )
            for first, last, rows, sales, mark, first_id, last_id in found
        ]

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own to the staged tables, for one thread."""
        return self._connection.cursor()

    def _first(self, reason: str) -> list[tuple[int, str]]:
        return self._run(sql.EXAMPLES, [reason, EXAMPLES])

    def _line(self, place: int) -> int:
        """Return the line of a row; of Parquet, its number."""
        return line_of(place + 1 + self._scan.is_text, self._torn)

    def _run(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with told_plainly(self.name):
            return self._connection.execute(statement, list(parameters)).fetchall()

    def _staged(self, table: Path, kind: str) -> tuple[duckdb.DuckDBPyConnection, Scan]:
        try:
            return self._read(table, strict=True)
        except duckdb.InvalidInputException:
            if kind in PARQUET_ENDINGS:
                raise
            # Such as line ends of two kinds; strictness comes first, as it sees torn rows.
            return self._read(table, strict=False)

    def _read(self, table: Path, *, strict: bool) -> tuple[duckdb.DuckDBPyConnection, Scan]:
        connection = connect(table, "strict" if strict else "loose")
        if table.name.endswith(TEXT_ENDINGS):
            scan = text_scan(table, self.name, strict=strict, find=self._find)
        else:
            scan = parquet_scan(connection, table, self.name, find=self._find)
        cells = {name: sql.cell_sql(cell.sql, cell.kind) for name, cell in scan.cells.items()}
        connection.execute(sql.staging_sql(cells, scan.sql), scan.parameters)
        return connection, scan

    def _find(self, header: Sequence[str], shown: str) -> Mapping[str, int]:
        places = columns_of(header, LAYOUT, self._chosen, shown)
        _ensure_summed(header, places, shown)
        self.columns = {name: header[place] for name, place in places.items()}
        self.left_aside = left_aside(header, places)
        return places


def _ensure_summed(header: Sequence[str], places: Mapping[str, int], shown: str) -> None:
    """Refuse a till's file: sales that were taken back would count, and returns be lost."""
    found = [header[places[field]] for field in OF_A_TILL if field in places]
    if found:
        message = f"{shown} is a till's file, not one of daily sales: it has a column {found[0]!r}"
        raise InvalidInputError(message, "take it with `stock import sales`, or drop the column")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""What the smaller files share: options, cells by field, rows counted by what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Generic, TypeVar

from stockcli.usecases.importing import cells
from stockcli.usecases.importing.columns import Layout, columns_of, left_aside
from stockcli.usecases.importing.number_signs import NumberSigns
from stockcli.usecases.importing.reading import Table
from stockcli.usecases.importing.report import ImportReport, SkippedRowError
from stockcli.usecases.importing.source import ImportSource, opened

NUMBERS = frozenset(
    {
        "quantity",
        "price",
        "unit_cost",
        "unit_price",
        "pack_size",
        "minimum_order_quantity",
        "maximum_stock",
        "minimum_order_value",
        "lead_time_days",
        "lead_time_sd_days",
    }
)
"""Fields whose dots and commas are judged by the whole file."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """How a file is to be read.

    Attributes:
        columns: the header's name of a field; fields left out are detected.
        date_format: as in strptime; empty for ISO dates and day/month/year.
        decimal_comma: whether 1,250 is one and a quarter and 1.250 a thousand; None to judge.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    decimal_comma: bool | None = None


class FieldReader:
    """Reads the cells of one table by field; a missing column is as an empty cell."""

    def __init__(self, table: Table, layout: Layout, options: TableOptions) -> None:
        """Find the columns.

        Raises:
            InvalidInputError: a required one is missing.
        """
        self.table = table
        self._places = columns_of(table.header, layout, options.columns, table.source.name)
        numbers = [place for name, place in self._places.items() if name in NUMBERS]
        self.signs = NumberSigns(table, numbers, decimal_comma=options.decimal_comma)

    @property
    def columns(self) -> dict[str, str]:
        """Return which column was taken for which field."""
        return {name: self.table.header[place] for name, place in self._places.items()}

    @property
    def left_aside(self) -> tuple[str, ...]:
        """Return the columns that were taken for nothing."""
        return left_aside(self.table.header, self._places)

    def text(self, row: list[str], name: str) -> str:
        """Return a cell, trimmed."""
        place = self._places.get(name)
        return "" if place is None else row[place].strip()

    def units(self, row: list[str], name: str, *, least: int | None = None) -> Decimal | None:
        """Return a quantity; None for an empty cell.

        Raises:
            SkippedRowError: it is none, or below the least.
        """
        text = self.text(row, name)
        if not text:
            return None
        number = cells.units(text, self.signs.style)
        if least is not None and number < least:
            words = name.replace("_", " ")
            raise SkippedRowError(f"bad {words}", f"{text[:40]!r} is less than {least}")
        return number

    def price(self, row: list[str], name: str) -> Decimal | None:
        """Return an amount per unit; None for an empty cell.

        Raises:
            SkippedRowError: it is none.
        """
        text = self.text(row, name)
        return cells.price(text, self.signs.style) if text else None


@contextmanager
def opened_fields(
    source: ImportSource, layout: Layout, options: TableOptions
) -> Iterator[FieldReader]:
    """Open a file and find its columns.

    Raises:
        InvalidInputError: it is no CSV file, or a required column is missing.
    """
    with opened(source) as file:
        yield FieldReader(Table(file), layout, options)


class Upsert(Generic[T]):
    """Facts a file gives by code, beside the stored ones; the last row of a code counts."""

    def __init__(self, stored: Mapping[str, T]) -> None:
        """Begin with what is stored."""
        self.stored = stored
        self.wanted: dict[str, T] = {}
        self._rows: Counter[str] = Counter()

    def current(self, code: str) -> T | None:
        """Return the fact of a code as it would be now."""
        return self.wanted.get(code) or self.stored.get(code)

    def put(self, code: str, fact: T) -> None:
        """Take in what a row says."""
        self.wanted[code] = fact
        self._rows[code] += 1

    def changed(self) -> list[T]:
        """Return the facts that differ from the stored ones, or are new."""
        return [fact for code, fact in self.wanted.items() if self.stored.get(code) != fact]

    def laid_over(self, report: ImportReport) -> ImportReport:
        """Return a report with the figures of these rows."""
        total = self._rows.total()
        same = sum(
            rows for code, rows in self._rows.items() if self.stored.get(code) == self.wanted[code]
        )
        merged = total - len(self.wanted)
        return replace(report, taken=total - same, already_there=same, merged=merged)


def begun_report(kind: str, fields: FieldReader, rows_read: int) -> ImportReport:
    """Return the report of a file just read: what it is, and how many rows it has."""
    return ImportReport(
        kind=kind,
        file_name=fields.table.source.name,
        checksum=fields.table.source.checksum(),
        columns=fields.columns,
        columns_left_aside=fields.left_aside,
        rows_read=rows_read,
    )

"""A Markdown table on a terminal: its figures and days are never cut nor broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table
    from rich.text import Text

LEAST_WORDS_WIDTH = 16
"""Columns that a cell of words keeps at least; narrower ones read badly."""


@cache
def table_element() -> Any:
    """Return the class that draws tables, for Rich's Markdown."""
    from rich.markdown import TableElement
    from rich.measure import Measurement

    class FittingTable(TableElement):
        """A table that fits; where none does, its rows one below the other."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            drawn: Any = super().__rich_console__(console, options)
            [table] = drawn
            headings, rows = _cells_of(table)
            _hold_together(table, headings, rows)
            # What it needs is measured without the terminal's bounds.
            needed = Measurement.get(console, options.update(max_width=10_000), table).minimum
            if needed <= options.max_width:
                yield table
            else:
                yield from _stacked(headings, rows)

    return FittingTable


def _cells_of(table: Table) -> tuple[list[Text], list[list[Text]]]:
    headings: list[Any] = [column.header for column in table.columns]
    cells: list[list[Any]] = [list(column.cells) for column in table.columns]
    return headings, [list(row) for row in zip(*cells, strict=True)]


def _hold_together(table: Table, headings: Sequence[Text], rows: Sequence[Sequence[Text]]) -> None:
    """Let only columns of long words be broken, and no narrower than words are read."""
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in rows]
        widest = max((cell.cell_len for cell in cells), default=0)
        has_words = any(one.isalpha() for cell in cells for one in cell.plain)
        if has_words and widest > LEAST_WORDS_WIDTH:
            column.min_width = LEAST_WORDS_WIDTH
        else:
            header = _one_word_a_row(headings[place], widest)
            column.header, column.no_wrap = header, True
            column.min_width = max(widest, *(line.cell_len for line in header.split("\n")))


def _one_word_a_row(heading: Text, widest: int) -> Text:
    """Return a heading broken between its words if it is wider than what stands below it."""
    from rich.text import Text

    if heading.cell_len <= widest:
        return heading
    return Text("\n").join(heading.split(" "))


def _stacked(headings: Sequence[Text], rows: Sequence[Sequence[Text]]) -> Iterator[Text]:
    """Yield each row as lines: its first cell, then the others behind their headings."""
    from rich.text import Text

    for number, (title, *cells) in enumerate(rows):
        if number:
            yield Text("")
        first = title.copy()
        first.stylize("bold")
        yield first
        for heading, cell in zip(headings[1:], cells, strict=True):
            if cell.plain.strip():
                yield Text.assemble("  ", heading.plain, ": ", cell)

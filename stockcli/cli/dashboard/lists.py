"""A list that fits its terminal, and keeps its cursor where it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from stockcli.cli.dashboard.rows import Column, Row, matching, widths
from stockcli.cli.dashboard.words import fitted

SCROLLBAR = 1


class List(DataTable[Text]):
    """Rows of one kind; the cursor stays on its row when they are read anew.

    Args:
        columns: what there is to show, wide terminals showing more of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("g", "scroll_top", show=False),
        Binding("G", "scroll_bottom", show=False),
    ]

    def __init__(self, columns: Sequence[Column], **more: Any) -> None:
        super().__init__(cursor_type="row", cell_padding=0, zebra_stripes=False, **more)
        self._kinds = columns
        self._all: Sequence[Row] = ()
        self._shown: Sequence[Row] = ()
        self._filter = ""

    @property
    def current(self) -> str | None:
        """Return the key of the row under the cursor; None if there is no row."""
        return self._shown[self.cursor_row].key if self.cursor_row < len(self._shown) else None

    @property
    def counts(self) -> tuple[int, int]:
        """Return how many rows are shown, and how many there are."""
        return len(self._shown), len(self._all)

    def take(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self._all = rows
        self._draw()

    def filter_by(self, text: str) -> None:
        """Show only rows that hold every word of a text."""
        if text != self._filter:
            self._filter = text
            self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the columns to the room there is now."""
        if self._all:
            self._draw()

    def _draw(self) -> None:
        was, at, top = self.current, self.cursor_row, self.scroll_y
        self._shown = matching(self._all, self._filter) if self._filter else self._all
        sizes = widths(self._kinds, self._shown, max(40, self.size.width - SCROLLBAR))
        self.clear(columns=True)
        for column, width in zip(self._kinds, sizes, strict=True):
            if width:
                self.add_column(_aligned(column.title, column, width), width=width)
        for row in self._shown:
            self.add_row(*self._cells(row, sizes), key=row.key)
        if self._shown:
            keys = [row.key for row in self._shown]
            there = keys.index(was) if was in keys else min(at, len(keys) - 1)
            self.move_cursor(row=there, animate=False, scroll=there != at)
            self.scroll_to(y=top, animate=False)

    def _cells(self, row: Row, sizes: Sequence[int]) -> list[Text]:
        return [
            _aligned(cell, column, width, row.style)
            for cell, column, width in zip(row.cells, self._kinds, sizes, strict=True)
            if width
        ]


def _aligned(text: str, column: Column, width: int, style: str = "") -> Text:
    shown = fitted(text, width - 1)
    return Text(shown.rjust(width - 1) if column.number else shown, style=style, no_wrap=True)

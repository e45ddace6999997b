"""A list that draws only the rows that are seen, so that thousands of them cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from stockcli.cli.dashboard.rows import Column, Row, matching, widths
from stockcli.cli.dashboard.words import fitted, padded

HEADING = Style(underline=True)
CURSOR = Style(reverse=True)
HEADING_LINES = 1
NARROWEST_ROOM = 40


class List(ScrollView, can_focus=True):
    """Rows of one kind, and a cursor on one of them.

    Args:
        columns: what there is to show, wide terminals showing more of it.
    """

    class Moved(Message):
        """Another row is under the cursor."""

    class Chosen(Message):
        """The row under the cursor is to be opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "turn_page(1)", show=False),
        Binding("pageup", "turn_page(-1)", show=False),
        Binding("home,g", "go(0)", show=False),
        Binding("end,G", "go(-1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    def __init__(self, columns: Sequence[Column], **more: Any) -> None:
        super().__init__(**more)
        self._columns = columns
        self._all: Sequence[Row] = ()
        self._shown: Sequence[Row] = ()
        self._sizes: Sequence[int] = ()
        self._filter = ""
        self._at = 0

    @property
    def current(self) -> str | None:
        """Return the key of the row under the cursor; None if there is no row."""
        return self._shown[self._at].key if self._shown else None

    @property
    def rows(self) -> Sequence[Row]:
        """Return the rows that the filter leaves."""
        return self._shown

    def take(self, rows: Sequence[Row], *, follows: bool = True) -> None:
        """Show other rows.

        Args:
            follows: the cursor goes where its row went; else it stays at its line, for whoever
                works through a list from the top.
        """
        self._all = rows
        self._lay_out(follows=follows)

    def filter_by(self, text: str) -> None:
        """Show only rows that hold every word of a text."""
        if text != self._filter:
            self._filter = text
            self._lay_out()

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the columns to the room there is now."""
        self._lay_out()

    def _lay_out(self, *, follows: bool = True) -> None:
        was = self.current if follows else None
        self._shown = matching(self._all, self._filter) if self._filter else self._all
        keys = (number for number, row in enumerate(self._shown) if row.key == was)
        self._at = next(keys, max(0, min(self._at, len(self._shown) - 1)))
        self.virtual_size = Size(self.size.width, len(self._shown) + HEADING_LINES)
        room = max(NARROWEST_ROOM, self.scrollable_content_region.width)
        self._sizes = widths(self._columns, self._shown, room)
        self._reveal()
        self.refresh()
        self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        """Return one line as it is seen: the heading, or a row."""
        width, number = self.size.width, self.scroll_offset.y + y - HEADING_LINES
        if y < HEADING_LINES:
            titles = tuple(column.title for column in self._columns)
            return self._strip(titles, self.rich_style + HEADING, width)
        if number >= len(self._shown):
            return Strip.blank(width, self.rich_style)
        row = self._shown[number]
        style = self.rich_style + Style.parse(row.style)
        return self._strip(row.cells, style + CURSOR if number == self._at else style, width)

    def _strip(self, cells: Sequence[str], style: Style, width: int) -> Strip:
        parts = zip(cells, self._columns, self._sizes, strict=False)
        text = "".join(aligned(cell, column, size) for cell, column, size in parts)
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def action_move(self, step: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self._at + step)

    def action_turn_page(self, pages: int) -> None:
        """Move the cursor by what is seen at once."""
        self._go(self._at + pages * max(1, self.size.height - HEADING_LINES - 1))

    def action_go(self, number: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        self._go(number if number >= 0 else len(self._shown) - 1)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; on a second click, open the row."""
        number = self.scroll_offset.y + event.y - HEADING_LINES
        if event.y >= HEADING_LINES and number < len(self._shown):
            self._go(number)
            if event.chain > 1:
                self.action_choose()

    def _go(self, number: int) -> None:
        there = max(0, min(number, len(self._shown) - 1))
        if there != self._at:
            self._at = there
            self._reveal()
            self.refresh()
            self.post_message(self.Moved())

    def _reveal(self) -> None:
        """Scroll so that the row under the cursor is seen below the heading."""
        top, seen = self.scroll_offset.y, max(1, self.size.height - HEADING_LINES)
        if not top <= self._at < top + seen:
            there = self._at if self._at < top else self._at - seen + 1
            self.scroll_to(y=there, animate=False, immediate=True)


def aligned(text: str, column: Column, width: int) -> str:
    """Return a cell as wide as its column, a blank after it included; nothing if it is left out."""
    if not width:
        return ""
    shown = fitted(text, width - 1)
    return f"{shown:>{width - 1}} " if column.number else padded(shown, width)

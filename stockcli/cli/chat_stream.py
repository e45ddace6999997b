"""Markdown printed while it arrives."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from stockcli.cli.chat_region import Region
from stockcli.cli.chat_table import table_element
from stockcli.cli.chat_text import end_of_first_block, harmless, healed, item_number, renumbered

if TYPE_CHECKING:
    from rich.console import Console

SHORTEST_PAUSE_SECONDS = 1 / 30
"""Between two drawings; the eye sees no more."""
MOST_OF_THE_TIME = 4
"""A drawing that takes long is followed by a pause so many times as long."""
STYLES = {"markdown.code": "bold cyan", "markdown.h1": "bold underline"}


class MarkdownStream:
    """Markdown that arrives piece by piece.

    A block that is finished is printed once and for good; only the open one is drawn again and
    again in place. A piece that follows no other shortly is drawn at once.
    """

    def __init__(self, screen: Console) -> None:
        """Begin with nothing."""
        self._screen = screen
        self._moves = screen.is_terminal and not screen.is_dumb_terminal
        self._region = Region(screen)
        self._lock = threading.RLock()
        self._open = ""
        self._is_first = True
        self._item: int | None = None
        self._later: threading.Timer | None = None
        self._due = 0.0
        # The first piece must not wait for what drawing needs to be loaded.
        threading.Thread(target=self._rows_of, args=("*",), daemon=True).start()

    def feed(self, piece: str) -> None:
        """Take in the next piece."""
        with self._lock:
            self._open += harmless(piece)
            while end := end_of_first_block(self._open):
                block, self._open = self._open[:end], self._open[end:]
                self._print(block)
                self._due = 0.0
            if self._moves and self._open.strip():
                self._draw_in_time()

    def end(self) -> None:
        """Print what is left; another answer may come afterwards."""
        with self._lock:
            if self._later is not None:
                self._later.cancel()
            if self._open.strip():
                self._print(self._open)
            self._open, self._is_first, self._item = "", True, None
            self._later, self._due = None, 0.0
            self._region.begin()

    def take_back(self) -> bool:
        """Erase the answer, and return whether it is gone.

        It stays if its beginning scrolled away, or if the window was changed meanwhile.
        """
        with self._lock:
            is_gone = self._moves and self._region.erase()
            if is_gone:
                self._open = ""
            self.end()
        return is_gone

    def _print(self, block: str) -> None:
        self._region.replace(self._placed(block))
        self._is_first, self._item = False, self._number_of(block)

    def _draw_in_time(self) -> None:
        """Draw what is open, at once or as soon as the pause is over."""
        wait_seconds = self._due - time.monotonic()
        if wait_seconds <= 0:
            self._draw()
        elif self._later is None:
            self._later = threading.Timer(wait_seconds, self._draw_late)
            self._later.daemon = True
            self._later.start()

    def _draw_late(self) -> None:
        with self._lock:
            if self._later is threading.current_thread():
                self._later = None
                # A terminal that went away is the main thread's to find out.
                with suppress(OSError):
                    self._draw()

    def _draw(self) -> None:
        if not self._open.strip():
            return
        began = time.monotonic()
        self._region.draw(self._placed(healed(self._open)))
        ended = time.monotonic()
        self._due = ended + max(SHORTEST_PAUSE_SECONDS, MOST_OF_THE_TIME * (ended - began))

    def _number_of(self, block: str) -> int | None:
        """Return the number of an item: the first one's, then one more each time."""
        number = item_number(block)
        return self._item + 1 if number and self._item else number

    def _placed(self, block: str) -> list[str]:
        """Return a block's rows: set apart from the block before, unless both are items."""
        number = self._number_of(block)
        rows = self._rows_of(renumbered(block, number) if number else block)
        follows_item = number is not None and self._item is not None
        return rows if self._is_first or follows_item or not rows else ["", *rows]

    def _rows_of(self, block: str) -> list[str]:
        """Return a block as rows of the terminal, without blank ones around it."""
        from rich.theme import Theme

        # The last column stays free: a wide character that is wider than thought still fits.
        width = max(1, self._screen.width - 1)
        # A link shows its address: its text may say another.
        markdown = _markdown_class()(block, hyperlinks=False, code_theme="ansi_dark")
        with self._screen.use_theme(Theme(STYLES)), self._screen.capture() as drawn:
            self._screen.print(markdown, width=width)
        rows = [row.rstrip() for row in drawn.get().splitlines()]
        filled = [place for place, row in enumerate(rows) if row]
        return rows[filled[0] : filled[-1] + 1] if filled else []


@cache
def _markdown_class() -> Any:
    from rich.markdown import Heading, Markdown

    class LeftHeading(Heading):
        """A heading where the text begins."""

        LEVEL_ALIGN: ClassVar = {}

    class LeftMarkdown(Markdown):
        """Markdown whose headings are not centred, and whose tables keep their figures whole."""

        elements: ClassVar = Markdown.elements | {
            "heading_open": LeftHeading,
            "table_open": table_element(),
        }

    return LeftMarkdown

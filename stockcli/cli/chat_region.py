"""Rows at the bottom of a terminal that are drawn over until they are final."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

SHARE_OF_SCREEN = 1 / 2
"""What is drawn over takes no more, so that a window of half the size still holds its rows."""
REFLOWING = (
    "VTE_VERSION",
    "TERM_PROGRAM",
    "KITTY_WINDOW_ID",
    "KONSOLE_VERSION",
    "WT_SESSION",
    "ALACRITTY_WINDOW_ID",
    "TMUX",
)
"""Variables of terminals that break long rows anew when their window is made narrower."""
WRAP_OFF, WRAP_ON = "\x1b[?7l", "\x1b[?7h"
ERASE_ROW, ERASE_BELOW = "\x1b[2K", "\x1b[J"
"""A row is erased whole before it is written anew: terminals then forget that they broke it. Below
the last row only: erasing a screen from its top sends it to the scrollback of some."""
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Region:
    """The last rows of a terminal, while they may still change.

    Only rows that changed are written, each in place and all at once, so nothing flickers. What
    would pass the top is left out: a row that scrolled away could not be drawn over.
    """

    def __init__(self, screen: Console) -> None:
        """Draw nothing yet."""
        self._screen = screen
        self._rows: list[str] = []
        self._width = 0
        self._final = 0
        self._size: tuple[int, int] | None = None

    def begin(self) -> None:
        """Take what stands there for other people's: it is never erased."""
        self._final, self._size = 0, None

    def erase(self) -> bool:
        """Erase all rows since it began, final or not, and return whether that could be done."""
        size = self._screen.size
        rows = self._final + len(self._rows)
        if not rows:
            return True
        if rows >= size.height or self._size != (size.width, size.height):
            return False
        # Without rows that may change, the cursor stands below the last one.
        up = rows - 1 if self._rows else rows
        erased = "\n".join([ERASE_ROW] * (up + 1))
        back = f"\r\x1b[{up}A" if up else "\r"
        self._write(f"{back}{erased}{back}")
        self._rows = []
        self.begin()
        return True

    def draw(self, rows: list[str]) -> None:
        """Show rows instead of those that are there.

        Args:
            rows: no wider than the terminal; their last ones, if they are too many.
        """
        size = self._screen.size
        shown = rows[-max(1, int(size.height * SHARE_OF_SCREEN)) :]
        start = self._first_change(shown) if size.width == self._width else 0
        above = self._way_up_to(start)
        drawn = "\n".join(f"{ERASE_ROW}{row}" for row in shown[start:])
        below = ERASE_BELOW if start == 0 or len(shown) < len(self._rows) else ""
        self._rows, self._width = shown, size.width
        self._note_size()
        self._write(f"{above}{WRAP_OFF}{drawn}{below}{WRAP_ON}")

    def replace(self, rows: list[str]) -> None:
        """Put final rows where those are that may change, and end the last one."""
        above = self._way_up_to(0)
        erase, below = (ERASE_ROW, ERASE_BELOW) if self._rows else ("", "")
        self._rows = []
        self._final += len(rows)
        self._note_size()
        drawn = "".join(f"{erase}{row}\n" for row in rows)
        self._write(f"{above}{drawn}{below}")

    def _note_size(self) -> None:
        """Remember how large the window is; of one that changes, what stands where is unknown."""
        size = (self._screen.size.width, self._screen.size.height)
        if self._size is None:
            self._size = size
        elif self._size != size:
            self._size = (0, 0)

    def _first_change(self, rows: list[str]) -> int:
        """Return the first row that differs; the last one there is, if rows were only added."""
        pairs = zip(self._rows, rows, strict=False)
        same = next((place for place, (a, b) in enumerate(pairs) if a != b), None)
        shorter = min(len(self._rows), len(rows))
        return max(0, shorter - 1) if same is None else same

    def _way_up_to(self, place: int) -> str:
        """Return what moves from the end of the last row to the beginning of another."""
        if not self._rows:
            return ""
        size = self._screen.size
        rows = sum(_height(row, size.width) for row in self._rows[place:])
        return "\r" + (f"\x1b[{min(rows, size.height) - 1}A" if rows > 1 else "")

    def _write(self, text: str) -> None:
        self._screen.file.write(text)
        self._screen.file.flush()


def _height(row: str, width: int) -> int:
    """Return how many rows of the terminal a row takes, which was no wider when it was drawn."""
    from rich.cells import cell_len

    if not any(name in os.environ for name in REFLOWING):
        return 1
    return max(1, -(-cell_len(_STYLE.sub("", row)) // max(1, width)))

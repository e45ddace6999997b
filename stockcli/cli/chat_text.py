"""Text a model wrote, made safe for a terminal, and printed as Markdown while it arrives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.padding import Padding

REFRESHES_A_SECOND = 12
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_PERHAPS_A_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]?)?")
_SPACED = re.compile(r"\s*(?:\||[-*+]\s|\d{1,9}[.)]\s)")
"""Tables and lists come with a blank line above."""


def harmless(text: str) -> str:
    """Return text without control, invisible and direction-turning characters.

    Line ends and tabs stay. A terminal would obey an escape sequence that text from a catalogue
    or a model holds: move the cursor, write the clipboard, fake a question. Without its first
    character it is plain text, wherever a stream was cut.

    >>> harmless("a\\x1b[2Jb\\x07c\\n")
    'a[2Jbc\\n'
    """
    return _INVISIBLE.sub("", text)


class MarkdownStream:
    """Markdown that arrives piece by piece.

    A block that is finished is printed once and for good; only the open one is drawn again and
    again, cut to the screen, so that nothing flickers and nothing is printed twice.
    """

    def __init__(self, screen: Console) -> None:
        """Begin with nothing."""
        self._screen = screen
        self._open = ""
        self._is_first = True
        self._live: Live | None = None

    def feed(self, piece: str) -> None:
        """Take in the next piece."""
        self._open += harmless(piece)
        while end := end_of_first_block(self._open):
            block, self._open = self._open[:end], self._open[end:]
            self._stop_live()
            self._print(block)
        if self._open.strip():
            self._draw_open()

    def end(self) -> None:
        """Print what is left; another answer may come afterwards."""
        self._stop_live()
        if self._open.strip():
            self._print(self._open)
        self._open, self._is_first = "", True

    def _print(self, block: str) -> None:
        self._screen.print(self._drawn(block))
        self._is_first = False

    def _drawn(self, block: str) -> Padding:
        from rich.markdown import Markdown
        from rich.padding import Padding

        above = 0 if self._is_first or _SPACED.match(block) else 1
        # A link shows its address: its text may say another.
        return Padding(Markdown(block, hyperlinks=False), (above, 0, 0, 0))

    def _draw_open(self) -> None:
        from rich.live import Live

        if self._live is None:
            self._live = Live(
                console=self._screen,
                transient=True,
                refresh_per_second=REFRESHES_A_SECOND,
                vertical_overflow="crop",
            )
            self._live.start()
        self._live.update(self._drawn(self._open))

    def _stop_live(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


def end_of_first_block(text: str) -> int:
    """Return where the first finished block ends; 0 while it may still grow.

    A block ends at a blank line that is not inside a fenced one; a list ends where something
    else begins, so that its numbers go on.
    """
    position, fence, is_list, blank_at = 0, "", False, 0
    for line in text.splitlines(keepends=True):
        if blank_at and not (is_list and _goes_on(line)):
            return blank_at
        blank_at = 0
        mark = line.strip()[:3]
        if mark in {"```", "~~~"} and fence in {"", mark}:
            fence = "" if fence else mark
        position += len(line)
        if not line.endswith("\n"):
            return 0
        if line.strip():
            is_list = is_list or bool(_LIST_ITEM.match(line))
        elif not fence and text[:position].strip():
            blank_at = position
    return 0 if is_list else blank_at


def _goes_on(line: str) -> bool:
    is_undecided = _PERHAPS_A_LIST_ITEM.fullmatch(line)
    return bool(is_undecided or line.startswith((" ", "\t")) or _LIST_ITEM.match(line))

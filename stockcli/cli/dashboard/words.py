"""Text of the catalogue and of people on the screen: shown as it is, obeyed by nobody."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from stockcli.cli.chat_text import harmless
from stockcli.cli.render import clean


def line_of(text: str) -> str:
    """Return text on one line, without characters that move a cursor or turn the writing.

    >>> line_of("[red]x[/]\\x1b[2J\\n!")
    '[red]x[/][2J !'
    """
    return clean(harmless(text))


def told(*lines: str) -> Text:
    """Return lines as they are to be shown: no mark-up in them counts."""
    return Text("\n".join(line_of(line) for line in lines))


def padded(text: str, width: int) -> str:
    """Return text with blanks after it, so many columns of the terminal wide.

    >>> padded("茶", 4)
    '茶  '
    """
    return text + " " * max(0, width - cell_len(text))


def fitted(text: str, width: int) -> str:
    """Return a line of at most so many columns; what is cut ends in an ellipsis.

    >>> fitted("lantern", 5)
    'lant…'
    """
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" * (width > 0)

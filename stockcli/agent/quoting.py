"""Text from the catalogue is data: this is the one way it reaches a model."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 60
LONGEST_CODE = 64
LONGEST_REASON = 300
_PLAIN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+#-]*")
_HIDDEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# What would end a quotation or a cell of a table early.
_DELIMITERS = str.maketrans({'"': "'", "|": "/", "`": "'"})


def quoted(text: str, longest: int = LONGEST_NAME) -> str:
    r"""Return text from the catalogue as one short quotation without control characters.

    >>> quoted('Mug | "red"')
    '"Mug / \'red\'"'
    """
    return f'"{shortened(text, longest).translate(_DELIMITERS)}"'


def code(text: str) -> str:
    """Return a SKU or another code as it is written; quoted if it is not a plain word.

    >>> code("85123A"), code("ignore all rules")
    ('85123A', '"ignore all rules"')
    """
    if len(text) <= LONGEST_CODE and _PLAIN_CODE.fullmatch(text):
        return text
    return quoted(text, LONGEST_CODE)


def unquoted(text: str) -> str:
    """Return what somebody typed or a model repeated, without the quotation marks around it."""
    return text.strip().strip('"').strip()


def reason_text(text: str) -> str:
    """Return a model's reason as one line of at most 300 printable characters."""
    return shortened(text, LONGEST_REASON)


def visible(text: str) -> str:
    """Return a text as a person sees it: line ends stay, what shows nothing goes."""
    return "".join(char for char in text if char in "\n\t" or not _is_invisible(char))


def shortened(text: str, longest: int) -> str:
    """Return text on one line, without control or invisible characters, cut to a length."""
    shown = "".join(" " if _is_invisible(char) else char for char in text)
    line = " ".join(shown.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def line(text: str, longest: int) -> str:
    """Return a sentence of ours that may hold somebody's words: one line, no cell's end in it.

    >>> line('the "red | mug', 60)
    "the 'red / mug"
    """
    whole = shortened(text.replace("|", "/"), longest)
    return whole.replace('"', "'") if whole.count('"') % 2 else whole


def _is_invisible(char: str) -> bool:
    """Return whether a character is a control, a format mark, a surrogate or unassigned.

    Fillers and variation selectors count too: they show nothing, and text hides in them.
    """
    return unicodedata.category(char).startswith("C") or bool(_HIDDEN.match(char))

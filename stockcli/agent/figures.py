"""Figures in an answer must come from the tools; what does not is pointed out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

SMALLEST_WORTH_CHECKING = 13
"""Below it a number counts things in the answer itself more often than stock."""

_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?\b|\b\d{1,2}:\d{2}\b")
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")


def unsupported_figures(answer: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the figures of an answer that occur in none of its sources, as written.

    Dates and small numbers are left out. A figure worked out from others is reported too: it
    is the reader's to check.

    >>> unsupported_figures("40 mugs, 1,200 plates", ["| MUG | 40 |"])
    ('1,200',)
    """
    known = {value for source in sources for _, value in _figures(source)}
    found = dict.fromkeys(
        written
        for written, value in _figures(_DATE.sub(" ", answer))
        if value >= SMALLEST_WORTH_CHECKING and value not in known
    )
    return tuple(found)


def _figures(text: str) -> list[tuple[str, Decimal]]:
    """Return the figures of a text as written, each with every value it may stand for."""
    return [(written, _value(written)) for written in _FIGURE.findall(text)]


def _value(written: str) -> Decimal:
    """Return a figure's value; three digits after the last mark are thousands."""
    parts = re.split("[.,]", written)
    thousands = 3
    if len(parts) > 1 and len(parts[-1]) != thousands:
        return Decimal(f"{''.join(parts[:-1])}.{parts[-1]}").normalize()
    return Decimal("".join(parts)).normalize()

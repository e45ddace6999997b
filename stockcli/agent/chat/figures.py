"""Figures in an answer must come from the tools; what does not is pointed out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

SMALLEST_WORTH_CHECKING = 13
"""Below it a number counts things in the answer itself more often than stock."""
THOUSANDS = 3
"""Digits after a mark that make it one between thousands, perhaps."""

_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?\b|\b\d{1,2}:\d{2}\b|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b"
)
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_UNIT = re.compile(
    r"[\s*_]*(?:units?|unidades?|un\b|u[nd]s?\.|pcs|pieces?|peças?|in stock|em estoque|on hand|"
    r"on order|a receber)\b",
    re.IGNORECASE,
)


def unsupported_figures(answer: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the figures of an answer that occur in none of its sources, as written.

    Dates are left out, and small numbers that stand before no unit. A figure worked out from
    others is reported too: it is the reader's to check.

    >>> unsupported_figures("40 mugs, 1,200 plates, 3 ways, 5 units", ["| MUG | 40 |"])
    ('1,200', '5')
    """
    known = {value for source in sources for value in _values_in(source)}
    text = _DATE.sub(" ", answer)
    found = dict.fromkeys(
        figure.group()
        for figure in _FIGURE.finditer(text)
        if _is_checked(figure, text) and known.isdisjoint(_values(figure.group()))
    )
    return tuple(found)


def _is_checked(figure: re.Match[str], text: str) -> bool:
    is_large = max(_values(figure.group())) >= SMALLEST_WORTH_CHECKING
    return is_large or _UNIT.match(text, figure.end()) is not None


def _values_in(source: str) -> set[Decimal]:
    """Return every value of a source's figures, and the parts of its dates."""
    figures = [value for one in _FIGURE.findall(source) for value in _values(one)]
    parts = [part for date in _DATE.findall(source) for part in re.split(r"\D", date)]
    return {*figures, *(Decimal(part).normalize() for part in parts if part)}


def _values(written: str) -> set[Decimal]:
    """Return what a figure may stand for; three digits after the last mark may be thousands.

    >>> sorted(_values("1,200")), _values("12,50")
    ([Decimal('1.2'), Decimal('1.2E+3')], {Decimal('12.5')})
    """
    parts = re.split("[.,]", written)
    whole = Decimal("".join(parts)).normalize()
    if len(parts) == 1:
        return {whole}
    broken = Decimal(f"{''.join(parts[:-1])}.{parts[-1]}").normalize()
    return {whole, broken} if len(parts[-1]) == THOUSANDS else {broken}

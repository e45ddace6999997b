"""Figures in an answer must come from the tools; what does not is pointed out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import ceil, floor

from stockcli.agent.chat.dates import NamedDay, days_in, without_days

SMALLEST_WORTH_CHECKING = 13
"""Below it a number counts things in the answer itself more often than stock."""
THOUSANDS = 3
"""Digits after a mark that make it one between thousands, perhaps."""
_IDIOMS = (Decimal(0), Decimal(100))
"""Shares that are said of anything."""
_HUNDRED = Decimal(100)

_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?\b|\b\d{1,2}:\d{2}\b|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b"
)
_ITEM_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s", re.MULTILINE)
_ALL_DAY = re.compile(r"\b24[ -]?(?:hours?|horas?|h)\b", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?<![A-Za-z0-9À-ÿ.,])(?<![A-Za-zÀ-ÿ]-)\d+(?:[.,]\d+)*(?:(?=(?:k|un|x)\b)|(?![A-Za-z0-9À-ÿ]))",
    re.IGNORECASE,
)
"""Letters beside digits make a code; a unit or a thousand may be joined on."""
_THOUSANDFOLD = re.compile(r"k\b", re.IGNORECASE)
LONGEST_FIGURE = 30
_UNIT = re.compile(
    r"[\s*_]*(?:units?|unidades?|un\b|u[nd]s?\.|pcs|pieces?|peças?|in stock|em estoque|on hand|"
    r"on order|a receber)\b",
    re.IGNORECASE,
)
_DAYS = re.compile(r"[\s*_]*(?:days?|dias?)\b", re.IGNORECASE)
_PERCENT = re.compile(r"[\s*_]*(?:%|percent\b|per cent\b|por cento\b)", re.IGNORECASE)


def unsupported_figures(
    answer: str, sources: Iterable[str], *, today: NamedDay | None = None
) -> tuple[str, ...]:
    """Return the figures and days of an answer that occur in none of its sources, as written.

    Numbers below 13 are left out unless units, days or a percent sign follow. A figure worked out
    from others is reported too, it is the reader's to check; but not the days from today to a day
    that a source names.

    Args:
        answer: Markdown.
        sources: what was told.
        today: the shop's day, never reported.

    >>> unsupported_figures("40 mugs, 1,200 plates, 3 ways, 5 units", ["| MUG | 40 |"])
    ('1,200', '5')
    >>> unsupported_figures("_500_ of 85123A, -700, 7k, 20-30 units", ["| 85123A | 30 |"])
    ('500', '700', '7', '20')
    """
    told = list(sources)
    named = [day for source in told for day in days_in(source)] + ([today] if today else [])
    numbers = _Known(told, _days_from(today, named))
    text = _ALL_DAY.sub(" ", _ITEM_NUMBER.sub(" ", answer))
    days = [one.written for one in days_in(text) if not any(map(one.may_be, named))]
    text = _DATE.sub(" ", without_days(text))
    figures = [one.group() for one in _FIGURE.finditer(text) if numbers.miss(one, text)]
    return tuple(dict.fromkeys([*figures, *days]))


class _Known:
    """The numbers that were told."""

    def __init__(self, told: Sequence[str], day_counts: set[Decimal]) -> None:
        self._told = {value for source in told for value in _told_values(source)}
        self._parts = {part for source in told for part in _parts_of_dates(source)}
        self._day_counts = day_counts
        # Shelves last 5.2 days, and answers say 5 or 6.
        self._whole = {Decimal(whole(value)) for value in self._told for whole in (floor, ceil)}

    def miss(self, figure: re.Match[str], text: str) -> bool:
        """Return whether a figure of an answer is worth checking, and was not told."""
        if len(figure.group()) > LONGEST_FIGURE:
            return True
        values, end = _values(figure.group()), figure.end()
        if _THOUSANDFOLD.match(text, end):
            values = {value * 1000 for value in values}
        if _PERCENT.match(text, end):
            shares = {value / _HUNDRED for value in values}
            return (values | shares).isdisjoint({*self._told, *_IDIOMS})
        if _DAYS.match(text, end):
            return values.isdisjoint(self._told | self._whole | self._day_counts)
        is_checked = max(values) >= SMALLEST_WORTH_CHECKING or _UNIT.match(text, end)
        return bool(is_checked) and values.isdisjoint(self._told | self._parts)


def _days_from(today: NamedDay | None, named: Sequence[NamedDay]) -> set[Decimal]:
    """Return how many days lie between today and each day that was named."""
    start = today.as_date() if today else None
    if start is None:
        return set()
    others = (one.as_date() for one in named)
    return {Decimal(abs((other - start).days)) for other in others if other}


def _told_values(source: str) -> set[Decimal]:
    """Return every value of a source's figures."""
    text = _DATE.sub(" ", source)
    figures = (one for one in _FIGURE.findall(text) if len(one) <= LONGEST_FIGURE)
    return {value for one in figures for value in _values(one)}


def _parts_of_dates(source: str) -> set[Decimal]:
    """Return the numbers in a source's dates: an answer may take them apart."""
    return {
        Decimal(part).normalize()
        for one in _DATE.findall(source)
        for part in re.split(r"\D", one)
        if part
    }


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

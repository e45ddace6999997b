"""Days named in a text, in figures and in words, English and Portuguese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

_LEAP_YEAR = 2024
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_PORTUGUESE = (
    *("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto"),
    *("setembro", "outubro", "novembro", "dezembro"),
)
_SHORT = {"fev": 2, "abr": 4, "mai": 5, "ago": 8, "set": 9, "out": 10, "dez": 12}
_MONTHS = (
    {name: number for names in (_ENGLISH, _PORTUGUESE) for number, name in enumerate(names, 1)}
    | {name[:3]: number for number, name in enumerate(_ENGLISH, 1)}
    | {"sept": 9, "marco": 3}
    | _SHORT
)
# "May", "set" and "out" are words of other things too.
_NAME = (
    rf"(?:(?i:{'|'.join(name for name in (*_ENGLISH, *_PORTUGUESE, 'marco') if name != 'may')})"
    r"|(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ec)\b|May)"
)
_DE_NAME = rf"(?:{_NAME}|(?i:{'|'.join(_SHORT)})\b)"
_YEAR = r"(?P<year>\d{4})"
_TH = r"(?:st|nd|rd|th|º|o)?"
_DATE = (
    re.compile(rf"(?<![\d/-]){_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?![\d/-])"),
    re.compile(rf"(?<![\d/.-])(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})[/.]{_YEAR}(?!\d)"),
    re.compile(rf"\b(?P<day>\d{{1,2}}){_TH} (?:of )?(?P<month>{_NAME})\.?(?:,? {_YEAR})?\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}}){_TH} de (?P<month>{_DE_NAME})(?:\.?(?: de)? {_YEAR})?\b"),
    re.compile(rf"\b(?P<month>{_NAME})\.? (?P<day>\d{{1,2}}){_TH}\b(?:,? {_YEAR}\b)?"),
    re.compile(
        r"(?i:\b(?:on|by|until|em|até|dia|para)\s)(?P<day>\d{2})/(?P<month>\d{2})\b(?![/\d])"
    ),
)


@dataclass(frozen=True, kw_only=True)
class NamedDay:
    """A day as a text names it.

    Attributes:
        written: in the text.
        days: it may stand for, as month and day: 04/05 is two.
        year: None if the text names none.
    """

    written: str
    days: frozenset[tuple[int, int]]
    year: int | None = None

    def may_be(self, other: NamedDay) -> bool:
        """Return whether both may name the same day."""
        is_same_year = None in (self.year, other.year) or self.year == other.year
        return is_same_year and not self.days.isdisjoint(other.days)

    def as_date(self) -> date | None:
        """Return the day; None if it is not certain which one."""
        if self.year is None or len(self.days) != 1:
            return None
        ((month, day),) = self.days
        return date(self.year, month, day) if _is_day(month, day, self.year) else None


def days_in(text: str) -> list[NamedDay]:
    """Return the days a text names.

    >>> [one.written for one in days_in("from 2026-11-22 to 5 de dezembro, 1/2 and 12 May 2027")]
    ['2026-11-22', '5 de dezembro', '12 May 2027']
    """
    found = (pair for pattern in _DATE for pair in _found(pattern, text))
    return [day for _, day in sorted(found, key=itemgetter(0))]


def without_days(text: str) -> str:
    """Return a text with a blank for each day it names.

    >>> without_days("84 until 22 November 2026")
    '84 until  '
    """
    for pattern in _DATE:
        text = pattern.sub(" ", text)
    return text


def _found(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, NamedDay]]:
    for match in pattern.finditer(text):
        parts = match.groupdict()
        year = int(parts["year"]) if parts.get("year") else None
        day = int(parts["day"])
        month = _month(parts["month"])
        both = {(month, day), (day, month)} if "/" in match.group() else {(month, day)}
        days = frozenset(pair for pair in both if _is_day(*pair, year or _LEAP_YEAR))
        if days:
            words = match.group()
            written = words.split()[-1] if "/" in words else words
            yield match.start(), NamedDay(written=written, days=days, year=year)


def _month(written: str) -> int:
    return int(written) if written.isdigit() else _MONTHS[written.casefold()]


def _is_day(month: int, day: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True

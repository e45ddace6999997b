"""What a cell of a file says: text, codes, numbers, yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from stockcli.domain import identifiers
from stockcli.domain.calendar import LONGEST_EVENT
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.money import unit_cost
from stockcli.domain.quantity import quantity
from stockcli.usecases.importing.report import SkippedRowError

LONGEST_TEXT = 200
LONGEST_NUMBER = 40
REMEMBERED = 65_536

LONE_SIGN = "?"
"""What decimal_sign says of 1.200 and 1,200, which could be either."""

_NOTHING = frozenset({"", "NAN", "NULL", "NONE", "N/A", "#N/A"})
_KEPT_AS_TEXT = re.compile(r'="(.*)"')
_CURRENCY_OR_BLANK = re.compile(r"R\$|[$£€\s']")
_SIGNED_NUMBER = re.compile(r"[+-]?[\d.,]*\d")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")
_YES = frozenset({"1", "y", "yes", "true", "t", "s", "sim", "open", "aberto", "aberta"})
_NO = frozenset({"0", "n", "no", "false", "f", "não", "nao", "closed", "fechado", "fechada"})


def readable(text: str) -> str:
    r"""Return text without control characters, doubled blanks or a spreadsheet's formula sign.

    >>> readable("=HYPERLINK(1)\x07  RED   MUG ")
    'HYPERLINK(1) RED MUG'
    """
    shown = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split()).lstrip("=+-@ ")[:LONGEST_TEXT].rstrip()


@lru_cache(maxsize=REMEMBERED)
def sku(text: str) -> str:
    """Return the canonical SKU of a cell; ="00123" is how spreadsheets keep leading zeros.

    Raises:
        SkippedRowError: the cell holds none.
    """
    return _code(text, "SKU", identifiers.sku)


@lru_cache(maxsize=1024)
def location(text: str) -> str:
    """Return the canonical code of a location.

    Raises:
        SkippedRowError: the cell holds none.
    """
    return _code(text, "location", identifiers.location_code)


@lru_cache(maxsize=1024)
def supplier(text: str) -> str:
    """Return the canonical code of a supplier.

    Raises:
        SkippedRowError: the cell holds none.
    """
    return _code(text, "supplier", identifiers.supplier_code)


def _code(text: str, what: str, canonical: Callable[[str], str]) -> str:
    wrapped = _KEPT_AS_TEXT.fullmatch(text.strip())
    bare = wrapped[1] if wrapped else text.strip()
    if bare.upper() in _NOTHING:
        raise SkippedRowError(f"no {what}", f"the {what} is empty")
    if not bare.isprintable() or len(text) > LONGEST_TEXT:
        raise SkippedRowError(f"bad {what}", f"{bare[:40]!r} is no {what}")
    try:
        return canonical(bare)
    except InvalidInputError as error:
        raise SkippedRowError(f"bad {what}", error.message) from None


@dataclass(frozen=True, kw_only=True)
class NumberStyle:
    """How a file writes numbers where one sign alone could mean two things.

    Attributes:
        comma_is_decimal: 1,250 is one and a quarter, not a thousand two hundred and fifty.
        dot_groups: 1.250 is a thousand two hundred and fifty.
    """

    comma_is_decimal: bool = False
    dot_groups: bool = False


DOTTED = NumberStyle()


def decimal_number(text: str, style: NumberStyle = DOTTED) -> Decimal:
    """Return the number a cell holds: 1234.5, 1,234.5, 1.234,5, 12,5 or R$ 1.234,50.

    Raises:
        InvalidOperation: it holds none.
    """
    if len(text) > LONGEST_NUMBER:
        raise InvalidOperation
    bare = _CURRENCY_OR_BLANK.sub("", text)
    if "," in bare and "." in bare:
        grouping = min(",.", key=bare.rindex)
        return Decimal(bare.replace(grouping, "").replace(",", "."))
    sign, groups = (",", not style.comma_is_decimal) if "," in bare else (".", style.dot_groups)
    if _GROUPED.fullmatch(bare) and (groups or bare.count(sign) > 1):
        return Decimal(bare.replace(sign, ""))
    return Decimal(bare.replace(",", "."))


@lru_cache(maxsize=REMEMBERED)
def decimal_sign(text: str) -> str:
    """Return which sign a number shows to be the decimal one; empty where it shows nothing.

    >>> decimal_sign("18,90"), decimal_sign("1,234.5"), decimal_sign("1.234.567")
    (',', '.', ',')
    >>> decimal_sign("1.200"), decimal_sign("1200")
    ('?', '')
    """
    bare = "" if len(text) > LONGEST_NUMBER else _CURRENCY_OR_BLANK.sub("", text)
    signs = [letter for letter in bare if letter in ",."]
    if not signs or not _SIGNED_NUMBER.fullmatch(bare):
        return ""
    if len(set(signs)) > 1:
        return signs[-1]
    if _GROUPED.fullmatch(bare):
        other = "," if signs[0] == "." else "."
        return LONE_SIGN if len(signs) == 1 else other
    return signs[0] if len(signs) == 1 else ""


@lru_cache(maxsize=REMEMBERED)
def units(text: str, style: NumberStyle = DOTTED) -> Decimal:
    """Return a quantity in units, signed.

    Raises:
        SkippedRowError: the cell holds none.
    """
    try:
        return quantity(decimal_number(text, style))
    except (InvalidOperation, InvalidInputError):
        detail = f"{text[:40]!r} is no quantity" if text.strip() else "the quantity is empty"
        raise SkippedRowError("bad quantity", detail) from None


@lru_cache(maxsize=REMEMBERED)
def price(text: str, style: NumberStyle = DOTTED) -> Decimal:
    """Return an amount per unit, in the shop's currency, not below zero.

    Raises:
        SkippedRowError: the cell holds none.
    """
    try:
        return unit_cost(decimal_number(text, style))
    except (InvalidOperation, InvalidInputError):
        raise SkippedRowError("bad price", f"{text[:40]!r} is no price") from None


def event(text: str, column: str) -> str | None:
    """Return the label of what happens on a day: empty for nothing, None where it is not said.

    A plain yes is labelled as its column is: a column `promotion` may hold 1 and 0.

    Raises:
        SkippedRowError: the label is too long.

    >>> event("  Summer   fair ", "event"), event("1", "Promotion"), event("no", "event")
    ('Summer fair', 'Promotion', '')
    """
    said = text.strip().casefold().removesuffix(".0")
    if said in _NO:
        return ""
    label = readable(column if said in _YES else text)
    if len(label) > LONGEST_EVENT:
        detail = f"{label[:20]!r}... has {len(label)} letters, and {LONGEST_EVENT} are the most"
        raise SkippedRowError("event too long", detail)
    return label or None


def yes_or_no(text: str) -> bool:
    """Return whether a cell says yes.

    Raises:
        SkippedRowError: it says neither yes nor no.
    """
    said = text.strip().casefold().removesuffix(".0")
    if said not in _YES | _NO:
        raise SkippedRowError("neither yes nor no", f"{text[:40]!r} is neither 1 nor 0")
    return said in _YES

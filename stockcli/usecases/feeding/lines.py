"""What a till sends: one JSON object a line, read so strictly that no slip books another thing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from stockcli.domain import identifiers
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.money import unit_cost
from stockcli.domain.quantity import quantity
from stockcli.domain.shop import EARLIEST_DAY

LONGEST_LINE_BYTES = 8_192
LONGEST_ID = 64
LONGEST_NOTE = 200
LAST_YEAR = 9_998
REMEMBERED = 65_536


class TillKind(StrEnum):
    """What a line says happened."""

    SALE = "sale"
    RETURN = "return"
    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    COUNT = "count"
    TRANSFER = "transfer"
    VOID = "void"


@dataclass(frozen=True, kw_only=True, slots=True)
class TillLine:
    """One line that could be read.

    Attributes:
        id: the till's own number of the movement; booked once per shop.
        sku: the canonical SKU; empty for a void.
        location: where; None is the shop's first location.
        to: of a transfer, where it arrives; else None.
        quantity: units: above zero, of an adjustment signed, of a count what was found.
        at: when it happened; None is now.
        price: of a unit, in the shop's currency; None if unknown.
    """

    id: str
    kind: TillKind
    sku: str = ""
    location: str | None = None
    to: str | None = None
    quantity: Decimal = Decimal(0)
    at: datetime | None = None
    price: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One line that cannot be booked: whose it is, as far as it says, and why."""

    id: str | None
    reason: str


REQUIRED = ("id", "kind", "sku", "quantity")
OPTIONAL = ("location", "to", "at", "price", "note")
_FIELDS = frozenset(REQUIRED + OPTIONAL)
OF_A_VOID = frozenset({"id", "kind", "at", "note"})
_sku = lru_cache(maxsize=REMEMBERED)(identifiers.sku)
_place = lru_cache(maxsize=1024)(identifiers.location_code)


def read_line(raw: bytes) -> TillLine | Refusal:
    """Return what a line says, or why it cannot be booked; it never fails."""
    try:
        fields = _fields(raw)
    except InvalidInputError as error:
        return Refusal(id=None, reason=error.message)
    try:
        return _line(fields)
    except InvalidInputError as error:
        said = fields.get("id")
        return Refusal(id=said if _is_id(said) else None, reason=error.message)


def _fields(raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST_LINE_BYTES:
        raise InvalidInputError(f"the line is longer than {LONGEST_LINE_BYTES:,} bytes")
    try:
        fields = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InvalidInputError("the line is not UTF-8") from None
    except (
        ValueError,
        ArithmeticError,
        RecursionError,
    ):  # such as brackets in brackets
        raise InvalidInputError("the line is no JSON object") from None
    if not isinstance(fields, dict):
        raise InvalidInputError("the line is no JSON object")
    return fields


def _line(fields: dict[str, Any]) -> TillLine:
    identifier, kind = _id(fields.get("id")), _kind(fields.get("kind"))
    known = OF_A_VOID if kind is TillKind.VOID else _FIELDS
    if not fields.keys() <= known:
        unknown = min(fields.keys() - known)
        raise InvalidInputError(f"a {kind} has no field {unknown[:40]!r}")
    at, note = _instant(fields.get("at")), _note(fields.get("note"))
    if kind is TillKind.VOID:
        return TillLine(id=identifier, kind=kind, at=at, note=note)
    location, to = _location(fields, "location"), _location(fields, "to")
    if (to is None) is (kind is TillKind.TRANSFER):
        said = "needs a" if to is None else "has no"
        raise InvalidInputError(f"a {kind} {said} location to go to")
    price = fields.get("price")
    return TillLine(
        id=identifier,
        kind=kind,
        sku=_sku(_text(fields, "sku")),
        location=location,
        to=to,
        quantity=_quantity(fields.get("quantity"), kind),
        at=at,
        price=None if price is None else unit_cost(_number(price, "price")),
        note=note,
    )


def _is_id(said: Any) -> bool:
    return isinstance(said, str) and 0 < len(said) <= LONGEST_ID and said.isprintable()


def _id(said: Any) -> str:
    if not _is_id(said) or said != said.strip():
        raise InvalidInputError(f"the id must be a text of 1 to {LONGEST_ID} printable characters")
    return str(said)


def _kind(said: Any) -> TillKind:
    try:
        return TillKind(said)
    except ValueError:
        shown = f"{said[:40]!r} is no kind" if isinstance(said, str) else "there is no kind"
        raise InvalidInputError(f"{shown}: use one of {', '.join(TillKind)}") from None


def _text(fields: dict[str, Any], name: str) -> str:
    said = fields.get(name)
    if not isinstance(said, str) or not said.isprintable() or not said.strip():
        raise InvalidInputError(f"the {name} must be a printable text")
    return said


def _location(fields: dict[str, Any], name: str) -> str | None:
    return None if fields.get(name) is None else _place(_text(fields, name))


def _note(said: Any) -> str:
    if said is None:
        return ""
    if not isinstance(said, str) or len(said) > LONGEST_NOTE or not said.isprintable():
        raise InvalidInputError(f"the note must be a text of up to {LONGEST_NOTE} characters")
    return said.strip()


def _number(said: Any, name: str) -> Decimal | str:
    if not isinstance(said, (str, Decimal)):
        raise InvalidInputError(f"the {name} must be a number such as 2 or 2.5")
    return said


def _quantity(said: Any, kind: TillKind) -> Decimal:
    units = quantity(_number(said, "quantity"))
    if kind is TillKind.COUNT:
        if units < 0:
            raise InvalidInputError(f"a count of {units} units is below zero: give what was found")
    elif units == 0:
        raise InvalidInputError("the quantity is 0: nothing moved")
    elif units < 0 and kind is not TillKind.ADJUSTMENT:
        raise InvalidInputError(f"a {kind} of {units} units has the wrong sign")
    return units


def _instant(said: Any) -> datetime | None:
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        message = "at must be a time with its zone, such as 2026-11-30T10:00:00Z"
        raise InvalidInputError(message)
    if not EARLIEST_DAY.year <= at.year <= LAST_YEAR:
        raise InvalidInputError(f"{said[:40]!r} is no time to work with")
    return at


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidInputError("a field stands twice in the line")
    return fields


# Not as float nor int: exact, and quick to read however many digits there are. What is no number
# (NaN) is refused as the quantity or price it stands for.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_constant=Decimal, parse_float=Decimal, parse_int=Decimal
)

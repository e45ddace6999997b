"""The till's protocol as JSON Schema: what a line may be, and what it is answered."""

from __future__ import annotations

from typing import Any

from stockcli.usecases.feeding.booking import AnswerStatus
from stockcli.usecases.feeding.lines import LONGEST_ID, LONGEST_NOTE, OF_A_VOID, TillKind

_NUMBER = {"type": ["string", "number"], "pattern": r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"}
_CODE = {"type": "string", "minLength": 1, "maxLength": 64}
_UNITS = (
    "Units, to a thousandth: above zero; of an adjustment signed; of a count, what was found. "
    'A text such as "2.5" or a number.'
)
_FIELDS: dict[str, Any] = {
    "id": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_ID,
        "description": "The till's own number of it. The same id is booked once per shop.",
    },
    "kind": {"enum": [kind.value for kind in TillKind]},
    "sku": {**_CODE, "description": "The product."},
    "quantity": {**_NUMBER, "description": _UNITS},
    "location": {**_CODE, "description": "Where; left out, the shop's first location."},
    "to": {**_CODE, "description": "Of a transfer, and only there: where it arrives."},
    "at": {
        "type": "string",
        "format": "date-time",
        "description": "When it happened, with its zone; left out, now.",
    },
    "price": {**_NUMBER, "description": "Of a unit, in the shop's currency."},
    "note": {"type": "string", "maxLength": LONGEST_NOTE},
}
_VOID = {
    "title": "the movement of this id is taken back",
    "properties": {
        "kind": {"const": TillKind.VOID.value},
        **dict.fromkeys(sorted(OF_A_VOID - {"kind"}), True),
    },
    "required": ["id", "kind"],
    "additionalProperties": False,
}
_TRANSFER = {
    "title": "from one location to another",
    "properties": {"kind": {"const": TillKind.TRANSFER.value}},
    "required": ["id", "kind", "sku", "quantity", "to"],
}
_OTHER = {
    "title": "a movement at one location",
    "properties": {
        "kind": {"not": {"enum": [TillKind.VOID.value, TillKind.TRANSFER.value]}},
        "to": {"type": "null"},
    },
    "required": ["id", "kind", "sku", "quantity"],
}
_OPTIONAL = ("location", "to", "at", "price", "note")


def line_schema() -> dict[str, Any]:
    """Return the JSON Schema of a line; an optional field may be null, which is as left out."""
    properties = {
        name: {"anyOf": [facts, {"type": "null"}]} if name in _OPTIONAL else facts
        for name, facts in _FIELDS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a line of a till's feed",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "oneOf": [_VOID, _TRANSFER, _OTHER],
    }


def answer_schema() -> dict[str, Any]:
    """Return the JSON Schema of an answer."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "the answer to a line",
        "type": "object",
        "properties": {
            "line": {"type": "integer", "description": "Which line of this feed, from 1 on."},
            "id": {
                "type": ["string", "null"],
                "description": "As in the line; null where it has none that can be read.",
            },
            "status": {
                "enum": [status.value for status in AnswerStatus],
                "description": "booked: it is in the ledger now. known: it was there before. "
                "refused: it is not there, and sending it again as it is does not help.",
            },
            "reason": {"type": ["string", "null"], "description": "Why it was refused."},
        },
        "required": ["line", "id", "status", "reason"],
        "additionalProperties": False,
    }

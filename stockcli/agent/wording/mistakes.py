"""What is wrong with a call, told so that a model can mend it: never the input itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import process
from rapidfuzz.distance import OSA

from stockcli.agent.quoting import line, quoted
from stockcli.domain.errors import NotFoundError, StockError

MOST_MISTAKES = 4
LONGEST_ERROR = 600
LONGEST_NAME_SAID = 40
LEAST_LIKENESS = 0.5
"""Half of a tool's name must agree before it is suggested."""
_EXPECTED: Mapping[str, str] = {
    "string_type": "must be text",
    "string_unicode": "must be readable text",
    "int_type": "must be a whole number, without quotation marks",
    "float_type": "must be a number, without quotation marks",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "model_type": "must be an object of named values",
    "dict_type": "must be an object of named values",
    "missing": "is missing",
}
_LIMITED: Mapping[str, tuple[str, str]] = {
    "greater_than": ("gt", "must be above {}"),
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than": ("lt", "must be below {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "string_too_long": ("max_length", "must have at most {} characters"),
    "too_long": ("max_length", "must have at most {} entries"),
    "too_short": ("min_length", "must have at least {} entries"),
    "string_pattern_mismatch": ("pattern", "must look like {}"),
}


def unknown_tool(name: str, known: Collection[str]) -> str:
    """Return that there is no such tool, with the nearest name if one is near.

    >>> unknown_tool("stock", ["stock_of", "low_stock"])
    'there is no tool "stock"; did you mean stock_of? there are stock_of, low_stock'
    """
    shown, names = quoted(name, LONGEST_NAME_SAID), ", ".join(known)
    found = process.extractOne(
        name[:LONGEST_NAME_SAID],
        known,
        scorer=OSA.normalized_similarity,
        score_cutoff=LEAST_LIKENESS,
    )
    nearest = f"did you mean {found[0]}? " if found else ""
    return f"there is no tool {shown}; {nearest}there are {names}"


def sentence(error: StockError) -> str:
    """Return an error of ours as one line; names from the catalogue in it are quoted."""
    hint = error.hint
    if isinstance(error, NotFoundError) and error.nearest:
        hint = f"nearest: {', '.join(quoted(name) for name in error.nearest)}"
        return line(error.message, LONGEST_ERROR // 2) + f"; {hint}"
    return line(f"{error.message}; {hint}" if hint else error.message, LONGEST_ERROR)


def what_is_wrong(error: ValidationError, arguments: type[BaseModel]) -> str:
    """Return which arguments do not fit, what is wrong with each, and what is allowed."""
    found = error.errors(include_url=False, include_input=False)
    told = [_mistake(one, arguments) for one in found[:MOST_MISTAKES]]
    more = len(found) - MOST_MISTAKES
    rest = [f"and {more} more"] if more > 0 else []
    return f"nothing was run, the arguments do not fit: {'; '.join([*told, *rest])}"


def _mistake(one: Mapping[str, Any], arguments: type[BaseModel]) -> str:
    kind, limits = one["type"], one.get("ctx") or {}
    name = _place(one["loc"])
    if kind == "extra_forbidden":
        allowed = ", ".join(arguments.model_fields) or "none"
        return f"{_shown(one['loc'][-1])} is no argument of this tool; it takes {allowed}"
    if kind == "string_too_short":
        return f"{name} is empty"
    if kind in _LIMITED:
        limit, words = _LIMITED[kind]
        return f"{name} {words.format(_limit(limits.get(limit)))}"
    return f"{name} {_EXPECTED.get(kind, 'does not fit')}"


def _place(location: Sequence[int | str]) -> str:
    """Return which argument is meant; an entry of a list is counted from one."""
    if not location:
        return "the whole"
    first, *rest = location
    entries = [f"entry {part + 1}" if isinstance(part, int) else _shown(part) for part in rest]
    return ", ".join([_shown(first), *entries])


def _shown(name: int | str) -> str:
    text = str(name)
    is_plain = text.isidentifier() and text.isascii() and len(text) <= LONGEST_NAME_SAID
    return text if is_plain else quoted(text, LONGEST_NAME_SAID)


_PATTERNS = {r"^\d{4}-\d{2}-\d{2}$": "2026-12-31"}


def _limit(limit: Any) -> str:
    if isinstance(limit, float):
        return f"{limit:.15g}"
    return _PATTERNS.get(str(limit), str(limit))

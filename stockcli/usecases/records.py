"""Facts as JSON values, for what is stored beside a decision and for programs that read."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stockcli.domain.quantity import plain


def to_json(fact: Any) -> Any:
    """Return a fact, or a collection of facts, as JSON values; quantities as numbers."""
    if isinstance(fact, Decimal):
        text = plain(fact)
        return float(text) if "." in text else int(text)
    if isinstance(fact, date):  # a datetime is one too
        return fact.isoformat()
    if is_dataclass(fact) and not isinstance(fact, type):
        return {field.name: to_json(getattr(fact, field.name)) for field in fields(fact)}
    if isinstance(fact, dict):
        return {str(key): to_json(value) for key, value in fact.items()}
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [to_json(item) for item in fact]
    return str(fact) if isinstance(fact, str) else fact

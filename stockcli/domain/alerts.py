"""Alerts: a situation is told once, and again only after it cleared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from stockcli.domain.identifiers import StockKey

FROM_A_PERSON = "message:"
"""How the situation of words that a person or the assistant wrote begins: they are never over."""


class AlertKind(StrEnum):
    """What a manager is told about."""

    LOW_STOCK = "low_stock"
    ORDER_TO_APPROVE = "order_to_approve"
    LATE_ORDER = "late_order"
    MESSAGE = "message"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One situation, told to the manager once until it clears.

    Attributes:
        situation: the key of the situation; at most one open alert per situation.
        subject: in plain English, as is the text: what is shown on the terminal.
        cleared_at: when it ended; None while it lasts.
        facts: from which it is told in the shop's language; JSON values only. They leave with the
            message, and are not kept with the alert. Empty: it is told in the words it has.
    """

    kind: AlertKind
    situation: str
    subject: str
    text: str
    raised_at: datetime
    cleared_at: datetime | None = None
    key: StockKey | None = None
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


def low_stock_situation(key: StockKey) -> str:
    """Return the situation of a product below its reorder point that a person must settle."""
    return f"low:{key.product_id}:{key.location_id}"


def approval_situation(order_number: str) -> str:
    """Return the situation of an order that waits for approval."""
    return f"approve:{order_number}"


def held_situation(order_number: str) -> str:
    """Return the situation of an order below its supplier's minimum, kept until more is needed."""
    return f"held:{order_number}"


def too_late_situation(order_number: str) -> str:
    """Return the situation of an order that is due only after a shelf is empty."""
    return f"too_late:{order_number}"


def late_situation(order_number: str) -> str:
    """Return the situation of an order past its expected day."""
    return f"late:{order_number}"


def cleared(open_situations: frozenset[str], still_true: frozenset[str]) -> frozenset[str]:
    """Return the open situations that ended, so that they may be told again one day."""
    return open_situations - still_true

"""Why an order waits, as its note says it: what a supplier takes at least, and the limits."""

from __future__ import annotations

import re
from decimal import Decimal

from stockcli.domain.quantity import plain

_REASON = re.compile(
    r"its total \S+ is above the approval limit \S+"
    r"|with \S+ already ordered (?:today|this month) its total \S+ passes the \w+ limit \S+"
    r"|its total \S+ is below the supplier's minimum \S+"
    r"|it was changed, so it is to be approved again"
)
CHANGED = "it was changed, so it is to be approved again"


def why_below_minimum(order_total: Decimal, minimum_order_value: Decimal) -> str:
    """Return why an order is kept until more is needed, or an empty string if it need not be.

    >>> why_below_minimum(Decimal("40.00"), Decimal(50))
    "its total 40.00 is below the supplier's minimum 50"
    """
    if order_total >= minimum_order_value:
        return ""
    return f"its total {order_total} is below the supplier's minimum {plain(minimum_order_value)}"


def waits_on_figures(note: str) -> bool:
    """Return whether an order waits because of what it comes to, and not of what is on it.

    >>> waits_on_figures("party; its total 40.00 is below the supplier's minimum 50")
    True
    """
    return any(_REASON.fullmatch(part) for part in note.split("; "))


def noted(note: str, reason: str) -> str:
    """Return an order's note with why it waits now, in place of why it waited before.

    >>> noted("party; its total 40.00 is below the supplier's minimum 50", "")
    'party'
    """
    parts = [part for part in note.split("; ") if part not in ("", reason)]
    said = [part for part in parts if not _REASON.fullmatch(part)]
    return "; ".join([*said, reason] if reason else said)

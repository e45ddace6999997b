"""Telling the manager of an order that did not reach its supplier, or may not have."""

from __future__ import annotations

from datetime import datetime

from stockcli.domain.alerts import Alert, AlertKind
from stockcli.usecases.alerting import tell
from stockcli.usecases.ports import OutboxMessage, UnitOfWork

ORDER = "purchase_order"

GIVEN_UP = "Mend why with `stock supplier set`, then `stock dispatch --resend-failed` sends it."
IN_DOUBT = (
    "Ask the supplier whether they have it; then `stock dispatch --resend-uncertain` sends it "
    "again, `stock dispatch --drop-uncertain` lets it rest."
)
WAITS = "It waits, and leaves when that is mended: ask your operator."


def tell_undelivered(
    unit: UnitOfWork, message: OutboxMessage, reason: str, advice: str, now: datetime
) -> None:
    """Raise an alert about an order, once until it leaves, in the open unit of work.

    Nothing is told of an alert that did not leave: it would not leave either.
    """
    if message.channel != ORDER:
        return
    number = order_number(message)
    did = "may not have left" if advice is IN_DOUBT else "did not leave"
    alert = Alert(
        kind=AlertKind.MESSAGE,
        situation=_situation(number, advice),
        subject=f"Order {number} {did}",
        text=f"{reason[:1].upper()}{reason[1:]}. {advice}",
        raised_at=now,
    )
    tell(unit, [alert], now=now, digest_key=f"{alert.situation}:{message.attempts}")


def clear_undelivered(unit: UnitOfWork, message: OutboxMessage, now: datetime) -> None:
    """End the alerts about an order that left, or need not any more, in the open unit of work."""
    if message.channel == ORDER:
        number = order_number(message)
        situations = [_situation(number, advice) for advice in (GIVEN_UP, IN_DOUBT, WAITS)]
        unit.alerts.clear(situations, now)


def order_number(message: OutboxMessage) -> str:
    """Return the number of the order a message is about; a message that has none must be told."""
    return str(message.payload.get("number", "without a number"))


def _situation(number: str, advice: str) -> str:
    what = {GIVEN_UP: "given-up", IN_DOUBT: "in-doubt", WAITS: "waits"}[advice]
    return f"undelivered:{number}:{what}"

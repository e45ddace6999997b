"""Telling the manager: each situation once, until it clears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from stockcli.domain.alerts import Alert, AlertKind, cleared, late_situation
from stockcli.domain.purchasing import PurchaseOrder
from stockcli.usecases.ports import OutboxMessage, UnitOfWork

MESSAGES_LAST = timedelta(days=7)


def notify_manager(
    unit: UnitOfWork, subject: str, text: str, *, now: datetime, sku: str | None = None
) -> Alert:
    """Send the manager a message; the same words on the same day are sent once.

    It is among the open alerts for a week: that it was read is on no record.
    """
    situation = f"message:{now.date()}:{sku or ''}:{subject}"[:200]
    alert = Alert(
        kind=AlertKind.MESSAGE, situation=situation, subject=subject, text=text, raised_at=now
    )
    with unit:
        tell(unit, [alert], now=now, digest_key=situation)
        unit.commit()
    return alert


def tell(
    unit: UnitOfWork, alerts: Sequence[Alert], *, now: datetime, digest_key: str
) -> list[Alert]:
    """Raise the alerts that are new and put one digest of them into the outbox.

    Called inside an open unit of work, so that decision, alert and message stand or fall
    together.
    """
    new = unit.alerts.raise_new(alerts)
    if new:
        unit.outbox.put([_digest(new, digest_key, now)])
    return new


def _digest(alerts: Sequence[Alert], key: str, now: datetime) -> OutboxMessage:
    subject = alerts[0].subject if len(alerts) == 1 else f"{len(alerts)} things need your attention"
    return OutboxMessage(
        idempotency_key=f"alert:{key}",
        channel="alert",
        payload={
            "subject": subject,
            "text": "\n".join(f"- {alert.text}" for alert in alerts),
            "raised_at": now.isoformat(),
        },
    )


def clear_ended(
    unit: UnitOfWork, *, kinds: Iterable[AlertKind], still_true: Iterable[str], now: datetime
) -> int:
    """End the open alerts of these kinds whose situation is over; they are armed again."""
    wanted = frozenset(kinds)
    open_now = frozenset(a.situation for a in unit.alerts.open() if a.kind in wanted)
    return unit.alerts.clear(cleared(open_now, frozenset(still_true)), now)


def clear_old_messages(unit: UnitOfWork, now: datetime) -> int:
    """End the messages to the manager that are older than a week, in an open unit of work."""
    old = [
        alert.situation
        for alert in unit.alerts.open()
        if alert.kind is AlertKind.MESSAGE and now - alert.raised_at > MESSAGES_LAST
    ]
    return unit.alerts.clear(old, now)


def late_orders(orders: Iterable[PurchaseOrder], day: date, now: datetime) -> list[Alert]:
    """Return an alert for every open order past its day: chase the supplier, do not reorder."""
    return [
        Alert(
            kind=AlertKind.LATE_ORDER,
            situation=late_situation(order.number),
            subject=f"Order {order.number} is late",
            text=f"Order {order.number} was expected on {order.expected_on}: chase the supplier.",
            raised_at=now,
        )
        for order in orders
        if order.is_open and order.expected_on < day
    ]


def latest_alerts(unit: UnitOfWork, limit: int, *, open_only: bool = False) -> list[Alert]:
    """Return the latest alerts, newest first."""
    with unit.reading():
        return unit.alerts.open() if open_only else unit.alerts.latest(limit)

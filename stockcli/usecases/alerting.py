"""Telling the manager: each situation once, until it clears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from stockcli.domain.alerts import FROM_A_PERSON, Alert, AlertKind, cleared, late_situation
from stockcli.domain.errors import ConflictError
from stockcli.domain.purchasing import OPEN_STATUSES, PurchaseOrder
from stockcli.usecases.alert_facts import with_facts
from stockcli.usecases.inventory import shop_day_within
from stockcli.usecases.ports import OutboxMessage, UnitOfWork
from stockcli.usecases.suppliers import days_late

ALERT = "alert"
"""The channel of alerts in the outbox."""

MESSAGES_LAST = timedelta(days=7)


def notify_manager(
    unit: UnitOfWork, subject: str, text: str, *, now: datetime, sku: str | None = None
) -> Alert:
    """Send the manager a message; the same words on the same day are sent once.

    It is among the open alerts for a week: that it was read is on no record.

    Raises:
        NotFoundError: no such product.
        ConflictError: the product it is about is left alone for a while.
    """
    situation = f"{FROM_A_PERSON}{now.date()}:{sku or ''}:{subject}"[:200]
    alert = Alert(
        kind=AlertKind.MESSAGE, situation=situation, subject=subject, text=text, raised_at=now
    )
    with unit:
        if sku:
            _ensure_not_snoozed(unit, sku, shop_day_within(unit, now))
        tell(unit, [alert], now=now, digest_key=situation)
        unit.commit()
    return alert


def ensure_not_snoozed(unit: UnitOfWork, sku: str, *, now: datetime) -> None:
    """Pass if there may be alerts about a product.

    Raises:
        NotFoundError: no such product.
        ConflictError: it is left alone for a while.
    """
    with unit.reading():
        _ensure_not_snoozed(unit, sku, shop_day_within(unit, now))


def _ensure_not_snoozed(unit: UnitOfWork, sku: str, day: date) -> None:
    product = unit.products.get(sku)
    if product.is_snoozed(day):
        message = f"no alert about {product.sku}: it is left alone until {product.snoozed_until}"
        raise ConflictError(message, f"`stock snooze {product.sku} --off` ends the pause")


def tell(
    unit: UnitOfWork,
    alerts: Sequence[Alert],
    *,
    now: datetime,
    digest_key: str,
    day: date | None = None,
) -> list[Alert]:
    """Raise the alerts that are new and put one digest of them into the outbox.

    Called inside an open unit of work, so that decision, alert and message stand or fall
    together.

    Args:
        day: the business day they are judged on; None takes the shop's own.
    """
    told = {alert.situation for alert in unit.alerts.open()} if alerts else set()
    fresh = [alert for alert in alerts if alert.situation not in told]
    if not fresh:
        return []
    new = unit.alerts.raise_new(with_facts(unit, fresh, day or shop_day_within(unit, now)))
    if new:
        unit.outbox.put([_digest(new, digest_key, now)])
    return new


def _digest(alerts: Sequence[Alert], key: str, now: datetime) -> OutboxMessage:
    """Return the message of some alerts: facts, for it is written when it leaves."""
    return OutboxMessage(
        idempotency_key=f"alert:{key}",
        channel=ALERT,
        payload={"raised_at": now.isoformat(), "alerts": [_entry(alert) for alert in alerts]},
    )


def _entry(alert: Alert) -> dict[str, Any]:
    return {
        "kind": alert.kind.value,
        "situation": alert.situation,
        "raised_at": alert.raised_at.isoformat(),
        "product_id": alert.key.product_id if alert.key else None,
        "subject": alert.subject,
        "text": alert.text,
        "facts": dict(alert.facts),
    }


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


def late_orders(unit: UnitOfWork, day: date, now: datetime) -> list[Alert]:
    """Return an alert for every order past its day: chase the supplier, do not reorder.

    A draft waits for the shop, not for goods; and of an order whose products are all left alone
    for a while nobody wants to hear. In an open unit of work.
    """
    late = [order for order in unit.orders.all(OPEN_STATUSES) if days_late(order, day)]
    if not late:
        return []
    snoozed = {product.id for product in unit.products.all() if product.is_snoozed(day)}
    names = {supplier.id: supplier.name for supplier in unit.suppliers.all()}
    return [
        _late(order, names[order.supplier_id], days_late(order, day), now)
        for order in late
        if any(one.outstanding > 0 and one.product_id not in snoozed for one in order.lines)
    ]


def _late(order: PurchaseOrder, supplier: str, days: int, now: datetime) -> Alert:
    ago = "a day" if days == 1 else f"{days} days"
    return Alert(
        kind=AlertKind.LATE_ORDER,
        situation=late_situation(order.number),
        subject=f"Order {order.number} is late",
        text=(
            f"Order {order.number} was expected on {order.expected_on}, {ago} ago: chase "
            f"{supplier}."
        ),
        raised_at=now,
    )


def latest_alerts(unit: UnitOfWork, limit: int, *, open_only: bool = False) -> list[Alert]:
    """Return the latest alerts, newest first."""
    with unit.reading():
        return unit.alerts.open() if open_only else unit.alerts.latest(limit)

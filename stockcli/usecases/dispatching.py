"""Sending what waits in the outbox: each message leaves once, with retries."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from stockcli.domain.errors import DatabaseError, DeliveryError, StockError
from stockcli.domain.purchasing import OrderStatus
from stockcli.usecases.ports import Clock, Courier, OutboxMessage, UnitOfWork
from stockcli.usecases.purchasing import mark_sent, order_row
from stockcli.usecases.records import to_json

log = logging.getLogger("stock.dispatch")
LEASE = timedelta(minutes=5)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after each failed delivery; after the last the message is given up."""


@dataclass(frozen=True, kw_only=True)
class DispatchReport:
    """How many messages left, wait to be tried again, were given up or dropped."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    dropped: int = 0


def dispatch(
    unit: UnitOfWork, courier: Courier, clock: Clock, *, limit: int = 100
) -> DispatchReport:
    """Deliver the messages that are due, orders first, and record how each fared."""
    fates: list[str] = []
    # One at a time: a slow service must not outlast the lease of messages that wait behind it.
    while len(fates) < limit and (message := _next_due(unit, clock)):
        fates.append(_deliver_or_put_back(unit, courier, clock, message))
    return DispatchReport(**{fate: fates.count(fate) for fate in set(fates)})


def _next_due(unit: UnitOfWork, clock: Clock) -> OutboxMessage | None:
    with unit:
        now = clock.now()
        due = unit.outbox.claim_due(now, now + LEASE, limit=1)
        unit.commit()
    return due[0] if due else None


def _deliver_or_put_back(
    unit: UnitOfWork, courier: Courier, clock: Clock, message: OutboxMessage
) -> str:
    """Deliver one message; one that trips the program waits its turn, and those behind it go on.

    Raises:
        DatabaseError: nothing can be written down, so nothing more may leave.
    """
    try:
        return _deliver(unit, courier, clock, message)
    except DatabaseError:
        raise
    except StockError as error:
        return _put_back(unit, clock, message, error.message)
    except Exception as error:  # one poisoned message must not stop the others
        log.exception("message=%s unexpected", message.id)
        return _put_back(unit, clock, message, f"unexpected {type(error).__name__}")


def _deliver(unit: UnitOfWork, courier: Courier, clock: Clock, message: OutboxMessage) -> str:
    """Deliver one message and return its fate, the name of a field of the report."""
    letter = _written_out(unit, message)
    if letter is None:
        with unit:
            unit.outbox.failed(message.id, "the order is no longer approved")
            unit.commit()
        return "dropped"
    try:
        courier.deliver(letter, unit.tenant)
    except DeliveryError as error:
        return _put_back(unit, clock, message, str(error))
    with unit:
        unit.outbox.sent(message.id, clock.now())
        if message.channel == "purchase_order":
            mark_sent(unit, str(message.payload["number"]))
        unit.commit()
    return "sent"


def _written_out(unit: UnitOfWork, message: OutboxMessage) -> OutboxMessage | None:
    """Return the message with all its courier needs; None if it must not leave any more."""
    if message.channel != "purchase_order":
        return message
    row = order_row(unit, str(message.payload["number"]))
    if row.order.status not in (OrderStatus.APPROVED, OrderStatus.SENT):
        return None
    with unit.reading():
        supplier = next(s for s in unit.suppliers.all() if s.id == row.order.supplier_id)
    payload = {
        "number": row.order.number,
        "supplier": supplier.name,
        "supplier_email": supplier.email,
        "location": row.location,
        "ordered_on": row.order.ordered_on.isoformat(),
        "expected_on": row.order.expected_on.isoformat(),
        "total": to_json(row.order.total),
        "currency": unit.tenant.currency,
        "lines": [
            {"sku": sku, "name": name, "quantity": to_json(units), "unit_cost": to_json(cost)}
            for sku, name, units, _, cost in row.lines
        ],
    }
    return replace(message, payload=payload)


def _put_back(unit: UnitOfWork, clock: Clock, message: OutboxMessage, error: str) -> str:
    with unit:
        if message.attempts > len(RETRY_AFTER):
            unit.outbox.failed(message.id, error)
            fate = "failed"
        else:
            wait = RETRY_AFTER[max(0, message.attempts - 1)]
            unit.outbox.retry(message.id, clock.now() + wait, error)
            fate = "waiting"
        unit.commit()
    return fate

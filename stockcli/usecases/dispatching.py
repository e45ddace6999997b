"""Sending what waits in the outbox: each message leaves once, with retries."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from stockcli.domain.errors import (
    DatabaseError,
    DeliveryError,
    StockError,
    UncertainDeliveryError,
)
from stockcli.domain.purchasing import OrderStatus
from stockcli.usecases.holding import gathered, held_channels
from stockcli.usecases.ports import Clock, Courier, OutboxMessage, UnitOfWork
from stockcli.usecases.purchasing import mark_sent, order_row
from stockcli.usecases.records import to_json

log = logging.getLogger("stock.dispatch")
LEASE = timedelta(minutes=5)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after each failed delivery; after the last the message is given up."""

ORDER = "purchase_order"
REACHED = "reached"
"""In a message's payload: marks of the recipients that have it."""

NEVER_SAID = "whoever sent it was stopped before it could say whether it left"
CANCELLED = "the order is no longer approved"
GOODS_CAME = "the order's goods came"
HAVE_ARRIVED = (OrderStatus.PARTLY_RECEIVED, OrderStatus.RECEIVED)


@dataclass(frozen=True, kw_only=True)
class DispatchReport:
    """How many messages left, wait to be tried again, were given up or dropped.

    Attributes:
        uncertain: all of the shop's that may or may not have left, those of before among them.
    """

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    dropped: int = 0
    uncertain: int = 0


def dispatch(
    unit: UnitOfWork, courier: Courier, clock: Clock, *, limit: int = 100
) -> DispatchReport:
    """Deliver the messages that are due, orders first, and record how each fared.

    Of a message whose dispatcher died it is not known whether it left. What can be delivered
    again unseen is; what a person would get twice is put in doubt, and left to a person.
    """
    fates: list[str] = []
    # One at a time: a slow service must not outlast the lease of messages that wait behind it.
    while len(fates) < limit and (message := _next_due(unit, clock)):
        fates.append(_deliver_or_put_back(unit, courier, clock, message))
    counts = {fate: fates.count(fate) for fate in fates}
    return DispatchReport(**{**counts, "uncertain": messages_in_doubt(unit)})


def messages_in_doubt(unit: UnitOfWork) -> int:
    """Return how many of the shop's messages may or may not have left."""
    with unit.reading():
        return unit.outbox.counts().get("uncertain", 0)


def resend_uncertain(unit: UnitOfWork, clock: Clock) -> int:
    """Let the messages in doubt leave again with the next dispatch; return how many."""
    with unit:
        count = unit.outbox.resend_uncertain(clock.now())
        unit.commit()
    return count


def drop_uncertain(unit: UnitOfWork) -> int:
    """Let the messages in doubt rest for good; return how many."""
    with unit:
        count = unit.outbox.drop_uncertain()
        unit.commit()
    return count


def _next_due(unit: UnitOfWork, clock: Clock) -> OutboxMessage | None:
    """Take the next message that may leave now; alerts wait through the shop's quiet hours."""
    message = None
    with unit:
        now = clock.now()
        held = held_channels(unit.tenant, now)
        while message is None:
            due = unit.outbox.claim_due(now, now + LEASE, limit=1, without=held)
            if not due:
                break
            message = gathered(unit, due[0], now)
        unit.commit()
    return message


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
        said = f"unexpected {type(error).__name__}"
        if courier.may_repeat(message, unit.tenant):
            return _put_back(unit, clock, message, said)
        return _doubt(unit, message, said)


def _deliver(unit: UnitOfWork, courier: Courier, clock: Clock, message: OutboxMessage) -> str:
    """Deliver one message and return its fate, the name of a field of the report."""
    if message.is_in_doubt and not courier.may_repeat(message, unit.tenant):
        return _doubt(unit, message, NEVER_SAID)
    if reason := _why_not_to_leave(unit, message):
        return _drop(unit, message, reason)
    letter = _written_out(unit, message)
    try:
        courier.deliver(letter, unit.tenant)
    except UncertainDeliveryError as error:
        return _doubt(unit, _with_reached(message, error), error.message)
    except DeliveryError as error:
        return _put_back(unit, clock, _with_reached(message, error), error.message)
    with unit:
        unit.outbox.sent(message, clock.now())
        if message.channel == ORDER:
            mark_sent(unit, str(message.payload["number"]))
        unit.commit()
    return "sent"


def _why_not_to_leave(unit: UnitOfWork, message: OutboxMessage) -> str:
    """Return why a message must not leave any more; empty if it may."""
    if message.channel != ORDER:
        return ""
    with unit.reading():
        status = unit.orders.get(str(message.payload["number"])).status
    if status in (OrderStatus.APPROVED, OrderStatus.SENT):
        return ""
    return GOODS_CAME if status in HAVE_ARRIVED else CANCELLED


def _written_out(unit: UnitOfWork, message: OutboxMessage) -> OutboxMessage:
    """Return the message with all its courier needs."""
    if message.channel != ORDER:
        return message
    row = order_row(unit, str(message.payload["number"]))
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


def _with_reached(message: OutboxMessage, error: DeliveryError) -> OutboxMessage:
    """Return the message with who has it: they are not written to again."""
    reached = [*message.payload.get(REACHED, ()), *error.reached]
    return replace(message, payload={**message.payload, REACHED: reached}) if reached else message


def _doubt(unit: UnitOfWork, message: OutboxMessage, reason: str) -> str:
    with unit:
        unit.outbox.doubt(message, reason)
        unit.commit()
    return "uncertain"


def _drop(unit: UnitOfWork, message: OutboxMessage, reason: str) -> str:
    """Drop a message; of a cancelled order that may have left a person is told."""
    if message.is_in_doubt and reason == CANCELLED:
        return _doubt(unit, message, f"{CANCELLED}, and {NEVER_SAID}")
    with unit:
        unit.outbox.drop(message, reason)
        unit.commit()
    return "dropped"


def _put_back(unit: UnitOfWork, clock: Clock, message: OutboxMessage, error: str) -> str:
    with unit:
        if message.attempts > len(RETRY_AFTER):
            unit.outbox.failed(message, error)
            fate = "failed"
        else:
            wait = RETRY_AFTER[max(0, message.attempts - 1)]
            unit.outbox.retry(message, clock.now() + wait, error)
            fate = "waiting"
        unit.commit()
    return fate

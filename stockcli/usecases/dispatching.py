"""Sending what waits in the outbox: each message leaves once, with retries."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from stockcli.domain.errors import (
    DatabaseError,
    DeliveryError,
    NotSetUpError,
    RefusedDeliveryError,
    StockError,
    UncertainDeliveryError,
)
from stockcli.domain.purchasing import OrderStatus
from stockcli.usecases.holding import gathered, held_channels
from stockcli.usecases.message_fates import (
    CANCELLED,
    GOODS_CAME,
    NEVER_SAID,
    WHILE_NOT_SET_UP,
    Fate,
    doubt,
    drop,
    give_up,
    put_back,
    wait,
)
from stockcli.usecases.order_documents import order_document
from stockcli.usecases.ports import Clock, Courier, OutboxMessage, UnitOfWork
from stockcli.usecases.purchasing import mark_sent
from stockcli.usecases.undelivered import ORDER, clear_undelivered

log = logging.getLogger("stock.dispatch")
LEASE = timedelta(minutes=5)
REACHED = "reached"
"""In a message's payload: marks of the recipients that have it."""

EDITED = "a later revision of the order took its place"
HAVE_ARRIVED = (OrderStatus.PARTLY_RECEIVED, OrderStatus.RECEIVED)


@dataclass(frozen=True, kw_only=True)
class DispatchReport:
    """How many messages left, wait to be tried again, were given up or dropped.

    Attributes:
        uncertain: all of the shop's that may or may not have left, those of before among them.
        troubles: why something did not leave this time, a sentence each.
    """

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    dropped: int = 0
    uncertain: int = 0
    troubles: tuple[str, ...] = field(default=(), compare=False)


def dispatch(
    unit: UnitOfWork, courier: Courier, clock: Clock, *, limit: int = 100
) -> DispatchReport:
    """Deliver the messages that are due, orders first, and record how each fared.

    Of a message whose dispatcher died it is not known whether it left. What can be delivered
    again unseen is; what a person would get twice is put in doubt, and left to a person.
    """
    fates: list[Fate] = []
    # One at a time: a slow service must not outlast the lease of messages that wait behind it.
    while len(fates) < limit and (message := _next_due(unit, clock)):
        fates.append(_deliver_or_put_back(unit, courier, clock, message))
    counts = Counter(fate.name for fate in fates)
    counts["uncertain"] = messages_in_doubt(unit)
    troubles = dict.fromkeys(fate.trouble for fate in fates if fate.trouble)
    return DispatchReport(**counts, troubles=tuple(troubles))


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


def resend_failed(unit: UnitOfWork, clock: Clock) -> int:
    """Let the messages that were given up leave with the next dispatch; return how many."""
    with unit:
        count = unit.outbox.resend_failed(clock.now())
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
) -> Fate:
    """Deliver one message; one that trips the program waits its turn, and those behind it go on.

    Raises:
        DatabaseError: nothing can be written down, so nothing more may leave.
    """
    letter = None
    try:
        if reason := _why_not_to_leave(unit, message):
            return drop(unit, clock, message, reason)
        letter = _written_out(unit, message)
        return _deliver(unit, courier, clock, message, letter)
    except DatabaseError:
        raise
    except StockError as error:
        return put_back(unit, clock, message, error.message)
    except Exception as error:  # one poisoned message must not stop the others
        log.exception("message=%s unexpected", message.id)
        said = f"unexpected {type(error).__name__}"
        # What could not even be written out has not left.
        if letter is None or courier.may_repeat(letter, unit.tenant):
            return put_back(unit, clock, message, said)
        return doubt(unit, clock, message, said)


def _deliver(
    unit: UnitOfWork,
    courier: Courier,
    clock: Clock,
    message: OutboxMessage,
    letter: OutboxMessage,
) -> Fate:
    """Deliver one message as its letter says it, and write down how that went."""
    if message.is_in_doubt and not courier.may_repeat(letter, unit.tenant):
        return doubt(unit, clock, message, NEVER_SAID)
    try:
        courier.deliver(letter, unit.tenant)
    except UncertainDeliveryError as error:
        return doubt(unit, clock, _with_reached(message, error), error.message)
    except RefusedDeliveryError as error:
        return give_up(unit, clock, message, error.message)
    except NotSetUpError as error:
        return wait(unit, clock, message, WHILE_NOT_SET_UP, error.message, tell=True)
    except DeliveryError as error:
        return put_back(unit, clock, _with_reached(message, error), error.message)
    with unit:
        now = clock.now()
        unit.outbox.sent(message, now)
        if message.channel == ORDER:
            mark_sent(unit, str(message.payload["number"]), now)
        clear_undelivered(unit, message, now)
        unit.commit()
    return Fate("sent")


def _why_not_to_leave(unit: UnitOfWork, message: OutboxMessage) -> str:
    """Return why a message must not leave any more; empty if it may."""
    if message.channel != ORDER:
        return ""
    with unit.reading():
        order = unit.orders.get(str(message.payload["number"]))
    if order.status in HAVE_ARRIVED:
        return GOODS_CAME
    if order.status not in (OrderStatus.APPROVED, OrderStatus.SENT):
        return CANCELLED
    # Each revision has a message of its own, which takes the order as it is by then.
    return EDITED if message.payload.get("revision", order.revision) < order.revision else ""


def _written_out(unit: UnitOfWork, message: OutboxMessage) -> OutboxMessage:
    """Return the message with all its courier needs."""
    if message.channel != ORDER:
        return message
    return replace(message, payload=order_document(unit, str(message.payload["number"])))


def _with_reached(message: OutboxMessage, error: DeliveryError) -> OutboxMessage:
    """Return the message with who has it: they are not written to again."""
    reached = [*message.payload.get(REACHED, ()), *error.reached]
    return replace(message, payload={**message.payload, REACHED: reached}) if reached else message

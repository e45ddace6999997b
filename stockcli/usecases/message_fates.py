"""What becomes of a message that did not simply leave, written down with who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from stockcli.usecases.ports import Clock, OutboxMessage, UnitOfWork
from stockcli.usecases.undelivered import (
    GIVEN_UP,
    IN_DOUBT,
    ORDER,
    WAITS,
    clear_undelivered,
    order_number,
    tell_undelivered,
)

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after each failed delivery; after the last the message is given up."""

WHILE_NOT_SET_UP = timedelta(minutes=1)
"""Whoever sets up what is missing does not wait for the next try, and nothing is given up."""

NEVER_SAID = "whoever sent it was stopped before it could say whether it left"
CANCELLED = "the order is no longer approved"
GOODS_CAME = "the order's goods came"


@dataclass(frozen=True)
class Fate:
    """What became of a message: the name of a field of the report, and why it did not leave."""

    name: str
    trouble: str = ""


def doubt(unit: UnitOfWork, clock: Clock, message: OutboxMessage, reason: str) -> Fate:
    """Leave a message that may or may not have left to a person."""
    said = _about(message, reason)
    with unit:
        unit.outbox.doubt(message, said)
        tell_undelivered(unit, message, said, IN_DOUBT, clock.now())
        unit.commit()
    return Fate("uncertain", said)


def _about(message: OutboxMessage, reason: str) -> str:
    """Return a reason that says which order it is about."""
    order = f"order {order_number(message)}: " if message.channel == ORDER else ""
    return reason if reason.startswith(order) else order + reason


def drop(unit: UnitOfWork, clock: Clock, message: OutboxMessage, reason: str) -> Fate:
    """Drop a message; of a cancelled order that may have left a person is told."""
    if message.is_in_doubt and reason != GOODS_CAME:
        return doubt(unit, clock, message, f"{reason}, and {NEVER_SAID}")
    with unit:
        unit.outbox.drop(message, reason)
        clear_undelivered(unit, message, clock.now())
        unit.commit()
    return Fate("dropped")


def put_back(unit: UnitOfWork, clock: Clock, message: OutboxMessage, error: str) -> Fate:
    """Put a message back to be tried again later; after the last try it is given up."""
    if message.attempts > len(RETRY_AFTER):
        return give_up(unit, clock, message, error)
    return wait(unit, clock, message, RETRY_AFTER[max(0, message.attempts - 1)], error)


def give_up(unit: UnitOfWork, clock: Clock, message: OutboxMessage, error: str) -> Fate:
    """Give a message up: it did not arrive, and will not by itself."""
    said = _about(message, error)
    with unit:
        unit.outbox.failed(message, said)
        tell_undelivered(unit, message, said, GIVEN_UP, clock.now())
        unit.commit()
    return Fate("failed", said)


def wait(
    unit: UnitOfWork,
    clock: Clock,
    message: OutboxMessage,
    pause: timedelta,
    error: str,
    *,
    tell: bool = False,
) -> Fate:
    """Put a message back for a while.

    Args:
        tell: whether the manager is to know that it waits.
    """
    said = _about(message, error)
    with unit:
        now = clock.now()
        unit.outbox.retry(message, now + pause, said)
        if tell:
            tell_undelivered(unit, message, said, WAITS, now)
        unit.commit()
    return Fate("waiting", said)

"""Reviews sent in a batch: where each stands, and how long it is waited for."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_WAIT = timedelta(hours=25)
"""A batch ends within 24 hours, so what is not known an hour later never will be."""

LONGEST_SENDING = timedelta(minutes=10)
"""Far longer than handing a batch over takes: whoever began is gone after it."""

LONGEST_PREPARING = timedelta(hours=6)
"""Longer than all shops take to be prepared: what still waits then is never sent."""


class BatchStatus(StrEnum):
    """Where a review stands. It only ever moves on, and a transaction moves it once.

    PREPARED: asked and reserved; nothing has left the house.
    SENDING: about to be handed over; whether the service has it is not known.
    SENT: the service has it, and its batch's id is known.
    SUPERSEDED: a later check decided; only the cost is still to be settled.
    COLLECTED: its proposals were carried out, or the rules decided in their place.
    DROPPED: it never left the house, or only its cost was left and is settled.
    GIVEN_UP: it was never heard of; the rules decided.
    """

    PREPARED = "prepared"
    SENDING = "sending"
    SENT = "sent"
    SUPERSEDED = "superseded"
    COLLECTED = "collected"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"


OPEN_BATCHES = (
    BatchStatus.PREPARED,
    BatchStatus.SENDING,
    BatchStatus.SENT,
    BatchStatus.SUPERSEDED,
)


def is_given_up(submitted_at: datetime, now: datetime) -> bool:
    """Return whether a review was waited for long enough."""
    return now - submitted_at >= LONGEST_WAIT


def may_still_be_sending(submitted_at: datetime, now: datetime) -> bool:
    """Return whether whoever hands it over may still be at it."""
    return abs(now - submitted_at) < LONGEST_SENDING


def may_still_be_prepared(prepared_at: datetime, now: datetime) -> bool:
    """Return whether whoever prepares the batch may still be at it."""
    return abs(now - prepared_at) < LONGEST_PREPARING

"""Messages that must leave the house once."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, cast, func, or_

from stockcli.domain.leases import latest_end
from stockcli.persistence.tables import OutboxRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import OutboxMessage

PENDING, SENDING, SENT, FAILED = "pending", "sending", "sent", "failed"
UNCERTAIN, DROPPED = "uncertain", "dropped"
LONGEST_PAUSE = timedelta(days=1)
"""Nothing is put back for longer: what waits longer was put back by a clock that was wrong."""

UNREADABLE = "what it says cannot be read any more"

WITHDRAWN = "it was changed before it left"

_OUTBOX = table_of(OutboxRow)
# What it says as it is written: one message that cannot be read must not keep others from leaving.
_COLUMNS = (
    *(_OUTBOX.c[name] for name in ("id", "idempotency_key", "channel", "attempts")),
    cast(_OUTBOX.c.payload, Text).label("payload"),
)


class SqlOutbox:
    """The outbox, in a table.

    A message that is being sent is claimed again when its lease ends: its dispatcher died, and
    whether the message left is for whoever claims it to judge. The number of attempts is the
    lease's epoch: a dispatcher that comes late puts nothing back that another one took over.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    def put(self, messages: Sequence[OutboxMessage]) -> None:
        """Add messages; keys known already are left alone."""
        now = self._work.clock.now()
        rows = [
            {
                "idempotency_key": message.idempotency_key,
                "channel": message.channel,
                "payload": dict(message.payload),
                "status": PENDING,
                "attempts": 0,
                "due_at": now,
                "sent_at": None,
                "error": "",
            }
            for message in messages
        ]
        self._work.add_new(_OUTBOX, rows, _OUTBOX.c.idempotency_key)

    def withdraw(self, idempotency_key: str) -> str:
        """Let one that has not begun to leave rest; return the status it is in then."""
        is_it = _OUTBOX.c.idempotency_key == idempotency_key
        resting = self._work.update(_OUTBOX).where(is_it, _OUTBOX.c.status.in_((PENDING, FAILED)))
        self._work.change(resting.values(status=DROPPED, error=WITHDRAWN))
        return self.status(idempotency_key)

    def status(self, idempotency_key: str) -> str:
        """Return how far a message is; empty if there is none."""
        named = self._work.select(_OUTBOX, _OUTBOX.c.status).where(
            _OUTBOX.c.idempotency_key == idempotency_key
        )
        return str(self._work.value(named) or "")

    def claim_due(
        self,
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        without: Collection[str] = (),
    ) -> list[OutboxMessage]:
        """Take messages that are due, so that no other dispatcher does: orders first, then age.

        One that cannot be read is given up, and the next is taken in its place.

        Args:
            without: channels whose messages stay where they are.
        """
        messages: list[OutboxMessage] = []
        while not messages and (taken := self._take_due(now, lease_until, limit, without)):
            found = {row.id: _message(row, before) for row, before in taken}
            self._give_up([key for key, message in found.items() if message is None])
            messages = [message for message in found.values() if message is not None]
        return messages

    def _take_due(
        self, now: datetime, lease_until: datetime, limit: int, without: Collection[str]
    ) -> list[tuple[Row[Any], str]]:
        """Return the rows taken, each with the status it had before."""
        # However many alerts wait, a supplier's order does not wait behind them.
        order = (_OUTBOX.c.channel != "purchase_order", _OUTBOX.c.id)
        first = self._work.select(_OUTBOX, _OUTBOX.c.id, _OUTBOX.c.status).where(
            _is_due(now, lease_until - now), _OUTBOX.c.channel.not_in(without)
        )
        before = {
            row.id: row.status for row in self._work.rows(first.order_by(*order).limit(limit))
        }
        taken = self._work.changed(
            self._work.update(_OUTBOX)
            .where(_OUTBOX.c.id.in_(before))
            .values(status=SENDING, attempts=_OUTBOX.c.attempts + 1, due_at=lease_until)
            .returning(*_COLUMNS)
        )
        return [(row, before[row.id]) for row in sorted(taken, key=lambda row: row.id)]

    def _give_up(self, message_ids: Sequence[int]) -> None:
        if message_ids:
            unreadable = self._work.update(_OUTBOX).where(_OUTBOX.c.id.in_(message_ids))
            self._work.change(unreadable.values(status=FAILED, error=UNREADABLE))

    def sent(self, message: OutboxMessage, at: datetime) -> None:
        """Mark one as gone."""
        # That it has left is true, whoever took it over meanwhile.
        gone = self._work.update(_OUTBOX).where(_OUTBOX.c.id == message.id)
        self._work.change(gone.values(status=SENT, sent_at=at, error=""))

    def retry(self, message: OutboxMessage, at: datetime, error: str) -> None:
        """Put one back to be tried again at a later instant, with its payload as it is now."""
        self._mark(message, status=PENDING, due_at=at, error=error)

    def failed(self, message: OutboxMessage, error: str) -> None:
        """Give one up."""
        self._mark(message, status=FAILED, error=error)

    def drop(self, message: OutboxMessage, reason: str) -> None:
        """Let one rest that must not leave any more."""
        self._mark(message, status=DROPPED, error=reason)

    def doubt(self, message: OutboxMessage, error: str) -> None:
        """Leave one that may or may not have left to a person, with its payload as it is now."""
        self._mark(message, status=UNCERTAIN, error=error)

    def resend_uncertain(self, at: datetime) -> int:
        """Let those in doubt leave again; return how many."""
        return self._settle(UNCERTAIN, status=PENDING, due_at=at)

    def drop_uncertain(self) -> int:
        """Let those in doubt rest for good; return how many."""
        return self._settle(UNCERTAIN, status=DROPPED)

    def resend_failed(self, at: datetime) -> int:
        """Let those that were given up leave again; return how many."""
        return self._settle(FAILED, status=PENDING, due_at=at)

    def waiting(self, channel: str) -> list[OutboxMessage]:
        """Return what waits to leave by a channel, oldest first; it is not taken."""
        waits = self._work.select(_OUTBOX, *_COLUMNS).where(
            _OUTBOX.c.channel == channel, _OUTBOX.c.status == PENDING
        )
        found = [_message(row, PENDING) for row in self._work.rows(waits.order_by(_OUTBOX.c.id))]
        return [message for message in found if message is not None]

    def join(self, message: OutboxMessage, others: Sequence[OutboxMessage]) -> None:
        """Let others leave with a message that was taken, whose payload holds theirs by now."""
        self._mark(message)
        joined = self._work.update(_OUTBOX).where(
            _OUTBOX.c.id.in_([other.id for other in others]), _OUTBOX.c.status == PENDING
        )
        self._work.change(joined.values(status=DROPPED, error=f"it left with {message.id}"))

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each status."""
        statement = self._work.select(_OUTBOX, _OUTBOX.c.status, func.count().label("messages"))
        rows = self._work.rows(statement.group_by(_OUTBOX.c.status).order_by(_OUTBOX.c.status))
        return {row.status: row.messages for row in rows}

    def _mark(self, message: OutboxMessage, **values: object) -> None:
        still_ours = self._work.update(_OUTBOX).where(
            _OUTBOX.c.id == message.id,
            _OUTBOX.c.status == SENDING,
            _OUTBOX.c.attempts == message.attempts,
        )
        self._work.change(still_ours.values(payload=dict(message.payload), **values))

    def _settle(self, standing: str, **values: object) -> int:
        settled = self._work.update(_OUTBOX).where(_OUTBOX.c.status == standing)
        return self._work.change(settled.values(**values))


def _message(row: Row[Any], before: str) -> OutboxMessage | None:
    """Return a message that was taken, of the status it had before; None if it is unreadable."""
    try:
        payload = json.loads(row.payload)
    except ValueError:
        return None
    if not isinstance(payload, dict):
        return None
    return OutboxMessage(
        id=row.id,
        idempotency_key=row.idempotency_key,
        channel=row.channel,
        payload=payload,
        attempts=row.attempts,
        is_in_doubt=before == SENDING,
    )


def _is_due(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Return whether a message may be claimed: also one that waits for a clock that was wrong."""
    due_at, is_pending = _OUTBOX.c.due_at, _OUTBOX.c.status == PENDING
    return or_(
        and_(_OUTBOX.c.status.in_((PENDING, SENDING)), due_at <= now),
        and_(is_pending, or_(_OUTBOX.c.attempts == 0, due_at > latest_end(now, LONGEST_PAUSE))),
        and_(_OUTBOX.c.status == SENDING, due_at > latest_end(now, lease)),
    )

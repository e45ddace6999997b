"""Messages that must leave the house once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, and_, cast, func

from stockcli.persistence.tables import OutboxRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import OutboxMessage

PENDING, SENDING, SENT, FAILED = "pending", "sending", "sent", "failed"

UNREADABLE = "what it says cannot be read any more"

_OUTBOX = table_of(OutboxRow)
# What it says as it is written: one message that cannot be read must not keep others from leaving.
_COLUMNS = (
    *(_OUTBOX.c[name] for name in ("id", "idempotency_key", "channel", "attempts")),
    cast(_OUTBOX.c.payload, Text).label("payload"),
)


class SqlOutbox:
    """The outbox, in a table.

    A message that is being sent is due again when its lease ends: its dispatcher died.
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

    def claim_due(self, now: datetime, lease_until: datetime, limit: int) -> list[OutboxMessage]:
        """Take messages that are due, so that no other dispatcher does: orders first, then age.

        One that cannot be read is given up, and the next is taken in its place.
        """
        messages: list[OutboxMessage] = []
        while not messages and (taken := self._take_due(now, lease_until, limit)):
            found = {row.id: _message(row) for row in sorted(taken, key=lambda row: row.id)}
            for message_id in [key for key, message in found.items() if message is None]:
                self.failed(message_id, UNREADABLE)
            messages = [message for message in found.values() if message is not None]
        return messages

    def _take_due(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[Row[Any]]:
        due = and_(_OUTBOX.c.status.in_((PENDING, SENDING)), _OUTBOX.c.due_at <= now)
        # However many alerts wait, a supplier's order does not wait behind them.
        order = (_OUTBOX.c.channel != "purchase_order", _OUTBOX.c.id)
        first = self._work.select(_OUTBOX, _OUTBOX.c.id).where(due).order_by(*order)
        ids = [row.id for row in self._work.rows(first.limit(limit))]
        return self._work.changed(
            self._work.update(_OUTBOX)
            .where(_OUTBOX.c.id.in_(ids))
            .values(status=SENDING, attempts=_OUTBOX.c.attempts + 1, due_at=lease_until)
            .returning(*_COLUMNS)
        )

    def sent(self, message_id: int, at: datetime) -> None:
        """Mark one as gone."""
        self._mark(message_id, status=SENT, sent_at=at, error="")

    def retry(self, message_id: int, at: datetime, error: str) -> None:
        """Put one back to be tried again at a later instant."""
        self._mark(message_id, status=PENDING, due_at=at, error=error)

    def failed(self, message_id: int, error: str) -> None:
        """Give one up."""
        self._mark(message_id, status=FAILED, error=error)

    def counts(self) -> dict[str, int]:
        """Return how many messages are in each status."""
        statement = self._work.select(_OUTBOX, _OUTBOX.c.status, func.count().label("messages"))
        rows = self._work.rows(statement.group_by(_OUTBOX.c.status).order_by(_OUTBOX.c.status))
        return {row.status: row.messages for row in rows}

    def _mark(self, message_id: int, **values: object) -> None:
        # What has left cannot be called back by a dispatcher that comes late.
        unsent = self._work.update(_OUTBOX).where(
            _OUTBOX.c.id == message_id, _OUTBOX.c.status != SENT
        )
        self._work.change(unsent.values(**values))


def _message(row: Row[Any]) -> OutboxMessage | None:
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
    )

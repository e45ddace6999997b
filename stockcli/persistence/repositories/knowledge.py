"""What the assistant knows of the shop, and what was said to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from stockcli.persistence.tables import ConversationRow, SnapshotRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import Conversation, Snapshot

_SNAPSHOT = table_of(SnapshotRow)
_CONVERSATION = table_of(ConversationRow)


class SqlSnapshots:
    """Stored snapshots, one row a topic."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, topic: str) -> Snapshot | None:
        """Return the stored snapshot of a topic."""
        row = self._work.row(self._work.select(_SNAPSHOT).where(_SNAPSHOT.c.topic == topic))
        if row is None:
            return None
        return Snapshot(topic=row.topic, payload=row.payload, as_of=row.as_of, version=row.version)

    def put(self, snapshot: Snapshot) -> None:
        """Store or replace it."""
        row = {
            "topic": snapshot.topic,
            "payload": dict(snapshot.payload),
            "as_of": snapshot.as_of,
            "version": snapshot.version,
        }
        self._work.put(_SNAPSHOT, [row], by=["topic"])


class SqlConversations:
    """Stored conversations, one row each."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, conversation_id: str) -> Conversation | None:
        """Return one, or None."""
        wanted = self._work.select(_CONVERSATION).where(_CONVERSATION.c.id == conversation_id)
        row = self._work.row(wanted)
        return None if row is None else _conversation(row)

    def latest(self, limit: int) -> list[Conversation]:
        """Return the latest, newest first."""
        newest = self._work.select(_CONVERSATION).order_by(
            _CONVERSATION.c.updated_at.desc(), _CONVERSATION.c.id.desc()
        )
        return [_conversation(row) for row in self._work.rows(newest.limit(limit))]

    def put(self, conversation: Conversation) -> None:
        """Store or replace one."""
        row = {
            "id": conversation.id,
            "title": conversation.title,
            "messages": [dict(message) for message in conversation.messages],
            "updated_at": conversation.updated_at,
        }
        self._work.put(_CONVERSATION, [row], by=["id"])


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id, title=row.title, messages=row.messages, updated_at=row.updated_at
    )

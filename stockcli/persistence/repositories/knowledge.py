"""What the assistant knows of the shop, and what was said to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from stockcli.persistence.tables import ConversationRow, SnapshotRow, TenantStateRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import Conversation, Snapshot

_SNAPSHOT = table_of(SnapshotRow)
_CONVERSATION = table_of(ConversationRow)
_STATE = table_of(TenantStateRow)


class SqlSnapshots:
    """Stored snapshots, one row a topic."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, topic: str) -> Snapshot | None:
        """Return the stored snapshot of a topic."""
        row = self._work.row(self._work.select(_SNAPSHOT).where(_SNAPSHOT.c.topic == topic))
        return None if row is None else _snapshot(row)

    def with_version(self, topic: str) -> tuple[int, Snapshot | None]:
        """Return the shop's data version and a topic's snapshot, read in one statement."""
        of_topic = (_SNAPSHOT.c.tenant_id == _STATE.c.tenant_id) & (_SNAPSHOT.c.topic == topic)
        both = self._work.select(_STATE, _STATE.c.version.label("now"), *_SNAPSHOT.c)
        row = self._work.row(both.outerjoin(_SNAPSHOT, of_topic))
        if row is None:
            return 0, None
        return row.now, None if row.topic is None else _snapshot(row)

    def put(self, snapshot: Snapshot) -> None:
        """Store or replace it."""
        row = {
            "topic": snapshot.topic,
            "payload": dict(snapshot.payload),
            "as_of": snapshot.as_of,
            "version": snapshot.version,
        }
        self._work.put(_SNAPSHOT, [row], by=["topic"])

    def prune(self, *, older_than: datetime, version: int, most: int) -> None:
        """Delete what is too old or of an earlier data version, and the oldest beyond so many."""
        newest_first = self._work.select(
            _SNAPSHOT, _SNAPSHOT.c.topic, _SNAPSHOT.c.as_of, _SNAPSHOT.c.version
        ).order_by(_SNAPSHOT.c.as_of.desc(), _SNAPSHOT.c.topic)
        kept = 0
        gone = []
        for row in self._work.rows(newest_first):
            is_fresh = row.as_of >= older_than and row.version >= version
            kept += is_fresh
            if not is_fresh or kept > most:
                gone.append(row.topic)
        self._work.forget(_SNAPSHOT, _SNAPSHOT.c.topic, gone)


class SqlConversations:
    """Stored conversations, one row each."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, conversation_id: str) -> Conversation | None:
        """Return one, or None."""
        wanted = self._work.select(_CONVERSATION).where(_CONVERSATION.c.id == conversation_id)
        row = self._work.row(wanted)
        return None if row is None else _conversation(row)

    def latest(
        self, limit: int, *, author: str | None = None, id_prefix: str = ""
    ) -> list[Conversation]:
        """Return the latest, newest first; only an author's, or of ids that begin so, if given."""
        newest = self._work.select(_CONVERSATION).order_by(
            _CONVERSATION.c.updated_at.desc(), _CONVERSATION.c.id.desc()
        )
        if author is not None:
            newest = newest.where(_CONVERSATION.c.author == author)
        if id_prefix:
            newest = newest.where(_CONVERSATION.c.id.startswith(id_prefix, autoescape=True))
        return [_conversation(row) for row in self._work.rows(newest.limit(limit))]

    def put(self, conversation: Conversation) -> None:
        """Store or replace one."""
        row = {
            "id": conversation.id,
            "title": conversation.title,
            "messages": [dict(message) for message in conversation.messages],
            "updated_at": conversation.updated_at,
            "author": conversation.author,
        }
        self._work.put(_CONVERSATION, [row], by=["id"])


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(topic=row.topic, payload=row.payload, as_of=row.as_of, version=row.version)


def _conversation(row: Row[Any]) -> Conversation:
    facts = ("id", "title", "messages", "updated_at", "author")
    return Conversation(**{name: getattr(row, name) for name in facts})

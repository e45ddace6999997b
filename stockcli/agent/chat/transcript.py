"""What was said in a conversation so far: it grows, may be taken back, and is stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from stockcli.agent.chat.conversations import (
    Exchange,
    exchanges,
    question_places,
    title_of,
    without_thinking,
)
from stockcli.agent.providers.base import Message
from stockcli.usecases.ports import Conversation, UnitOfWork


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass(kw_only=True)
class Transcript:
    """The messages of one conversation.

    Attributes:
        author: who began it.
        context: the day and the shop's terms as they were last told in it.
    """

    author: str
    id: str = field(default_factory=_new_id)
    messages: list[Message] = field(default_factory=list)
    context: str = ""

    @property
    def exchanges(self) -> list[Exchange]:
        """Return what was asked and answered so far, oldest first."""
        return exchanges(self.messages)

    def told_in_last_turn(self) -> Iterable[str]:
        """Return the last question, the shop's terms, and what the tools said to it."""
        turn = self.messages[question_places(self.messages)[-1] :]
        told = (
            block.get("content") or block.get("text", "")
            for message in turn
            if message["role"] == "user"
            for block in message["content"]
        )
        return (self.context, *told)

    def forget_thinking(self) -> None:
        """Leave out the model's thoughts, which only the model that had them may be sent."""
        self.messages = [without_thinking(message) for message in self.messages]

    def take_back(self) -> Exchange | None:
        """Remove the last question and all that came of it, and return it; None without one."""
        if not self.messages:
            return None
        taken = self.exchanges[-1]
        del self.messages[question_places(self.messages)[-1] :]
        # What was told of the shop may have gone with it.
        self.context = ""
        return taken

    def store(self, unit: UnitOfWork, now: datetime) -> None:
        """Keep it as it stands, in a transaction of its own."""
        conversation = Conversation(
            id=self.id,
            title=title_of(self.messages),
            messages=tuple(self.messages),
            updated_at=now,
            author=self.author,
        )
        with unit:
            unit.conversations.put(conversation)
            unit.commit()


def transcript_of(stored: Conversation, author: str) -> Transcript:
    """Return a stored conversation to be gone on with; it stays its author's."""
    kept = Transcript(
        id=stored.id,
        author=stored.author or author,
        messages=[dict(one) for one in stored.messages],
    )
    kept.forget_thinking()
    return kept

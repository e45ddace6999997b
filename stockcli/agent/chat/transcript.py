"""What was said in a conversation so far: it grows, may be taken back, and is stored."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from stockcli.agent.chat.conversations import (
    Exchange,
    exchanges,
    question_places,
    title_of,
    without_thinking,
)
from stockcli.agent.providers.base import Message, text_of
from stockcli.usecases.ports import Conversation, UnitOfWork

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def _new_id() -> str:
    return uuid.uuid4().hex


def _told(messages: Iterable[Message]) -> Iterator[str]:
    """Yield what the assistant was told: questions, and what the tools said."""
    asked_with: dict[str, str] = {}
    for role, block in ((one["role"], block) for one in messages for block in one["content"]):
        if block["type"] == "tool_use":
            asked_with[block["id"]] = json.dumps(block["input"], ensure_ascii=False)
        elif block["type"] == "tool_result":
            own = asked_with.get(block["tool_use_id"], "") if block.get("is_error") else ""
            yield _without(str(block.get("content", "")), own)
        elif role == "user":
            yield block.get("text", "")


def _without(refusal: str, call: str) -> str:
    """Return a refusal without the numbers of the call, which it may only repeat."""
    own = frozenset(_NUMBER.findall(call))
    return _NUMBER.sub(lambda one: "" if one.group() in own else one.group(), refusal)


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

    def told_in_last_turn(self) -> list[str]:
        """Return the last question, the shop's terms, and what the tools said to it."""
        return [self.context, *_told(self.messages[question_places(self.messages)[-1] :])]

    def said_in_last_turn(self) -> str:
        """Return all the assistant said to the last question, on the way to its answer too."""
        return "\n\n".join(
            text_of(one)
            for one in self.messages[question_places(self.messages)[-1] :]
            if one["role"] == "assistant"
        )

    def told_before(self) -> list[str]:
        """Return the questions before the last one, and what the tools said to them."""
        return list(_told(self.messages[: question_places(self.messages)[-1]]))

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

"""Conversations as they are kept: found again, and read as questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from stockcli.agent.providers.base import Message, text_of
from stockcli.agent.quoting import code, shortened
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.usecases.inventory import shop_day
from stockcli.usecases.knowledge import recall
from stockcli.usecases.ports import Conversation, UnitOfWork

LONGEST_TITLE = 60
LONGEST_QUESTION = 20_000
SHOP_ENDS = "</shop>\n"
"""Before a question stand, now and then, the day and the shop's terms."""
_SHOP_MARK = re.compile("</?shop>")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A tool that ran, and what it said."""

    name: str
    arguments: Mapping[str, Any]
    result: str = ""
    is_error: bool = False


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question, what was looked up and done for it, and the answer; it may have none."""

    question: str
    steps: tuple[Step, ...]
    answer: str


def question_places(messages: Sequence[Message]) -> list[int]:
    """Return where in a conversation the questions stand."""
    return [place for place, one in enumerate(messages) if one["role"] == "user" and text_of(one)]


def exchanges(messages: Sequence[Message]) -> list[Exchange]:
    """Return a conversation as questions and answers, oldest first."""
    bounds = [*question_places(messages), len(messages)]
    return [_exchange(messages[start:end]) for start, end in pairwise(bounds)]


def _exchange(messages: Sequence[Message]) -> Exchange:
    said = [text_of(one) for one in messages[1:] if one["role"] == "assistant"]
    return Exchange(
        question=text_of(messages[0]).rpartition(SHOP_ENDS)[2],
        steps=tuple(_steps(messages)),
        answer="\n\n".join(text for text in said if text),
    )


def _steps(messages: Sequence[Message]) -> Iterator[Step]:
    blocks = [block for one in messages for block in one["content"]]
    results = {one["tool_use_id"]: one for one in blocks if one["type"] == "tool_result"}
    for call in (block for block in blocks if block["type"] == "tool_use"):
        result = results.get(call["id"], {})
        yield Step(
            name=call["name"],
            arguments=call["input"],
            result=result.get("content", ""),
            is_error=bool(result.get("is_error")),
        )


def question_text(text: str) -> str:
    """Return a question as it is sent.

    Raises:
        InvalidInputError: there is none, or it is too long.
    """
    question = text
    while (bare := _SHOP_MARK.sub("", question)) != question:  # marks may hide inside each other
        question = bare
    question = question.strip()
    if not question:
        raise InvalidInputError("there is no question", "write one, such as: what is low?")
    if len(question) > LONGEST_QUESTION:
        raise InvalidInputError(f"a question may have {LONGEST_QUESTION} characters at most")
    return question


def shop_terms(unit: UnitOfWork, now: datetime) -> str:
    """Return the shop's day, money and places, as they stand before a question."""
    known = recall(unit, "shop", lambda unit: _terms(unit, now), now=now).payload
    return (
        f"<shop>stock as of {known['day']}; money in {unit.tenant.currency}; "
        f"locations: {known['places']}{SHOP_ENDS}"
    )


def _terms(unit: UnitOfWork, now: datetime) -> dict[str, str]:
    day = shop_day(unit, now)
    with unit.reading():
        places = ", ".join(code(place.code) for place in unit.locations.all())
    return {"day": day.isoformat(), "places": places}


def title_of(messages: Sequence[Message]) -> str:
    """Return what a conversation is called: its first question, shortened."""
    first = next((text_of(messages[place]) for place in question_places(messages)), "")
    return shortened(first.rpartition(SHOP_ENDS)[2], LONGEST_TITLE)


def without_thinking(message: Message) -> Message:
    """Return a message as it may be sent under another prompt, or to another model."""
    kept = [block for block in message["content"] if "thinking" not in block["type"]]
    # A message may not be empty.
    return {"role": message["role"], "content": kept or [{"type": "text", "text": "(no answer)"}]}


def find_conversation(
    unit: UnitOfWork, id_or_beginning: str, *, author: str | None = None
) -> Conversation:
    """Return a stored conversation of this shop by its id, or by the beginning of it.

    Args:
        author: whose it must be; None takes anybody's.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: several begin so.
    """
    beginning = id_or_beginning.strip().lower()
    with unit.reading():
        exact = unit.conversations.get(beginning)
        found = unit.conversations.latest(2, author=author, id_prefix=beginning or "-")
    if exact is not None and author in (None, exact.author):
        return exact
    if not found:
        message = "there is no such conversation in this shop"
        raise NotFoundError(message, "`stock chat --list` shows yours")
    if len(found) > 1:
        message = f"several conversations begin with {beginning[:40]}"
        raise InvalidInputError(message, "give more of the ID; `stock chat --list` shows yours")
    return found[0]


def latest_conversations(unit: UnitOfWork, author: str, limit: int) -> list[Conversation]:
    """Return what a person talked about last, newest first, in a transaction of its own."""
    with unit.reading():
        found = unit.conversations.latest(limit, author=author)
    # Whoever takes back the only question leaves an empty one.
    return [one for one in found if one.messages]

"""Replies that come again, and conversations that go on after whatever happened."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from stockcli.agent.providers.claude import Claude
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Reply, says
from tests.integration.agent.talking import Person


def patient(api: MessagesApi, read_timeout_seconds: float = 20.0) -> Claude:
    """Claude's client, that a busy machine does not make impatient: a script is played once."""
    return Claude(
        model="claude-haiku-5-5",
        api_key="test",
        base_url=api.url,
        retries=1,
        read_timeout_seconds=read_timeout_seconds,
        reply_timeout_seconds=1.5 * read_timeout_seconds,
    )


def again(reply: Reply, number: int) -> Reply:
    """The same calls, with ids of their own."""
    content = [
        {**block, "id": f"{block['id']}_{number}"} if block["type"] == "tool_use" else block
        for block in reply.content
    ]
    return replace(reply, content=tuple(content))


def for_ever(reply: Reply) -> Callable[[dict[str, Any]], Reply]:
    """Answer every request with the same calls, each time with fresh ids."""
    numbers = itertools.count()
    return lambda _: again(reply, next(numbers))


def assert_well_formed(messages: Sequence[Mapping[str, Any]]) -> None:
    """What the Messages API asks of a conversation: every call answered, nothing empty."""
    assert messages[0]["role"] == messages[-1]["role"] == "user"
    assert all(message["content"] for message in messages)
    for before, after in pairwise(messages):
        used = [block["id"] for block in before["content"] if block["type"] == "tool_use"]
        answered = [
            block["tool_use_id"] for block in after["content"] if block["type"] == "tool_result"
        ]
        assert used == answered
    texts = [b["text"] for m in messages for b in m["content"] if b["type"] == "text"]
    assert all(text.strip() for text in texts)


def goes_on(person: Person, api: MessagesApi) -> None:
    """The next question, in the same session and in one that resumed what was stored."""
    assert person.session
    api.script(says("Here I am."), says("Here again."))
    assert person.asks("and now?").text == "Here I am."
    assert_well_formed(api.asked[-1]["messages"])
    resumed = person.opens()
    resumed.resume(person.session.conversation_id)
    assert resumed.ask("and later?").text == "Here again."
    assert_well_formed(api.asked[-1]["messages"])

"""What was said in a conversation, and what the tools answered since the latest question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stockcli.agent.chat.conversations import SHOP_ENDS
from stockcli.agent.providers.base import Message, text_of
from stockcli.agent.rules import phrases


@dataclass(frozen=True, kw_only=True)
class ToolAnswer:
    """A tool that was run for the present question, and what it said."""

    name: str
    text: str
    is_error: bool


def since_question(messages: Sequence[Message]) -> tuple[str, list[ToolAnswer]]:
    """Return the latest question, and what the tools run since then said."""
    start = max(i for i, one in enumerate(messages) if one["role"] == "user" and text_of(one))
    names: dict[str, str] = {}
    heard = []
    for block in (block for one in messages[start:] for block in one["content"]):
        if block["type"] == "tool_use":
            names[block["id"]] = block["name"]
        elif block["type"] == "tool_result":
            heard.append(
                ToolAnswer(
                    name=names[block["tool_use_id"]],
                    text=block["content"],
                    is_error=bool(block.get("is_error")),
                )
            )
    return text_of(messages[start]).rpartition(SHOP_ENDS)[2], heard


def until(messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages up to the latest question."""
    asked_at = [i for i, one in enumerate(messages) if one["role"] == "user" and text_of(one)]
    return messages[: asked_at[-1] + 1]


def since(messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages after the latest question."""
    return messages[len(until(messages)) :]


def was_lost(messages: Sequence[Message]) -> bool:
    """Return whether a question was not understood before, and the help shown."""
    said = [text_of(one) for one in messages if one["role"] == "assistant"]
    return any(text.startswith(tuple(phrases.UNKNOWN.values())) for text in said)

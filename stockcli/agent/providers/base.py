"""What the loop asks of whoever answers.

Messages have the shape of the Messages API and hold JSON values only, so that what is stored
is what was sent; a provider with another shape translates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from stockcli.domain.budget import ModelUsage
from stockcli.domain.errors import ProviderError

Message = Mapping[str, Any]
OnText = Callable[[str], None]
OnUsage = Callable[[ModelUsage], None]
NO_TOKENS = ModelUsage()


class Stop(StrEnum):
    """Why a turn ended."""

    DONE = "done"
    TOOLS = "tools"
    CUT = "cut"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """A tool as a model is told of it; the schema is plain JSON Schema."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """A tool the model wants run."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TurnRequest:
    """All that one turn is made from.

    Attributes:
        nobody_waits: no person asked, so a service that was just out of reach is left in peace.
    """

    system: str
    tools: tuple[ToolSpec, ...]
    messages: Sequence[Message]
    max_output_tokens: int
    nobody_waits: bool = False


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One whole, unbroken reply.

    Attributes:
        message: to be appended to the messages as it is.
        calls: empty unless the turn stopped to have tools run.
        usage: of the whole reply; the last that on_usage was told.
    """

    message: Message
    text: str
    stop: Stop
    calls: tuple[ToolCall, ...] = ()
    usage: ModelUsage = NO_TOKENS


class BrokenReplyError(ProviderError):
    """The reply broke off; nothing in it counts, and the question may be sent again."""


class Provider(Protocol):
    """Answers one turn at a time; keeps nothing between turns."""

    @property
    def model(self) -> str:
        """Return the name decisions are signed with."""

    @property
    def costs_money(self) -> bool:
        """Return whether turns are paid for, and so reserved and booked."""

    def turn(self, request: TurnRequest, on_text: OnText, on_usage: OnUsage) -> Turn:
        """Return one reply; its text streams to on_text while it arrives.

        Args:
            on_usage: told the tokens of this reply seen so far, its input included, whenever more
                is known; output is estimated from what was read until the service counts it.
                What a reply cost that never ended is the last that was told.

        Raises:
            BrokenReplyError: the reply broke off; asking again may help.
            ProviderError: no reply; asking again at once will not help.
        """


def asked(text: str) -> Message:
    """Return what a person says, as a message."""
    return {"role": "user", "content": [{"type": "text", "text": text}]}


def said(text: str) -> Message:
    """Return what the assistant says, as a message."""
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}


def text_of(message: Message) -> str:
    """Return a message's text."""
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")

"""Reading a reply of the Messages API: whole, or broken and worth nothing but its price."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stockcli.agent.providers.base import OnText, Stop, ToolCall, Turn
from stockcli.agent.providers.faults import CLAUDE, without_halves, word_of
from stockcli.agent.providers.tally import Tally, tokens
from stockcli.domain.budget import ModelUsage

if TYPE_CHECKING:
    from anthropic.lib.streaming import MessageStream
    from anthropic.types import ContentBlock, Message

_STOPS = {
    "end_turn": Stop.DONE,
    "stop_sequence": Stop.DONE,
    "tool_use": Stop.TOOLS,
    "refusal": Stop.REFUSED,
}
_PASSING = {"", "api_error", "overloaded_error", "timeout_error", "rate_limit_error"}
_READ = {
    "text_delta": "text",
    "input_json_delta": "partial_json",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
}
# What comes of JSON of another shape than was promised; the client does not check.
_GARBAGE = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RuntimeError)


def read_reply(stream: MessageStream[None], on_text: OnText, tally: Tally) -> Turn:
    """Read a reply to its end.

    Raises:
        BrokenReplyError: it has no proper end. The client says nothing when a stream merely
            stops, and completes half a number inside a tool's input, so both are checked here.
    """
    reading = _Reading(stream, tally)
    with quiet_client():
        for event in _events(stream):
            try:
                piece = reading.take(event)
            except _GARBAGE as error:
                raise CLAUDE.broken("it cannot be read") from error
            if piece:
                on_text(piece)
    return reading.turn()


@contextmanager
def quiet_client() -> Iterator[None]:
    """Keep from the screen what the client's models say of a wrong type, with the text in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


class _Reading:
    """What has been read of a reply, beside what the client keeps."""

    def __init__(self, stream: MessageStream[None], tally: Tally) -> None:
        self._stream = stream
        self._tally = tally
        self._written: dict[int, list[str]] = {}
        self._is_whole = False

    def take(self, event: Any) -> str:
        """Take an event in, and return the text in it; of a wrong shape it raises anything."""
        match event.type:
            case "message_start":
                self._tally.report(usage_of(event.message.usage))
            case "message_delta":
                usage = self._stream.current_message_snapshot.usage
                self._tally.report(usage_of(usage), is_final=True)
            case "content_block_delta":
                self._take_delta(event.index, event.delta)
            case "message_stop":
                message = self._stream.current_message_snapshot
                self._is_whole = message.stop_reason is not None
            case "content_block_start":
                # A gateway may begin a block with text; the service itself begins it empty.
                return self._take_opening(event.content_block)
            case "text":
                return without_halves(event.text)
        return ""

    def _take_opening(self, block: Any) -> str:
        text = without_halves(getattr(block, "text", ""))
        self._tally.read(text or getattr(block, "input", ""))
        self._ensure_bounded()
        return text

    def _ensure_bounded(self) -> None:
        parts = len(self._stream.current_message_snapshot.content)
        CLAUDE.ensure_bounded(characters=self._tally.characters_read, parts=parts)

    def _take_delta(self, index: int, delta: Any) -> None:
        piece = getattr(delta, _READ.get(delta.type, ""), "")
        self._tally.read(piece)
        self._ensure_bounded()
        if delta.type == "input_json_delta":
            self._written.setdefault(index, []).append(piece)

    def turn(self) -> Turn:
        """Return the whole reply.

        Raises:
            BrokenReplyError: it is not whole.
        """
        if not self._is_whole:
            raise CLAUDE.broken("its end is missing")
        self._ensure_bounded()
        written = {index: "".join(pieces) for index, pieces in self._written.items()}
        return turn_of(self._stream.current_message_snapshot, self._tally.usage, written)


def turn_of(message: Message, usage: ModelUsage, written: Mapping[int, str]) -> Turn:
    """Return a whole reply as a turn.

    Args:
        message: that has its end.
        usage: its tokens.
        written: each tool's input as it arrived, by the place of its block.

    Raises:
        BrokenReplyError: a tool call is missing, or not whole.
    """
    try:
        return _turn(message, usage, written)
    except _GARBAGE as error:
        raise CLAUDE.broken("it cannot be read") from error


def with_fresh_ids(turn: Turn, messages: Sequence[Mapping[str, Any]]) -> Turn:
    """Return a turn none of whose calls has the id of an earlier one.

    The service never gives an id twice, and takes back no conversation that has one twice.
    """
    taken = {block.get("id") for message in messages for block in message["content"]}
    if not taken.intersection(call.id for call in turn.calls):
        return turn
    fresh = {call.id: f"c{len(messages):04}{n:04}" for n, call in enumerate(turn.calls)}
    blocks = [
        block | {"id": fresh[block["id"]]} if block["type"] == "tool_use" else block
        for block in turn.message["content"]
    ]
    return replace(
        turn,
        message={"role": "assistant", "content": blocks},
        calls=tuple(replace(call, id=fresh[call.id]) for call in turn.calls),
    )


def usage_of(usage: Any) -> ModelUsage:
    """Return the service's count of tokens; what it does not count, or cannot, is 0."""
    return ModelUsage(
        input_tokens=tokens(getattr(usage, "input_tokens", 0)),
        output_tokens=tokens(getattr(usage, "output_tokens", 0)),
        cache_write_tokens=tokens(getattr(usage, "cache_creation_input_tokens", 0)),
        cache_read_tokens=tokens(getattr(usage, "cache_read_input_tokens", 0)),
    )


def _events(stream: MessageStream[None]) -> Iterator[Any]:
    """Yield the events of a reply; whatever breaks on the way becomes a BrokenReplyError."""
    import anthropic  # noqa: PLC0415 - loaded by now
    import httpx2  # noqa: PLC0415 - as above

    events = iter(stream)
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except anthropic.APIStatusError as error:
            if isinstance(error.type, str) and error.type not in _PASSING:
                raise
            reported = word_of(error.type) if error.type else "an error"
            raise CLAUDE.broken(f"Claude reported {reported}") from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise CLAUDE.broken("the connection was lost") from error
        except _GARBAGE as error:
            raise CLAUDE.broken("it cannot be read") from error
        yield event


def _turn(message: Message, usage: ModelUsage, written: Mapping[int, str]) -> Turn:
    stop = _STOPS.get(str(message.stop_reason), Stop.CUT)
    blocks = [_block(block) for block in message.content]
    if stop is Stop.TOOLS:
        _fill_in(blocks, written)
    calls = tuple(_call(block) for block in blocks if block.get("type") == "tool_use")
    if stop is Stop.TOOLS and not calls:
        raise CLAUDE.broken("the tool call it speaks of is missing")
    if len({call.id for call in calls}) < len(calls):
        raise CLAUDE.broken("two of its tool calls are one")
    return Turn(
        # An empty text may not be sent back, nor what is of no kind we know.
        message=CLAUDE.sendable([block for block in blocks if block and block.get("text") != ""]),
        text="".join(block["text"] for block in blocks if block.get("type") == "text"),
        stop=stop,
        calls=calls if stop is Stop.TOOLS else (),
        usage=usage,
    )


def _fill_in(blocks: list[dict[str, Any]], written: Mapping[int, str]) -> None:
    """Give every tool its input as it arrived, and see that it is one."""
    for index, text in written.items():
        if blocks[index].get("type") == "tool_use":
            blocks[index]["input"] = CLAUDE.whole_input(text)
    for block in blocks:
        if block.get("type") == "tool_use":
            CLAUDE.object_of(block["input"])


def _call(block: Mapping[str, Any]) -> ToolCall:
    return ToolCall(
        id=CLAUDE.whole_name(block["id"]),
        name=CLAUDE.whole_name(block["name"]),
        arguments=block["input"],
    )


def _block(block: ContentBlock) -> dict[str, Any]:
    """Return a content block as it may be sent back; empty if it is of no kind we ask for."""
    match block.type:
        case "text":
            return {"type": "text", "text": without_halves(block.text)}
        case "tool_use":
            return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input}
        case "thinking":
            thought, signature = _text(block.thinking), _text(block.signature)
            return {"type": "thinking", "thinking": thought, "signature": signature}
        case "redacted_thinking":
            return {"type": "redacted_thinking", "data": _text(block.data)}
    return {}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text that is none")
    return value

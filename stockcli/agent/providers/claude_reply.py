"""Reading a reply of the Messages API: whole, or broken and worth nothing but its price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from stockcli.agent.providers.base import OnText, OnUsage, Stop, ToolCall, Turn
from stockcli.agent.providers.faults import CLAUDE, without_halves
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
_PASSING = {"api_error", "overloaded_error", "timeout_error", "rate_limit_error", None}
_READ = {
    "text_delta": "text",
    "input_json_delta": "partial_json",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
}
# What comes of JSON of another shape than was promised; the client does not check.
_GARBAGE = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RuntimeError)


def read_reply(stream: MessageStream[None], on_text: OnText, on_usage: OnUsage) -> Turn:
    """Read a reply to its end.

    Raises:
        BrokenReplyError: it has no proper end. The client says nothing when a stream merely
            stops, and completes half a number inside a tool's input, so both are checked here.
    """
    reading = _Reading(stream, Tally(on_usage))
    for event in _events(stream):
        try:
            piece = reading.take(event)
        except _GARBAGE as error:
            raise CLAUDE.broken("it cannot be read") from error
        if piece:
            on_text(piece)
    return reading.turn()


class _Reading:
    """What has been read of a reply, beside what the client keeps."""

    def __init__(self, stream: MessageStream[None], tally: Tally) -> None:
        self._stream = stream
        self._tally = tally
        self._written: dict[int, str] = {}
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
                return without_halves(getattr(event.content_block, "text", ""))
            case "text":
                return without_halves(event.text)
        return ""

    def _take_delta(self, index: int, delta: Any) -> None:
        piece = getattr(delta, _READ.get(delta.type, ""), "")
        self._tally.read(piece)
        if delta.type == "input_json_delta":
            self._written[index] = self._written.get(index, "") + piece

    def turn(self) -> Turn:
        """Return the whole reply.

        Raises:
            BrokenReplyError: it is not whole.
        """
        if not self._is_whole:
            raise CLAUDE.broken("its end is missing")
        return turn_of(self._stream.current_message_snapshot, self._tally.usage, self._written)


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
            if error.type not in _PASSING:
                raise
            raise CLAUDE.broken(f"Claude reported {error.type or 'an error'}") from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise CLAUDE.broken("the connection was lost") from error
        except _GARBAGE as error:
            raise CLAUDE.broken("it cannot be read") from error
        yield event


def _turn(message: Message, usage: ModelUsage, written: Mapping[int, str]) -> Turn:
    stop = _STOPS.get(str(message.stop_reason), Stop.CUT)
    blocks = [_block(block) for block in message.content]
    if stop is Stop.TOOLS:
        for index, text in written.items():
            blocks[index] = blocks[index] | {"input": CLAUDE.whole_input(text)}
    calls = tuple(
        ToolCall(
            id=CLAUDE.whole_name(block["id"]),
            name=CLAUDE.whole_name(block["name"]),
            arguments=block["input"],
        )
        for block in blocks
        if block["type"] == "tool_use"
    )
    if stop is Stop.TOOLS and not calls:
        raise CLAUDE.broken("the tool call it speaks of is missing")
    return Turn(
        # An empty text may not be sent back.
        message=CLAUDE.sendable([block for block in blocks if block.get("text") != ""]),
        text="".join(block["text"] for block in blocks if block["type"] == "text"),
        stop=stop,
        calls=calls if stop is Stop.TOOLS else (),
        usage=usage,
    )


def _block(block: ContentBlock) -> dict[str, Any]:
    """Return a content block as it may be sent back."""
    if block.type == "text":
        return {"type": "text", "text": without_halves(block.text)}
    if block.type == "tool_use":
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input}
    return block.model_dump(mode="json", exclude_none=True, warnings=False)

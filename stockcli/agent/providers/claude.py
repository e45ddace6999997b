"""Claude, through Anthropic's Messages API, streaming."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stockcli.agent.providers.base import (
    BrokenReplyError,
    OnText,
    Stop,
    ToolCall,
    ToolSpec,
    Turn,
    TurnRequest,
)
from stockcli.agent.providers.breaker import REST_SECONDS, SILENT, Breaker, OutOfReachError
from stockcli.domain.budget import ModelUsage
from stockcli.domain.errors import ProviderError

# Importing anthropic takes seconds: it is imported when the first client is made.
if TYPE_CHECKING:
    from anthropic import Anthropic, APIStatusError
    from anthropic.lib.streaming import MessageStream
    from anthropic.types import CacheControlEphemeralParam, ContentBlock, ToolParam, Usage

BASE_URL = "https://api.anthropic.com"
UNUSABLE_URL = "Claude cannot be asked: ANTHROPIC_BASE_URL is no web address"
URL_HINT = "give one such as https://gateway.example.com, or leave it out"
CHARACTERS_PER_TOKEN = 3
KEPT: CacheControlEphemeralParam = {"type": "ephemeral"}
_STOPS = {
    "end_turn": Stop.DONE,
    "stop_sequence": Stop.DONE,
    "tool_use": Stop.TOOLS,
    "refusal": Stop.REFUSED,
}
_PASSING = {"api_error", "overloaded_error", "timeout_error", "rate_limit_error", None}


class Claude:
    """Answers through the Messages API.

    Until a reply begins the client itself tries again; a reply that breaks off later raises
    BrokenReplyError and is the loop's to send again. Doing both for both would multiply.

    Args:
        model: such as "claude-haiku-5-5".
        api_key: of the Anthropic API.
        base_url: of the API; Anthropic's own if None.
        retries: of a request that was refused for the moment.
        read_timeout_seconds: longest silence within a reply.
        reply_timeout_seconds: longest time a reply may take from its first byte to its last.
        rest_seconds: how long nothing is asked after Claude was out of reach.
    """

    costs_money = True

    def __init__(
        self,
        *,
        model: str,
        api_key: str,
        base_url: str | None = None,
        retries: int = 2,
        read_timeout_seconds: float = 60.0,
        reply_timeout_seconds: float = 600.0,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            ProviderError: the base URL is none.
        """
        import anthropic  # noqa: PLC0415 - takes seconds
        import httpx2  # noqa: PLC0415 - comes with it

        from stockcli.agent.providers.waiting import Patience  # noqa: PLC0415 - imports them

        self.model = model
        self._breaker = Breaker(rest_seconds)
        try:
            self._client: Anthropic = anthropic.Anthropic(
                api_key=api_key,
                base_url=base_url or BASE_URL,
                max_retries=retries,
                timeout=httpx2.Timeout(read_timeout_seconds, connect=10.0),
                middleware=[Patience(reply_timeout_seconds)],
            )
        except httpx2.InvalidURL as error:
            raise ProviderError(UNUSABLE_URL, URL_HINT) from error

    def turn(self, request: TurnRequest, on_text: OnText) -> Turn:
        """Return one whole reply."""
        if request.nobody_waits:
            self._breaker.check()
        try:
            return self._ask(request, on_text)
        except OutOfReachError as error:
            self._breaker.trip(error)
            raise

    def _ask(self, request: TurnRequest, on_text: OnText) -> Turn:
        import anthropic  # noqa: PLC0415 - loaded by now
        import httpx2  # noqa: PLC0415 - as above

        try:
            with self._client.messages.stream(
                model=self.model,
                max_tokens=request.max_output_tokens,
                # Tools and system text are every shop's: they are kept apart from what follows.
                system=[{"type": "text", "text": request.system, "cache_control": KEPT}],
                tools=[_tool_param(spec) for spec in request.tools],
                messages=request.messages,  # type: ignore[arg-type]  # JSON of that shape
                cache_control=KEPT,
            ) as stream:
                return _read(stream, on_text)
        except anthropic.APIStatusError as error:
            raise _refused(error, self.model) from error
        except anthropic.APITimeoutError as error:
            raise OutOfReachError(SILENT) from error
        except anthropic.APIConnectionError as error:
            raise OutOfReachError("Claude cannot be reached: no connection") from error
        except httpx2.InvalidURL as error:
            raise ProviderError(UNUSABLE_URL, URL_HINT) from error
        except anthropic.AnthropicError as error:
            raise ProviderError("Claude could not be asked: the client failed") from error


def _read(stream: MessageStream[None], on_text: OnText) -> Turn:
    """Read a reply to its end.

    Raises:
        BrokenReplyError: it has no proper end. The client says nothing when a stream merely
            stops, and completes half a number inside a tool's input, so both are checked here.
    """
    written: dict[int, str] = {}
    stopped = False
    for event in _events(stream):
        if event.type == "content_block_delta" and event.delta.type == "input_json_delta":
            written[event.index] = written.get(event.index, "") + event.delta.partial_json
        elif event.type == "text":
            on_text(event.text)
        stopped = stopped or event.type == "message_stop"
    if not stopped or stream.current_message_snapshot.stop_reason is None:
        raise _broken(stream, "its end is missing")
    return _turn(stream, written)


def _events(stream: MessageStream[None]) -> Iterator[Any]:
    """Yield the events of a reply; whatever breaks on the way becomes a BrokenReplyError."""
    import anthropic  # noqa: PLC0415 - loaded by now
    import httpx2  # noqa: PLC0415 - as above

    # What the client raises on a chunk that is no event: not JSON, or JSON of another shape.
    garbage = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RuntimeError)
    events = iter(stream)
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except anthropic.APIStatusError as error:
            if error.type not in _PASSING:
                raise
            raise _broken(stream, f"Claude reported {error.type or 'an error'}") from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise _broken(stream, "the connection was lost") from error
        except garbage as error:
            raise _broken(stream, "it cannot be read") from error
        yield event


def _turn(stream: MessageStream[None], written: dict[int, str]) -> Turn:
    message = stream.current_message_snapshot
    stop = _STOPS.get(str(message.stop_reason), Stop.CUT)
    blocks = [_block(block) for block in message.content]
    if stop is Stop.TOOLS:
        for index, text in written.items():
            blocks[index] = blocks[index] | {"input": _whole_input(stream, text)}
    calls = tuple(
        ToolCall(id=block["id"], name=block["name"], arguments=block["input"])
        for block in blocks
        if block["type"] == "tool_use"
    )
    if stop is Stop.TOOLS and not calls:
        raise _broken(stream, "the tool call it speaks of is missing")
    return Turn(
        # An empty text may not be sent back.
        message={"role": "assistant", "content": [b for b in blocks if b.get("text") != ""]},
        text="".join(block["text"] for block in blocks if block["type"] == "text"),
        stop=stop,
        calls=calls if stop is Stop.TOOLS else (),
        usage=_usage(message.usage),
    )


def _whole_input(stream: MessageStream[None], text: str) -> dict[str, Any]:
    """Return a tool's input, strictly parsed: the client also accepts one that was cut."""
    try:
        arguments = json.loads(text or "{}")
    except ValueError as error:
        raise _broken(stream, "a tool's input is not whole") from error
    if not isinstance(arguments, dict):
        raise _broken(stream, "a tool's input is no object")
    return arguments


def _block(block: ContentBlock) -> dict[str, Any]:
    """Return a content block as it may be sent back."""
    if block.type == "text":
        return {"type": "text", "text": block.text}
    if block.type == "tool_use":
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.input}
    return block.model_dump(mode="json", exclude_none=True)


def _broken(stream: MessageStream[None], why: str) -> BrokenReplyError:
    return BrokenReplyError(f"Claude's reply broke off: {why}", _seen(stream))


def _seen(stream: MessageStream[None]) -> ModelUsage:
    """Return the tokens of a reply that broke: as reported, or as many as were read."""
    try:
        message = stream.current_message_snapshot
    except (AssertionError, AttributeError):  # it broke before it began
        return ModelUsage()
    read = sum(len(json.dumps(_block(block))) for block in message.content)
    usage = _usage(message.usage)
    more = max(0, read // CHARACTERS_PER_TOKEN - usage.output_tokens)
    return usage + ModelUsage(output_tokens=more)


def _usage(usage: Usage) -> ModelUsage:
    return ModelUsage(
        input_tokens=usage.input_tokens or 0,
        output_tokens=usage.output_tokens or 0,
        cache_write_tokens=usage.cache_creation_input_tokens or 0,
        cache_read_tokens=usage.cache_read_input_tokens or 0,
    )


def _refused(error: APIStatusError, model: str) -> ProviderError:
    """Return why Claude did not answer, as a sentence of ours."""
    match error.status_code:
        case 401 | 403:
            return OutOfReachError("Claude refused the API key", "check ANTHROPIC_API_KEY")
        case 404:
            return ProviderError(f"Claude knows no model {model!r}", "check STOCK_MODEL")
        case 429:
            return ProviderError("Claude takes no more requests for now: the rate limit is reached")
        case 529:
            return ProviderError("Claude is overloaded for now")
        case status if status >= 500:  # noqa: PLR2004 - server errors
            return ProviderError(f"Claude is out of order for now (HTTP {status})")
        case status:
            what = error.type or f"HTTP {status}"
            return ProviderError(f"Claude did not accept the request ({what})")


def _tool_param(spec: ToolSpec) -> ToolParam:
    from anthropic import transform_schema  # noqa: PLC0415 - loaded by now

    return {
        "name": spec.name,
        "description": spec.description,
        "input_schema": transform_schema(dict(spec.schema)),
        "strict": True,
    }

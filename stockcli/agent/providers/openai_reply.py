"""Reading a reply of chat completions: whole, or broken and worth nothing but its price."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockcli.agent.providers.base import OnText, Stop, ToolCall, Turn
from stockcli.agent.providers.faults import Service, without_halves
from stockcli.agent.providers.tally import Tally, tokens
from stockcli.domain.budget import ModelUsage
from stockcli.domain.errors import ProviderError

if TYPE_CHECKING:
    from httpx2 import Response

MODEL_SERVER = Service(
    name="The model server",
    key="OPENAI_API_KEY",
    address="OPENAI_BASE_URL",
    model_hint="check STOCK_MODEL, and OPENAI_BASE_URL: it often ends in /v1",
)
_STOPS = {"stop": Stop.DONE, "tool_calls": Stop.TOOLS, "content_filter": Stop.REFUSED}
_LASTING = {"invalid_request_error", "authentication_error", "insufficient_quota"}
_GARBAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def read_reply(response: Response, on_text: OnText, tally: Tally, *, turn_number: int) -> Turn:
    """Read a reply to its end; turn_number tells its calls from those of other turns.

    Raises:
        BrokenReplyError: it has no proper end, or makes no sense.
        ProviderError: the service reports that asking again will not help.
    """
    reading = _Reading(tally, turn_number)
    for chunk in _chunks(response):
        try:
            piece = reading.take(chunk)
        except _GARBAGE as error:
            raise MODEL_SERVER.broken("it cannot be read") from error
        if piece:
            on_text(piece)
    return reading.turn()


def _chunks(response: Response) -> Iterator[Mapping[str, Any]]:
    """Yield the chunks of a reply up to its [DONE]; anything else in its place breaks it."""
    import httpx2  # noqa: PLC0415 - loaded by now

    lines = response.iter_lines()
    while True:
        try:
            line = next(lines)
        except StopIteration:
            raise MODEL_SERVER.broken("its end is missing") from None
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise MODEL_SERVER.broken("the connection was lost") from error
        name, _, written = line.partition(":")
        if name == "data" and written.strip() == "[DONE]":
            return
        if name == "data":
            yield _chunk(written)


def _chunk(written: str) -> Mapping[str, Any]:
    try:
        chunk = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise MODEL_SERVER.broken("it cannot be read") from error
    if not isinstance(chunk, dict):
        raise MODEL_SERVER.broken("it cannot be read")
    if chunk.get("error"):
        raise _reported(chunk["error"])
    return chunk


def _reported(error: Any) -> ProviderError:
    """Return what the service reported in the middle of a reply."""
    named = error if isinstance(error, dict) else {}
    words = {str(named.get("type")), str(named.get("code"))}
    if lasting := sorted(words & _LASTING):
        return MODEL_SERVER.not_accepted(lasting[0])
    return MODEL_SERVER.broken("the server reported an error")


@dataclass(kw_only=True)
class _Call:
    """A tool call in the making; services number their calls, or only tell them apart by id."""

    index: Any
    id: str
    name: str = ""
    written: str = ""


class _Reading:
    """What has been read of a reply."""

    def __init__(self, tally: Tally, turn_number: int) -> None:
        self._tally = tally
        self._turn_number = turn_number
        self._text = ""
        self._calls: list[_Call] = []
        self._end = ""
        self._is_refused = False

    def take(self, chunk: Mapping[str, Any]) -> str:
        """Take a chunk in, and return the text in it.

        Raises:
            ValueError, TypeError, LookupError, AttributeError: it is no chunk of a reply.
        """
        piece = ""
        for choice in chunk.get("choices") or ():
            piece += self._take_delta(choice.get("delta") or {})
            self._end = choice.get("finish_reason") or self._end
        MODEL_SERVER.ensure_bounded(characters=self._tally.characters_read, parts=len(self._calls))
        if chunk.get("usage"):
            self._tally.report(_usage(chunk["usage"]), is_final=bool(self._end))
        return piece

    def turn(self) -> Turn:
        """Return the whole reply.

        Raises:
            BrokenReplyError: it stopped without saying why, or its calls are not whole.
        """
        if not self._end:
            raise MODEL_SERVER.broken("its end is missing")
        stop = Stop.REFUSED if self._is_refused else _STOPS.get(str(self._end), Stop.CUT)
        if stop is Stop.TOOLS and not self._calls:
            raise MODEL_SERVER.broken("the tool call it speaks of is missing")
        if stop is Stop.DONE and self._calls:
            raise MODEL_SERVER.broken("it calls a tool, but does not end as such a call does")
        calls = self._whole_calls() if stop is Stop.TOOLS else ()
        text = [{"type": "text", "text": self._text}] if self._text.strip() else []
        used = [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": dict(call.arguments)}
            for call in calls
        ]
        return Turn(
            message=MODEL_SERVER.sendable([*text, *used]),
            text=self._text,
            stop=stop,
            calls=calls,
            usage=self._tally.usage,
        )

    def _take_delta(self, delta: Mapping[str, Any]) -> str:
        refusal = _text(delta.get("refusal"))
        self._is_refused = self._is_refused or bool(refusal)
        piece = without_halves(f"{_text(delta.get('content'))}{refusal}")
        self._text += piece
        thought = delta.get("reasoning_content") or delta.get("reasoning") or ""
        self._tally.read(f"{piece}{thought}")
        for part in delta.get("tool_calls") or ():
            self._take_call(part)
        return piece

    def _take_call(self, part: Mapping[str, Any]) -> None:
        index, id_, function = part.get("index"), part.get("id") or "", part.get("function") or {}
        name, written = _text(function.get("name")), _text(function.get("arguments"))
        begun = [call for call in self._calls if call.index == index]
        is_another = bool(begun) and id_ not in ("", begun[-1].id)
        if not begun or is_another or (index is None and name):
            self._calls.append(_Call(index=index, id=id_, name=name))
            begun = self._calls[-1:]
        begun[-1].name = begun[-1].name or name
        begun[-1].written += written
        self._tally.read(f"{name}{written}")

    def _whole_calls(self) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(
                # Their ids may be empty or used before: ours are not, and suit every service.
                id=f"c{self._turn_number:04}{place:04}",
                name=MODEL_SERVER.whole_name(call.name),
                arguments=MODEL_SERVER.whole_input(call.written),
            )
            for place, call in enumerate(self._calls)
        )


def _text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise TypeError("a piece of a reply is no text")
    return value or ""


def _usage(usage: Mapping[str, Any]) -> ModelUsage:
    """Return the service's count of tokens; what comes from its cache is part of its prompt."""
    details = usage.get("prompt_tokens_details") or {}
    cached, kept = tokens(details.get("cached_tokens")), tokens(details.get("cache_write_tokens"))
    return ModelUsage(
        input_tokens=max(0, tokens(usage.get("prompt_tokens")) - cached - kept),
        output_tokens=tokens(usage.get("completion_tokens")),
        cache_write_tokens=kept,
        cache_read_tokens=cached,
    )

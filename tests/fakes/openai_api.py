"""A small real HTTP server that speaks chat completions; its script is that of the other fake."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest

from tests.fakes.messages_api import MessagesApi, MessagesHandler
from tests.fakes.replies import Fault, Reply, pieces

STOPS = {
    "end_turn": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "refusal": "content_filter",
}


@dataclass(frozen=True, kw_only=True)
class Chunks(Reply):
    """A reply told chunk by chunk, as some server of its own mind sends it."""

    chunks: tuple[Any, ...] = ()
    is_done: bool = True


def streams(*deltas: Mapping[str, Any], end: str | None = "stop", **more: Any) -> Chunks:
    """A reply of these deltas; more goes into the last chunk."""
    told = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    ending = {"choices": [{"index": 0, "delta": {}, "finish_reason": end}]} | more
    return Chunks(chunks=(*told, ending))


class OpenAiApi(MessagesApi):
    """The server, as a test sees it."""

    path = "/v1/chat/completions"

    @property
    def url(self) -> str:
        return f"{super().url}/v1"

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (OpenAiHandler,), {"api": self})


def _event(chunk: Any) -> bytes:
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _delta(delta: Mapping[str, Any], end: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    return _event({"id": "c1", "object": "chat.completion.chunk", "choices": [choice]})


class OpenAiHandler(MessagesHandler):
    ping = b": keep-alive\n\n"
    wrong_events: ClassVar = {
        Fault.ERROR_EVENT: _event({"error": {"type": "server_error", "message": "by the fake"}}),
        Fault.GARBAGE: b'data: {"choices": [{"de\n\n',
        Fault.ODD_SHAPE: _delta({"tool_calls": "none"}),
    }

    def answer(self, path: str, body: dict[str, Any], reply: Reply) -> None:
        if self.headers.get("Authorization", "") in ("", "Bearer wrong"):
            self._send_json(401, _error("invalid_api_key"))
        elif reply.status != 200:
            self._send_json(reply.status, _error(reply.error_type), dict(reply.headers))
        else:
            self._stream(reply, body["model"])

    def events(self, reply: Reply, model: str) -> Iterator[bytes]:
        if isinstance(reply, Chunks):
            yield from (_event(chunk) for chunk in reply.chunks)
            yield b"data: [DONE]\n\n" if reply.is_done else b": \n\n"
            return
        yield _delta({"role": "assistant", "content": ""})
        place = 0
        for block in reply.content:
            yield from _block_events(block, place)
            place += block["type"] == "tool_use"
        yield _delta({}, STOPS.get(reply.stop_reason, reply.stop_reason))
        if reply.usage:
            yield _event({"choices": [], "usage": _usage(reply.usage)})
        yield b"data: [DONE]\n\n"


def _block_events(block: Mapping[str, Any], place: int) -> Iterator[bytes]:
    if block["type"] == "text":
        yield from (_delta({"content": piece}) for piece in pieces(block["text"]))
    elif block["type"] == "thinking":
        yield _delta({"reasoning_content": block["thinking"]})
    else:
        function = {"name": block["name"], "arguments": ""}
        opening = {"index": place, "id": block["id"], "type": "function", "function": function}
        yield _delta({"tool_calls": [opening]})
        for piece in pieces(json.dumps(block["input"])):
            yield _delta({"tool_calls": [{"index": place, "function": {"arguments": piece}}]})


def _usage(usage: Mapping[str, int]) -> dict[str, Any]:
    cached = usage.get("cache_read_input_tokens", 0)
    return {
        "prompt_tokens": usage["input_tokens"] + cached,
        "completion_tokens": usage["output_tokens"],
        "total_tokens": usage["input_tokens"] + cached + usage["output_tokens"],
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def _error(error_type: str) -> dict[str, Any]:
    return {"error": {"message": "said by the fake server", "type": error_type, "code": error_type}}


@pytest.fixture
def openai_api() -> Iterator[OpenAiApi]:
    """The fake service, running; its address is `openai_api.url`."""
    with OpenAiApi().running() as api:
        yield api

"""Replies of the fake Messages API: whole ones, and ones that go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    NONE = "none"
    DISCONNECT = "disconnect"
    TRUNCATE = "truncate"
    ERROR_EVENT = "error_event"
    GARBAGE = "garbage"
    STALL = "stall"
    ODD_SHAPE = "odd_shape"
    LOST_PIECE = "lost_piece"
    DRIP = "drip"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One reply.

    Attributes:
        status: an HTTP status other than 200 refuses the request.
        fault: what happens after that many events of the body.
    """

    content: tuple[Mapping[str, Any], ...] = ()
    stop_reason: str = "end_turn"
    usage: Mapping[str, int] = field(
        default_factory=lambda: {"input_tokens": 100, "output_tokens": 20}
    )
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error_type: str = "api_error"
    fault: Fault = Fault.NONE
    fault_after_events: int = 4

    def going_wrong(self, fault: Fault, after_events: int = 4) -> Reply:
        return replace(self, fault=fault, fault_after_events=after_events)


def says(text: str, **more: Any) -> Reply:
    return Reply(content=({"type": "text", "text": text},), **more)


def calls(*wanted: tuple[str, Mapping[str, Any]], text: str = "", **more: Any) -> Reply:
    """A reply that stops to have tools run; each is (name, arguments)."""
    said = ({"type": "text", "text": text},) if text else ()
    used = tuple(
        {"type": "tool_use", "id": f"toolu_{number:02}_{name}", "name": name, "input": arguments}
        for number, (name, arguments) in enumerate(wanted)
    )
    return Reply(content=said + used, stop_reason="tool_use", **more)


def thinks(reply: Reply, thought: str = "Let me see.") -> Reply:
    block = {"type": "thinking", "thinking": thought, "signature": "c2lnbmVk"}
    return replace(reply, content=(block, *reply.content))


def refuses() -> Reply:
    return Reply(content=(), stop_reason="refusal")


def fails(status: int, error_type: str = "api_error", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, error_type=error_type, headers=named)


def message_of(reply: Reply, model: str) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": list(reply.content),
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "usage": dict(reply.usage),
    }


def error_body(error_type: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": error_type, "message": "said by the fake server"}}


def events_of(reply: Reply, model: str) -> Iterator[dict[str, Any]]:
    """The events of a reply, as the real service sends them."""
    opening = message_of(reply, model) | {"content": [], "stop_reason": None}
    opening["usage"] = dict(reply.usage) | {"output_tokens": 1}
    yield {"type": "message_start", "message": opening}
    yield {"type": "ping"}
    for index, block in enumerate(reply.content):
        yield from _block_events(index, block)
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": reply.stop_reason, "stop_sequence": None},
        "usage": {"output_tokens": reply.usage["output_tokens"]},
    }
    yield {"type": "message_stop"}


def _block_events(index: int, block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    start, deltas = _opening_and_deltas(block)
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _opening_and_deltas(
    block: Mapping[str, Any],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if block["type"] == "text":
        deltas = [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
        return {"type": "text", "text": ""}, deltas
    if block["type"] == "tool_use":
        written = json.dumps(block["input"])
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in pieces(written)]
        return dict(block) | {"input": {}}, deltas
    deltas = [
        {"type": "thinking_delta", "thinking": block["thinking"]},
        {"type": "signature_delta", "signature": block["signature"]},
    ]
    return {"type": "thinking", "thinking": "", "signature": ""}, deltas


def pieces(text: str) -> list[str]:
    return [text[start : start + 12] for start in range(0, len(text), 12)]

"""A small HTTP server that speaks the Messages API; a mind behind it says what is answered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

CHARACTERS_PER_TOKEN = 4
PIECE = 24
"""Characters a streamed event carries."""

Block = Mapping[str, Any]
Body = Mapping[str, Any]


class Mind(Protocol):
    """Answers a request with content blocks of text and tool calls."""

    def __call__(self, body: Body) -> Sequence[Block]:
        """Return the blocks of the reply."""


class MessagesServer:
    """Serves one mind on a free port of this machine."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def reply(self, body: Body) -> dict[str, Any]:
        """Return the whole message the mind answers a request with."""
        content = [dict(block) for block in self._mind(body)]
        called = any(block["type"] == "tool_use" for block in content)
        return {
            "id": "msg_bench",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": "tool_use" if called else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": _tokens(body), "output_tokens": _tokens(content)},
        }

    @contextmanager
    def running(self) -> Iterator[MessagesServer]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _handler_of(server: MessagesServer) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"bench": server})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bench: MessagesServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Say nothing on stderr: the progress bar is there."""

    def do_POST(self) -> None:
        """Answer a request for a message, streaming."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = self.bench.reply(body)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in _events(message):
            self._chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        self._chunk(b"")

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")


def _tokens(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False)) // CHARACTERS_PER_TOKEN + 1


def _events(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the events of a message, in the service's order."""
    usage = message["usage"]
    opening = {
        **message,
        "content": [],
        "stop_reason": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield {"type": "message_start", "message": opening}
    for index, block in enumerate(message["content"]):
        yield from _block_events(index, block)
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    usage = {"output_tokens": usage["output_tokens"]}
    yield {"type": "message_delta", "delta": ending, "usage": usage}
    yield {"type": "message_stop"}


def _block_events(index: int, block: Block) -> Iterator[dict[str, Any]]:
    is_text = block["type"] == "text"
    start = {**block, "text": ""} if is_text else {**block, "input": {}}
    written = block["text"] if is_text else json.dumps(block["input"])
    kind, name = ("text_delta", "text") if is_text else ("input_json_delta", "partial_json")
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for at in range(0, len(written), PIECE):
        delta = {"type": kind, name: written[at : at + PIECE]}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}

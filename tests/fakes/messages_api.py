"""A small real HTTP server that speaks the Messages API and says what a test tells it to."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

import pytest

from tests.fakes.message_batches import Answered, MessageBatches
from tests.fakes.replies import Fault, Reply, error_body, events_of, fails, message_of

STALL_SECONDS = 5.0
DRIP_SECONDS = 0.05
Answer = Callable[[dict[str, Any]], Reply]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # somebody hung up, as they may
            super().handle_error(request, client_address)


class MessagesApi:
    """The server, as a test sees it: its address, its script, and what it was asked."""

    path = "/v1/messages"

    def __init__(self) -> None:
        self.requests: list[Recorded] = []
        self.batches = MessageBatches()
        self._answer: Answer = lambda _: fails(400, "invalid_request_error")
        self._server = _Server(("127.0.0.1", 0), self.handler())
        self._server.daemon_threads = True
        self._lock = threading.Lock()
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The bodies of the requests for a message."""
        return [one.body for one in self.requests if one.path == self.path]

    def script(self, *replies: Reply) -> None:
        """Answer with these, one a request; a request too many is refused for good."""
        waiting = list(replies)
        self._answer = lambda _: waiting.pop(0) if waiting else fails(400, "script_is_over")

    def answer_with(self, answer: Answer) -> None:
        """Answer each request with what the function returns for its body."""
        self._answer = answer

    def record(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Reply:
        with self._lock:
            self.requests.append(Recorded(path=path, headers=headers, body=body))
            return self._answer(body) if path == self.path else Reply()

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (MessagesHandler,), {"api": self})

    @contextmanager
    def running(self) -> Iterator[Self]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _event(name: str, written: str) -> bytes:
    return f"event: {name}\ndata: {written}\n\n".encode()


class MessagesHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # As real services do: else each small piece waits some 40 ms for the one before.
    disable_nagle_algorithm = True
    api: MessagesApi
    ping = _event("ping", '{"type": "ping"}')
    wrong_events: ClassVar = {
        Fault.ERROR_EVENT: _event("error", json.dumps(error_body("overloaded_error"))),
        Fault.GARBAGE: _event("content_block_delta", '{"type": "content_block_de'),
        Fault.ODD_SHAPE: _event(
            "content_block_delta",
            '{"type": "content_block_delta", "index": 77, '
            '"delta": {"type": "text_delta", "text": "?"}}',
        ),
    }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        pass

    def do_GET(self) -> None:
        self.api.record(self.path, dict(self.headers), {})
        if self.path.startswith(MessageBatches.PATH):
            self._send_answered(self.api.batches.asked_for(self.path, self.api.url))
            return
        model = {"type": "model", "id": "claude-haiku-5-5", "display_name": "Claude Haiku 5.5"}
        models = [model | {"created_at": "2026-09-22T00:00:00Z"}]
        self._send_json(200, {"data": models, "has_more": False, "first_id": None, "last_id": None})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.split("?")[0]
        self.answer(path, body, self.api.record(path, dict(self.headers), body))

    def answer(self, path: str, body: dict[str, Any], reply: Reply) -> None:
        if path == MessageBatches.PATH:
            self._send_answered(self.api.batches.create(body))
        elif self.headers.get("Authorization", "") in ("", "Bearer wrong"):
            self._send_json(401, error_body("authentication_error"))
        elif path == "/v1/messages/count_tokens":
            self._send_json(200, {"input_tokens": len(json.dumps(body)) // 4})
        elif reply.status != 200:
            self._send_json(reply.status, error_body(reply.error_type), dict(reply.headers))
        elif not body.get("stream"):
            self._send_json(200, message_of(reply, body["model"]))
        else:
            self._stream(reply, body["model"])

    def _send_answered(self, answered: Answered | None) -> None:
        """Send what the batches answered; None hangs up without a word."""
        if answered is None:
            self.close_connection = True
            return
        self.send_response(answered.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answered.body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # whoever asked may be dead by now
            self.wfile.write(answered.body)

    def _send_json(
        self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(written)

    def _stream(self, reply: Reply, model: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, event in enumerate(self.events(reply, model)):
            if reply.fault is not Fault.NONE and number == reply.fault_after_events:
                if reply.fault is Fault.LOST_PIECE:
                    continue
                self._go_wrong(reply.fault)
                return
            self._chunk(event)
        self._chunk(b"")

    def events(self, reply: Reply, model: str) -> Iterator[bytes]:
        """The events of a body, as they stand on the wire."""
        for event in events_of(reply, model):
            yield _event(event["type"], json.dumps(event))

    def _go_wrong(self, fault: Fault) -> None:
        if fault is Fault.STALL:
            self.api.released.wait(STALL_SECONDS)
        if fault in (Fault.STALL, Fault.DISCONNECT):
            self.close_connection = True
            return
        if fault is Fault.DRIP:
            self._drip()
        if fault in self.wrong_events:
            self._chunk(self.wrong_events[fault])
        self._chunk(b"")

    def _drip(self) -> None:
        """Send pings and nothing else until somebody hangs up."""
        with contextlib.suppress(OSError):
            for _ in range(int(STALL_SECONDS / DRIP_SECONDS)):
                self._chunk(self.ping)
                self.api.released.wait(DRIP_SECONDS)

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.flush()


@pytest.fixture
def messages_api() -> Iterator[MessagesApi]:
    """The fake service, running; its address is `messages_api.url`."""
    with MessagesApi().running() as api:
        yield api

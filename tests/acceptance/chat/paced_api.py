"""A Messages API that sends each piece of text when a test says so, and remembers when."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

from tests.fakes.messages_api import MessagesApi, MessagesHandler
from tests.fakes.replies import Reply

PATIENCE_SECONDS = 20.0


class PacedApi(MessagesApi):
    """Holds every piece of text back until `sends` lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self._go = threading.Semaphore(0)
        self.sent_at: list[float] = []

    def sends(self, pieces: int = 1) -> None:
        """Let so many more pieces go."""
        self._go.release(pieces)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return type("PacedHandler", (_PacedHandler,), {"api": self})

    def hold(self) -> None:
        if not self.released.is_set():
            self._go.acquire(timeout=PATIENCE_SECONDS)
        self.sent_at.append(time.monotonic())


class _PacedHandler(MessagesHandler):
    api: PacedApi

    def events(self, reply: Reply, model: str) -> Iterator[bytes]:
        for event in super().events(reply, model):
            if b'"text_delta"' in event:
                self.api.hold()
            yield event

"""A small real HTTP server that takes alerts and orders, and may strike whoever sends one."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class WebHook:
    """The server, as a test sees it: its addresses, what it took, and what it does first."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.keys: Counter[str] = Counter()
        self.titles: Counter[str] = Counter()
        self.status = 200
        self.before_answering: Callable[[], None] = lambda: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def orders_url(self) -> str:
        """Where orders are posted."""
        return f"http://127.0.0.1:{self.port}/orders/"

    @property
    def url(self) -> str:
        """Where alerts go, as Apprise takes it."""
        return f"json://127.0.0.1:{self._server.server_port}/"

    @property
    def taken(self) -> int:
        """How many alerts arrived."""
        return sum(self.titles.values())

    def forget(self) -> None:
        """Begin anew."""
        self.keys.clear()
        self.titles.clear()
        self.orders.clear()
        self.headers.clear()
        self.paths.clear()
        self.before_answering = lambda: None

    def take(self, key: str, body: dict[str, Any]) -> None:
        self.keys[key] += 1
        if "title" in body:
            self.titles[body["title"]] += 1
        else:
            self.orders.append(body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.headers.append(dict(self.headers))
                hook.paths.append(self.path)
                if hook.status < 300:
                    hook.take(self.headers["Idempotency-Key"], body)
                try:
                    hook.before_answering()
                    self.send_response(hook.status)
                    self.end_headers()
                except OSError:
                    self.close_connection = True  # whoever sent it is gone

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the tests' output quiet."""

        return Handler

    @contextmanager
    def running(self) -> Iterator[Self]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

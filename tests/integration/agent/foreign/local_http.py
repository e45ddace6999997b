"""Talking to the control side of a server on this machine."""

from __future__ import annotations

import json
import urllib.request
from typing import Any


def sent(url: str, body: object | None = None, method: str = "POST") -> Any:
    """Return what a local server answers, as JSON values."""
    written = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=written, method=method)  # noqa: S310 - on this machine
    asked.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(asked, timeout=10) as reply:  # noqa: S310 - on this machine
        return json.loads(reply.read() or b"null")

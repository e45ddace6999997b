"""What messages say, as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def alert_text(payload: Mapping[str, Any]) -> str:
    """Return the body of an alert."""
    return _printable(str(payload["text"]))


def one_line(text: Any) -> str:
    """Return text on one line, without what moves a cursor or turns letters around."""
    return _printable(str(text)).replace("\n", " ")


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char == "\n")

"""Telling one recipient through Apprise, and whether it arrived."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any

KEY_HEADER = "Idempotency-Key"
"""Tells a receiver that two deliveries are one message."""
TAKE_HEADERS = frozenset({"form", "forms", "json", "jsons", "mailto", "mailtos", "xml", "xmls"})
"""Services whose requests and letters take a header of ours."""

# requests and smtplib raise these when the message may be on the other side already; a refused
# connection, an unknown host or an answer of 500 is none of them.
_OUTCOME_UNKNOWN = re.compile(
    r"Read timed out|Connection (?:aborted|broken|reset)|error=504|IncompleteRead"
    r"|Socket Exception: .*(?:timed out|unexpectedly closed)\n.*Sending email"
)


class Fate(Enum):
    """What became of a delivery to one recipient."""

    TAKEN = auto()
    REFUSED = auto()
    UNKNOWN = auto()


def tell(service: Any, *, title: str, body: str, key: str) -> Fate:
    """Send one message to one Apprise service.

    Args:
        key: the same for the same message, however often it is sent.
    """
    import apprise  # noqa: PLC0415 - half a second that only a message is worth

    if service.schema in TAKE_HEADERS:
        service.headers[KEY_HEADER] = key
    with _heard_by_us_alone(logging.getLogger("apprise")):
        # As text: what the catalogue says is no markup, wherever it is shown.
        result = apprise.Apprise(service).notify(
            title=title, body=body, body_format="text", log_level=logging.DEBUG
        )
    if result:
        return Fate.TAKEN
    said = "\n".join(entry.message for one in result for entry in one.logs())
    return Fate.UNKNOWN if _OUTCOME_UNKNOWN.search(said) else Fate.REFUSED


@contextmanager
def _heard_by_us_alone(log: logging.Logger) -> Iterator[None]:
    """Let Apprise log for its result: how a delivery failed is said nowhere else.

    What it logs holds the URL, and so the secret in it: nobody else may hear it.
    """
    level, propagate = log.level, log.propagate
    silence = logging.NullHandler()
    log.addHandler(silence)
    log.propagate = False
    log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        log.setLevel(level)
        log.propagate = propagate
        log.removeHandler(silence)

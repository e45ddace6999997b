"""Logging to stderr: warnings always, more on request."""

from __future__ import annotations

import logging
import sys

from stockcli.domain.hiding import without_secrets

ROOTS = ("stock", "stockcli")
"""The house's own loggers; libraries stay at warnings, so that no key reaches a log."""


class OneLine(logging.Formatter):
    """A log line without secrets, with the traceback if debugging was asked for.

    Where stderr is no terminal but a night's log, an error keeps its traceback: nobody is there
    to ask for it again.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line or lines of a record."""
        wanted = record.levelno >= logging.ERROR and not sys.stderr.isatty()
        if not (is_debugging() or wanted):
            plain = record.__dict__ | {"exc_info": None, "exc_text": None}
            record = logging.makeLogRecord(plain)
        return without_secrets(super().format(record))


def log_to_stderr(level: str | None) -> None:
    """Send log lines to stderr, the house's own from this level on (warnings by default)."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler])
    if level is not None:
        for root in ROOTS:
            logging.getLogger(root).setLevel(level.upper())


def level_was_asked_for() -> bool:
    """Return whether --log-level was given."""
    return logging.getLogger(ROOTS[0]).level != logging.NOTSET


def is_debugging() -> bool:
    """Return whether --log-level debug was given."""
    return logging.getLogger(ROOTS[0]).isEnabledFor(logging.DEBUG)

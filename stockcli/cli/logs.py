"""Logging to stderr: warnings always, more on request; as text, or as one JSON object a line."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stockcli.domain.hiding import without_secrets
from stockcli.usecases.log_context import about_now

ROOTS = ("stock", "stockcli")
"""The house's own loggers; libraries stay at warnings, so that no key reaches a log."""

JSON = "json"
FORMATS = ("text", JSON)
REMARKS = "stock.remarks"
"""The logger's name of what a command says beside its results, where logs are JSON."""

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; whatever else one has was given as its own fields."""


class OneLine(logging.Formatter):
    """A log line without secrets, with the traceback if debugging was asked for.

    Where stderr is no terminal but a night's log, an error keeps its traceback: nobody is there
    to ask for it again.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line or lines of a record."""
        if not _shows_traceback(record):
            plain = record.__dict__ | {"exc_info": None, "exc_text": None}
            record = logging.makeLogRecord(plain)
        return without_secrets(super().format(record))


class JsonLine(logging.Formatter):
    """A record as one JSON object on one line: when, how grave, who says it, what, about whom.

    The run and the shop stand in every line that is logged while a shop is worked for, whoever
    logs it. Further fields are those the record was given.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the object, without a line end."""
        return as_json_line(
            record.levelname.lower(),
            record.name,
            record.getMessage(),
            fields=_given(record) | self._failure(record),
            at=datetime.fromtimestamp(record.created, UTC),
        )

    def _failure(self, record: logging.LogRecord) -> dict[str, str]:
        if not record.exc_info or record.exc_info[0] is None:
            return {}
        kind = {"exception": record.exc_info[0].__name__}
        if not _shows_traceback(record):
            return kind
        return kind | {"traceback": self.formatException(record.exc_info)}


def _given(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _PLAIN}


def as_json_line(
    level: str,
    logger: str,
    message: str,
    *,
    fields: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> str:
    """Return a line of a JSON log; what is no JSON value is told in its own words.

    Args:
        level, logger, message: how grave it is, who says it, and what.
        fields: more of it; none takes the place of what every line has.
        at: when; None is now.
    """
    written = (at or datetime.now(UTC)).isoformat(timespec="milliseconds")
    fixed = {"at": written, "level": level, "logger": logger, "message": message}
    line = {**fixed, **about_now()}
    return json.dumps({**line, **(fields or {}), **line}, default=str)


def _shows_traceback(record: logging.LogRecord) -> bool:
    return is_debugging() or (record.levelno >= logging.ERROR and not sys.stderr.isatty())


def log_to_stderr(level: str | None, style: str = "text") -> None:
    """Send log lines to stderr, the house's own from this level on (warnings by default)."""
    handler = logging.StreamHandler()
    plain = OneLine("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(JsonLine() if style == JSON else plain)
    logging.basicConfig(handlers=[handler])
    # What libraries warn of through Python's own warnings is a line of its own, too.
    logging.captureWarnings(style == JSON)
    if level is not None:
        for root in ROOTS:
            logging.getLogger(root).setLevel(level.upper())


def is_json() -> bool:
    """Return whether stderr takes JSON alone."""
    return any(isinstance(one.formatter, JsonLine) for one in logging.getLogger().handlers)


def remark_line(text: str, level: str = "info") -> str | None:
    """Return what a command says beside its results as a line of the log; None if logs are text."""
    return as_json_line(level, REMARKS, text) if is_json() else None


def level_was_asked_for() -> bool:
    """Return whether --log-level was given."""
    return logging.getLogger(ROOTS[0]).level != logging.NOTSET


def level_asked_for() -> str | None:
    """Return what --log-level was given, as its name; None if it was not."""
    level = logging.getLogger(ROOTS[0]).level
    return None if level == logging.NOTSET else logging.getLevelName(level).lower()


def is_debugging() -> bool:
    """Return whether --log-level debug was given."""
    return logging.getLogger(ROOTS[0]).isEnabledFor(logging.DEBUG)

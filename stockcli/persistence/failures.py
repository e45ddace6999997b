"""What the database complains of, said as one sentence of the house's own errors."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError, StockError
from stockcli.persistence.tables.purchasing import ONE_OPEN_LINE
from stockcli.persistence.triggers import APPEND_ONLY

UPGRADE_HINT = "run `stock db upgrade`"
_OPEN_LINE_COLUMNS = (
    "purchase_order_line.tenant_id, purchase_order_line.product_id, purchase_order_line.location_id"
)
# PostgreSQL's words stand in the server's language, its codes do not.
_BUSY_CODES = frozenset({"40001", "40P01", "55P03"})
_NO_TABLE_CODES = frozenset({"42P01", "42703"})
_NOT_ALLOWED_CODE = "42501"
_INTEGRITY_CLASS = "23"
_DATA_CLASS = "22"


def translate_errors(engine: Engine, place: str) -> None:
    """Make every failure of this engine's databases one of the house's errors.

    Args:
        place: the database's file, or its address without the password.
    """

    def say(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, (context.dialect.loaded_dbapi.Error, OverflowError)):
            raise said(error, place) from error
        if isinstance(error, Exception):
            # A float for a quantity, a time without its zone: our mistake, and it keeps its name.
            raise error

    event.listen(engine, "handle_error", say)


def said(error: BaseException, place: str) -> StockError:
    """Return the house's error for a driver's error; never repeats a password or values."""
    code = getattr(error, "sqlstate", None)
    if isinstance(error, (sqlite3.Error, OverflowError)):
        return _sqlite(error, place)
    return _postgresql(error, code or "", place)


def _sqlite(error: BaseException, place: str) -> StockError:
    text = str(error)
    if isinstance(error, sqlite3.IntegrityError):
        return _contradiction(text)
    if isinstance(error, (OverflowError, sqlite3.DataError)):
        return InvalidInputError("a number or text is too large to be stored")
    for words, message, hint in _SQLITE_SENTENCES:
        if words in text:
            return DatabaseError(message.format(file=place), hint)
    return DatabaseError(f"the database refused: {text}")


_SQLITE_SENTENCES = (
    ("locked", "the database is busy: another program has been writing for too long", "try again"),
    (
        "unable to open",
        "the database file {file} cannot be opened",
        "check that it and its folder exist and are yours",
    ),
    (
        "not a database",
        "the file {file} is not a database of this program",
        "name another file, or restore a backup",
    ),
    (
        "malformed",
        "the database file {file} is damaged",
        "restore a backup",
    ),
    (
        "readonly",
        "the database file {file} is read-only, or its disk is",
        "check who owns the file and its folder",
    ),
    (
        "is full",
        "nothing more can be written to {file}: the disk is full, or may not be written to",
        "make room on the disk of that file and of the temporary files, and try again",
    ),
    (
        "disk I/O error",
        "the database file {file} cannot be read or written: the disk may be full or read-only",
        "make room, check who owns the file and its folder, and try again",
    ),
    ("no such table", "the database is not set up for this version", UPGRADE_HINT),
    ("no such column", "the database is not set up for this version", UPGRADE_HINT),
)


def _postgresql(error: BaseException, code: str, place: str) -> StockError:
    text = str(error).partition("\n")[0]
    if code.startswith(_INTEGRITY_CLASS):
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        return _contradiction(constraint or text)
    if code.startswith(_DATA_CLASS) or type(error).__name__ == "DataError":
        return InvalidInputError("a value cannot be stored: it is too large or no plain text")
    if code in _BUSY_CODES:
        return DatabaseError("the database is busy: another program got there first", "try again")
    if code in _NO_TABLE_CODES:
        return DatabaseError("the database is not set up for this version", UPGRADE_HINT)
    if code == _NOT_ALLOWED_CODE:
        return DatabaseError("this database user may not do that", "ask your operator")
    return _unusable_server(str(error), code, place)


def _unusable_server(text: str, code: str, place: str) -> DatabaseError:
    for codes, words, message, hint in _SERVER_SENTENCES:
        if code in codes or words.search(text):
            return DatabaseError(message.format(place=place), hint)
    return DatabaseError(
        f"the database server of {place} cannot be used, or the connection was lost",
        "check STOCK_DATABASE_URL, and that the server runs",
    )


# Before there is a connection the driver gives no code, only the server's words or libpq's.
_SERVER_SENTENCES = (
    (
        {"3D000"},
        re.compile(r'database "[^"]*" does not exist'),
        "there is no such database: {place}",
        "make it with `createdb`, then run `stock db upgrade`",
    ),
    (
        {"28000", "28P01"},
        re.compile(
            r'authentication failed|no password supplied|pg_hba|role "[^"]*" does not exist'
        ),
        "the database server refused the user or password of {place}",
        "check the user and password in STOCK_DATABASE_URL",
    ),
    (
        {"53100", "58030"},
        re.compile(r"No space left on device"),
        "the database server of {place} cannot write: its disk may be full or read-only",
        "make room on the server's disk and try again",
    ),
    (
        {"57014"},
        re.compile(r"canceling statement"),
        "the database stopped a statement that took longer than it may",
        "try again when less is going on, or raise STOCK_STATEMENT_TIMEOUT_SECONDS",
    ),
    (
        {"25P03", "25P04"},
        re.compile(r"idle-in-transaction timeout|transaction timeout"),
        "the database server of {place} ended a transaction that stood open for too long",
        "try again; nothing of it was kept",
    ),
    (
        {"25006"},
        re.compile(r"read-only transaction"),
        "the database server of {place} only lets it be read",
        "name the server that takes writes in STOCK_DATABASE_URL",
    ),
    (
        {"08001"},
        re.compile(
            r"refused|timeout|timed out|unreachable|No such file|could not translate|resolve"
        ),
        "the database server of {place} cannot be reached",
        "check host and port in STOCK_DATABASE_URL, and that the server runs",
    ),
)


def _contradiction(text: str) -> ConflictError:
    for message in APPEND_ONLY.values():
        if message in text:
            return ConflictError(message)
    if ONE_OPEN_LINE in text or _OPEN_LINE_COLUMNS in text:
        return ConflictError("a product of this order is on an open order already")
    if "foreign key" in text.lower() or text.startswith("fk_"):
        return ConflictError("this refers to something that is not in this shop")
    return ConflictError("this contradicts what is stored already")

"""Engines: the right driver, and SQLite set so that readers and writers do not collide."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from stockcli.domain.errors import DatabaseError
from stockcli.persistence.failures import translate_errors
from stockcli.persistence.standing import become_administrator, bind, take_standing

BUSY_TIMEOUT_SECONDS = 30
READING = "stock_reading"
"""The execution option of a connection that only reads."""

TENANT = "stock_tenant"
"""The execution option that binds a connection's transactions to one shop, by its number."""

AS_ADMINISTRATOR = "stock_as_administrator"
"""The execution option of a connection that sets the database up: it keeps its own rights."""

WAITING_BRIEFLY = "stock_waiting_briefly"
"""The execution option of a write that is given up rather than waited for."""

URL_HINT = "set STOCK_DATABASE_URL to sqlite:////path/to/file.db or postgresql://user@host/name"
_POSTGRESQL_NAMES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_PATIENCE = f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}"
_IMPATIENCE = "busy_timeout = 50"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
)


def parsed_url(text: str) -> URL:
    """Return the address of a supported database.

    Raises:
        DatabaseError: it is no such address; the message does not repeat it.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise DatabaseError("the database's address cannot be read", URL_HINT) from None
    if url.drivername in _POSTGRESQL_NAMES:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite":
        message = f"there is no support for databases of the kind {url.drivername!r}"
        raise DatabaseError(message, URL_HINT)
    if not url.database or url.database == ":memory:":
        raise DatabaseError("SQLite needs a file to keep the facts in", URL_HINT)
    return url


def make_engine(
    url: URL, token: str | None = None, statement_timeout_seconds: int | None = None
) -> Engine:
    """Return an engine; nothing is opened yet.

    Args:
        url: of the database.
        token: the secret that each transaction on a server shows to the database.
        statement_timeout_seconds: how long a server works on one statement; None: as long as it
            was told to on its own side.
    """
    try:
        if url.get_backend_name() == "sqlite":
            engine = _sqlite_engine(url)
        else:
            engine = _postgresql_engine(url, token, statement_timeout_seconds)
    except (ModuleNotFoundError, NoSuchModuleError):
        hint = "pip install 'stockcli[postgres]'"
        raise DatabaseError("the PostgreSQL driver is not installed", hint) from None
    translate_errors(engine, _place(url))
    return engine


def _place(url: URL) -> str:
    """Return where a database is, as a sentence may show it."""
    if url.get_backend_name() == "sqlite":
        return str(Path(str(url.database)).absolute())
    return url.render_as_string(hide_password=True)


def sqlite_file(engine: Engine) -> Path | None:
    """Return the file behind an engine, or None for a server."""
    if engine.dialect.name != "sqlite":
        return None
    return Path(str(engine.url.database)).absolute()


def _postgresql_engine(
    url: URL, token: str | None, statement_timeout_seconds: int | None
) -> Engine:
    options = f"-c lock_timeout={BUSY_TIMEOUT_SECONDS}s -c timezone=UTC"
    if statement_timeout_seconds is not None:
        options += f" -c statement_timeout={statement_timeout_seconds}s"
    settings = {"connect_timeout": 10, "application_name": "stock", "options": options}
    engine = create_engine(url, pool_pre_ping=True, connect_args=settings, hide_parameters=True)
    event.listen(engine, "connect", take_standing)
    event.listen(engine, "begin", partial(_begin_postgresql, token or ""))
    return engine


def _begin_postgresql(token: str, connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READING):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    if options.get(AS_ADMINISTRATOR):
        become_administrator(connection)
    else:
        # Also to say that there is none: behind a pool a session may hold what another left there.
        bind(connection, token=token, tenant=options.get(TENANT))


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(driver: sqlite3.Connection, _record: Any) -> None:
    # Transactions are begun below, not by the driver: it would begin them too late.
    driver.isolation_level = None
    driver.execute(f"PRAGMA {_PATIENCE}")
    # Before the pragmas: they would write into another program's file.
    _ensure_ours(driver)
    for pragma in _PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")


def _ensure_ours(driver: sqlite3.Connection) -> None:
    tables = {name for (name,) in driver.execute(_TABLES)}
    if tables and "alembic_version" not in tables:
        _, _, file = driver.execute("PRAGMA database_list").fetchone()
        message = f"the file {file} belongs to another program"
        raise DatabaseError(message, "name another file; nothing was written to this one")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READING):
        connection.exec_driver_sql("BEGIN")
    elif not options.get(WAITING_BRIEFLY):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"PRAGMA {_IMPATIENCE}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA {_PATIENCE}")

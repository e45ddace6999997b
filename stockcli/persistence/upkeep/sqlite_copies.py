"""Copies of a SQLite database: made while others write, and put back in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from stockcli.domain.errors import ConflictError, DatabaseError
from stockcli.persistence.failures import said
from stockcli.persistence.upkeep.files import appearing

PATIENCE_SECONDS = 30
_NOT_OURS = "it is not a database of this program"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_PARTS = (
    "SELECT type, name, sql FROM {schema}.sqlite_master "
    "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
)


def back_up(source: Path, target: Path, *, replace: bool = False) -> None:
    """Copy a database into a new file, as it is at one instant, whoever writes meanwhile.

    The copy is looked through before it takes its name.

    Raises:
        ConflictError: there is such a file already.
        DatabaseError: the database is damaged, or the copy cannot be written.
    """
    with appearing(target, replace=replace) as partial:
        copy(source, partial, shown=target)
        faults = faults_of(partial)
    if faults:
        message = f"no backup was kept: the database file {source} is damaged: {faults[0]}"
        raise DatabaseError(message, "restore an older backup")


def copy(source: Path, target: Path, *, shown: Path) -> None:
    """Copy a database's pages over an empty file, in one step: one instant, in one file.

    Args:
        source: it is only read.
        target: the file the pages go to.
        shown: how the target is named when it cannot be written.

    Raises:
        DatabaseError: one of both cannot be read or written.
    """
    with opened(source, reads=True) as old:
        ensure_ours(old, source)
        with opened(target, shown=shown) as new:
            # Half a copy is thrown away, and a whole one synced once, at the end.
            new.execute("PRAGMA synchronous = OFF")
            new.execute("PRAGMA journal_mode = MEMORY")
            try:
                old.backup(new, pages=-1)
            except sqlite3.Error as error:
                raise said(error, str(source if is_damage(error) else shown)) from error
            # Pages of a database with a log say so: a copy is one file, and needs none beside it.
            new.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def opened(
    file: Path, *, shown: Path | None = None, reads: bool = False
) -> Iterator[sqlite3.Connection]:
    """Open a file that is there, without touching it; its failures become sentences."""
    mode = "ro" if reads else "rw"
    try:
        with closing(
            sqlite3.connect(
                f"{file.absolute().as_uri()}?mode={mode}",
                uri=True,
                timeout=PATIENCE_SECONDS,
                isolation_level=None,
            )
        ) as connection:
            yield connection
    except (sqlite3.Error, OverflowError) as error:
        raise said(error, str(shown or file)) from error


def is_damage(error: BaseException | None) -> bool:
    """Return whether an error tells of a file whose content is broken, or no database's."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def ensure_ours(connection: sqlite3.Connection, file: Path) -> None:
    """Pass if a file is a database of this program.

    Raises:
        DatabaseError: it is empty, or another program's.
    """
    if "alembic_version" not in tables_in(connection):
        raise DatabaseError(f"{file} cannot be used: {_NOT_OURS}", "name another file")


def faults_of(file: Path) -> list[str]:
    """Return what is broken in a database file, one sentence each; none if it is sound."""
    with opened(file, reads=True) as connection:
        return faults_in(connection)


def faults_in(connection: sqlite3.Connection, *, quick: bool = False) -> list[str]:
    """Return what is broken in an open database.

    Args:
        connection: to it.
        quick: leave out whether each index agrees with its table.
    """
    pragma = "quick_check" if quick else "integrity_check"
    pages = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}")]
    faults = [f"the file's pages: {text}" for text in pages if text != "ok"]
    if faults:
        return faults
    orphans: dict[tuple[str, str], int] = {}
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        orphans[table, parent] = orphans.get((table, parent), 0) + 1
    return [
        f"{count} rows of {table} refer to rows of {parent} that are not there"
        for (table, parent), count in orphans.items()
    ]


def replace_content(live: Path, staged: Path, *, keep: Path | None) -> None:
    """Put a copy's tables and rows in the place of a database's, in one transaction.

    Whoever else writes is before it, and then in what is kept, or after it.

    Args:
        live: the database; others may have it open.
        staged: what it is to be, in full.
        keep: a file that is made of what was there; None keeps nothing.

    Raises:
        DatabaseError: another program writes for too long, or nothing can be written.
    """
    with opened(live) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("ATTACH ? AS staged", (str(staged),))
        connection.execute("BEGIN IMMEDIATE")
        if keep is not None:
            back_up(live, keep)  # nobody can write by now, and reading goes on beside a writer
        for statement in _replacing(connection):
            connection.execute(statement)
        connection.execute("COMMIT")


def _replacing(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what takes everything away, and what brings the other's in: tables, rows, the rest."""
    for name in tables_in(connection):
        yield f'DROP TABLE main."{name}"'
    parts = connection.execute(_PARTS.format(schema="staged")).fetchall()
    tables = [(name, sql) for kind, name, sql in parts if kind == "table"]
    for name, sql in tables:
        yield sql
        yield f'INSERT INTO main."{name}" SELECT * FROM staged."{name}"'  # noqa: S608 - our names
    for kind, _, sql in parts:
        if kind != "table":
            yield sql


def tables_in(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the tables in an open database."""
    return [name for (name,) in connection.execute(_TABLES)]


def shops_in(file: Path) -> int:
    """Return how many shops a database has; none where it has no tables.

    Raises:
        DatabaseError: it cannot be read.
    """
    with opened(file, reads=True) as connection:
        if "tenant" not in tables_in(connection):
            return 0
        (count,) = connection.execute("SELECT count(*) FROM tenant").fetchone()
        return int(count)


def wipe(file: Path) -> None:
    """Write a database anew, so that no page still holds what was deleted, its log neither.

    Raises:
        DatabaseError: others had it open for too long, or there is no room for the copy.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    with opened(file) as connection:
        connection.execute("VACUUM")
        while True:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            if time.monotonic() > until:
                message = "another program has had the database open for too long"
                raise ConflictError(message, "end it, and try again")
            time.sleep(0.1)


def kept_name(live: Path, at: datetime) -> Path:
    """Return the name of what a restore found, beside the database."""
    return live.with_name(f"{live.stem}-before-restore-{at:%Y%m%dT%H%M%SZ}{live.suffix}")

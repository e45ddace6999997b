"""Restoring: a backup is looked through and brought up to date beside the database, then put in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError
from stockcli.persistence.upkeep import sqlite_copies
from stockcli.persistence.upkeep.files import remove_with_logs, settle

_LOGS = ("-wal", "-shm")
_OF_OURS = frozenset({"alembic_version", "tenant", "stock_movement"})


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore came to.

    Attributes:
        revision: of the tables in the backup, before they were brought up to date.
        kept: the file with what was there before; None if that was nothing.
        waiting: messages that wait in the restored database: what left since will leave again.
    """

    revision: str
    kept: Path | None = None
    waiting: int = 0


@contextmanager
def staged_copy(backup: Path, live: Path) -> Iterator[Path]:
    """Yield a copy of a backup beside the database; nothing stays of it, nor of its logs.

    Raises:
        InvalidInputError: there is no such file, or it is the database itself.
        DatabaseError: it is no sound database of this program.
    """
    _ensure_another(backup, live)
    staged = _empty_file(live)
    try:
        sqlite_copies.copy(backup, staged, shown=live)
        _ensure_sound(staged, backup)
        yield staged
    finally:
        remove_with_logs(staged)


def put_in_place(staged: Path, live: Path, *, replace: bool, now: datetime) -> Path | None:
    """Let a staged copy be the database, and return the file with what was there before.

    Raises:
        ConflictError: there are shops in it, or it is damaged, and it may not be replaced.
        DatabaseError: it belongs to another program, or cannot be written.
    """
    if not live.exists() or not live.stat().st_size:
        _without_logs(live)
        settle(staged, live, replace=live.exists())
        return None
    kept = sqlite_copies.kept_name(live, now)
    damage = _damage_of(live)
    if damage:
        _ensure_replaceable(live, damage, replace=replace)
        return _swapped(staged, live, kept)
    shops = sqlite_copies.shops_in(live)
    if shops:
        _ensure_replaceable(live, f"it has {shops} shops in it", replace=replace)
    sqlite_copies.replace_content(live, staged, keep=kept if shops else None)
    return kept if shops else None


def _ensure_another(backup: Path, live: Path) -> None:
    if not backup.is_file():
        message = f"there is no file {backup}"
        raise InvalidInputError(message, "name one that `stock db backup` made")
    if live.exists() and backup.samefile(live):
        raise InvalidInputError(f"{backup} is the database itself", "name a backup of it")
    if not backup.stat().st_size:
        raise InvalidInputError(f"{backup} is empty", "name one that `stock db backup` made")


def _empty_file(live: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{live.name}.", suffix=".restoring", dir=live.parent
        )
    except OSError as error:
        message = f"no file can be made in {live.parent}: {error.strerror}"
        raise DatabaseError(message, "check that the folder is there and yours") from error
    os.close(handle)
    return Path(name)


def _ensure_sound(staged: Path, backup: Path) -> None:
    if faults := sqlite_copies.faults_of(staged):
        message = f"{backup} is damaged: {faults[0]}"
        raise DatabaseError(message, "use another backup; nothing was changed")
    with sqlite_copies.opened(staged, reads=True) as connection:
        if not _OF_OURS.issubset(sqlite_copies.tables_in(connection)):
            message = f"{backup} is no backup of a database of this program"
            raise InvalidInputError(message, "name one that `stock db backup` made")


def _damage_of(live: Path) -> str:
    """Return what is wrong with the database file; empty if it can be written into.

    Raises:
        DatabaseError: it belongs to another program, or cannot be read just now.
    """
    try:
        with sqlite_copies.opened(live, reads=True) as connection:
            faults = sqlite_copies.faults_in(connection, quick=True)
            tables = sqlite_copies.tables_in(connection)
    except DatabaseError as error:
        if sqlite_copies.is_damage(error.__cause__):
            return error.message
        raise
    if tables and "alembic_version" not in tables:
        message = f"the file {live} belongs to another program"
        raise DatabaseError(message, "name another file; nothing was written to this one")
    return faults[0] if faults else ""


def _ensure_replaceable(live: Path, why: str, *, replace: bool) -> None:
    if not replace:
        hint = "--replace puts the backup in its place, and keeps what is there in a file beside it"
        raise ConflictError(f"{live} was not replaced: {why}", hint)


def _swapped(staged: Path, live: Path, kept: Path) -> Path:
    """Put a damaged file and its logs aside: nothing can be copied out of it."""
    os.link(live, kept)
    # The old log must be gone first: read beside the new file, it would spoil that one too.
    for end in _LOGS:
        log = Path(f"{live}{end}")
        if log.exists():
            log.replace(f"{kept}{end}")
    settle(staged, live, replace=True)
    return kept


def _without_logs(live: Path) -> None:
    for end in _LOGS:
        with suppress(FileNotFoundError):
            Path(f"{live}{end}").unlink()

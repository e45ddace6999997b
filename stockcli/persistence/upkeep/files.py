"""Files that appear whole or not at all, and for their owner's eyes alone."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError

PRIVATE = 0o600
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def appearing(target: Path, *, replace: bool = False, mode: int = PRIVATE) -> Iterator[Path]:
    """Yield a file beside the target that takes its name at the end, once it is on the disk.

    Whatever goes wrong on the way leaves what was there before, and nothing beside it; only a
    process that is killed leaves a file `.NAME.*.partial`.

    Args:
        target: the file to be.
        replace: whether one of that name may be replaced.
        mode: who may read it.

    Raises:
        ConflictError: there is one already.
        InvalidInputError: none can be made there.
        DatabaseError: it cannot be written whole.
    """
    ensure_free(target, replace=replace)
    partial = _partial(target)
    try:
        yield partial
        settle(partial, target, replace=replace, mode=mode)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        remove_with_logs(partial)


def remove_with_logs(file: Path) -> None:
    """Remove a file, and what a database leaves beside it."""
    for end in ("", "-journal", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{file}{end}").unlink()


def ensure_free(target: Path, *, replace: bool) -> None:
    """Pass if a file of this name may be made.

    Raises:
        ConflictError: there is one already, and it may not be replaced.
        InvalidInputError: it is no file.
    """
    if target.is_dir():
        raise InvalidInputError(f"{target} is a folder", "give the name of a file in it")
    if target.exists() and not replace:
        raise ConflictError(f"there is a file {target} already", "give another name, or --replace")


def unwritable(target: Path, error: OSError) -> DatabaseError:
    """Return what to say of a file that cannot be written."""
    if error.errno in NO_ROOM:
        message = f"{target} was not written: the disk is full, or files may not become so large"
        return DatabaseError(message, "make room, or name a place on another disk")
    reason = error.strerror or type(error).__name__
    return DatabaseError(f"{target} cannot be written: {reason}", "name another place")


def _partial(target: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=".partial", dir=target.parent
        )
    except OSError as error:
        message = f"no file can be made in {target.parent}: {error.strerror}"
        raise InvalidInputError(message, "name a folder that is there and yours") from error
    os.close(handle)
    return Path(name)


def settle(partial: Path, target: Path, *, replace: bool, mode: int = PRIVATE) -> None:
    """Give a whole file its name; both are on the disk when this returns.

    Raises:
        ConflictError: there is such a file by now, and it may not be replaced.
    """
    partial.chmod(mode)
    _sync(partial)
    if replace:
        partial.replace(target)
    else:
        try:
            os.link(partial, target)
        except FileExistsError:
            raise ConflictError(f"there is a file {target} by now", "give another name") from None
        except OSError:  # a file system without links
            ensure_free(target, replace=False)
            partial.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

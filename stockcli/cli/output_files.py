"""Files that commands write: what may be written over, and what is said where it cannot be."""

from __future__ import annotations

from pathlib import Path

from stockcli.domain.errors import InvalidInputError


def ensure_replaceable(path: Path, opening: bytes, kind: str) -> None:
    """Refuse to write over a file that begins with anything else, such as the database.

    Args:
        path: the file; there may be none, or an empty one.
        opening: how a file of that kind begins.
        kind: what it is called, such as "a PNG picture".

    Raises:
        InvalidInputError: the file holds something else, or cannot be read.
    """
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            found = file.read(len(opening))
    except OSError as error:
        raise unwritable(path, error) from None
    if found not in (opening, b""):
        message = f"{path} exists and is not {kind}: it stays as it is"
        raise InvalidInputError(message, "name another file")


def unwritable(path: Path | str, error: OSError) -> InvalidInputError:
    """Return the sentence for a file that cannot be written."""
    reason = error.strerror or "unknown reason"
    return InvalidInputError(f"{path} cannot be written: {reason}")

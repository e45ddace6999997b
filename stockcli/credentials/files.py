"""The token `stock login` keeps: one line in a file that only its owner may read."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from stockcli.domain.errors import InvalidInputError


def read_token(file: Path) -> str | None:
    """Return the kept token, or None.

    Raises:
        InvalidInputError: what is there is no readable file.
    """
    _ensure_ordinary(file)
    try:
        return file.read_text(encoding="ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        message = f"the credentials in {file} cannot be read: {error}"
        raise InvalidInputError(message, "remove the file and run `stock login`") from None


def keep_token(file: Path, token: str) -> None:
    """Write the token with mode 0600, replacing one that was kept before.

    Raises:
        InvalidInputError: it cannot be written there.
    """
    _ensure_ordinary(file)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(f"{token}\n")
        fresh.replace(file)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        message = f"the token cannot be kept in {file}: {error.strerror}"
        raise InvalidInputError(message, "mend it, or set STOCK_TOKEN instead") from None


def is_open_to_others(file: Path) -> bool:
    """Return whether anybody but its owner may read or write the kept token."""
    try:
        return os.name == "posix" and bool(stat.S_IMODE(file.stat().st_mode) & 0o077)
    except OSError:
        return False


def forget_token(file: Path) -> bool:
    """Remove the kept token; False if there was none."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True


def _ensure_ordinary(file: Path) -> None:
    """Refuse a folder, a pipe or a device where the file should be: it might wait forever."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return
    if not stat.S_ISREG(mode):
        raise InvalidInputError(f"{file} is no ordinary file", "move it away")

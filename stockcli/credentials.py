"""The token `stock login` keeps: one line in a file that only its owner may read."""

from __future__ import annotations

import os
from pathlib import Path

from stockcli.domain.errors import InvalidInputError


def read_token(file: Path) -> str | None:
    """Return the kept token, or None."""
    try:
        return file.read_text(encoding="ascii").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        message = f"the credentials in {file} cannot be read: {error}"
        raise InvalidInputError(message, "remove the file and run `stock login`") from None


def keep_token(file: Path, token: str) -> None:
    """Write the token with mode 0600, replacing one that was kept before."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(f"{token}\n")
    fresh.replace(file)


def forget_token(file: Path) -> bool:
    """Remove the kept token; False if there was none."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True

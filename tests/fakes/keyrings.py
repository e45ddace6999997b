"""Keyrings that need no desktop, named to the library by PYTHON_KEYRING_BACKEND."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FILE = "TEST_KEYRING_FILE"
"""The variable that names the file of FileKeyring."""


class FileKeyring(KeyringBackend):
    """Keeps passwords in a file, as a desktop's service would in its own."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def file(self) -> Path:
        """Return where they are."""
        return Path(os.environ[FILE])

    def known(self) -> dict[str, str]:
        """Return all of them."""
        return dict(json.loads(self.file.read_text())) if self.file.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return one, or None."""
        return self.known().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep one."""
        self.file.write_text(json.dumps(self.known() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """Forget one."""
        known = self.known()
        if known.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError(username)
        self.file.write_text(json.dumps(known))


class LockedKeyring(FileKeyring):
    """Asks for a password that nobody gives, and says what it was asked for."""

    def get_password(self, service: str, username: str) -> str | None:
        """Refuse."""
        raise KeyringLocked(f"{service} {username} {self.known()}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse, and repeat the secret."""
        raise KeyringLocked(f"{service} {username} {password}")


class HangingKeyring(FileKeyring):
    """Waits for an answer that never comes."""

    def get_password(self, service: str, username: str) -> str | None:
        """Wait."""
        time.sleep(3600)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Wait."""
        time.sleep(3600)


class ForgetfulKeyring(FileKeyring):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


class PlainKeyring(FileKeyring):
    """One that the library itself does not recommend."""

    priority = 0.5  # type: ignore[assignment]


class BrokenKeyring(FileKeyring):
    """Fails as no keyring should."""

    def get_password(self, service: str, username: str) -> str | None:
        """Fail."""
        raise ZeroDivisionError

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        raise ZeroDivisionError

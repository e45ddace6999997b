"""The token `stock login` keeps: in the system's keyring, or in a file of its owner's alone.

The file in STOCK_HOME always says where: it holds the token, or the one word that sends to the
keyring. So a command reads one small file, and the keyring's library is imported by nobody who
never put a token there; and there are never two kept tokens to choose from.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from stockcli.credentials.files import forget_token, keep_token, read_token
from stockcli.credentials.keyrings import Keyring, KeyringUnusableError

__all__ = ["Credentials", "Forgotten", "KeptToken", "KeyringUse", "Place"]

IN_KEYRING = "keyring"
"""What the file says instead of the token; no token looks like it."""

log = logging.getLogger(__name__)


class KeyringUse(StrEnum):
    """Whether the system's keyring may be asked: only where somebody can answer it, or always."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Place(StrEnum):
    """Where a token is kept."""

    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class KeptToken:
    """A token that `stock login` kept, and where.

    Attributes:
        token: None where the keyring has it and cannot be asked.
        trouble: why it cannot; a part of a sentence.
    """

    token: str | None
    place: Place
    trouble: str = ""

    def __repr__(self) -> str:
        """Return everything but the token."""
        return f"KeptToken(place={self.place}, trouble={self.trouble!r})"


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What `forget` did.

    Attributes:
        anything: whether a token was kept.
        trouble: why the keyring still has it; empty if it has not.
    """

    anything: bool
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Keeps one token.

    Attributes:
        file: in STOCK_HOME.
        use: of the keyring.
    """

    file: Path
    use: KeyringUse = KeyringUse.AUTO

    def read(self) -> KeptToken | None:
        """Return the kept token, or None; one in a keyring that cannot be asked is as good as none.

        Raises:
            InvalidInputError: what is in the file's place is no readable file.
        """
        written = read_token(self.file)
        if written is None:
            return None
        if written != IN_KEYRING:
            return KeptToken(token=written, place=Place.FILE)
        try:
            return KeptToken(token=self._keyring().read(), place=Place.KEYRING)
        except KeyringUnusableError as error:
            log.warning("the keyring, which has the token of `stock login`, is left out: %s", error)
            return KeptToken(token=None, place=Place.KEYRING, trouble=str(error))

    def keep(self, token: str, *, in_keyring: bool = True) -> Place:
        """Keep a token instead of the one before, and return where.

        Args:
            in_keyring: whether the keyring is tried first.

        Raises:
            InvalidInputError: it can be kept nowhere.
        """
        before = read_token(self.file)
        if in_keyring and self._put_in_keyring(token):
            keep_token(self.file, IN_KEYRING)
            return Place.KEYRING
        keep_token(self.file, token)
        if before == IN_KEYRING:
            self._clear_keyring()
        return Place.FILE

    def forget(self) -> Forgotten:
        """Forget the token, wherever it is kept.

        Raises:
            InvalidInputError: what is in the file's place is no readable file.
        """
        is_in_keyring = read_token(self.file) == IN_KEYRING
        trouble = self._clear_keyring() if is_in_keyring else ""
        return Forgotten(anything=forget_token(self.file), trouble=trouble)

    def _put_in_keyring(self, token: str) -> bool:
        try:
            self._keyring().keep(token)
        except KeyringUnusableError as error:
            log.info("the keyring is left out: %s", error)
            return False
        return True

    def _clear_keyring(self) -> str:
        """Take the token out of the keyring; return why it could not be."""
        try:
            self._keyring().forget()
        except KeyringUnusableError as error:
            return str(error)
        return ""

    def _keyring(self) -> Keyring:
        if self.use is KeyringUse.OFF:
            raise KeyringUnusableError("STOCK_KEYRING is off")
        if self.use is KeyringUse.AUTO and not _somebody_is_there():
            # A keyring that is locked asks for its password, and cron would wait for ever.
            raise KeyringUnusableError("nobody is at a terminal to unlock it")
        return Keyring(account=str(self.file))


def _somebody_is_there() -> bool:
    """Return whether the program was started on a terminal, wherever its output goes."""
    try:
        os.close(os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True

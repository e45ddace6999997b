"""The system's keyring, through the library of that name; nothing here waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "stock"
PATIENCE_SECONDS = 60.0
"""As long as somebody may take to unlock it."""
SAFE_PRIORITY = 1
"""What the library recommends: below are keyrings that keep nothing, or keep it in plain text."""

Found = TypeVar("Found")


class KeyringUnusableError(Exception):
    """Why the keyring cannot be used: a part of a sentence, without anything secret."""


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """One entry of the system's keyring.

    Every method raises KeyringUnusableError where there is none, it stays locked, or it fails.

    Attributes:
        account: under which the token is kept: its file, so that two homes have two.
    """

    account: str
    patience_seconds: float = PATIENCE_SECONDS

    def read(self) -> str:
        """Return the token."""
        found = self._ask(lambda backend: backend.get_password(SERVICE, self.account))
        if not found:
            raise KeyringUnusableError("it has no such entry")
        return found

    def keep(self, token: str) -> None:
        """Keep the token instead of the one before."""

        def put(backend: KeyringBackend) -> str | None:
            backend.set_password(SERVICE, self.account, token)
            return backend.get_password(SERVICE, self.account)

        if self._ask(put) != token:
            raise KeyringUnusableError("it does not give back what it was given")

    def forget(self) -> None:
        """Take the token out, if it is in there."""

        def take_out(backend: KeyringBackend) -> None:
            if backend.get_password(SERVICE, self.account) is not None:
                backend.delete_password(SERVICE, self.account)

        self._ask(take_out)

    def _ask(self, question: Callable[[KeyringBackend], Found]) -> Found:
        asking = _Asking(question)
        # A thread that nobody waits for: what hangs in it neither stops this nor the program's end.
        thread = threading.Thread(target=asking.run, daemon=True)
        thread.start()
        thread.join(self.patience_seconds)
        if asking.trouble:
            raise KeyringUnusableError(asking.trouble)
        if not asking.answers:
            waited = f"{self.patience_seconds:g} seconds"
            raise KeyringUnusableError(f"it did not answer within {waited}")
        return asking.answers[0]


@dataclass
class _Asking(Generic[Found]):
    """A question to the keyring, and what came of it so far."""

    question: Callable[[KeyringBackend], Found]
    answers: list[Found] = field(default_factory=list)
    trouble: str = ""

    def run(self) -> None:
        """Ask; whatever goes wrong means that there is no keyring."""
        try:
            self.answers.append(self.question(_backend()))
        except KeyringUnusableError as error:
            self.trouble = str(error)
        except Exception as error:  # noqa: BLE001 - a keyring is a plug-in and raises what it likes
            # Only the kind: what it says may hold what it was given.
            self.trouble = f"it cannot be used ({type(error).__name__})"


def _backend() -> KeyringBackend:
    """Return the keyring that the system, or its user, chose.

    Raises:
        KeyringUnusableError: the library is not installed, or there is none worth the name.
    """
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to import
        from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        raise KeyringUnusableError("the extra `keyring` is not installed") from None
    chosen = keyring.get_keyring()
    first = next(iter(chosen.backends), None) if isinstance(chosen, ChainerBackend) else chosen
    if first is None or first.priority < SAFE_PRIORITY:
        raise KeyringUnusableError("this machine has none")
    return chosen

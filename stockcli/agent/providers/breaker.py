"""After a service was out of reach it is left in peace for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from stockcli.domain.errors import ProviderError

REST_SECONDS = 300.0

OnRest = Callable[[float], None]
"""Told for how many seconds a service asks to be left in peace."""


def told_nobody(seconds: float) -> None:
    """Keep a service's wish for a rest within this process."""


class OutOfReachError(ProviderError):
    """Nobody answers, or refuses us all: asking again soon costs time and changes nothing."""


class Breaker:
    """Refuses at once what has just failed, so that one dead service is waited for once a run.

    Args:
        rest_seconds: how long nothing is asked after a failure; 0 asks every time.
    """

    def __init__(self, rest_seconds: float = REST_SECONDS) -> None:
        """Let everything pass."""
        self._rest_seconds = rest_seconds
        self._until = 0.0
        self._message, self._hint = "", ""

    @contextmanager
    def watching(self, *, nobody_waits: bool) -> Iterator[None]:
        """Ask inside of this: a failure is remembered, and met at once while nobody waits.

        Raises:
            OutOfReachError: the service was out of reach a moment ago.
        """
        if nobody_waits and monotonic() < self._until:
            message = f"{self._message} (a moment ago, so it was not asked again)"
            raise OutOfReachError(message, self._hint)
        try:
            yield
        except OutOfReachError as error:
            self._until = monotonic() + self._rest_seconds
            self._message, self._hint = error.message, error.hint
            raise

"""One reply in the making: what it said and cost so far is known however it ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from stockcli.agent.costs.metering import Meter
from stockcli.agent.providers.base import NO_TOKENS, OnText, Provider, Turn, TurnRequest
from stockcli.domain.budget import ModelUsage

_DEFERRED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(kw_only=True)
class Reply:
    """Asks for one turn, with its price reserved before and settled after.

    Attributes:
        text: what has streamed.
        usage: what has been seen of the tokens.
    """

    provider: Provider
    meter: Meter
    on_text: OnText
    text: str = ""
    usage: ModelUsage = NO_TOKENS

    def turn(self, request: TurnRequest) -> Turn:
        """Return the turn; whole, broken, stopped or terminated, what was seen is booked.

        Raises:
            ProviderError: no reply, or it broke off.
            BudgetSpentError: no room for the call.
            RateLimitedError: the token asked too often within an hour.
        """
        reservation_id: int | None = None
        try:
            with uninterrupted():
                reservation_id = self.meter.reserve(request)
            return self.provider.turn(request, self._hear, self._count)
        finally:
            if reservation_id is not None:
                with uninterrupted():
                    self.meter.settle(reservation_id, self.usage)

    def _hear(self, text: str) -> None:
        self.text += text
        self.on_text(text)

    def _count(self, usage: ModelUsage) -> None:
        self.usage = usage


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C and a request to end wait until the block is done: bookings are never halved."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    heard: list[int] = []
    before = {number: signal.getsignal(number) for number in _DEFERRED}
    # What is ignored, or ends the program at once, goes on doing so.
    deferred = {number: handler for number, handler in before.items() if callable(handler)}
    for number in deferred:
        signal.signal(number, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        for number, handler in deferred.items():
            signal.signal(number, handler)
        for caught in heard:
            signal.raise_signal(caught)

"""A model that is asked when the gate all processes share lets it be."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from stockcli.agent.providers.base import OnText, OnUsage, Provider, Turn, TurnRequest
from stockcli.agent.providers.breaker import OutOfReachError
from stockcli.domain.allowance import in_words
from stockcli.domain.errors import StockError
from stockcli.domain.model_limits import HOLD, all_places_taken
from stockcli.usecases.ports import Entry, ModelGate

WAITS_SECONDS = 120.0
"""How long a check waits at the gate before the rules decide; well below its lease."""
PERSON_WAITS_SECONDS = 20.0
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 2.0


class Gated:
    """Asks a provider inside of a place at the gate.

    Args:
        provider: who answers.
        gate: that all processes share.
        service: "claude" or "openai".
        waits_seconds: how long a turn waits at the gate while nobody waits for it.
        person_waits_seconds: the same while somebody does.
    """

    def __init__(
        self,
        provider: Provider,
        gate: ModelGate,
        service: str,
        *,
        waits_seconds: float = WAITS_SECONDS,
        person_waits_seconds: float = PERSON_WAITS_SECONDS,
    ) -> None:
        """Ask nothing yet."""
        self._provider = provider
        self._gate = gate
        self._service = service
        self._waits_seconds = waits_seconds
        self._person_waits_seconds = person_waits_seconds

    @property
    def model(self) -> str:
        """Return the name decisions are signed with."""
        return self._provider.model

    @property
    def costs_money(self) -> bool:
        """Return whether turns are paid for."""
        return self._provider.costs_money

    def turn(self, request: TurnRequest, on_text: OnText, on_usage: OnUsage) -> Turn:
        """Return one reply.

        Raises:
            RateLimitedError: as many calls are under way as may be.
            ProviderError: no reply, or the service asked for a long rest.
        """
        waits = self._waits_seconds if request.nobody_waits else self._person_waits_seconds
        with _held(self._gate, self._entered(waits)):
            return self._provider.turn(request, on_text, on_usage)

    def _entered(self, waits_seconds: float) -> Entry:
        deadline = time.monotonic() + waits_seconds
        pause = SHORTEST_PAUSE_SECONDS
        while True:
            entry = self._gate.enter(self._service)
            if not entry.wait_seconds:
                return entry
            wait = entry.wait_seconds if entry.is_resting else pause
            if time.monotonic() + wait > deadline:
                raise _refusal(entry)
            # Whoever waited for the same instant would arrive at the same instant.
            time.sleep(wait * random.uniform(1.0, 1.25))  # noqa: S311 - spreads retries
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _refusal(entry: Entry) -> StockError:
    if not entry.is_resting:
        return all_places_taken(PERSON_WAITS_SECONDS)
    message = "the language model's service takes no more requests for now"
    return OutOfReachError(message, f"try again in {in_words(entry.wait_seconds)}")


@contextmanager
def _held(gate: ModelGate, entry: Entry) -> Iterator[None]:
    """Hold on to a place until the call is over, and give it back whatever comes of the call."""
    if not entry.place:
        yield
        return
    over = Event()
    holding = Thread(target=_keep_holding, args=(gate, entry, over), daemon=True)
    holding.start()
    try:
        yield
    finally:
        over.set()
        holding.join()
        # A place that could not be left is free soon; a reply that was paid for is not lost for it.
        with suppress(StockError):
            gate.leave(entry)


def _keep_holding(gate: ModelGate, entry: Entry, over: Event) -> None:
    while not over.wait(HOLD.total_seconds() / 4):
        with suppress(StockError):
            gate.hold(entry)

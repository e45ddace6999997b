"""The loop: ask, run the tools that were called, answer, ask again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stockcli.agent.events import Event, ReplyBroke, TextDelta, ToolFinished, ToolStarted
from stockcli.agent.metering import Meter
from stockcli.agent.providers.base import (
    NO_TOKENS,
    BrokenReplyError,
    Message,
    Provider,
    Stop,
    ToolCall,
    Turn,
    TurnRequest,
)
from stockcli.agent.toolbox import Toolbox, ToolResult
from stockcli.domain.errors import ProviderError

OnEvent = Callable[[Event], None]
TOO_MANY_CALLS = "not run: too many calls at once; make fewer, {most} at most"
TOO_MANY_WRITES = (
    "not done: one question may change {most} things at most; "
    "say what was done and what is left, and let the person ask again"
)
INTERRUPTED = "interrupted; whether it took effect is not known: look before doing it again"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far one question may go.

    Attributes:
        rounds: turns at most, sent again or not.
        resends: of one broken reply.
        calls_per_turn: tools run of one reply; the surplus is refused.
        writes_per_question: calls of tools that change something, also those that failed.
        resend_delay_seconds: before the first; doubles each time.
        nobody_waits: no person asked, so a service out of reach is not asked again at once.
    """

    rounds: int = 8
    resends: int = 2
    max_output_tokens: int = 8000
    calls_per_turn: int = 40
    writes_per_question: int = 10
    resend_delay_seconds: float = 0.5
    nobody_waits: bool = False


class _Allowance:
    """What a question may still do."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._writes = 0

    def refusal(self, place: int, *, is_write: bool) -> ToolResult | None:
        """Return why a call is not run, or None and count it; place is its own in the turn."""
        if place >= self._limits.calls_per_turn:
            text = TOO_MANY_CALLS.format(most=self._limits.calls_per_turn)
            return ToolResult(text=text, is_error=True)
        if is_write and self._writes >= self._limits.writes_per_question:
            text = TOO_MANY_WRITES.format(most=self._limits.writes_per_question)
            return ToolResult(text=text, is_error=True)
        self._writes += is_write
        return None


@dataclass(frozen=True, kw_only=True)
class AgentLoop:
    """Asks, runs the tools that were called, answers, asks again.

    Attributes:
        system: what the model is told before anything else.
        on_event: told what happens meanwhile.
    """

    provider: Provider
    toolbox: Toolbox
    system: str
    meter: Meter
    limits: Limits
    on_event: OnEvent = lambda _: None

    def run(
        self, messages: list[Message], is_finished: Callable[[], bool] = lambda: False
    ) -> Turn | None:
        """Talk until the model is done; messages grows by what was said and nothing else.

        Args:
            messages: the last is the question.
            is_finished: asked after each round of tools; True ends without another call.

        Returns:
            The last turn; None when the rounds were used up or is_finished said so.

        Raises:
            ProviderError: no reply, or it kept breaking off.
            BudgetSpentError: no room for the next call.
        """
        allowance = _Allowance(self.limits)
        for _ in range(self.limits.rounds):
            turn = self._unbroken_turn(messages)
            messages.extend(_worth_keeping(turn))
            if turn.stop is not Stop.TOOLS:
                return turn
            self._answer(turn.calls, messages, allowance)
            if is_finished():
                return None
        return None

    def _unbroken_turn(self, messages: Sequence[Message]) -> Turn:
        request = TurnRequest(
            system=self.system,
            tools=self.toolbox.specs,
            messages=tuple(messages),
            max_output_tokens=self.limits.max_output_tokens,
            nobody_waits=self.limits.nobody_waits,
        )
        pause_seconds = self.limits.resend_delay_seconds
        for _ in range(self.limits.resends):
            try:
                return self._metered_turn(request)
            except BrokenReplyError as error:
                self.on_event(ReplyBroke(reason=error.message))
                time.sleep(pause_seconds * random.uniform(0.75, 1))  # noqa: S311 - spreads retries
                pause_seconds *= 2
        return self._metered_turn(request)

    def _metered_turn(self, request: TurnRequest) -> Turn:
        reservation_id = self.meter.reserve(request)
        try:
            turn = self.provider.turn(request, lambda text: self.on_event(TextDelta(text=text)))
        except BrokenReplyError as error:
            self.meter.settle(reservation_id, error.usage)
            raise
        except ProviderError:
            self.meter.settle(reservation_id, NO_TOKENS)
            raise
        self.meter.settle(reservation_id, turn.usage)
        return turn

    def _answer(
        self, calls: Sequence[ToolCall], messages: list[Message], allowance: _Allowance
    ) -> None:
        """Run every call in order; each gets its answer, whatever happens in between."""
        results: list[ToolResult] = []
        try:
            for place, call in enumerate(calls):
                refusal = allowance.refusal(place, is_write=self.toolbox.is_write(call))
                results.append(refusal or self._run(call))
        finally:
            missing = [ToolResult(text=INTERRUPTED, is_error=True)] * (len(calls) - len(results))
            answered = zip(calls, [*results, *missing], strict=True)
            messages.append({"role": "user", "content": [_result(*pair) for pair in answered]})

    def _run(self, call: ToolCall) -> ToolResult:
        self.on_event(ToolStarted(name=call.name, arguments=call.arguments))
        result = self.toolbox.run(call)
        self.on_event(ToolFinished(name=call.name, result=result))
        return result


def _worth_keeping(turn: Turn) -> list[Message]:
    """Return what may be sent again: no refusal, no call without an answer, nothing empty."""
    blocks = turn.message["content"]
    if turn.stop is Stop.REFUSED:
        blocks = []
    elif turn.stop is Stop.CUT:
        blocks = [block for block in blocks if block["type"] == "text"]
    return [{"role": "assistant", "content": blocks}] if blocks else []


def _result(call: ToolCall, result: ToolResult) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": call.id, "content": result.text}
    return block | {"is_error": True} if result.is_error else block

"""The loop: ask, run the tools that were called, answer, ask again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stockcli.agent.costs.metering import Meter
from stockcli.agent.events import Event, ReplyBroke, TextDelta, ToolFinished, ToolStarted
from stockcli.agent.limits import Allowance, Limits
from stockcli.agent.providers.base import (
    BrokenReplyError,
    Message,
    Provider,
    Stop,
    ToolCall,
    Turn,
    TurnRequest,
    said,
)
from stockcli.agent.reply import Reply
from stockcli.agent.tools.toolbox import Toolbox, ToolResult

__all__ = ["INTERRUPTED", "STOPPED", "AgentLoop", "Limits", "OnEvent"]

OnEvent = Callable[[Event], None]
INTERRUPTED = "interrupted; whether it took effect is not known: look before doing it again"
STOPPED = "[stopped by the person]"


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
            KeyboardInterrupt: the person stopped it; messages says so, and may be gone on with.
            BudgetSpentError: no room for the next call.
            RateLimitedError: the token asked too often within an hour.
        """
        allowance = Allowance(self.limits)
        for _ in range(self.limits.rounds):
            turn = self._unbroken_turn(messages)
            messages.extend(_worth_keeping(turn))
            if turn.stop is not Stop.TOOLS:
                return turn
            try:
                self._answer(turn.calls, messages, allowance)
            except KeyboardInterrupt:
                messages.append(said(STOPPED))
                raise
            if is_finished():
                return None
        return None

    def _unbroken_turn(self, messages: list[Message]) -> Turn:
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
                return self._turn(request, messages)
            except BrokenReplyError as error:
                self.on_event(ReplyBroke(reason=error.message))
                time.sleep(pause_seconds * random.uniform(0.75, 1))  # noqa: S311 - spreads retries
                pause_seconds *= 2
        return self._turn(request, messages)

    def _turn(self, request: TurnRequest, messages: list[Message]) -> Turn:
        """Ask once; of a reply that the person stopped, what was read stays in messages."""
        reply = Reply(
            provider=self.provider,
            meter=self.meter,
            on_text=lambda text: self.on_event(TextDelta(text=text)),
        )
        try:
            return reply.turn(request)
        except KeyboardInterrupt:
            messages.append(said(f"{reply.text}\n\n{STOPPED}".strip()))
            raise

    def _answer(
        self, calls: Sequence[ToolCall], messages: list[Message], allowance: Allowance
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
    elif turn.stop is Stop.DONE:
        blocks = [block for block in blocks if block["type"] != "tool_use"]
    # The service refuses a conversation with a blank text in it, for good.
    blocks = [block for block in blocks if block["type"] != "text" or block["text"].strip()]
    return [{"role": "assistant", "content": blocks}] if blocks else []


def _result(call: ToolCall, result: ToolResult) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": call.id, "content": result.text}
    return block | {"is_error": True} if result.is_error else block

"""How far one question may go."""

from __future__ import annotations

from dataclasses import dataclass

from stockcli.agent.tools.toolbox import ToolResult

TOO_MANY_CALLS = "not run: too many calls at once; make fewer, {most} at most"
TOO_MANY_WRITES = (
    "not done: one question may change {most} things at most; "
    "say what was done and what is left, and let the person ask again"
)


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


class Allowance:
    """What a question may still do."""

    def __init__(self, limits: Limits) -> None:
        """Nothing is used up yet."""
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

"""One question: the answer streams, what runs meanwhile is told beside it, on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import typer

from stockcli.agent.chat import ActionTaken, Answer, ChatSession
from stockcli.agent.events import Event, Notice, ReplyBroke, TextDelta, ToolFinished, ToolStarted
from stockcli.cli.chat_text import MarkdownStream, harmless
from stockcli.cli.render import clean, console
from stockcli.domain.shop import Tenant
from stockcli.usecases.records import to_json

LONGEST_TOOL_LINE = 120


class Screen:
    """Draws what happens while an answer is made.

    Args:
        streams: whether the answer is drawn while it arrives; otherwise it is printed when it is
            whole, and what broke off is never seen.
    """

    def __init__(self, *, streams: bool) -> None:
        """Draw nothing yet."""
        self._answer = MarkdownStream(console()) if streams else None
        self._remarks = console(err=True)

    def on_event(self, event: Event) -> None:
        """Draw an event."""
        if isinstance(event, TextDelta):
            if self._answer is not None:
                self._answer.feed(event.text)
            return
        self.end_answer()
        if isinstance(event, ToolStarted):
            self.remark(f"  {event.name} {shown_arguments(event.arguments)}".rstrip(), "dim")
        elif isinstance(event, ToolFinished) and event.result.is_error:
            self.remark(f"  {event.name}: {event.result.text}", "yellow")
        elif isinstance(event, ReplyBroke):
            self.remark(f"  the answer broke off ({event.reason}); asking again", "yellow")
        elif isinstance(event, Notice):
            self.remark(f"  {event.text}", "yellow")

    def end_answer(self) -> None:
        """Leave the answer as it stands, so that other things can be printed."""
        if self._answer is not None:
            self._answer.end()

    def remark(self, text: str, style: str = "") -> None:
        """Say something on stderr."""
        from rich.text import Text

        line = clean(harmless(text))
        shown = line if len(line) <= LONGEST_TOOL_LINE else f"{line[: LONGEST_TOOL_LINE - 3]}..."
        self._remarks.print(Text(shown, style=style))


def ask_and_show(session: ChatSession, shop: Tenant, text: str) -> Answer:
    """Ask, and draw the answer: streaming on a terminal, as a whole elsewhere.

    Raises:
        ProviderError: whoever answers cannot be reached.
        BudgetSpentError: the month's budget for the language model is spent.
    """
    streams = sys.stdout.isatty()
    screen = Screen(streams=streams)
    try:
        answer = session.ask(text, screen.on_event)
    finally:
        screen.end_answer()
    if not streams:
        typer.echo(harmless(answer.text))
    stamp = as_of(answer, shop)
    if stamp and stamp not in answer.text:
        typer.echo(f"\nas of {stamp}")
    if answer.price_usd:
        screen.remark(f"  {answer.model}, {answer.price_usd:.6f} USD", "dim")
    return answer


def ask_for_json(session: ChatSession, text: str) -> dict[str, Any]:
    """Ask, and return the answer as JSON values; nothing is drawn.

    Raises:
        ProviderError: whoever answers cannot be reached.
        BudgetSpentError: the month's budget for the language model is spent.
    """
    answer = session.ask(text)
    return {
        "text": harmless(answer.text),
        "as_of": to_json(answer.as_of),
        "tools": list(answer.tools),
        "usage": asdict(answer.usage),
        "price_usd": float(answer.price_usd),
        "actions": [_action(one) for one in answer.actions],
        "model": answer.model,
        "conversation_id": answer.conversation_id,
    }


def _action(action: ActionTaken) -> dict[str, Any]:
    return {
        "tool": action.preview.tool,
        "summary": harmless(action.preview.summary),
        "details": [harmless(line) for line in action.preview.details],
        "confirmed": action.confirmed,
        "outcome": harmless(action.outcome),
    }


def as_of(answer: Answer, shop: Tenant) -> str:
    """Return since when the facts of an answer hold, on the shop's clock; empty without facts."""
    if answer.as_of is None:
        return ""
    return f"{answer.as_of.astimezone(ZoneInfo(shop.timezone)):%Y-%m-%d %H:%M}"


def shown_arguments(arguments: Mapping[str, Any]) -> str:
    """Return a tool's arguments on one line."""
    given = ((name, _plain(value)) for name, value in arguments.items() if value is not None)
    return ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in given)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value

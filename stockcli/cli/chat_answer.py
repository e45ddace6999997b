"""One question: the answer streams, what runs meanwhile is told beside it, on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import typer

from stockcli.agent.chat.session import ActionTaken, Answer, ChatSession
from stockcli.agent.events import (
    DryRun,
    Event,
    Notice,
    ReplyBroke,
    Settled,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from stockcli.cli.chat_confirm import show_preview
from stockcli.cli.chat_keys import unseen_typing
from stockcli.cli.chat_remarks import AS_OF, BROKE, DOES_NOT_COUNT, DRY_RUN, remark
from stockcli.cli.chat_status import Status
from stockcli.cli.chat_stream import MarkdownStream
from stockcli.cli.chat_text import harmless
from stockcli.cli.render import clean, console, is_ascii
from stockcli.domain.shop import Tenant
from stockcli.usecases.records import to_json

LONGEST_TOOL_LINE = 120
WAITING = "thinking"


class Screen:
    """Draws what happens while an answer is made.

    Args:
        session: whose answer it is.
        status: says what is waited for.
        streams: whether the answer is drawn while it arrives; otherwise it is printed when it is
            whole, and what broke off is never seen.
    """

    def __init__(self, session: ChatSession, status: Status, *, streams: bool) -> None:
        """Draw nothing yet."""
        self._session = session
        self._answer = MarkdownStream(console()) if streams else None
        self._status = status
        self._notices: list[Notice] = []
        self._is_settled = False

    def on_event(self, event: Event) -> None:
        """Draw an event."""
        if isinstance(event, Notice):
            self._notices.append(event)
            return
        if isinstance(event, TextDelta):
            if self._answer is not None:
                self._status.hide()
                self._answer.feed(event.text)
            return
        if isinstance(event, ReplyBroke):
            self._take_back(event)
        self.end_answer()
        self._draw_step(event)
        self._status.show(event.name if isinstance(event, ToolStarted) else WAITING)

    def _draw_step(self, event: Event) -> None:
        if isinstance(event, ToolStarted):
            self._is_settled = False
            self.remark(f"  {event.name} {shown_arguments(event.arguments)}".rstrip(), "dim")
        elif isinstance(event, ToolFinished):
            # The answer by rule says it itself.
            if event.result.is_error and self._session.is_paid and not self._is_settled:
                self.remark(f"  {event.name}: {event.result.text}", "yellow")
        elif isinstance(event, Settled):
            self._is_settled = True
            self._draw_settled(event)
        elif isinstance(event, DryRun):
            show_preview(event.preview)
            self.remark(f"  {DRY_RUN[self._session.language]}", "yellow")

    def _draw_settled(self, event: Settled) -> None:
        mark = "" if is_ascii() else "\u2713 " if event.is_done else "\u2717 "
        self.remark(f"{mark}{event.text}", "green" if event.is_done else "yellow", longest=1000)

    def _take_back(self, event: ReplyBroke) -> None:
        """Erase what had been drawn of a reply that broke off, or say that it does not count."""
        language = self._session.language
        self._status.hide()
        said = BROKE[language].format(event.reason)
        if self._answer is not None and not self._answer.take_back():
            said = f"{said}; {DOES_NOT_COUNT[language]}"
        self.remark(f"  {said}", "yellow", longest=1000)

    def wait(self) -> None:
        """Say that an answer is waited for."""
        self._status.show(WAITING)

    def end_answer(self) -> None:
        """Leave the answer as it stands, so that other things can be printed."""
        self._status.hide()
        if self._answer is not None:
            self._answer.end()

    def remark(self, text: str, style: str = "", longest: int = LONGEST_TOOL_LINE) -> None:
        """Say something on stderr."""
        line = clean(harmless(text))
        remark(line if len(line) <= longest else f"{line[: longest - 3]}...", style)

    def notices(self, said: str) -> None:
        """Say, under the answer, what is to be known about it and was not said."""
        for notice in self._notices:
            if notice.text in said:
                continue
            mark, style = ("! ", "bold yellow") if notice.is_warning else ("  ", "dim")
            self.remark(f"{mark}{notice.text}", style, longest=1000)


def ask_and_show(session: ChatSession, shop: Tenant, text: str, status: Status) -> Answer:
    """Ask, and draw the answer: streaming on a terminal, as a whole elsewhere.

    Raises:
        ProviderError: whoever answers cannot be reached.
        BudgetSpentError: the month's budget for the language model is spent.
    """
    streams = sys.stdout.isatty()
    screen = Screen(session, status, streams=streams)
    with unseen_typing():
        try:
            screen.wait()
            answer = session.ask(text, screen.on_event)
        finally:
            screen.end_answer()
    if not streams:
        typer.echo(harmless(answer.text))
    stamp = as_of(answer, shop)
    if stamp and stamp not in answer.text:
        typer.echo(f"\n{AS_OF[answer.language].format(stamp)}")
    screen.notices("" if streams else answer.text)
    if answer.price_usd:
        screen.remark(f"  {answer.model}, {answer.price_usd:.6f} USD", "dim")
    return answer


def ask_for_json(session: ChatSession, text: str, status: Status) -> dict[str, Any]:
    """Ask, and return the answer as JSON values; nothing but the status is drawn.

    Raises:
        ProviderError: whoever answers cannot be reached.
        BudgetSpentError: the month's budget for the language model is spent.
    """
    status.show(WAITING)
    try:
        answer = session.ask(text)
    finally:
        status.hide()
    return {
        "text": harmless(answer.text),
        "as_of": to_json(answer.as_of),
        "tools": list(answer.tools),
        "usage": asdict(answer.usage),
        "price_usd": float(answer.price_usd),
        "actions": [_action(one) for one in answer.actions],
        "unsupported_figures": list(answer.unsupported_figures),
        "earlier_figures": list(answer.earlier_figures),
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

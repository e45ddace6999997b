"""Stored conversations: listed, found again, and shown where they stopped."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from stockcli.agent.chat.conversations import latest_conversations, question_places
from stockcli.agent.chat.session import ChatSession
from stockcli.cli.chat_remarks import remark
from stockcli.cli.chat_stream import MarkdownStream
from stockcli.cli.chat_text import harmless
from stockcli.cli.json_output import print_json
from stockcli.cli.render import (
    clean,
    console,
    counted,
    number,
    print_lines,
    print_table,
    words,
)
from stockcli.domain.errors import NotFoundError
from stockcli.usecases.ports import Conversation, UnitOfWork

MOST_LISTED = 20
MOST_LOOKED_AT = 200
LONGEST_LINE = 100
SHOWN_ID = 8


def list_conversations(unit: UnitOfWork, author: str, *, all_of_them: bool, as_json: bool) -> None:
    """Print a person's latest conversations, newest first.

    Args:
        all_of_them: those of a single question too, which scripts ask by the hundred.
    """
    latest = latest_conversations(unit, author, MOST_LOOKED_AT)
    shown = [one for one in latest if all_of_them or len(question_places(one.messages)) > 1]
    found = shown[:MOST_LISTED]
    hidden = len(latest) - len(shown)
    if as_json:
        print_json([_facts(one) for one in found])
    elif found:
        clock = ZoneInfo(unit.tenant.timezone)
        print_table(
            ["id", "when", number("questions"), words("title")],
            [
                (
                    one.id[:SHOWN_ID],
                    one.updated_at.astimezone(clock),
                    len(question_places(one.messages)),
                    harmless(one.title),
                )
                for one in found
            ],
        )
    elif not hidden:
        print_lines("There is no conversation yet; begin one with `stock chat`.")
    if hidden:
        remark(f"{counted(hidden, 'conversation')} of a single question left out: --list --all")


def _facts(one: Conversation) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": harmless(one.title),
        "updated_at": one.updated_at,
        "questions": len(question_places(one.messages)),
    }


def go_on_with_latest(session: ChatSession, unit: UnitOfWork, author: str) -> None:
    """Go on with a person's latest conversation.

    Raises:
        NotFoundError: there is none.
    """
    found = latest_conversations(unit, author, MOST_LISTED)
    if not found:
        message = "there is no conversation to go on with"
        raise NotFoundError(message, "begin one with `stock chat`")
    session.go_on_with(found[0])


def show_where_it_stopped(session: ChatSession) -> None:
    """Show the last question, on stderr, and its answer as it was drawn."""
    said = session.exchanges
    if not said:
        return
    last = said[-1]
    remark(f"going on with {session.conversation_id[:SHOWN_ID]}; the last question was:")
    remark(f"  > {_cut(last.question)}")
    if not last.answer.strip():
        remark("  (no answer)")
        return
    drawn = MarkdownStream(console())
    drawn.feed(last.answer)
    drawn.end()
    print_lines("")


def _cut(text: str) -> str:
    line = clean(harmless(text)).strip()
    longest = max(20, min(LONGEST_LINE, console(err=True).width - 6))
    return line if len(line) <= longest else f"{line[: longest - 3]}..."

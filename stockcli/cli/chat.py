"""`stock chat`: ask about your stock, and have things done, in plain words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, Yes, open_app, remark

if TYPE_CHECKING:
    from stockcli.agent.chat import ChatSession
    from stockcli.domain.shop import Tenant

NOT_CLAUDE = "Without ANTHROPIC_API_KEY the rule-based assistant answers; it is not Claude."
SWITCHED_OFF = "Claude is switched off for this shop: the rule-based assistant answers."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("chat")(chat)


def chat(
    message: Annotated[
        str | None,
        typer.Option("--message", "-m", metavar="TEXT", help="Answer this one question, and end."),
    ] = None,
    as_json: Json = False,
    yes: Yes = False,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="Ask this model instead of STOCK_MODEL."),
    ] = None,
    resume: Annotated[
        str | None, typer.Option("--resume", metavar="ID", help="Go on with a conversation.")
    ] = None,
) -> None:
    """Ask about your stock in plain words, in English or Portuguese.

    In a terminal it is a conversation; with -m or a pipe it answers once. Whatever would change
    something is shown first and needs a yes. Without an Anthropic key plain rules answer the
    common questions. Exit code 4: the model cannot be reached; 5: its budget is spent.

    \b
    Example:
      stock chat
      stock chat -m "what is low?"
      echo "o que está acabando?" | stock chat
    """
    from stockcli.cli.chat_confirm import confirmation
    from stockcli.cli.chat_repl import Repl

    question = _question(message)
    app = open_app()
    unit = app.unit()

    def open_session() -> ChatSession:
        return app.chat(unit, confirm=confirmation(yes=yes), model=model)

    session = open_session()
    if resume:
        session.resume(resume)
    if session.model == "rules":
        remark(SWITCHED_OFF if app.settings.anthropic_api_key else NOT_CLAUDE)
    if question is None and not as_json and sys.stdout.isatty():
        Repl(app, unit, session, open_session).run()
    else:
        _answer_once(session, unit.tenant, question, as_json=as_json)


def _question(message: str | None) -> str | None:
    """Return the one question that was given or piped in; None for a conversation."""
    if message is not None or sys.stdin.isatty():
        return message
    return sys.stdin.read()


def _answer_once(
    session: ChatSession, shop: Tenant, question: str | None, *, as_json: bool
) -> None:
    from stockcli.cli.chat_answer import ask_and_show, ask_for_json
    from stockcli.domain.errors import InvalidInputError

    if question is None:
        message = "JSON, a file or a pipe takes the answer to one question"
        raise InvalidInputError(message, "give it with -m, or pipe it in")
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(ask_for_json(session, question))
    else:
        ask_and_show(session, shop, question)

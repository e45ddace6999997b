"""`stock chat`: ask about your stock, and have things done, in plain words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, Yes, open_app, remark
from stockcli.cli.completion import complete_conversation

if TYPE_CHECKING:
    from stockcli.agent.chat.session import ChatSession
    from stockcli.bootstrap import App
    from stockcli.cli.chat_status import Status
    from stockcli.cli.chat_talk import OpenSession
    from stockcli.usecases.ports import UnitOfWork

BY_RULE = "The rule-based assistant answers, and it is not Claude: {reason}."
SWITCHED_OFF = "the language model is switched off for this shop"


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
    go_on: Annotated[
        bool, typer.Option("--continue", "-c", help="Go on with your latest conversation.")
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="ID",
            help="Go on with a conversation; the beginning of its ID is enough.",
            autocompletion=complete_conversation,
        ),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List your latest conversations, and end.")
    ] = False,
    all_of_them: Annotated[
        bool, typer.Option("--all", help="With --list: those of a single question, too.")
    ] = False,
) -> None:
    """Ask about your stock in plain words, in English or Portuguese.

    In a terminal it is a conversation; with -m or a pipe it answers once. Whatever would change
    something is shown first and needs a yes; --yes gives it beforehand, and orders above the
    shop's limits wait for approval all the same. Without an Anthropic key plain rules answer the
    common questions. Exit code 4: the model cannot be reached; 5: its budget is spent.

    \b
    Example:
      stock chat
      stock chat -m "what is low?"
      echo "o que está acabando?" | stock chat
      stock chat --continue
    """
    from stockcli.cli.chat_confirm import confirmation
    from stockcli.cli.chat_status import Status
    from stockcli.cli.chat_stored import list_conversations

    app = open_app()
    unit = app.unit()
    if listed:
        list_conversations(unit, app.identity.author, all_of_them=all_of_them, as_json=as_json)
        return
    question = _question(message)
    status = Status()

    def open_session(name: str | None) -> ChatSession:
        return app.chat(unit, confirm=confirmation(yes=yes, status=status), model=name)

    session = open_session(model)
    _go_on(session, app, unit, go_on=go_on, resume=resume)
    if session.model == "rules":
        remark(BY_RULE.format(reason=app.settings.why_no_model(model) or SWITCHED_OFF))
    if question is None and not as_json and sys.stdout.isatty():
        _converse(app, unit, session, open_session, model, status)
    else:
        _answer_once(session, unit, question, status, as_json=as_json)


def _question(message: str | None) -> str | None:
    """Return the one question that was given or piped in; None for a conversation."""
    if message is not None or sys.stdin.isatty():
        return message
    return sys.stdin.read()


def _go_on(
    session: ChatSession, app: App, unit: UnitOfWork, *, go_on: bool, resume: str | None
) -> None:
    from stockcli.cli.chat_stored import go_on_with_latest
    from stockcli.domain.errors import InvalidInputError

    if go_on and resume is not None:
        message = "--continue and --resume exclude each other"
        raise InvalidInputError(message)
    if go_on:
        go_on_with_latest(session, unit, app.identity.author)
    elif resume is not None:
        session.resume(resume)


def _converse(
    app: App,
    unit: UnitOfWork,
    session: ChatSession,
    open_session: OpenSession,
    model: str | None,
    status: Status,
) -> None:
    from stockcli.cli.chat_repl import converse
    from stockcli.cli.chat_stored import show_where_it_stopped
    from stockcli.cli.chat_talk import Talk

    show_where_it_stopped(session)
    talk = Talk(app=app, unit=unit, session=session, open_session=open_session, model=model)
    converse(talk, status)


def _answer_once(
    session: ChatSession, unit: UnitOfWork, question: str | None, status: Status, *, as_json: bool
) -> None:
    from stockcli.cli.chat_answer import ask_and_show, ask_for_json
    from stockcli.cli.chat_remarks import STOPPED
    from stockcli.cli.json_output import print_json
    from stockcli.domain.errors import InvalidInputError

    if question is None:
        message = "JSON, a file or a pipe takes the answer to one question"
        raise InvalidInputError(message, "give it with -m, or pipe it in")
    try:
        if as_json:
            print_json(ask_for_json(session, question, status))
        else:
            ask_and_show(session, unit.tenant, question, status)
    except KeyboardInterrupt:
        remark(STOPPED[session.language])
        raise

"""`stock dashboard`: the shop on one screen, with keys to approve, order and snooze."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from stockcli.cli.common import open_app

REFRESH_SECONDS = 30
LONGEST_REFRESH_SECONDS = 3600


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dashboard")(dashboard)


def dashboard(
    refresh_seconds: Annotated[
        int,
        typer.Option(
            "--refresh-seconds",
            metavar="N",
            min=1,
            max=LONGEST_REFRESH_SECONDS,
            help="How often to look whether anything changed.",
        ),
    ] = REFRESH_SECONDS,
) -> None:
    """Show what is low, what is on order and what needs you, on one screen that stays open.

    Keys approve, order, snooze and cancel; each asks first. ? on the screen lists them all. It
    works over ssh and without a mouse, from 80 columns and 24 lines on.

    Example: stock dashboard --refresh-seconds 10
    """
    _ensure_terminal()
    from stockcli.cli.dashboard.running import run_dashboard

    run_dashboard(open_app(), refresh_seconds=refresh_seconds)


def _ensure_terminal() -> None:
    """Refuse to draw where nobody sees it, or types.

    Raises:
        InvalidInputError: stdin, stdout or stderr is no terminal.
    """
    from stockcli.domain.errors import InvalidInputError

    for stream, name in ((sys.stdin, "stdin"), (sys.stdout, "stdout"), (sys.stderr, "stderr")):
        if not stream.isatty():
            message = f"the dashboard needs a terminal, and {name} is none"
            hint = "`stock levels --low`, `stock orders list` and `stock alerts` print the same"
            raise InvalidInputError(message, hint)

"""`stock demo`: two shops to try the program on."""

from __future__ import annotations

from typing import Annotated

import typer

from stockcli.cli.common import Json, group, open_app


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "demo", "Two shops to try the program on.")
    commands.command("load")(load)


def load(
    force: Annotated[
        bool,
        typer.Option("--force", help="Log in to the demo even if you are logged in elsewhere."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Create two shops and log in to the first, so that every other command works.

    One sells gifts, and its sales are real; the other is a grocer's made up as a whole. Run it
    again at any time: it completes what is missing and changes nothing else.

    \b
    Example:
      stock demo load
      stock run-check --no-agent
    """
    from stockcli.cli.demo_running import load_demo, print_demo
    from stockcli.cli.json_output import print_json

    loaded = load_demo(open_app(), force=force)
    if as_json:
        print_json(loaded.to_json())
    else:
        print_demo(loaded)

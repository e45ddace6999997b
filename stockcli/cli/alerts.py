"""`stock alerts`: what needs the manager's attention."""

from __future__ import annotations

from typing import Annotated

import typer

from stockcli.cli.common import Json, open_app, remark


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("alerts")(alerts)


def alerts(
    every: Annotated[
        bool, typer.Option("--all", help="Also those whose situation is over.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many of --all.")] = 50,
    as_json: Json = False,
) -> None:
    """List what needs your attention, newest first.

    Example: stock alerts --all
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted, print_table, words
    from stockcli.usecases.alerting import latest_alerts

    found = latest_alerts(open_app().unit(), limit, open_only=not every)
    if as_json:
        print_json(
            [
                {
                    "kind": one.kind,
                    "subject": one.subject,
                    "text": one.text,
                    "raised_at": one.raised_at,
                    "cleared_at": one.cleared_at,
                }
                for one in found
            ]
        )
        return
    rows = [
        (one.raised_at, one.kind.replace("_", " "), one.text, one.cleared_at or "") for one in found
    ]
    if rows:
        print_table(["raised", "kind", words("what"), "over since"], rows)
    remark(counted(len(rows), "alert" if every else "open alert"))

"""`stock db`: the database's tables."""

from __future__ import annotations

import typer

from stockcli.cli.common import group, open_app, remark
from stockcli.cli.database_user import user


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "db", "The database: check it, or bring its tables up to date.")
    commands.command("upgrade")(upgrade)
    commands.command("check")(check)
    commands.command("user")(user)


def upgrade() -> None:
    """Bring the tables to this version; a SQLite file does so by itself.

    Example: stock db upgrade
    """
    database = open_app().database_as_it_is
    database.upgrade()
    typer.echo(f"{database.shown_url} is up to date")


def check() -> None:
    """Tell whether the database can be read, and whether its tables are of this version.

    Example: stock db check
    """
    database = open_app().database_as_it_is
    if not database.is_current():
        remark(f"{database.shown_url} is of another version: run `stock db upgrade`")
        raise typer.Exit(1)
    typer.echo(f"{database.shown_url} is up to date")

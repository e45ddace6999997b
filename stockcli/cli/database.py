"""`stock db`: the database's tables, and whether they are sound; see also database_backups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from stockcli.cli.common import Json, group, open_app, remark
from stockcli.cli.database_backups import backup, restore
from stockcli.cli.database_init import init
from stockcli.cli.database_user import user

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.usecases.examining import Finding

    Found = tuple[str, Finding]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "db", "The database: set it up, check it, upgrade it, back it up.")
    commands.command("init")(init)
    commands.command("upgrade")(upgrade)
    commands.command("check")(check)
    commands.command("backup")(backup)
    commands.command("restore")(restore)
    commands.command("user")(user)


def upgrade() -> None:
    """Bring the tables to this version; a SQLite file does so by itself.

    What is in them stays. A backup before it is a way back: `stock db backup FILE`.

    Example: stock db upgrade
    """
    database = open_app().database_as_it_is
    before = database.revision()
    database.upgrade()
    now = database.revision()
    if before == now:
        typer.echo(f"{database.shown_url} is up to date (revision {now})")
    elif before is None:
        typer.echo(f"{database.shown_url} was set up (revision {now})")
    else:
        typer.echo(f"{database.shown_url} was upgraded from revision {before} to {now}")


def check(as_json: Json = False) -> None:
    """Tell whether the database is of this version and sound, and every shop's sums add up.

    It reads every page and the whole stock ledger, and changes nothing. Exit code 1 if there is a
    problem.

    Example: stock db check
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table, words

    app = open_app()
    database = app.database_as_it_is
    if not database.is_current():
        remark(f"{database.shown_url} is of another version: run `stock db upgrade`")
        raise typer.Exit(1)
    found = _findings(app)
    if as_json:
        print_json(
            {
                "database": database.shown_url,
                "revision": database.revision(),
                "findings": [
                    {"about": about, "level": one.level, "text": one.text, "hint": one.hint}
                    for about, one in found
                ],
            }
        )
    elif found:
        rows: list[Any] = [(about, one.level, one.text, one.hint) for about, one in found]
        print_table(["about", "level", words("finding"), words("what to do")], rows)
    else:
        typer.echo(f"{database.shown_url} is up to date and sound")
    if any(one.level == "problem" for _, one in found):
        remark("something is to be mended; see what is called a problem")
        raise typer.Exit(1)


def _findings(app: App) -> list[Found]:
    whole = [*app.upkeep.findings(), *app.database_as_it_is.fence_findings()]
    found = [("database", one) for one in whole]
    return found + _of_shops(app)


def _of_shops(app: App) -> list[Found]:
    """Return what does not add up in each shop; only an operator sees them all."""
    from functools import partial

    from stockcli.cli.each_shop import log
    from stockcli.domain.errors import NotAllowedError
    from stockcli.usecases.examining import Finding
    from stockcli.usecases.guarding import Failure, guarded

    try:
        app.require_operator()
    except NotAllowedError as error:
        remark(f"the shops' own sums were not looked at: {error.message}")
        return []
    unreadable = app.database_as_it_is.unreadable_tenants()
    shops = [*app.directory.tenants(), *(one.mended for one in unreadable)]
    found = [(one.mended.slug, Finding(level="problem", text=one.reason)) for one in unreadable]
    for shop in shops:
        look = partial(app.upkeep.findings_of, shop)
        came = guarded(shop.slug, look, command="db check", log=log)
        if isinstance(came, Failure):
            came = [Finding(level="problem", text=came.reason, hint=came.hint)]
        found += [(shop.slug, one) for one in came]
    return found

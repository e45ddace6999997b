"""`stock db backup` and `stock db restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import open_app, remark

if TYPE_CHECKING:
    from stockcli.bootstrap import App

Replace = Annotated[bool, typer.Option("--replace", help="Replace what is there already.")]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the backup goes.")],
    replace: Replace = False,
) -> None:
    """Copy the whole database into one file, as it is at one instant, whoever writes meanwhile.

    Of PostgreSQL it is an archive of pg_dump, which must be installed; it takes the address of the
    database's administrator. The file is for your eyes alone: everything stands in it.

    \b
    Example: stock db backup /var/backups/stock.db
    """
    app = open_app()
    _ensure_operator(app)
    app.upkeep.back_up(file, replace=replace)
    typer.echo(str(file))


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `stock db backup` made of the database.")
    ],
    replace: Replace = False,
) -> None:
    """Put a backup in the place of the database, brought up to date.

    It is looked through first; a damaged or newer one changes nothing. With --replace, what was
    there is kept in a file beside the database. On PostgreSQL it goes into an empty database only,
    which `createdb` makes.

    \b
    Example: stock db restore /var/backups/stock.db
    """
    app = open_app()
    _ensure_operator(app)
    done = app.upkeep.restore(file, replace=replace)
    url = app.database_as_it_is.shown_url
    typer.echo(f"{url} was restored from {file} (revision {done.revision})")
    if done.kept is not None:
        remark(f"what was there before is kept in {done.kept}")
    if done.waiting:
        remark(
            f"{done.waiting} messages wait in it; those that left since the backup was made would "
            "leave again: look at `stock alerts` and `stock orders list` before the next check"
        )


def _ensure_operator(app: App) -> None:
    """Pass for an operator; where no token can be looked up, the right to the database decides.

    The database is taken as it is: it is not brought up to date for this.

    Raises:
        BadTokenError: the token is no good.
        NotAllowedError: it is a shop's.
    """
    from contextlib import suppress

    from stockcli.domain.errors import DatabaseError, NotAllowedError
    from stockcli.domain.shop import Role

    is_own_file = app.settings.is_local and app.settings.token is None
    if app.token is None or is_own_file:
        return
    with suppress(DatabaseError):
        role = app.database_as_it_is.directory().authenticate(app.token).role
        if role is not Role.OPERATOR:
            message = "a shop's token may not do this"
            raise NotAllowedError(message, "use an operator's token, or none on the machine itself")

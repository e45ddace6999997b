"""`stock tenant export` and `stock tenant erase`: what is a shop's, and how a shop leaves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, open_app, remark

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.domain.shop import Tenant
    from stockcli.persistence.upkeep.exporting import Manifest

Replace = Annotated[bool, typer.Option("--replace", help="Replace a file that is there already.")]


def export(
    slug: Annotated[
        str | None,
        typer.Argument(metavar="SLUG", help="The shop; left out, the one your token opens."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Left out: SLUG.zip, here.")
    ] = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Write everything of one shop into a zip file: a table a member, a row a line of JSON.

    manifest.json in it says how many rows each has, its SHA-256, and of which revision the tables
    are. Tokens are told of to operators only, and never their secrets. The file is for your eyes
    alone.

    \b
    Example: stock tenant export
    Example: stock tenant export corner-shop --output corner-shop.zip
    """
    from stockcli.cli.json_output import print_json

    app = open_app()
    shop, by_operator = shop_to_export(app, slug)
    file = output or Path(f"{shop.slug}.zip")
    manifest = _exported(app, shop, file, by_operator=by_operator, replace=replace)
    if as_json:
        print_json({"file": str(file), **vars(manifest)})
        return
    typer.echo(str(file))
    remark(f"{manifest.rows:,} rows of {shop.slug} were written")


def erase(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The shop that leaves for good.")],
    export_to: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write all that is its first.")
    ] = None,
    confirm: Annotated[
        str | None,
        typer.Option("--confirm", metavar="SLUG", help="Its name once more, instead of typing it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Remove a shop and every row of it, for good: nothing brings it back but a backup.

    Other shops' rows stay as they are. It waits for nobody: while a check of the shop is under way,
    nothing is done. On PostgreSQL it takes the address of the database's administrator. Backups
    made before still hold the shop.

    \b
    Example: stock tenant erase corner-shop --export corner-shop.zip
    """
    from stockcli.cli.json_output import print_json

    app = open_app()
    actor = _operator(app)
    shop = _even_unreadable(app, slug)
    _ensure_meant(shop.slug, confirm)
    if export_to is not None:
        manifest = _exported(app, shop, export_to, by_operator=True, replace=False)
        remark(f"{manifest.rows:,} rows of {shop.slug} were written to {export_to}")
    rows = app.upkeep.erase(shop.slug, actor)
    unwiped = app.upkeep.wipe()
    if as_json:
        print_json({"tenant": shop.slug, "rows": rows, "is_wiped": not unwiped})
    else:
        typer.echo(f"{shop.slug}: {sum(rows.values()):,} rows were erased")
    if unwiped:
        remark(f"error: the shop is erased, but its old pages were not wiped: {unwiped}")
        remark("  make room and end other programs, then: sqlite3 FILE 'VACUUM'")
        raise typer.Exit(1)


def _exported(app: App, shop: Tenant, file: Path, *, by_operator: bool, replace: bool) -> Manifest:
    _ = app.database  # brought up to date first
    return app.upkeep.export(shop, file, by_operator=by_operator, replace=replace)


def shop_to_export(app: App, slug: str | None) -> tuple[Tenant, bool]:
    """Return the shop, and whether an operator asks.

    Raises:
        NoTenantError: none was named, and the token opens none.
        NotAllowedError: an analyst asks, or somebody for another's shop.
    """
    from stockcli.domain.errors import NotAllowedError, NoTenantError
    from stockcli.domain.shop import Role

    own = app.identity.tenant
    if slug is None or (own is not None and own.slug == slug.strip().lower()):
        if own is None:
            raise NoTenantError
        if app.identity.role is not Role.MANAGER:
            message = "an analyst's token may not take everything along"
            raise NotAllowedError(message, "ask a manager")
        return own, False
    app.require_operator()
    return _even_unreadable(app, slug), True


def _even_unreadable(app: App, slug: str) -> Tenant:
    """Return a shop, one whose policy cannot be read with defaults in its place.

    Raises:
        NotFoundError: there is none.
    """
    wanted = slug.strip().lower()
    broken = {one.mended.slug: one.mended for one in app.database.unreadable_tenants()}
    return broken.get(wanted) or app.directory.tenant(wanted)


def _operator(app: App) -> Any:
    """Return who erases, for the record.

    Raises:
        NotAllowedError: the token is a shop's.
    """
    from stockcli.domain.audit import Actor

    identity = app.require_operator()
    return Actor(who=identity.author, via="stock tenant erase", token_id=identity.token_id)


def _ensure_meant(slug: str, confirm: str | None) -> None:
    """Let the shop's name be said once more, and pass if it is the same.

    Raises:
        ConflictError: it is another, or nobody is there to say it.
    """
    from stockcli.domain.errors import ConflictError

    if confirm is None:
        if not sys.stdin.isatty():
            message = "nobody is there to type the shop's name: nothing was erased"
            raise ConflictError(message, f"say it here: --confirm {slug}")
        confirm = typer.prompt(f"This is for good. Type {slug} to erase it", err=True)
    if confirm.strip() != slug:
        raise ConflictError(f"{confirm[:40]!r} is not {slug!r}: nothing was erased")

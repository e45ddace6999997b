"""`stock login`, `logout`, `whoami`: which shop this machine's user works for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, open_app, remark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockcli.bootstrap import App


def register(app: typer.Typer) -> None:
    """Add the commands."""
    # What is typed after it is refused in words of our own, which do not repeat it.
    app.command("login", context_settings={"allow_extra_args": True})(login)
    app.command("logout")(logout)
    app.command("whoami")(whoami)


def login(
    context: typer.Context,
    no_keyring: Annotated[
        bool,
        typer.Option("--no-keyring", help="Keep it in a file that only you may read."),
    ] = False,
) -> None:
    """Keep a token, so that the commands know your shop.

    The token is asked for without being shown, or read from a pipe. It is kept in the system's
    keyring where there is one (extra `keyring`), else in a file that only you may read; logging in
    keeps the latest alone. STOCK_TOKEN, if set, goes before it.

    \b
    Example: stock login
    Example: stock login --no-keyring < FILE
    """
    from stockcli.credentials import Place

    app = open_app()
    _ensure_not_typed(context.args)
    secret = _given()
    identity = app.sign_in(secret)
    place = app.credentials.keep(secret, in_keyring=not no_keyring)
    shop = f" of {identity.tenant.slug}" if identity.tenant else ""
    where = "; the token is in the keyring" if place is Place.KEYRING else ""
    remark(f"logged in as {identity.role}{shop}{where}")
    if app.settings.token:
        remark("STOCK_TOKEN is set and goes before the token that was kept just now")


def _ensure_not_typed(arguments: Sequence[str]) -> None:
    """Refuse a token that everybody on this machine can read while the command runs.

    Raises:
        InvalidInputError: something was typed.
    """
    from stockcli.domain.errors import InvalidInputError

    if arguments:
        message = (
            "a token on the command line stands in the process list and in the shell's history"
        )
        hint = (
            "paste it when `stock login` asks, or pipe it: `stock login < FILE`; "
            "`stock token rotate` gives another for the one that was shown"
        )
        raise InvalidInputError(message, hint)


def _given() -> str:
    from stockcli.domain.errors import InvalidInputError

    if sys.stdin.isatty():
        token = typer.prompt("Token", hide_input=True, err=True)
    else:
        token = sys.stdin.readline()
    if not token.strip():
        message = "no token was given"
        raise InvalidInputError(message, "paste it when asked, or pipe it: `stock login < FILE`")
    return str(token).strip()


def logout() -> None:
    """Forget the token that `stock login` kept, in the keyring or in its file.

    Example: stock logout
    """
    app = open_app()
    forgotten = app.credentials.forget()
    remark("logged out" if forgotten.anything else "nobody was logged in")
    if forgotten.trouble:
        remark(f"the keyring still has the token: {forgotten.trouble}")
    if app.settings.token:
        remark("STOCK_TOKEN is still set, and goes on opening its shop")


def whoami(as_json: Json = False) -> None:
    """Show whose token is in use, and for which shop.

    Example: stock whoami
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_lines

    app = open_app()
    identity = app.identity
    facts = {
        "role": identity.role,
        "label": identity.label,
        "tenant": identity.tenant.slug if identity.tenant else None,
        "tenant_name": identity.tenant.name if identity.tenant else None,
        "token_from": _source(app),
    }
    if as_json:
        print_json(facts)
        return
    shop = f" of {identity.tenant.slug} ({identity.tenant.name})" if identity.tenant else ""
    label = f', token "{identity.label}"' if app.token and identity.label else ""
    print_lines(f"{identity.role}{shop}{label}, from {facts['token_from']}")


def _source(app: App) -> str:
    if app.settings.token:
        return "STOCK_TOKEN"
    if app.token and app.kept_token:
        return f"stock login ({app.kept_token.place})"
    return "this machine (no token)"

"""`stock login`, `logout`, `whoami`: which shop this machine's user works for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, open_app, remark

if TYPE_CHECKING:
    from stockcli.bootstrap import App


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("login")(login)
    app.command("logout")(logout)
    app.command("whoami")(whoami)


def login(
    token: Annotated[
        str | None,
        typer.Argument(
            metavar="TOKEN", help="The token; left out, it is asked for or read from stdin."
        ),
    ] = None,
) -> None:
    """Keep a token, so that the commands know your shop.

    The token is asked for without being shown, or read from a pipe. It is kept in a file that only
    you may read; STOCK_TOKEN, if set, goes before it.

    Example: stock login
    """
    from stockcli.credentials import keep_token

    app = open_app()
    if token is not None:
        remark(
            "a token on the command line stays in the shell's history; `stock login` asks for it"
        )
    secret = _given(token)
    identity = app.sign_in(secret)
    keep_token(app.settings.credentials_file, secret)
    shop = f" of {identity.tenant.slug}" if identity.tenant else ""
    remark(f"logged in as {identity.role}{shop}")
    if app.settings.token:
        remark("STOCK_TOKEN is set and goes before the token that was kept just now")


def _given(token: str | None) -> str:
    from stockcli.domain.errors import InvalidInputError

    if token is None:
        token = (
            typer.prompt("Token", hide_input=True, err=True)
            if sys.stdin.isatty()
            else sys.stdin.readline()
        )
    if not token or not token.strip():
        message = "no token was given"
        raise InvalidInputError(message, "paste it when asked, or pipe it: `stock login < FILE`")
    return str(token).strip()


def logout() -> None:
    """Forget the token that `stock login` kept.

    Example: stock logout
    """
    from stockcli.credentials import forget_token

    app = open_app()
    forgotten = forget_token(app.settings.credentials_file)
    remark("logged out" if forgotten else "nobody was logged in")
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
    return "stock login" if app.token else "this machine (no token)"

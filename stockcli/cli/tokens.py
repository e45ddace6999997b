"""`stock token`: who may work for which shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, TenantOption, group, open_app, remark

if TYPE_CHECKING:
    from datetime import datetime

    from stockcli.domain.shop import Role
    from stockcli.usecases.ports import TokenFacts

ROLES = ("manager", "analyst", "operator")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "token", "Tokens: create one for a person, list them, revoke one.")
    commands.command("create")(create)
    commands.command("list")(list_tokens)
    commands.command("revoke")(revoke)


def create(
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="manager (reads and acts), analyst (reads) or operator (runs all shops).",
            autocompletion=lambda: list(ROLES),
        ),
    ],
    tenant: TenantOption = None,
    label: Annotated[
        str | None, typer.Option("--label", help="Whose it is, for the record.")
    ] = None,
    expires_days: Annotated[
        int | None,
        typer.Option(
            "--expires-days", min=1, max=3650, help="Days it holds; left out: until revoked."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Create a token and print it, this once; only its hash is kept.

    \b
    Example: stock token create --tenant corner-shop --role manager --label maria
    """
    from datetime import timedelta

    from stockcli.cli.json_output import print_json
    from stockcli.cli.names import short_name

    app = open_app()
    app.require_operator()
    kind = _role(role, tenant)
    owner = "" if label is None else short_name(label, "--label")
    ends = app.clock.now() + timedelta(days=expires_days) if expires_days else None
    slug = app.directory.tenant(tenant).slug if tenant else None
    secret = app.directory.create_token(role=kind, tenant_slug=slug, label=owner, expires_at=ends)
    if as_json:
        print_json(
            {"token": secret, "role": kind, "tenant": slug, "label": owner, "expires_at": ends}
        )
        return
    typer.echo(secret)
    remark("keep it now: it is not shown again. `stock login` takes it, or STOCK_TOKEN.")


def _role(text: str, tenant: str | None) -> Role:
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.shop import Role

    if text not in ROLES:
        message = f"{text[:20]!r} is no role: use one of {', '.join(ROLES)}"
        raise InvalidInputError(message)
    role = Role(text)
    if role is Role.OPERATOR and tenant:
        message = "an operator's token is for no single shop"
        raise InvalidInputError(message, "leave --tenant out")
    if role is not Role.OPERATOR and not tenant:
        message = f"{_with_article(role)}'s token is for one shop"
        raise InvalidInputError(message, "say which: --tenant SLUG")
    return role


def list_tokens(tenant: TenantOption = None, as_json: Json = False) -> None:
    """List tokens, newest first; never the secrets.

    Example: stock token list --tenant corner-shop
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table, words

    app = open_app()
    app.require_operator()
    slug = app.directory.tenant(tenant).slug if tenant else None
    tokens, now = app.directory.tokens(slug), app.clock.now()
    if as_json:
        print_json([_facts(one, _state(one, now)) for one in tokens])
        return
    columns: list[Any] = [
        "id",
        "prefix",
        "role",
        "tenant",
        words("label"),
        "created",
        "expires",
        "last used",
        "state",
    ]
    print_table(columns, [_row(one, now) for one in tokens])


def revoke(
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", help="Its prefix or id, as `token list` shows them.")
    ],
    as_json: Json = False,
) -> None:
    """Revoke a token, at once.

    Example: stock token revoke 4f9a1c
    """
    from stockcli.cli.json_output import print_json

    app = open_app()
    app.require_operator()
    token = app.directory.revoke_token(prefix.strip())
    if as_json:
        print_json(_facts(token, "revoked"))
        return
    whose = f" of {token.tenant_slug}" if token.tenant_slug else ""
    typer.echo(f"revoked {token.prefix}, a token for {_with_article(token.role)}{whose}")


def _with_article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _row(token: TokenFacts, now: datetime) -> tuple[Any, ...]:
    return (
        token.id,
        token.prefix,
        token.role,
        token.tenant_slug,
        token.label,
        token.created_at,
        token.expires_at,
        token.last_used_at,
        _state(token, now),
    )


def _state(token: TokenFacts, now: datetime) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at and token.expires_at <= now else "valid"


def _facts(token: TokenFacts, state: str) -> dict[str, Any]:
    return {
        "id": token.id,
        "prefix": token.prefix,
        "role": token.role,
        "tenant": token.tenant_slug,
        "label": token.label,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "last_used_at": token.last_used_at,
        "state": state,
    }

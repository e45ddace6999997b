"""`stock token`: who may work for which shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, TenantOption, group, open_app, remark
from stockcli.cli.token_facts import (
    limits_in_force,
    token_facts,
    token_row,
    with_article,
)
from stockcli.domain.allowance import DEFAULT_LIMITS, MOST, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockcli.domain.shop import Role

ROLES = ("manager", "analyst", "operator")
OVERLAP_HOURS = 24
LONGEST_OVERLAP_HOURS = 24 * 90

Prefix = Annotated[
    str, typer.Argument(metavar="PREFIX", help="Its prefix or id, as `token list` shows them.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "token", "Tokens: create one for a person, list, rotate, revoke them.")
    commands.command("create")(create)
    commands.command("list")(list_tokens)
    commands.command("rotate")(rotate)
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
    writes_per_minute: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST,
            help=f"How many changes it may make; left out: {DEFAULT_LIMITS[Kind.WRITE]}.",
        ),
    ] = None,
    model_calls_per_hour: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST,
            help=(
                "How often it may ask the language model; left out: "
                f"{DEFAULT_LIMITS[Kind.MODEL_CALL]}."
            ),
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
    limits = {
        "writes_per_minute": writes_per_minute,
        "model_calls_per_hour": model_calls_per_hour,
    }
    kind = _role(role, tenant)
    _ensure_limited(kind, limits)
    owner = "" if label is None else short_name(label, "--label")
    ends = app.clock.now() + timedelta(days=expires_days) if expires_days else None
    slug = app.directory.tenant(tenant).slug if tenant else None
    secret = app.directory.create_token(
        role=kind, tenant_slug=slug, label=owner, expires_at=ends, **limits
    )
    if as_json:
        facts = {"role": kind, "tenant": slug, "label": owner, "expires_at": ends}
        print_json({"token": secret, **facts, **limits_in_force(kind, **limits)})
        return
    _show_once(secret)


def _show_once(secret: str) -> None:
    typer.echo(secret)
    remark("keep it now: it is not shown again. `stock login` takes it, or STOCK_TOKEN.")


def _ensure_limited(role: Role, limits: Mapping[str, int | None]) -> None:
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.shop import Role

    if role is Role.OPERATOR and any(limits.values()):
        names = " and ".join(f"--{name.replace('_', '-')}" for name in limits)
        raise InvalidInputError("an operator's token may do what it likes", f"leave {names} out")


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
        message = f"{with_article(role)}'s token is for one shop"
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
        print_json([token_facts(one, now) for one in tokens])
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
    print_table(columns, [token_row(one, now) for one in tokens])


def rotate(
    prefix: Prefix,
    overlap_hours: Annotated[
        int,
        typer.Option(
            min=0,
            max=LONGEST_OVERLAP_HOURS,
            help="Hours the old token still works; 0 ends it at once.",
        ),
    ] = OVERLAP_HOURS,
    as_json: Json = False,
) -> None:
    """Put a new token in the place of another, and print it, this once.

    It is of the same shop, role, label, limits and last day. Until the overlap is over both work:
    time to hand the new one out.

    \b
    Example: stock token rotate stk_m_4f9a1c
    Example: stock token rotate stk_m_4f9a1c --overlap-hours 0
    """
    from datetime import timedelta

    from stockcli.cli.json_output import print_json

    app = open_app()
    app.require_operator()
    overlap = timedelta(hours=overlap_hours)
    done = app.directory.rotate_token(prefix.strip(), overlap=overlap)
    now = app.clock.now()
    if as_json:
        old, new = (token_facts(one, now) for one in (done.old, done.new))
        print_json({"token": done.secret, **new, "replaces": old})
        return
    _show_once(done.secret)
    until = f"works until {done.old.expires_at:%Y-%m-%d %H:%M} UTC" if overlap else "is revoked"
    remark(f"the old one, {done.old.prefix}, {until}")


def revoke(prefix: Prefix, as_json: Json = False) -> None:
    """Revoke a token, at once.

    Example: stock token revoke stk_m_4f9a1c
    """
    from stockcli.cli.json_output import print_json

    app = open_app()
    app.require_operator()
    token = app.directory.revoke_token(prefix.strip())
    if as_json:
        print_json(token_facts(token, app.clock.now()))
        return
    whose = f" of {token.tenant_slug}" if token.tenant_slug else ""
    typer.echo(f"revoked {token.prefix}, a token for {with_article(token.role)}{whose}")

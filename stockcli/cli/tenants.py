"""`stock tenant`: shops; what one wants of the assistant is set in tenant_policy."""

from __future__ import annotations

from typing import Annotated

import typer

from stockcli.cli.common import Json, group, open_app, remark
from stockcli.cli.policy_facts import shop_facts
from stockcli.cli.tenant_policy import set_policy
from stockcli.cli.tenants_leaving import erase, export


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "tenant", "Shops: add one, set what it wants, export or erase it.")
    commands.command("add")(add)
    commands.command("list")(list_tenants)
    commands.command("set")(set_policy)
    commands.command("export")(export)
    commands.command("erase")(erase)


def add(
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", help="Short name: letters, digits and hyphens.")
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="The shop's name as people say it.")
    ] = None,
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217 code.")] = "GBP",
    timezone: Annotated[
        str, typer.Option("--timezone", help="IANA name, such as Europe/Lisbon.")
    ] = "UTC",
    as_json: Json = False,
) -> None:
    """Add a shop, with a first location.

    \b
    Example: stock tenant add corner-shop --name "Corner Shop" --timezone Europe/London
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.names import short_name
    from stockcli.domain.identifiers import TenantId, tenant_slug
    from stockcli.domain.shop import Tenant

    app = open_app()
    app.require_operator()
    short = tenant_slug(slug)
    shop = app.directory.add_tenant(
        Tenant(
            id=TenantId(0),
            slug=short,
            name=short.replace("-", " ").title() if name is None else short_name(name, "--name"),
            currency=_currency(currency),
            timezone=_timezone(timezone),
        )
    )
    if as_json:
        print_json(shop_facts(shop))
        return
    typer.echo(shop.slug)
    remark(f"next: `stock token create --tenant {shop.slug} --role manager`")


def list_tenants(as_json: Json = False) -> None:
    """List the shops; exit code 1 if the policy of one cannot be read.

    Example: stock tenant list
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table, words

    app = open_app()
    app.require_operator()
    shops, unreadable = app.directory.tenants(), app.database.unreadable_tenants()
    if as_json:
        print_json([shop_facts(shop) for shop in shops])
    else:
        listed = sorted([*shops, *(one.mended for one in unreadable)], key=lambda one: one.slug)
        rows = [(one.slug, one.name, one.currency, one.timezone, one.active) for one in listed]
        print_table(["tenant", words("name"), "currency", "time zone", "active"], rows)
    for one in unreadable:
        remark(f"error: {one.reason}")
    if unreadable:
        raise typer.Exit(1)


def _currency(text: str) -> str:
    from stockcli.domain.errors import InvalidInputError

    code = text.strip().upper()
    if len(code) != len("GBP") or not (code.isascii() and code.isalpha()):
        message = f"{text[:20]!r} is no currency: give three letters, such as EUR"
        raise InvalidInputError(message)
    return code


def _timezone(text: str) -> str:
    from zoneinfo import ZoneInfo

    from stockcli.domain.errors import InvalidInputError

    try:
        return ZoneInfo(text.strip()).key
    except (KeyError, ValueError, OSError):
        message = f"{text[:40]!r} is no time zone: give an IANA name, such as Europe/Lisbon"
        raise InvalidInputError(message) from None

"""What commands share: the application, options that mean the same everywhere, asking back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.completion import complete_location, complete_sku, complete_tenant

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from stockcli.bootstrap import App
    from stockcli.usecases.ports import UnitOfWork

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Sku = Annotated[
    str, typer.Argument(metavar="SKU", help="The product's SKU.", autocompletion=complete_sku)
]
Location = Annotated[
    str | None,
    typer.Option(
        "--location",
        metavar="CODE",
        help="The location's code; left out, the shop's first.",
        autocompletion=complete_location,
    ),
]
TenantOption = Annotated[
    str | None,
    typer.Option(
        "--tenant",
        metavar="SLUG",
        help="The shop's short name (operators only).",
        autocompletion=complete_tenant,
    ),
]


def open_app() -> App:
    """Return the application of this environment; nothing is opened until it is asked for."""
    from stockcli.bootstrap import make_app

    return make_app()


def chosen_units(
    app: App, *, tenant: str | None, all_tenants: bool, writes: bool = True
) -> list[UnitOfWork]:
    """Return the unit of work of each shop to work on: the token's own, one named, or all.

    Raises:
        InvalidInputError: both one and all were asked for, or none and the token opens none.
        NotAllowedError: the token is a shop's, and the shop is not its own.
    """
    from stockcli.domain.errors import InvalidInputError

    if tenant and all_tenants:
        message = "--tenant and --all-tenants exclude each other"
        raise InvalidInputError(message)
    if all_tenants:
        app.require_operator()
        return [app.unit_for(shop) for shop in app.directory.tenants() if shop.active]
    if tenant:
        app.require_operator()
        return [app.unit_for(app.directory.tenant(tenant))]
    if app.identity.tenant is None:
        message = "no shop was named"
        raise InvalidInputError(message, "use --all-tenants or --tenant SLUG, or run `stock login`")
    return [app.unit(writes=writes)]


def group(app: typer.Typer, name: str, about: str) -> typer.Typer:
    """Add a group of commands and return it."""
    commands = typer.Typer(
        help=about, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    app.add_typer(commands, name=name)
    return commands


def remark(text: str) -> None:
    """Say something on stderr, so that stdout holds results alone."""
    typer.echo(text, err=True)


def ensure_agreed(question: str, otherwise: str) -> None:
    """Ask on the terminal, and go on after a yes.

    Args:
        question: what is asked.
        otherwise: what a no means, such as "nothing was ordered".

    Raises:
        ConflictError: the answer was no, or nobody is there to answer.
    """
    from stockcli.domain.errors import ConflictError

    if not sys.stdin.isatty():
        message = f"nobody is there to say yes: {otherwise}"
        raise ConflictError(message, "give --yes to do it without being asked")
    if not typer.confirm(question, err=True):
        raise ConflictError(otherwise)


def parse_units(text: str) -> Decimal:
    """Return a quantity in units.

    Raises:
        InvalidInputError: it is no number.
    """
    from stockcli.domain.quantity import quantity

    return quantity(text.strip())


def parse_day(text: str) -> date:
    """Return a calendar day written as 2026-11-30.

    Raises:
        InvalidInputError: it is no day.
    """
    from datetime import date

    from stockcli.domain.errors import InvalidInputError

    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        message = f"{text[:40]!r} is no day: write year-month-day, such as 2026-11-30"
        raise InvalidInputError(message) from None

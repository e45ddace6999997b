"""What commands share: the application, options that mean the same everywhere, asking back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

# Typer keeps it to itself, and no other way leads to the command from within it.
from typer._click.globals import get_current_context

from stockcli.cli.chat_text import harmless
from stockcli.cli.completion import complete_location, complete_sku, complete_tenant

if TYPE_CHECKING:
    from collections.abc import Sequence
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


def ensure_probability(service_level: float | None) -> None:
    """Refuse a service level that is no probability; None is none given.

    Raises:
        InvalidInputError: it is not inside (0, 1).
    """
    from stockcli.domain.errors import InvalidInputError

    if service_level is not None and not 0 < service_level < 1:
        message = f"a service level of {service_level:g} is none: give a probability such as 0.95"
        raise InvalidInputError(message)


def open_app() -> App:
    """Return the application of this environment; nothing is opened until it is asked for.

    The folder of the program's own database is made; one that somebody named must be there.
    """
    from contextlib import suppress

    from stockcli.bootstrap import make_app

    app = make_app(via=_typed_command())
    home = app.settings.home
    if app.settings.database_url == f"sqlite:///{home / 'stock.db'}":
        # Where that fails, the database says why nothing can be kept.
        with suppress(OSError):
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return app


def _typed_command() -> str:
    """Return the command that runs, without its arguments, such as "stock orders approve"."""
    context = get_current_context(silent=True)
    return context.command_path if context else "stock"


def chosen_units(
    app: App, *, tenant: str | None, all_tenants: bool, writes: bool = True
) -> list[UnitOfWork]:
    """Return the unit of work of each shop to work on: the token's own, one named, or all.

    Raises:
        InvalidInputError: both one and all were asked for, or none and the token opens none.
        NotAllowedError: the token is a shop's, and the shop is not its own.
        NotFoundError: all were asked for, and there is none.
    """
    from stockcli.domain.errors import InvalidInputError, NotFoundError

    if tenant and all_tenants:
        message = "--tenant and --all-tenants exclude each other"
        raise InvalidInputError(message)
    if all_tenants:
        app.require_operator()
        units = [app.unit_for(shop) for shop in app.directory.tenants() if shop.active]
        if not units and not unreadable_shops(app):
            message = f"there is no shop in {app.database.shown_url}"
            hint = "add one with `stock tenant add NAME`, or mend STOCK_HOME if it is another place"
            raise NotFoundError(message, hint)
        return units
    if tenant:
        app.require_operator()
        return [app.unit_for(app.directory.tenant(tenant))]
    if app.identity.tenant is None:
        message = "no shop was named"
        raise InvalidInputError(message, "use --all-tenants or --tenant SLUG, or run `stock login`")
    return [app.unit(writes=writes)]


def unreadable_shops(app: App) -> dict[str, str]:
    """Return which active shops cannot be worked for, and why: their policy cannot be read."""
    found = app.database.unreadable_tenants()
    return {one.mended.slug: one.reason for one in found if one.mended.active}


def group(app: typer.Typer, name: str, about: str) -> typer.Typer:
    """Add a group of commands and return it."""
    commands = typer.Typer(
        help=about, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    app.add_typer(commands, name=name)
    return commands


def remark(text: str) -> None:
    """Say something on stderr, so that stdout holds results alone; nothing in it moves a cursor."""
    from stockcli.cli.logs import remark_line

    told = harmless(text)
    typer.echo(remark_line(told) or told, err=True)


def some_of(names: Sequence[str], most: int = 5) -> str:
    """Return names in one phrase; of many the first few, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


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

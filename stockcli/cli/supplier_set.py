"""`stock supplier set`: how a supplier is reached, when it takes orders, how long it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, open_app
from stockcli.cli.policy_values import NONE, amount, within
from stockcli.cli.suppliers import Code, rows_and_day, show_supplier

if TYPE_CHECKING:
    from stockcli.bootstrap import App

CHANNELS = ("file", "email", "webhook")
LONGEST_LEAD_TIME_DAYS = 730


def set_particulars(
    code: Code,
    *,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="What the supplier is called.")
    ] = None,
    email: Annotated[
        str | None,
        typer.Option("--email", metavar="ADDRESS", help="Where e-mails go; none: nowhere."),
    ] = None,
    order_channel: Annotated[
        str | None,
        typer.Option(
            "--order-channel",
            metavar="|".join(CHANNELS),
            help="How orders leave.",
            autocompletion=lambda: list(CHANNELS),
        ),
    ] = None,
    webhook_url: Annotated[
        str | None,
        typer.Option("--webhook-url", metavar="URL", help="Where orders are posted; none."),
    ] = None,
    minimum_order_value: Annotated[
        str | None,
        typer.Option(
            "--minimum-order-value", metavar="AMOUNT", help="Smaller orders wait; 0: none do."
        ),
    ] = None,
    order_days: Annotated[
        str | None,
        typer.Option(
            "--order-days", metavar="DAYS", help="When orders are taken, such as mon,thu; any."
        ),
    ] = None,
    lead_time_days: Annotated[
        float | None,
        typer.Option("--lead-time-days", help="Days from order to receipt, on average."),
    ] = None,
    lead_time_sd_days: Annotated[
        float | None,
        typer.Option("--lead-time-sd-days", help="Their standard deviation, days."),
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="Add the supplier: there is none of this code.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Set a supplier's particulars; what is left out stays as it is.

    Orders leave as files in the home folder, by e-mail, or are posted to a webhook.

    \b
    Example: stock supplier set LEAF --email orders@leaf.example --order-channel email
    Example: stock supplier set LEAF --order-days mon,thu --minimum-order-value 150
    """
    from stockcli.domain import contacts
    from stockcli.usecases.supplying import SupplierChanges, set_supplier

    app = open_app()
    unit = app.unit(writes=True)
    longest = LONGEST_LEAD_TIME_DAYS
    changes = SupplierChanges(
        name=None if name is None else _name(name),
        email=None if email is None else _email(email),
        order_channel=None if order_channel is None else contacts.order_channel(order_channel),
        webhook_url=None if webhook_url is None else _web_address(app, webhook_url),
        minimum_order_value=None if minimum_order_value is None else amount(minimum_order_value),
        order_days=None if order_days is None else contacts.order_days(order_days),
        lead_time_days=within(lead_time_days, "--lead-time-days", 0, longest),
        lead_time_sd_days=within(lead_time_sd_days, "--lead-time-sd-days", 0, longest),
    )
    supplier = set_supplier(unit, code, changes, is_new=new)
    rows, day = rows_and_day(app, unit)
    row = next(row for row in rows if row.supplier.code == supplier.code)
    show_supplier(row, day, unit.tenant.currency, as_json=as_json)


def _name(text: str) -> str:
    """Return a name as the catalogue keeps names.

    Raises:
        InvalidInputError: nothing readable is left of it.
    """
    from stockcli.domain.errors import InvalidInputError
    from stockcli.usecases.importing.cells import readable

    if name := readable(text):
        return name
    raise InvalidInputError(f"{text[:40]!r} is no name")


def _email(text: str) -> str:
    from stockcli.domain.contacts import email_address

    return "" if _is_none(text) else email_address(text)


def _web_address(app: App, text: str) -> str:
    """Return a web address that may be kept: not one in the house, unless the operator lets it."""
    from stockcli.domain.contacts import web_address
    from stockcli.notifications.web_hooks import ensure_public_address

    if _is_none(text):
        return ""
    if not app.settings.allow_private_webhooks:
        ensure_public_address(text)
    return web_address(text)


def _is_none(text: str) -> bool:
    return text.strip().lower() in (NONE, "")

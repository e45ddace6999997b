"""`stock order`: order a product on a person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import (
    Json,
    Location,
    Sku,
    Yes,
    ensure_agreed,
    open_app,
    parse_units,
    remark,
)
from stockcli.cli.completion import complete_supplier

if TYPE_CHECKING:
    from stockcli.usecases.restocking import RestockPreview


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("order")(order)


def order(
    sku: Sku,
    units: Annotated[
        str | None,
        typer.Argument(metavar="UNITS", help="How many; left out, what the policy orders."),
    ] = None,
    location: Location = None,
    supplier: Annotated[
        str | None,
        typer.Option(
            "--supplier",
            metavar="CODE",
            help="One of the product's sources; left out, the first.",
            autocompletion=complete_supplier,
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")] = "by hand",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Order a product from its supplier; limits and approvals apply.

    What would be ordered is shown first, and a yes is asked for.

    Example: stock order 85123A 48
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import amount, print_lines
    from stockcli.usecases.restocking import preview_restock, restock_by_hand

    app = open_app()
    unit, now = app.unit(writes=True), app.clock.now()
    wanted = None if units is None else parse_units(units)
    preview = preview_restock(unit, sku, wanted, location=location, now=now, supplier=supplier)
    currency = unit.tenant.currency
    if not yes:
        _show(preview, currency)
        ensure_agreed("Order it?", "nothing was ordered")
    done = restock_by_hand(
        unit,
        preview.sku,
        preview.quantity,
        location=location,
        reason=reason,
        author=app.identity.author,
        now=now,
        supplier=supplier,
    )
    if as_json:
        print_json(done)
        return
    print_lines(
        f"{done.order_number} is {done.status}: {done.quantity.normalize():f} of {preview.sku}, "
        f"{amount(done.total, currency)}, expected {done.expected_on}"
    )
    if preview.joins == done.order_number:
        remark(f"it joined {preview.joins}, a draft that waits")
    if done.status == "draft":
        remark(f"it waits for approval: `stock orders approve {done.order_number}`")


def _show(preview: RestockPreview, currency: str) -> None:
    from stockcli.cli.render import amount, cell, clean

    remark(
        clean(
            f"{cell(preview.quantity)} of {preview.sku} ({preview.name}) for {preview.location} "
            f"from {preview.supplier}: {amount(preview.total, currency)}"
        )
    )
    remark(f"  {', '.join(preview.steps)}")
    if preview.joins:
        remark(f"  it joins {preview.joins}, a draft that waits")
    if preview.needs_approval_because:
        remark(f"  it will wait for approval: {preview.needs_approval_because}")

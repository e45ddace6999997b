"""`stock product` and `stock snooze`: the catalogue, and leaving a product alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, Sku, group, open_app, parse_day, remark
from stockcli.cli.completion import complete_sku

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stockcli.domain.catalogue import Product, Supplier

STATUSES = ("new", "active", "run_out", "discontinued")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("snooze")(snooze)
    commands = group(app, "product", "The catalogue: show a product, list them, end one's life.")
    commands.command("show")(show)
    commands.command("list")(list_products)
    commands.command("status")(set_status)
    commands.command("replace")(replace)


def snooze(
    sku: Sku,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="No order and no alert before this day."),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="End the pause now.")] = False,
) -> None:
    """Leave a product alone for a while: no order, no alert.

    Example: stock snooze 85123A --until 2026-12-27
    """
    from stockcli.domain.errors import InvalidInputError
    from stockcli.usecases.lifecycle import snooze as leave_alone

    if (until is None) is not off:
        message = "say either --until DATE or --off"
        raise InvalidInputError(message)
    unit = open_app().unit(writes=True)
    product = leave_alone(unit, sku, until=parse_day(until) if until else None)
    paused = f"left alone until {product.snoozed_until}"
    typer.echo(f"{product.sku} is {paused if product.snoozed_until else 'watched again'}")


def show(sku: Sku, as_json: Json = False) -> None:
    """Show what the catalogue says of a product.

    Example: stock product show 85123A
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table, words
    from stockcli.usecases.lifecycle import succession_of

    unit = open_app().unit()
    with unit.reading():
        product = unit.products.get(sku)
        suppliers = _by_id(unit.suppliers.all())
        by, replaced = succession_of(unit, product)
    facts = _facts(product, suppliers) | {"replaced_by": by or None, "replaces": list(replaced)}
    if as_json:
        print_json(facts)
        return
    print_table(
        [product.sku, words("")],
        [(name.replace("_", " "), _shown(value)) for name, value in facts.items()],
    )


def list_products(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT", help="Words of the SKU or name.", autocompletion=complete_sku
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the catalogue.

    Example: stock product list lantern
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted, number, print_table, words
    from stockcli.usecases.inventory import find_products

    unit = open_app().unit()
    with unit.reading():
        suppliers, count = _by_id(unit.suppliers.all()), len(unit.products.all())
    facts = [_facts(one, suppliers) for one in find_products(unit, text or "", limit=count)]
    if as_json:
        print_json(facts)
        return
    shown = (
        "sku",
        "name",
        "category",
        "supplier",
        "unit_cost",
        "unit_price",
        "pack_size",
        "status",
    )
    columns: list[Any] = [
        "SKU",
        words("product"),
        words("category"),
        words("supplier"),
        number("cost"),
        number("price"),
        number("pack"),
        "status",
    ]
    if facts:
        print_table(columns, [[one[name] for name in shown] for one in facts])
    remark(counted(len(facts), "product"))


def set_status(
    sku: Sku,
    status: Annotated[
        str,
        typer.Argument(
            metavar="STATUS",
            help=f"{', '.join(STATUSES)}; only new and active products are reordered.",
            autocompletion=lambda: list(STATUSES),
        ),
    ],
) -> None:
    """Move a product to another stage of its life.

    Example: stock product status 85123A run_out
    """
    from stockcli.domain.catalogue import ProductStatus
    from stockcli.domain.errors import InvalidInputError
    from stockcli.usecases.lifecycle import set_status as move

    name = status.strip().lower().replace("-", "_").replace(" ", "_")
    if name not in STATUSES:
        message = f"{status[:20]!r} is no status: use one of {', '.join(STATUSES)}"
        raise InvalidInputError(message)
    product = move(open_app().unit(writes=True), sku, ProductStatus(name))
    typer.echo(f"{product.sku} is {product.status.replace('_', ' ')}")


def replace(
    sku: Sku,
    successor: Annotated[
        str | None,
        typer.Argument(
            metavar="NEW", help="The SKU sold in its place.", autocompletion=complete_sku
        ),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take it back: the product is active again.")
    ] = False,
) -> None:
    """Let one product replace another: the old one runs out, the new one inherits its sales.

    Example: stock product replace 85123A 85123B
    """
    from stockcli.domain.errors import InvalidInputError
    from stockcli.usecases.lifecycle import replace_product, undo_replacement

    if (successor is None) is not undo:
        message = "say either which product replaces it, or --undo"
        raise InvalidInputError(message)
    unit = open_app().unit(writes=True)
    if successor is None:
        typer.echo(f"{undo_replacement(unit, sku).sku} is active again, and nothing replaces it")
        return
    made = replace_product(unit, sku, successor)
    ended = made.old.status.replace("_", " ")
    typer.echo(f"{made.new.sku} replaces {made.old.sku}, which is {ended}")
    if made.on_order:
        remark(f"some {made.old.sku} is still to come with {', '.join(made.on_order)}")


def _shown(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def _by_id(suppliers: list[Supplier]) -> dict[int, Supplier]:
    return {int(supplier.id): supplier for supplier in suppliers}


def _facts(product: Product, suppliers: Mapping[int, Supplier]) -> dict[str, Any]:
    supplier = suppliers.get(product.supplier_id or 0)
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "supplier": supplier.name if supplier else None,
        "lead_time_days": supplier.lead_time.mean_days if supplier else None,
        "status": product.status,
        "unit_cost": product.unit_cost,
        "unit_price": product.unit_price,
        "pack_size": product.pack_size,
        "minimum_order_quantity": product.minimum_order_quantity,
        "maximum_stock": product.maximum_stock,
        "service_level": product.service_level,
        "snoozed_until": product.snoozed_until,
    }

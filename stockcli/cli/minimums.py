"""`stock minimum`: reorder points set by hand."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from stockcli.cli.common import Json, Location, Sku, group, open_app, parse_day, parse_units, remark


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(
        app, "minimum", "Reorder points set by hand; they go before the computed ones."
    )
    commands.command("set")(set_by_hand)
    commands.command("clear")(clear)
    commands.command("list")(list_minimums)


def set_by_hand(
    sku: Sku,
    units: Annotated[str, typer.Argument(metavar="UNITS", help="The reorder point, units.")],
    location: Location = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")] = "",
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="DATE", help="The last day it holds.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Set a product's minimum; the computed reorder point is kept beside it.

    \b
    Example: stock minimum set 85123A 60 --reason "Christmas" --expires 2026-12-24
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import cell
    from stockcli.usecases.minimums import set_minimum

    app = open_app()
    minimum = set_minimum(
        app.unit(writes=True),
        sku,
        parse_units(units),
        location=location,
        reason=reason.strip(),
        author=app.identity.author,
        now=app.clock.now(),
        expires_on=parse_day(expires) if expires else None,
    )
    if as_json:
        print_json(
            {"sku": sku, "minimum": minimum.quantity, "author": minimum.author}
            | {"reason": minimum.reason, "expires_on": minimum.expires_on}
        )
        return
    until = f" until {minimum.expires_on}" if minimum.expires_on else ""
    typer.echo(f"the minimum of {sku} is {cell(minimum.quantity)}{until}")


def clear(sku: Sku, location: Location = None) -> None:
    """Remove a product's minimum; the computed reorder point holds again.

    Example: stock minimum clear 85123A
    """
    from stockcli.usecases.minimums import clear_minimum

    was_set = clear_minimum(open_app().unit(writes=True), sku, location=location)
    if was_set:
        typer.echo(f"the minimum of {sku} is removed")
    else:
        remark(f"{sku} had no minimum")


def list_minimums(as_json: Json = False) -> None:
    """List the minimums set by hand, with the computed reorder points beside them.

    Example: stock minimum list
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted, number, print_table, words
    from stockcli.usecases.inventory import shop_day
    from stockcli.usecases.minimums import minimum_rows

    app = open_app()
    unit = app.unit()
    day, rows = shop_day(unit, app.clock.now()), minimum_rows(unit)
    if as_json:
        print_json([_facts(row) | {"in_force": row.minimum.holds_on(day)} for row in rows])
        return
    columns: list[Any] = [
        "SKU",
        words("product"),
        "location",
        number("minimum"),
        number("computed"),
        "until",
        "set by",
        words("reason"),
    ]
    cells = [
        (
            row.sku,
            row.name,
            row.location,
            row.minimum.quantity,
            row.computed,
            _until(row.minimum, day),
            row.minimum.author,
            row.minimum.reason,
        )
        for row in rows
    ]
    if rows:
        print_table(columns, cells)
    remark(f"{counted(len(rows), 'minimum')} set by hand")


def _until(minimum: Any, day: Any) -> str:
    if minimum.expires_on is None:
        return ""
    return f"{minimum.expires_on}{'' if minimum.holds_on(day) else ' (over)'}"


def _facts(row: Any) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "name": row.name,
        "location": row.location,
        "minimum": row.minimum.quantity,
        "computed_reorder_point": row.computed,
        "author": row.minimum.author,
        "reason": row.minimum.reason,
        "set_at": row.minimum.set_at,
        "expires_on": row.minimum.expires_on,
    }

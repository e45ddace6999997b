"""`stock location`: the places that hold stock."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from stockcli.cli.common import Json, group, open_app, remark


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "location", "The places that hold stock: shop floor, warehouse, kiosk.")
    commands.command("list")(list_locations)
    commands.command("add")(add)


def list_locations(as_json: Json = False) -> None:
    """List the locations; the first is meant where none is named.

    Example: stock location list
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted, number, print_table, words
    from stockcli.usecases.locations import location_rows

    rows = location_rows(open_app().unit())
    if as_json:
        print_json(
            [
                {
                    "location": row.location.code,
                    "name": row.location.name,
                    "products": row.products,
                    "is_first": row.is_first,
                }
                for row in rows
            ]
        )
        return
    columns: list[Any] = ["location", words("name"), number("products on hand")]
    if rows:
        print_table(columns, [(one.location.code, one.location.name, one.products) for one in rows])
    remark(counted(len(rows), "location"))


def add(
    place: Annotated[
        str, typer.Argument(metavar="CODE", help="What it is called for short, such as DEPOT.")
    ],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="Its full name.")] = "",
    as_json: Json = False,
) -> None:
    """Add a location, or give one another name.

    Example: stock location add DEPOT --name "Depot at the harbour"
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import clean
    from stockcli.usecases.locations import put_location

    known, is_new = put_location(open_app().unit(writes=True), place, name)
    if as_json:
        print_json({"location": known.code, "name": known.name, "is_new": is_new})
        return
    said = "is added:" if is_new else "is called"
    typer.echo(f"{known.code} {said} {clean(known.name)}")
    if is_new:
        remark(f"say what lies there: `stock count SKU UNITS --location {known.code}`")

"""`stock move`, `count`, `reserve`: keeping the ledger by hand."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, Location, Sku, group, open_app, parse_day, parse_units, remark
from stockcli.cli.completion import complete_location

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.usecases.ports import UnitOfWork

Units = Annotated[str, typer.Argument(metavar="UNITS", help="How many units.")]
Note = Annotated[str, typer.Option("--note", help="A remark, kept with the movement.")]
Reference = Annotated[
    str | None,
    typer.Option(
        "--reference",
        metavar="TEXT",
        help="Your own number of it, booked once; left out, a fresh one.",
    ),
]

Day = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="The day it happened; left out, the shop's present."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(app, "move", "Book a stock movement: sale, receipt, return, and so on.")
    commands.command("sale")(sale)
    commands.command("receipt")(receipt)
    commands.command("return")(take_back)
    # A negative number is an argument here, not an option.
    commands.command("adjustment", context_settings={"ignore_unknown_options": True})(adjustment)
    commands.command("transfer")(transfer)
    app.command("count")(count)
    app.command("reserve")(reserve)


def sale(
    sku: Sku,
    units: Units,
    location: Location = None,
    note: Note = "",
    reference: Reference = None,
    day: Day = None,
    as_json: Json = False,
) -> None:
    """Book a sale: units leave the shelf.

    Example: stock move sale 85123A 2
    """
    _book("sale", sku, units, location, note, reference, day, as_json=as_json)


def receipt(
    sku: Sku,
    units: Units,
    location: Location = None,
    note: Note = "",
    reference: Reference = None,
    day: Day = None,
    as_json: Json = False,
) -> None:
    """Book goods that came in without an order; else use `stock orders receive`.

    Example: stock move receipt 85123A 12 --note "free sample"
    """
    _book("receipt", sku, units, location, note, reference, day, as_json=as_json)


def take_back(
    sku: Sku,
    units: Units,
    location: Location = None,
    note: Note = "",
    reference: Reference = None,
    day: Day = None,
    as_json: Json = False,
) -> None:
    """Book what a customer brought back: units return to the shelf.

    Example: stock move return 85123A 1
    """
    _book("return", sku, units, location, note, reference, day, as_json=as_json)


def adjustment(
    sku: Sku,
    units: Annotated[
        str, typer.Argument(metavar="UNITS", help="The change: -3 for three units lost.")
    ],
    location: Location = None,
    note: Note = "",
    reference: Reference = None,
    day: Day = None,
    as_json: Json = False,
) -> None:
    """Book a correction, such as breakage.

    Example: stock move adjustment 85123A -3 --note broken
    """
    _book("adjustment", sku, units, location, note, reference, day, as_json=as_json)


def _book(
    kind: str,
    sku: str,
    units: str,
    location: str | None,
    note: str,
    reference: str | None,
    day: str | None,
    *,
    as_json: bool,
) -> None:
    from stockcli.domain.ledger import MovementKind
    from stockcli.usecases.stock_keeping import record_movement

    app = open_app()
    unit = app.unit(writes=True)
    booked = record_movement(
        unit,
        sku,
        kind=MovementKind(kind),
        units=parse_units(units),
        location=location,
        reference=_reference(kind, reference),
        now=app.clock.now(),
        note=note.strip(),
        on=parse_day(day) if day else None,
    )
    if not booked:
        remark(f"{reference} was booked before: nothing changed")
    _show_stock(app, unit, sku, location, as_json=as_json)


def transfer(
    sku: Sku,
    units: Units,
    origin: Annotated[
        str,
        typer.Option(
            "--from", metavar="CODE", help="Where it leaves.", autocompletion=complete_location
        ),
    ],
    destination: Annotated[
        str,
        typer.Option(
            "--to", metavar="CODE", help="Where it arrives.", autocompletion=complete_location
        ),
    ],
    note: Note = "",
    reference: Reference = None,
    day: Day = None,
    as_json: Json = False,
) -> None:
    """Move units between two locations at once: out of one, into the other.

    Example: stock move transfer 85123A 24 --from WAREHOUSE --to SHOP
    """
    from stockcli.usecases.stock_keeping import transfer_stock

    app = open_app()
    unit = app.unit(writes=True)
    booked = transfer_stock(
        unit,
        sku,
        units=parse_units(units),
        origin=origin,
        destination=destination,
        reference=_reference("transfer", reference),
        now=app.clock.now(),
        note=note.strip(),
        on=parse_day(day) if day else None,
    )
    if not booked:
        remark(f"{reference} was booked before: nothing changed")
    _show_stock(app, unit, sku, None, as_json=as_json)


def count(
    sku: Sku,
    units: Annotated[str, typer.Argument(metavar="UNITS", help="What is on the shelf, counted.")],
    location: Location = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Book a stock count; the ledger is corrected to what was found.

    Example: stock count 85123A 31
    """
    from stockcli.usecases.stock_keeping import count_stock

    app = open_app()
    unit = app.unit(writes=True)
    difference = count_stock(
        unit,
        sku,
        counted=parse_units(units),
        location=location,
        reference=_reference("count", None),
        now=app.clock.now(),
        note=note.strip(),
    )
    remark(f"corrected by {difference.normalize():+f}" if difference else "the ledger was right")
    _show_stock(app, unit, sku, location, as_json=as_json)


def reserve(
    sku: Sku,
    units: Annotated[
        str, typer.Argument(metavar="UNITS", help="All that is promised; 0 releases it.")
    ],
    location: Location = None,
    as_json: Json = False,
) -> None:
    """Set how many units of a product are promised to customers.

    Example: stock reserve 85123A 6
    """
    from stockcli.usecases.stock_keeping import reserve as promise

    app = open_app()
    unit = app.unit(writes=True)
    promise(unit, sku, units=parse_units(units), location=location)
    _show_stock(app, unit, sku, location, as_json=as_json)


def _reference(kind: str, given: str | None) -> str:
    """Return the movement's business key: the person's own, or one that was never used."""
    return f"hand:{kind}:{(given or '').strip() or secrets.token_hex(8)}"


def _show_stock(
    app: App, unit: UnitOfWork, sku: str, location: str | None, *, as_json: bool
) -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import cell
    from stockcli.usecases.inventory import shop_day, stock_of

    day = shop_day(unit, app.clock.now())
    lines = stock_of(unit, sku, day=day)
    if location is not None:
        with unit.reading():
            place = unit.locations.get(location)
        lines = [line for line in lines if line.location.id == place.id]
    if as_json:
        from stockcli.cli.levels import facts

        print_json([facts(line, day) for line in lines])
        return
    for line in lines:
        reserved = f", {cell(line.level.reserved)} reserved" if line.level.reserved else ""
        typer.echo(
            f"{line.product.sku} at {line.location.code}: "
            f"{cell(line.level.on_hand)} on hand{reserved}"
        )
        if line.level.is_known and line.level.on_hand < 0:
            remark("the shelf is below zero now: was that right? `stock count` corrects it")

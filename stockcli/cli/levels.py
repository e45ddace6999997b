"""`stock levels`: what is on the shelf, what is on its way, and what is low."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, open_app, remark
from stockcli.cli.completion import complete_location, complete_sku

if TYPE_CHECKING:
    from datetime import date

    from stockcli.usecases.inventory import StockLine
    from stockcli.usecases.ports import UnitOfWork


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("levels")(levels)


def levels(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT",
            help="A SKU, or words of a product's name; left out, everything.",
            autocompletion=complete_sku,
        ),
    ] = None,
    low: Annotated[
        bool, typer.Option("--low", help="Only what is at or below its reorder point.")
    ] = False,
    location: Annotated[
        str | None,
        typer.Option(
            "--location",
            metavar="CODE",
            help="Only this location.",
            autocompletion=complete_location,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show stock levels: on hand, on order, reserved, and the reorder point.

    Low is what has its inventory position (on hand + on order - reserved) at or below the reorder
    point in force. A star marks a minimum set by hand.

    Example: stock levels --low
    """
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.inventory import needs_order, shop_day, stock_lines

    app = open_app()
    unit = app.unit()
    day = shop_day(unit, app.clock.now())
    lines = _at(unit, stock_lines(unit, day=day), location)
    if text:
        lines = _matching(unit, lines, text)
    short = [line for line in lines if line.is_short_but_ordered]
    waiting = len(short)
    unapproved = sum(any(o.status == "draft" for o in line.open_orders) for line in short)
    if low:
        lines = [line for line in lines if needs_order(line, day)]
    if as_json:
        print_json([facts(line, day) for line in lines])
        return
    if lines:
        _print(lines)
    remark(_summary(lines, low, day))
    if low and waiting:
        drafts = f", {unapproved} of them in orders that wait for approval" if unapproved else ""
        remark(f"{waiting} more are short on the shelf, but on order{drafts}: `stock orders list`")


def _at(unit: UnitOfWork, lines: list[StockLine], location: str | None) -> list[StockLine]:
    if location is None:
        return lines
    with unit.reading():
        place = unit.locations.get(location)
    return [line for line in lines if line.location.id == place.id]


def _matching(unit: UnitOfWork, lines: list[StockLine], text: str) -> list[StockLine]:
    """Return the lines that hold every word; a text that fits no product at all is an error."""
    from stockcli.domain.identifiers import folded
    from stockcli.usecases.inventory import find_products

    if not find_products(unit, text, limit=1):
        with unit.reading():
            unit.products.get(text)
    wanted = folded(text).split()
    return [
        line
        for line in lines
        if all(word in folded(f"{line.product.sku} {line.product.name}") for word in wanted)
    ]


def _print(lines: list[StockLine]) -> None:
    from stockcli.cli.render import number, print_table, words

    several = len({line.location.id for line in lines}) > 1
    columns: list[Any] = [
        "SKU",
        words("product"),
        *(["location"] if several else []),
        number("on hand"),
        number("on order"),
        number("reserved"),
        number("reorder point"),
        number("days of cover"),
        "state",
    ]
    print_table(columns, [_row(line, several) for line in lines])


def _row(line: StockLine, several: bool) -> tuple[Any, ...]:
    from stockcli.cli.render import cell

    level, star = line.level, "*" if line.is_manual else ""
    return (
        line.product.sku,
        line.product.name,
        *([line.location.code] if several else []),
        level.on_hand if level.is_known else "?",
        level.on_order,
        level.reserved,
        f"{cell(line.reorder_point)}{star}",
        f"{line.days_of_cover:.1f}" if level.is_known and line.days_of_cover is not None else "",
        _state(line),
    )


def _state(line: StockLine) -> str:
    if line.product.status != "active":
        return str(line.product.status).replace("_", " ")
    if not line.level.is_known:
        return "never counted"
    return "low" if line.is_low else ""


def _summary(lines: list[StockLine], low: bool, day: date) -> str:
    kind = "low" if low else "listed"
    return f"{len(lines)} {kind}, judged on {day}"


def facts(line: StockLine, day: date) -> dict[str, Any]:
    """Return a stock line for programs; on hand is null while the shelf was never counted.

    Args:
        day: the shop's business day, from which the day the shelf is empty is counted.
    """
    from stockcli.usecases.projecting import outlook_of_line

    level, threshold = line.level, line.threshold
    outlook = outlook_of_line(line, day)
    return {
        "sku": line.product.sku,
        "name": line.product.name,
        "location": line.location.code,
        "status": line.product.status,
        "on_hand": level.on_hand if level.is_known else None,
        "on_order": level.on_order,
        "reserved": level.reserved,
        "inventory_position": level.position,
        "reorder_point": line.reorder_point,
        "computed_reorder_point": threshold.reorder_point if threshold else None,
        "manual_minimum": line.minimum.quantity if line.minimum else None,
        "order_up_to_level": line.order_up_to_level,
        "days_of_cover": None if line.days_of_cover is None else round(line.days_of_cover, 1),
        "runs_out_on": outlook.runs_out_on if outlook else None,
        "out_even_if_ordered_today": outlook.is_out_even_if_ordered_today if outlook else None,
        "low": line.is_low,
        "open_orders": [order.number for order in line.open_orders],
    }

"""`stock why`: how a number came about."""

from __future__ import annotations

from typing import Annotated

import typer

from stockcli.cli.common import Json, Sku, open_app
from stockcli.cli.completion import complete_location

OnlyAt = Annotated[
    str | None,
    typer.Option(
        "--location",
        metavar="CODE",
        help="Only this location; left out, every one.",
        autocompletion=complete_location,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("why")(why)


def why(sku: Sku, location: OnlyAt = None, as_json: Json = False) -> None:
    """Tell the whole story of a product: stock, demand, lead time, reorder point, order.

    Also why nothing is ordered now, and what was decided about it.

    Example: stock why 85123A
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_lines
    from stockcli.usecases.reporting import why as tell

    app = open_app()
    reports = tell(app.unit(), sku, now=app.clock.now(), location=location)
    if as_json:
        print_json([report.to_json() for report in reports])
        return
    for report in reports:
        product, place = report.line.product, report.line.location
        print_lines(
            f"{product.sku}  {product.name}  at {place.code}, judged on {report.day}",
        )
        for chapter in report.chapters:
            print_lines(chapter.title, *(f"- {sentence}" for sentence in chapter.sentences))

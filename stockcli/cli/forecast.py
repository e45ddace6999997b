"""`stock forecast`: what a product may sell, and when to order it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, open_app
from stockcli.cli.completion import complete_location, complete_sku

if TYPE_CHECKING:
    from stockcli.cli.forecast_facts import ForecastFacts

LONGEST_HORIZON_DAYS = 365


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forecast")(forecast)


def forecast(
    product: Annotated[
        str,
        typer.Option(
            "--product", "-p", metavar="SKU", help="The SKU.", autocompletion=complete_sku
        ),
    ],
    location: Annotated[
        str | None,
        typer.Option(
            "--location",
            metavar="CODE",
            help="Its location; left out, the one that sells most of it.",
            autocompletion=complete_location,
        ),
    ] = None,
    horizon: Annotated[
        int,
        typer.Option(
            "--horizon",
            metavar="DAYS",
            help="Days to forecast.",
            min=1,
            max=LONGEST_HORIZON_DAYS,
        ),
    ] = 28,
    service_level: Annotated[
        float | None,
        typer.Option(
            "--service-level",
            metavar="Q",
            help="Target probability of no stock-out, such as 0.98; left out, the product's.",
        ),
    ] = None,
    as_json: Json = False,
    csv_file: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="Write the days as CSV; - is stdout."),
    ] = None,
    png_file: Annotated[
        str | None, typer.Option("--png", metavar="FILE", help="Write a picture.")
    ] = None,
) -> None:
    """Show what a product sold and may sell, and how its reorder point comes about.

    Nothing is written to the database. The interval of each day is the central 80 %.

    \b
    Example:
      stock forecast --product 85123A --horizon 14 --png heart.png
    """
    from stockcli.cli.common import remark
    from stockcli.cli.forecast_files import write_csv, write_picture
    from stockcli.domain.errors import InvalidInputError

    if as_json and csv_file == "-":
        message = "JSON and CSV cannot both stand on stdout"
        raise InvalidInputError(message, "give --csv a file")
    facts = _facts(product, location, horizon, service_level)
    if png_file is not None:
        write_picture(facts, png_file)
        remark(f"the picture is in {png_file}")
    if csv_file is not None:
        write_csv(facts, csv_file)
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(facts.to_json())
    elif csv_file != "-":
        from stockcli.cli.forecast_page import print_forecast

        print_forecast(facts)


def _facts(
    sku: str, location: str | None, horizon_days: int, service_level: float | None
) -> ForecastFacts:
    from stockcli.cli.forecast_facts import forecast_facts
    from stockcli.domain.errors import InvalidInputError
    from stockcli.usecases.forecasting import forecast_product

    if service_level is not None and not 0 < service_level < 1:
        message = f"a service level of {service_level:g} is none: give a probability such as 0.95"
        raise InvalidInputError(message)
    app = open_app()
    unit = app.unit()
    forecasts = forecast_product(
        unit,
        app.forecaster(),
        sku,
        now=app.clock.now(),
        location=location,
        horizon_days=horizon_days,
        service_level=service_level,
    )
    return forecast_facts(forecasts, unit.tenant)

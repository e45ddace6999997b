"""`stock forecast`: what a product may sell, and when to order it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, ensure_probability, open_app
from stockcli.cli.completion import complete_location, complete_sku

if TYPE_CHECKING:
    from stockcli.cli.forecast_facts import ForecastFacts

DEFAULT_HORIZON_DAYS = 28
LONGEST_HORIZON_DAYS = 365
MOST_WORKERS = 256


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forecast")(forecast)


def forecast(
    *,
    product: Annotated[
        str | None,
        typer.Option(
            "--product", "-p", metavar="SKU", help="The SKU.", autocompletion=complete_sku
        ),
    ] = None,
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
        int | None,
        typer.Option(
            "--horizon",
            metavar="DAYS",
            help="Days to forecast; left out, 28.",
            min=1,
            max=LONGEST_HORIZON_DAYS,
        ),
    ] = None,
    service_level: Annotated[
        float | None,
        typer.Option(
            "--service-level",
            metavar="Q",
            help="Target probability of no stock-out, such as 0.98; left out, the product's, "
            "and 0.95 with --input.",
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
    diagnostics: Annotated[
        bool,
        typer.Option(
            "--diagnostics",
            help="Add what statsmodels says of the fitted models, and checks of what they leave.",
        ),
    ] = False,
    input_file: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="Forecast a table instead of a shop's product: CSV or Parquet with the columns "
            "product, date, quantity, and location and in_stock (1/0) if you have them. All "
            "series run to the last period of the file, and are taken as one shop's: they teach "
            "each other.",
        ),
    ] = None,
    calendar_file: Annotated[
        str | None,
        typer.Option(
            "--calendar",
            metavar="FILE",
            help="With --input: a CSV file of days with the columns date, and event (such as "
            "promotion) or open (1/0) or both.",
        ),
    ] = None,
    output_file: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="With --input: write the thresholds as CSV or Parquet, by the ending; left out, "
            "CSV on stdout.",
        ),
    ] = None,
    lead_time_days: Annotated[
        float | None,
        typer.Option(
            "--lead-time-days",
            metavar="N",
            help="With --input: from order to receipt, in periods of the table.",
        ),
    ] = None,
    lead_time_sd_days: Annotated[
        float | None,
        typer.Option(
            "--lead-time-sd-days",
            metavar="S",
            help="With --input: its standard deviation, twice the lead time at most; left out, 0.",
        ),
    ] = None,
    review_days: Annotated[
        int | None,
        typer.Option(
            "--review-days",
            metavar="N",
            help="With --input: between two orders, in periods of the table.",
        ),
    ] = None,
    frequency: Annotated[
        str | None,
        typer.Option(
            "--frequency",
            metavar="day|week|month",
            help="With --input: what a period is; left out, a day.",
        ),
    ] = None,
    holding_cost: Annotated[
        float | None,
        typer.Option(
            "--holding-cost",
            metavar="H",
            help="With --input: of a unit for a period; with --shortage-cost it sets the "
            "service level, which is then left out.",
        ),
    ] = None,
    shortage_cost: Annotated[
        float | None,
        typer.Option(
            "--shortage-cost",
            metavar="S",
            help="With --input: of a unit that was asked for in vain.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            help="With --input: processes; left out, one a core.",
            min=1,
            max=MOST_WORKERS,
        ),
    ] = None,
) -> None:
    """Show what a product sold and may sell, and how its reorder point comes about.

    Nothing is written to the database. The interval of each day is the central 80 %.

    With --input, the thresholds of every product and location of a table; no shop, no token.

    \b
    Examples:
      stock forecast --product 85123A --horizon 14 --png heart.png
      stock forecast --input sales.csv --lead-time-days 5 --review-days 7 --service-level 0.95
    """
    from stockcli.cli.forecast_input import forecast_input
    from stockcli.cli.forecast_input_options import ensure_no_other, table_question
    from stockcli.domain.errors import InvalidInputError

    ensure_one_on_stdout(as_json=as_json, csv_file=csv_file, diagnostics=diagnostics)
    of_a_product: dict[str, object] = {
        "--product": product,
        "--location": location,
        "--horizon": horizon,
        "--csv": csv_file,
        "--png": png_file,
        "--diagnostics": diagnostics or None,
    }
    of_a_table: dict[str, object] = {
        "--calendar": calendar_file,
        "--output": output_file,
        "--lead-time-days": lead_time_days,
        "--lead-time-sd-days": lead_time_sd_days,
        "--review-days": review_days,
        "--frequency": frequency,
        "--holding-cost": holding_cost,
        "--shortage-cost": shortage_cost,
        "--workers": workers,
    }
    if input_file is not None:
        ensure_no_other("--input", of_a_product)
        forecast_input(table_question(input_file, of_a_table, service_level), as_json=as_json)
        return
    ensure_no_other("--product", of_a_table)
    if product is None:
        message = "nothing was named to forecast"
        raise InvalidInputError(message, "give --product SKU, or --input FILE for a table")
    facts = _facts(product, location, horizon or DEFAULT_HORIZON_DAYS, service_level)
    _show(facts, as_json=as_json, csv_file=csv_file, png_file=png_file)
    if diagnostics:
        from stockcli.cli.forecast_diagnostics import print_diagnostics

        print_diagnostics(facts.one)


def ensure_one_on_stdout(*, as_json: bool, csv_file: str | None, diagnostics: bool) -> None:
    """Refuse two things that would stand on stdout at once."""
    from stockcli.domain.errors import InvalidInputError

    if as_json and csv_file == "-":
        message = "JSON and CSV cannot both stand on stdout"
        raise InvalidInputError(message, "give --csv a file")
    if diagnostics and (as_json or csv_file == "-"):
        message = "--diagnostics is a text to read"
        raise InvalidInputError(message, "leave out --json, and give --csv a file")


def _show(
    facts: ForecastFacts, *, as_json: bool, csv_file: str | None, png_file: str | None
) -> None:
    from stockcli.cli.common import remark
    from stockcli.cli.forecast_files import write_csv, write_picture

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
    from stockcli.usecases.forecasting import forecast_product

    ensure_probability(service_level)
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
    return forecast_facts(forecasts)

"""`stock backtest`: what the thresholds of the past would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, TenantOption
from stockcli.cli.completion import complete_sku

if TYPE_CHECKING:
    from stockcli.cli.backtest_options import BacktestOptions

MOST_ORIGINS = 100
LONGEST_STEP = 366
MOST_WORKERS = 256


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backtest")(backtest)


def backtest(
    *,
    input_file: Annotated[
        str | None,
        typer.Option(
            "--input", metavar="FILE", help="Sales as CSV or Parquet; left out, your shop's own."
        ),
    ] = None,
    calendar_file: Annotated[
        str | None,
        typer.Option(
            "--calendar",
            metavar="FILE",
            help="With --input: a CSV file of days: date, and event or open (1/0) or both.",
        ),
    ] = None,
    tenant: TenantOption = None,
    product: Annotated[
        str | None,
        typer.Option(
            "--product",
            "-p",
            metavar="SKU",
            help="One product alone, with a plot of its stock.",
            autocompletion=complete_sku,
        ),
    ] = None,
    frequency: Annotated[
        str,
        typer.Option(
            "--frequency", metavar="PERIOD", help="Periods of the file: day, week or month."
        ),
    ] = "day",
    lead_time_days: Annotated[
        float | None,
        typer.Option("--lead-time-days", help="Lead time; in periods if these are no days."),
    ] = None,
    lead_time_sd_days: Annotated[
        float | None, typer.Option("--lead-time-sd-days", help="Its standard deviation.")
    ] = None,
    review_days: Annotated[
        int | None, typer.Option("--review-days", help="Days, or periods, between two checks.")
    ] = None,
    service_level: Annotated[
        float | None,
        typer.Option(
            "--service-level",
            metavar="Q",
            help="Target probability of no stock-out; left out, the shop's, or 0.95.",
        ),
    ] = None,
    holding_cost: Annotated[
        float | None,
        typer.Option("--holding-cost", help="Of a unit on the shelf for a day, or period."),
    ] = None,
    shortage_cost: Annotated[
        float | None, typer.Option("--shortage-cost", help="Of a unit asked for in vain.")
    ] = None,
    origins: Annotated[
        int,
        typer.Option(
            "--origins", metavar="N", help="Times to cut the past.", min=1, max=MOST_ORIGINS
        ),
    ] = 8,
    every: Annotated[
        int | None,
        typer.Option(
            "--every",
            metavar="PERIODS",
            help="Periods between two cuts; left out, 14 days, 2 weeks or 1 month.",
            min=1,
            max=LONGEST_STEP,
        ),
    ] = None,
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            metavar="RULE",
            help="order-up-to (the quantile is the level) or reorder-point (s, S).",
        ),
    ] = "order-up-to",
    backorders: Annotated[
        bool, typer.Option("--backorders", help="Demand waits for the delivery; else it is lost.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            help="Processes; left out, one a core.",
            min=1,
            max=MOST_WORKERS,
        ),
    ] = None,
    as_json: Json = False,
    csv_file: Annotated[
        str | None,
        typer.Option(
            "--csv", metavar="FILE", help="Write a row per series, cut and method; - is stdout."
        ),
    ] = None,
) -> None:
    """Cut the past, forecast at each cut, and show what the thresholds would have done.

    Beside the forecasts stand last season's same periods and the textbook rule
    mean x L + z x sd x sqrt(L). The policy is then walked through what followed.

    \b
    Example:
      stock backtest --product 85123A
      stock backtest --input sales.csv --lead-time-days 7 --review-days 7 --csv windows.csv
    """
    from stockcli.cli.backtest_options import BacktestOptions

    options = BacktestOptions(
        input_file=input_file,
        calendar_file=calendar_file,
        tenant=tenant,
        product=product,
        frequency=frequency,
        lead_time_days=lead_time_days,
        lead_time_sd_days=lead_time_sd_days,
        review_days=review_days,
        service_level=service_level,
        holding_cost=holding_cost,
        shortage_cost=shortage_cost,
        origins=origins,
        every=every,
        rule=rule,
        backorders=backorders,
    )
    _run(options, workers, as_json=as_json, csv_file=csv_file)


def _run(
    options: BacktestOptions, workers: int | None, *, as_json: bool, csv_file: str | None
) -> None:
    from stockcli.cli.backtest_files import window_rows
    from stockcli.cli.backtest_page import print_backtest
    from stockcli.cli.backtest_running import run_backtest
    from stockcli.domain.errors import InvalidInputError

    options.ensure_sound()
    if as_json and csv_file == "-":
        message = "JSON and CSV cannot both stand on stdout"
        raise InvalidInputError(message, "give --csv a file")
    with window_rows(csv_file) as rows:
        facts = run_backtest(options, workers, on_series=rows)
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(facts.to_json())
    elif csv_file != "-":
        print_backtest(facts)

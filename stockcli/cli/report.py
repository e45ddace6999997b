"""`stock report`: how the shop did over the last days, on the terminal or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, open_app, remark

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.usecases.shop_report import ShopReport

USUAL_DAYS = 90
MOST_DAYS = 1_830
USUAL_ROWS = 10
READ_BY_OWNER = 0o600


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    days: Annotated[
        int,
        typer.Option(
            "--days",
            metavar="N",
            min=1,
            max=MOST_DAYS,
            help="Look back on so many complete days.",
        ),
    ] = USUAL_DAYS,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write one page with charts instead."),
    ] = None,
    top: Annotated[
        int,
        typer.Option("--top", metavar="N", min=1, help="Name at most so many products a list."),
    ] = USUAL_ROWS,
    as_json: Json = False,
) -> None:
    """Tell how the shop did: service, lost sales, stock, forecasts, suppliers, and what it cost.

    Fill rate: units sold / (units sold + units lost); lost is what the forecast of the day expected
    and a shelf that ended the day empty did not sell. Excess: units above the order-up-to level.
    Dead: on hand at the end of every day for 90 days (or --days, if more), and none sold. Turns: a
    year's sales over mean stock, at cost. WAPE and bias: forecasts on record against the week they
    began. On time: orders due in the days, by their last goods. Money at today's prices.

    \b
    Example: stock report --days 28
    Example: stock report --html report.html
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.report_facts import report_facts
    from stockcli.cli.report_page import print_report
    from stockcli.usecases.shop_report import shop_report

    app = open_app()
    if html is not None:
        _ensure_page(html)
    found = shop_report(app.unit(), now=app.clock.now(), days=days)
    if html is not None:
        _write_page(app, found, html, top)
    if as_json:
        print_json(report_facts(found, top))
    elif html is None:
        print_report(found, top)
    if not found.days:
        remark("nothing was sold or counted yet: `stock import sales FILE` is how it begins")


def _ensure_page(file: Path) -> None:
    """Refuse a file that is something else, before the work is done.

    Raises:
        InvalidInputError: it is no report of an earlier day.
    """
    from stockcli.cli.output_files import ensure_replaceable
    from stockcli.cli.report_html import OPENING

    ensure_replaceable(file, OPENING.encode(), "a report of this program")


def _write_page(app: App, found: ShopReport, file: Path, most: int) -> None:
    from stockcli.cli.report_html import report_html

    page = report_html(found, app.clock.now(), most)
    app.replace_file(file, page.encode(), mode=READ_BY_OWNER)
    remark(f"the report was written to {file}")

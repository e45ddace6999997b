"""A report as one page of HTML: nothing is loaded, nothing runs, and it prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from stockcli.cli.render import clean
from stockcli.cli.report_charts import Chart, Series, key, svg
from stockcli.cli.report_page import (
    figure,
    figures,
    heading,
    lost_cells,
    share,
    standing,
    standing_cells,
    supplier_cells,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stockcli.usecases.report_shelves import ReportDay
    from stockcli.usecases.shop_report import ShopReport

OPENING = "<!doctype html><!-- stock report -->"
"""How the page begins, so that it may be written over another day."""
TEMPLATE = "report.html.jinja"
MOST_DAYS_ALONE = 45
"""More are drawn week by week."""
WEEK_DAYS = 7


def report_html(report: ShopReport, written_at: datetime, most: int) -> str:
    """Return the page.

    Args:
        written_at: as it stands at its foot.
        most: how many products each table names.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    engine = Environment(
        loader=PackageLoader("stockcli", "cli"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    charts = [(chart.title, svg(chart), key(chart)) for chart in _charts(report)]
    return engine.get_template(TEMPLATE).render(
        opening=OPENING,
        title=clean(heading(report)),
        shop=clean(report.shop.name),
        report=report,
        headline=_headline(report),
        figures=[(name, clean(value)) for name, value in figures(report)],
        charts=charts,
        tables=_tables(report, most),
        suppliers=[_cleaned(supplier_cells(one)) for one in report.suppliers],
        written_at=f"{written_at:%Y-%m-%d %H:%M} UTC",
    )


def _headline(report: ShopReport) -> list[tuple[str, str, str]]:
    """Return the figures that stand large: name, value, and what is worth knowing beside it."""
    service, stock, currency = report.service, report.stock, report.shop.currency
    cover = "-" if stock.days_of_cover is None else f"{stock.days_of_cover:,.0f} days"
    turns = "-" if report.turns is None else f"{report.turns:,.1f}"
    return [
        ("Fill rate", share(service.fill_rate), f"in stock {share(service.availability)} of days"),
        ("Lost sales", f"{report.lost_value:,.0f}", f"{currency}, {service.missed:,.0f} units"),
        ("Stock at cost", f"{stock.value:,.0f}", f"{currency}, {cover} of cover"),
        ("Turns a year", turns, f"{report.dead_value:,.0f} {currency} dead"),
        ("Forecast WAPE", share(report.score.wape), _judged(report)),
        ("Spent", f"{report.spent:,.0f}", f"{currency}, {len(report.suppliers)} suppliers"),
    ]


def _judged(report: ShopReport) -> str:
    if not report.weeks:
        return "no forecast is a week old yet"
    return f"bias {figure(report.score.bias, '{:+.1%}')}, week by week"


def _charts(report: ShopReport) -> list[Chart]:
    charts = [_sales_chart(report), *_shelf_charts(report), *_forecast_chart(report)]
    return charts if report.days else []


def _sales_chart(report: ShopReport) -> Chart:
    each = "day" if len(report.days) <= MOST_DAYS_ALONE else "week"
    days, parts = _buckets(report.days)
    return Chart(
        title=f"Sold and lost a {each}, {report.shop.currency}",
        days=days,
        series=[
            Series(name="sold", kind="sold", values=_sums(parts, _sold)),
            Series(name="lost, estimated", kind="lost", values=_sums(parts, _lost)),
        ],
        stacked=True,
    )


def _shelf_charts(report: ShopReport) -> list[Chart]:
    """Return what stood on the shelves; nothing where that is known of a day at most."""
    days = [one.day for one in report.days]
    stock = [one.stock_value if one.known_shelves else None for one in report.days]
    empty = [_empty(one) for one in report.days]
    if len(days) - stock.count(None) <= 1:
        return []
    return [
        Chart(
            title=f"Stock at cost at the day's end, {report.shop.currency}",
            days=days,
            series=[Series(name="stock", kind="stock", values=stock)],
        ),
        Chart(
            title="Shelves empty at the day's end, %",
            days=days,
            series=[Series(name="empty", kind="lost", values=empty)],
            shape="{:,.1f}",
            top=1.0,
        ),
    ]


def _forecast_chart(report: ShopReport) -> list[Chart]:
    if not report.weeks:
        return []
    scores = [one.score for one in report.weeks]
    chart = Chart(
        title="Forecast and sold a week, units",
        days=[one.day for one in report.weeks],
        series=[
            Series(name="forecast", kind="stock", values=[one.expected for one in scores]),
            Series(name="sold", kind="sold", values=[one.actual for one in scores]),
        ],
    )
    return [chart]


def _buckets(days: Sequence[ReportDay]) -> tuple[list[date], list[Sequence[ReportDay]]]:
    """Return the days one by one, or in weeks that end with the last day, whole ones alone."""
    size = 1 if len(days) <= MOST_DAYS_ALONE else WEEK_DAYS
    parts = [days[start : start + size] for start in range(len(days) % size, len(days), size)]
    return [part[0].day for part in parts], parts


def _sums(
    parts: Sequence[Sequence[ReportDay]], value: Callable[[ReportDay], float]
) -> list[float | None]:
    return [sum(value(one) for one in part) for part in parts]


def _sold(one: ReportDay) -> float:
    return one.sold_value


def _lost(one: ReportDay) -> float:
    return one.lost_value


def _empty(one: ReportDay) -> float | None:
    return 100 * one.empty_shelves / one.known_shelves if one.known_shelves else None


def _tables(report: ShopReport, most: int) -> list[dict[str, Any]]:
    lost = report.top(lambda row: row.lost_value)
    titles = ("Days out", "Fill rate", "Sold", "Lost", "Lost value")
    tables = [_table("Most sales lost", titles, [lost_cells(row) for row in lost], most)]
    titles = ("On hand", "Days of cover", "Turns", "Excess", "Value")
    for name, rows in standing(report):
        tables.append(_table(name, titles, [standing_cells(*row) for row in rows], most))
    return [table for table in tables if table["rows"]]


def _table(
    name: str, numbers: Sequence[str], rows: Sequence[Sequence[str]], most: int
) -> dict[str, Any]:
    of_all = f"{most} of {len(rows):,}" if len(rows) > most else ""
    kept = [_cleaned(row) for row in rows[:most]]
    return {"name": name, "of_all": of_all, "numbers": numbers, "rows": kept}


def _cleaned(cells: Sequence[str]) -> list[str]:
    return [clean(one) for one in cells]

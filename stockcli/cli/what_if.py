"""`stock what-if`: what other terms would lead to, before anything changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, ensure_probability, open_app, remark
from stockcli.cli.completion import complete_sku

if TYPE_CHECKING:
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.backtesting import AskedTerms
    from stockcli.usecases.what_if import WhatIf
    from stockcli.usecases.what_if_rows import WhatIfRow

MOST_ROWS = 20
LONGEST_DAYS = 365


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("what-if")(what_if)


def what_if(
    service_level: Annotated[
        float | None,
        typer.Option(
            "--service-level", metavar="Q", help="Probability of no stock-out, such as 0.98."
        ),
    ] = None,
    lead_time_days: Annotated[
        float | None,
        typer.Option("--lead-time-days", metavar="DAYS", help="Mean days from order to receipt."),
    ] = None,
    lead_time_sd_days: Annotated[
        float | None,
        typer.Option("--lead-time-sd-days", metavar="DAYS", help="Their standard deviation."),
    ] = None,
    review_period_days: Annotated[
        int | None,
        typer.Option("--review-period-days", metavar="DAYS", help="Days between two checks."),
    ] = None,
    product: Annotated[
        str | None,
        typer.Option(
            "--product",
            "-p",
            metavar="SKU",
            help="Only this product; left out, every one.",
            autocompletion=complete_sku,
        ),
    ] = None,
    category: Annotated[
        str | None,
        typer.Option("--category", metavar="NAME", help="Only products of this category."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=f"List every product, not the first {MOST_ROWS} only.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what other terms would do to reorder points, stock, its cost and the fill rate.

    Nothing is changed: `stock tenant set` does that. A minimum by hand stays.

    Example: stock what-if --service-level 0.98 --lead-time-days 5
    """
    from stockcli.cli.policy_values import within
    from stockcli.usecases.backtesting import AskedTerms
    from stockcli.usecases.what_if import Chosen
    from stockcli.usecases.what_if import what_if as tried

    ensure_probability(service_level)
    asked = AskedTerms(
        service_level=service_level,
        lead_time_days=within(lead_time_days, "--lead-time-days", 0, LONGEST_DAYS),
        lead_time_sd_days=within(lead_time_sd_days, "--lead-time-sd-days", 0, LONGEST_DAYS),
        review_days=within(review_period_days, "--review-period-days", 1, LONGEST_DAYS),
    )
    app = open_app()
    unit = app.unit()
    with _watching() as on_progress:
        found = tried(
            unit,
            app.forecaster(),
            asked,
            Chosen(sku=product, category=category),
            now=app.clock.now(),
            on_progress=on_progress,
        )
    if as_json:
        _print_json(found, asked)
        return
    _show(found, asked, unit.tenant, every=every or product is not None)


@contextmanager
def _watching() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr while forecasts are made, if stderr is a terminal."""
    from stockcli.cli.logs import is_json

    if not sys.stderr.isatty() or is_json():
        yield lambda *_: None
        return
    from stockcli.cli.counting_bars import counting_bars

    with counting_bars(transient=True) as bars:
        task = bars.add_task("forecasting", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _show(found: WhatIf, asked: AskedTerms, shop: Tenant, *, every: bool) -> None:
    from stockcli.cli.render import counted, print_lines

    print_lines(f"{_terms(asked)}: {counted(len(found.rows), 'product')}, judged on {found.day}")
    if found.rows:
        _show_totals(found, shop.currency)
        print_lines("")
        _show_rows(found.rows if every else found.rows[:MOST_ROWS])
    left = 0 if every else len(found.rows) - MOST_ROWS
    if left > 0:
        remark(f"{counted(left, 'product')} with smaller changes of stock: --all lists them")
    by_hand = sum(row.is_manual for row in found.rows)
    if by_hand:
        remark(f"* {counted(by_hand, 'minimum')} by hand in force: they stay as they are")
    if found.without_demand:
        remark(f"{counted(found.without_demand, 'product')} left out: no demand is expected")
    remark("expected figures, from the forecasts; nothing was changed")


def _terms(asked: AskedTerms) -> str:
    """Return what is tried, in words."""
    told = (
        f"service level {asked.service_level:g}" if asked.service_level is not None else "",
        f"lead time {asked.lead_time_days:g} days" if asked.lead_time_days is not None else "",
        f"its standard deviation {asked.lead_time_sd_days:g} days"
        if asked.lead_time_sd_days is not None
        else "",
        f"a check every {asked.review_days} days" if asked.review_days is not None else "",
    )
    return f"What if: {', '.join(part for part in told if part)}"


def _show_totals(found: WhatIf, currency: str) -> None:
    from stockcli.cli.render import number, print_table

    before, after = found.now, found.then
    rows = [
        (f"average stock at cost, {currency}", *_money(before.stock_value, after.stock_value)),
        (
            f"holding it for a year, {currency}",
            *_money(before.holding_cost_per_year, after.holding_cost_per_year),
        ),
        ("fill rate", *_shares(before.fill_rate or 0.0, after.fill_rate or 0.0)),
        (
            f"sales lost in a year, {currency}",
            *_money(before.lost_sales_per_year, after.lost_sales_per_year),
        ),
    ]
    columns: list[Any] = ["expected", number("now"), number("then"), number("change")]
    print_table(columns, rows)


def _show_rows(rows: Sequence[WhatIfRow]) -> None:
    from stockcli.cli.render import number, print_table, words
    from stockcli.domain.quantity import plain

    many = len({row.location for row in rows}) > 1
    columns: list[Any] = [
        "SKU",
        words("product"),
        *(["location"] if many else []),
        number("reorder point"),
        number("then"),
        number("average stock"),
        number("then"),
        number("at cost"),
        number("then"),
        number("fill rate"),
        number("then"),
    ]
    cells = [
        (
            row.sku,
            row.name,
            *([row.location] if many else []),
            f"{plain(row.now.reorder_point)}{'*' if row.is_manual else ''}",
            f"{plain(row.then.reorder_point)}{'*' if row.is_manual else ''}",
            f"{row.now.average_stock:.1f}",
            f"{row.then.average_stock:.1f}",
            f"{row.now.stock_value:,.2f}",
            f"{row.then.stock_value:,.2f}",
            f"{row.now.fill_rate:.1%}",
            f"{row.then.fill_rate:.1%}",
        )
        for row in rows
    ]
    print_table(columns, cells)


def _money(before: float, after: float) -> tuple[str, str, str]:
    return f"{before:,.2f}", f"{after:,.2f}", f"{after - before:+,.2f}"


def _shares(before: float, after: float) -> tuple[str, str, str]:
    return f"{before:.1%}", f"{after:.1%}", f"{100 * (after - before):+.1f} points"


def _print_json(found: WhatIf, asked: AskedTerms) -> None:
    from stockcli.cli.json_output import print_json

    print_json(
        {
            "business_day": found.day,
            "asked": {
                "service_level": asked.service_level,
                "lead_time_days": asked.lead_time_days,
                "lead_time_sd_days": asked.lead_time_sd_days,
                "review_period_days": asked.review_days,
            },
            "now": found.now,
            "then": found.then,
            "without_demand": found.without_demand,
            "products": found.rows,
        }
    )

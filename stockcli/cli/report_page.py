"""A report on the terminal: a few tables, and a small plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stockcli.cli.render import (
    Column,
    amount,
    console,
    counted,
    is_ascii,
    number,
    print_lines,
    print_table,
    words,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from stockcli.usecases.report_shelves import ShelfRow
    from stockcli.usecases.report_suppliers import SupplierReport
    from stockcli.usecases.shop_report import ShopReport

UNKNOWN = "-"
PIPE_WIDTH = 100


def print_report(report: ShopReport, most: int) -> None:
    """Print the whole report on stdout.

    Args:
        most: how many products each table names.
    """
    print_lines(heading(report), "")
    columns: list[Column | str] = ["figure", number("value")]
    print_table(columns, list(figures(report)))
    if report.days:
        _print_plot(report)
    _print_lost(report, most)
    _print_standing(report, most)
    if report.suppliers:
        print_lines("")
        rows = [supplier_cells(one) for one in report.suppliers]
        print_table(SUPPLIER_COLUMNS, rows, title="Suppliers")


def heading(report: ShopReport) -> str:
    """Return whose report it is, and of which days."""
    days = counted((report.last - report.first).days + 1, "day")
    return f"{report.shop.name}: {report.first} to {report.last}, {days}"


def figures(report: ShopReport) -> Iterator[tuple[str, str]]:
    """Yield each figure of the shop with its name."""
    currency = report.shop.currency
    service, stock, score = report.service, report.stock, report.score
    yield "fill rate, estimated", share(service.fill_rate)
    yield "shelf days out of stock", _of(service.stock_out_days, service.shelf_days)
    yield "sold", f"{service.sold:,.0f} units, {amount(report.sold_value, currency)}"
    yield (
        "lost sales, estimated",
        (f"{service.missed:,.1f} units, {amount(report.lost_value, currency)}"),
    )
    yield "stock at cost", amount(stock.value, currency)
    yield "days of cover", figure(stock.days_of_cover, "{:,.1f}")
    yield "turns a year", figure(report.turns, "{:,.1f}")
    yield "excess stock", amount(stock.excess_value, currency)
    yield "dead stock", amount(report.dead_value, currency)
    yield "forecast WAPE, weekly", share(score.wape)
    yield "forecast bias", figure(score.bias, "{:+.1%}")
    yield "spent with suppliers", amount(report.spent, currency)
    yield (
        "language model",
        (f"{counted(report.model.calls, 'call')}, {report.model.spent_usd:.4f} USD"),
    )


def share(value: float | None) -> str:
    """Return a share as people read it."""
    return figure(value, "{:.1%}")


def figure(value: float | None, shape: str) -> str:
    """Return a number as people read it; a dash where there is none."""
    return UNKNOWN if value is None else shape.format(value)


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.1%})" if whole else UNKNOWN


def _print_plot(report: ShopReport) -> None:
    from rich.text import Text

    from stockcli.cli.plots import PlotSize
    from stockcli.cli.report_plot import sales_legend, sales_plot

    screen = console()
    size = PlotSize(width=screen.width if screen.is_terminal else PIPE_WIDTH, height=12)
    print_lines("", f"Sold and lost a day, {report.shop.currency}")
    drawn = sales_plot(report.days, size, ascii_only=is_ascii())
    screen.print(Text.from_ansi(drawn), no_wrap=True)
    line = Text("    ")
    for mark, colour, meaning in sales_legend(ascii_only=is_ascii()):
        line.append(f"{mark} ", style=colour).append(f"{meaning}   ")
    screen.print(line, no_wrap=True)


LOST_COLUMNS: tuple[Column | str, ...] = (
    "sku",
    words("name"),
    "location",
    *map(number, ("days out", "fill rate", "sold", "lost", "lost value")),
)
STANDING_COLUMNS: tuple[Column | str, ...] = (
    "sku",
    words("name"),
    "location",
    *map(number, ("on hand", "days of cover", "turns", "excess", "value")),
)
SUPPLIER_COLUMNS: tuple[Column | str, ...] = (
    "code",
    words("name"),
    *map(number, ("orders", "spent", "due", "on time", "awaited", "promised", "actual")),
)


def _print_lost(report: ShopReport, most: int) -> None:
    rows = report.top(lambda row: row.lost_value)
    if rows:
        print_lines("")
        title = f"Most sales lost{_of_all(rows, most)}"
        print_table(LOST_COLUMNS, [lost_cells(row) for row in rows[:most]], title=title)


def _print_standing(report: ShopReport, most: int) -> None:
    for name, rows in standing(report):
        if rows:
            print_lines("")
            cells = [standing_cells(row, value) for row, value in rows[:most]]
            print_table(STANDING_COLUMNS, cells, title=f"{name}{_of_all(rows, most)}")


def standing(report: ShopReport) -> Iterator[tuple[str, list[tuple[ShelfRow, Decimal]]]]:
    """Yield what ties money up: each kind with its shelves and what they tie up, most first."""
    excess = report.top(lambda row: row.excess_value)
    yield "Excess stock", [(row, row.excess_value) for row in excess]
    yield "Dead stock", [(row, row.value) for row in report.dead]


def _of_all(rows: Sequence[object], most: int) -> str:
    return f" ({most} of {len(rows)})" if len(rows) > most else ""


def lost_cells(row: ShelfRow) -> tuple[str, ...]:
    """Return a shelf's row of lost sales."""
    service = row.service
    return (
        *(row.sku, row.name, row.location),
        f"{service.stock_out_days:,}",
        share(row.fill_rate),
        f"{service.sold:,.0f}",
        f"{service.lost:,.1f}",
        f"{row.lost_value:,.2f}",
    )


def standing_cells(row: ShelfRow, value: Decimal) -> tuple[str, ...]:
    """Return a shelf's row of stock that ties money up."""
    return (
        *(row.sku, row.name, row.location),
        figure(None if row.on_hand is None else float(row.on_hand), "{:,g}"),
        figure(row.days_of_cover, "{:,.0f}"),
        figure(row.turns, "{:,.1f}"),
        f"{row.excess:,g}".removesuffix(".000") if row.excess else "",
        f"{value:,.2f}",
    )


def supplier_cells(one: SupplierReport) -> tuple[str, ...]:
    """Return a supplier's row."""
    found = one.reliability
    return (
        *(one.code, one.name),
        f"{one.orders:,}",
        f"{one.spent:,.2f}",
        f"{found.due:,}",
        share(found.on_time_share),
        f"{found.awaited:,}",
        figure(found.promised_days, "{:,.1f} d"),
        figure(found.actual_days, "{:,.1f} d"),
    )

"""A backtest as plots of characters: losses as bars, one product's stock as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import plotext

from stockcli.cli.plots import (
    COLUMNS_A_TICK,
    PlotSize,
    blank_figure,
    day_ticks,
    drawn,
    unit_ticks,
)
from stockcli.usecases.ports.backtest import Method, StockTrace

LONGEST_BAR = 60
DAYS_A_YEAR = 365
COLOURS = {Method.OURS: "magenta", Method.SEASONAL_NAIVE: "cyan", Method.TEXTBOOK: "yellow"}
LETTERS = {Method.OURS: "*", Method.SEASONAL_NAIVE: "n", Method.TEXTBOOK: "t"}


def loss_bars(
    losses: Mapping[str, Mapping[str, float | None]],
    width: int,
    *,
    ascii_only: bool,
) -> Iterator[str]:
    """Yield a line per class and method, its bar as long as its loss.

    Args:
        losses: by class and method; None where there is none.
        width: of the screen, in characters.
        ascii_only: for terminals that know no other characters.
    """
    known = [loss for methods in losses.values() for loss in methods.values() if loss is not None]
    longest = max(min(LONGEST_BAR, width - 40), 10)
    block = "#" if ascii_only else "█"
    for name, methods in losses.items():
        for place, (method, loss) in enumerate(methods.items()):
            label = f"  {name if place == 0 else '':<13} {method:<15}"
            if loss is None:
                yield f"{label} no loss to compare"
                continue
            length = round(longest * loss / (max(known) or 1.0))
            yield f"{label} {block * length} {loss:.3f}"


def stock_plot(trace: StockTrace, size: PlotSize, *, ascii_only: bool) -> str:
    """Return stock on hand by method over the periods that were held out, with ANSI colours."""
    figure = blank_figure(size)
    _scale(figure, trace)
    days = [one.toordinal() for one in _days(trace)]
    # What is drawn last lies on top: our own.
    for method, on_hand in reversed(trace.on_hand.items()):
        mark = LETTERS[method] if ascii_only else "braille"
        marker = plotext.marker(mark, COLOURS[method])
        figure.draw(figure.signal(days, list(on_hand), marker=marker).lines())
    _label_days(figure, trace, size.width)
    return drawn(figure, ascii_only=ascii_only)


def stock_legend(*, ascii_only: bool) -> list[tuple[str, str, str]]:
    """Return mark, colour and meaning of each line."""
    return [(LETTERS[one] if ascii_only else "─", COLOURS[one], str(one)) for one in Method]


def _scale(figure: Any, trace: StockTrace) -> None:
    top = max((max(units, default=0.0) for units in trace.on_hand.values()), default=0.0) or 1.0
    ticks = unit_ticks(top)
    ruler = figure.ruler("y")
    ruler.lim(lower=0, upper=top)
    ruler.ticks(ticks, [f"{tick:,g}" for tick in ticks])


def _days(trace: StockTrace) -> list[date]:
    """Return the first day of each period."""
    return [trace.frequency.after(trace.first_day, step) for step in range(len(trace.demand))]


def _label_days(figure: Any, trace: StockTrace, width: int) -> None:
    days = _days(trace)
    ticks = day_ticks(days[0], days[-1], at_most=max(2, width // COLUMNS_A_TICK))
    over_years = (days[-1] - days[0]).days > DAYS_A_YEAR
    labels = [f"{day:%b %Y}" if over_years else f"{day.day} {day:%b}" for day in ticks]
    figure.ruler("x").ticks([day.toordinal() for day in ticks], labels)

"""Sold and lost day by day, as a plot of characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotext

from stockcli.cli.plots import (
    COLUMNS_A_TICK,
    PlotSize,
    blank_figure,
    day_ticks,
    drawn,
    unit_ticks,
)

if TYPE_CHECKING:
    from stockcli.usecases.report_shelves import ReportDay


def sales_plot(days: Sequence[ReportDay], size: PlotSize, *, ascii_only: bool) -> str:
    """Return what was sold a day, and what was lost on top of it, with ANSI colours."""
    figure = blank_figure(size)
    places = [one.day.toordinal() for one in days]
    tops = [one.sold_value + one.lost_value for one in days]
    _scale(figure, max([*tops, 1.0]), days, size.width)
    for values, mark, colour in (
        (tops, "x" if ascii_only else "braille", "red"),
        ([one.sold_value for one in days], "|" if ascii_only else "braille", "cyan"),
    ):
        signal = figure.signal(places, values, marker=plotext.marker(mark, colour))
        figure.draw(signal.fillx())
    return drawn(figure, ascii_only=ascii_only)


def sales_legend(*, ascii_only: bool) -> list[tuple[str, str, str]]:
    """Return mark, colour and meaning of each part of the plot."""
    return [
        ("|" if ascii_only else "▎", "cyan", "sold"),
        ("x" if ascii_only else "▎", "red", "lost, estimated"),
    ]


def _scale(figure: Any, top: float, days: Sequence[ReportDay], width: int) -> None:
    ticks = unit_ticks(top)
    figure.ruler("y").lim(lower=0, upper=top)
    figure.ruler("y").ticks(ticks, [f"{tick:,g}" for tick in ticks])
    at_most = max(2, width // COLUMNS_A_TICK)
    shown = day_ticks(days[0].day, days[-1].day, at_most=at_most)
    labels = [f"{day.day} {day:%b}" for day in shown]
    figure.ruler("x").ticks([day.toordinal() for day in shown], labels)

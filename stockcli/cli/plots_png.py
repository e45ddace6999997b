"""A product's history and forecast as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import nan
from pathlib import Path
from typing import Any

from stockcli.cli.output_files import unwritable
from stockcli.cli.plots import is_open, top_of
from stockcli.domain.demand import DemandForecast, DemandHistory

SOLD, EXPECTED, EMPTY, INK = "#8da9c4", "#b5446e", "#d9a441", "#333333"
INCHES = (11.0, 4.8)
DOTS_PER_INCH = 150
LONGEST_LINE = 130
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PictureText:
    """What stands above the picture: the product, and what the forecast came to."""

    title: str
    subtitle: str


def save_picture(
    history: DemandHistory, forecast: DemandForecast, text: PictureText, path: Path
) -> None:
    """Write a PNG: units sold, stock-out days shaded, expected units and their interval.

    Raises:
        InvalidInputError: the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw(axes, history, forecast)
    _dress(axes, text)
    _scale_units(axes, history, top_of(history, forecast))
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    try:
        figure.savefig(path, format="png")
    except OSError as error:
        raise unwritable(path, error) from None


def _draw(axes: Any, history: DemandHistory, forecast: DemandForecast) -> None:
    days = [history.first_day + timedelta(days=step) for step in range(history.days)]
    for number, (first, last) in enumerate(stretches(days, history.stocked_out)):
        label = "out of stock" if number == 0 else None
        axes.axvspan(
            left_of(first), left_of(last + A_DAY), color=EMPTY, alpha=0.3, lw=0, label=label
        )
    axes.bar(days, history.units, width=0.9, color=SOLD, label="sold")
    if forecast.path:
        draw_forecast(axes, forecast)
    axes.axvline(left_of(history.next_day), color=INK, lw=0.8, ls=(0, (4, 3)))


def draw_forecast(axes: Any, forecast: DemandForecast) -> None:
    """Draw expected units and their interval, a step a day; a closed day is a gap."""
    path = forecast.path
    edges = [left_of(day) for day in (*(one.day for one in path), path[-1].day + A_DAY)]
    lower, mean, upper = (
        [value if is_open(one) else nan for one, value in zip(path, values, strict=True)]
        for values in zip(*((one.lower, one.mean, one.upper) for one in path), strict=True)
    )
    axes.stairs(
        upper,
        edges,
        baseline=lower,
        fill=True,
        color=EXPECTED,
        alpha=0.18,
        lw=0,
        label="80 % interval",
    )
    axes.stairs(mean, edges, baseline=None, color=EXPECTED, lw=1.8, label="expected")


def left_of(day: date) -> datetime:
    """Return where a day begins on the axis, its bar standing around midnight.

    >>> left_of(date(2024, 1, 2))
    datetime.datetime(2024, 1, 1, 12, 0)
    """
    # A date itself passes over the hours that are taken from it.
    return datetime.combine(day, time()) - A_DAY / 2


def _scale_units(axes: Any, history: DemandHistory, top: float) -> None:
    """End the axis where the usual days do, and write the others' units at their tops."""
    axes.set_ylim(0, top * 1.02)
    for step, units in enumerate(history.units):
        if units > top:
            at = (history.first_day + timedelta(days=step), top)
            axes.annotate(
                f"{units:,.0f}", at, (3, -2), textcoords="offset points", fontsize=8, va="top"
            )


def stretches(days: Sequence[date], marked: Sequence[bool]) -> Iterator[tuple[date, date]]:
    """Yield first and last day of each unbroken run of marked days."""
    first: date | None = None
    for day, is_marked in zip(days, marked, strict=True):
        if is_marked:
            first = first or day
        elif first is not None:
            yield first, day - timedelta(days=1)
            first = None
    if first is not None:
        yield first, days[-1]


def _dress(axes: Any, text: PictureText) -> None:
    from matplotlib import dates

    # matplotlib's dates and its day-valued axes have no types.
    untyped: Any = dates
    locator = untyped.AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(untyped.ConciseDateFormatter(locator))
    axes.set_ylabel("units a day")
    axes.margins(x=0.01)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e6e6e6", lw=0.8)
    axes.set_axisbelow(True)
    # Names come from the catalogue: a dollar sign in one is no formula.
    axes.set_title(_literal(text.title), loc="left", fontsize=12, fontweight="bold", pad=24)
    axes.text(0, 1.02, _literal(text.subtitle), transform=axes.transAxes, fontsize=9.5, color=INK)


def _literal(text: str) -> str:
    line = text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"
    return line.replace("$", r"\$")

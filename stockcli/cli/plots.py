"""A product's history and forecast as a plot of characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import floor, log10
from typing import Any

import plotext

from stockcli.domain.demand import DemandForecast, DemandHistory, ForecastDay

SHOWN_DAYS = 120
NARROWEST = 40
WIDEST = 140
COLUMNS_A_TICK = 12
TICKS = 5
USUAL_SHARE = 0.97
FAR_ABOVE = 1.6
HEADROOM = 1.15
_FRAME = str.maketrans("┌┐└┘─│┬┴├┤┼", "++++-|+++++")
_PAINTED = re.compile(r"(?:\x1b\[38;5;\d+m)?\x1b\[48;5;\d+m")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the parts of a plot are drawn with."""

    sold: str
    mean: str
    interval: str
    stocked_out: str


FINE = Marks(sold="braille", mean="braille", interval="░", stocked_out="x")
ASCII = Marks(sold="|", mean="*", interval=":", stocked_out="x")


@dataclass(frozen=True, kw_only=True)
class PlotSize:
    """The room there is, in characters."""

    width: int
    height: int = 16


def shown_history(history: DemandHistory, days: int = SHOWN_DAYS) -> DemandHistory:
    """Return the last days of a history."""
    left_out = max(0, history.days - days)
    return DemandHistory(
        key=history.key,
        first_day=history.first_day + timedelta(days=left_out),
        units=history.units[left_out:],
        stocked_out=history.stocked_out[left_out:],
        closed=history.closed[left_out:],
    )


def is_open(ahead: ForecastDay) -> bool:
    """Return whether anything may be sold on a day that is forecast."""
    return ahead.mean > 0 or ahead.upper > 0


def open_stretches(forecast: DemandForecast) -> list[list[ForecastDay]]:
    """Return the days between two closed ones together: a closed day is a gap, and no dip."""
    runs = groupby(forecast.path, key=is_open)
    return [list(days) for opened, days in runs if opened]


def forecast_plot(
    history: DemandHistory, forecast: DemandForecast, size: PlotSize, *, ascii_only: bool
) -> str:
    """Return units a day as a plot, with ANSI colours: sold, expected, and the interval.

    Args:
        history: drawn as a whole; `shown_history` cuts it to what is readable.
        forecast: its path is drawn with the central 80 % interval.
        size: the plot is as wide as this, within reason.
        ascii_only: for terminals that know no other characters.
    """
    figure = blank_figure(size)
    marks = ASCII if ascii_only else FINE
    top = top_of(history, forecast)
    _scale_units(figure, top)
    _draw_forecast(figure, forecast, marks)
    _draw_history(figure, history, top, marks)
    _label_days(figure, history.first_day, _last_day(history, forecast), size.width)
    return drawn(figure, ascii_only=ascii_only)


def blank_figure(size: PlotSize) -> Any:
    """Return plotext's figure, empty, as large as told within reason."""
    figure: Any = plotext.figure
    plotext.terminal.limit(width=False, height=False)
    figure.clear()
    figure.plot_size(min(max(size.width, NARROWEST), WIDEST), size.height)
    figure.canvas("default")
    figure.legend(active=False)
    return figure


def drawn(figure: Any, *, ascii_only: bool) -> str:
    """Return a figure with ANSI colours, its frame and labels in those of the terminal."""
    # plotext paints both on white whatever it is told; nothing else has a background.
    text = _PAINTED.sub("", str(figure.build().string()))
    return text.translate(_FRAME) if ascii_only else text


def top_of(history: DemandHistory, forecast: DemandForecast) -> float:
    """Return where the axis of units ends: a few days far above the others may pass it."""
    upper = max((one.upper for one in forecast.path), default=0.0)
    sold = sorted(history.units) or [0.0]
    usual = sold[round((len(sold) - 1) * USUAL_SHARE)]
    top = max(upper, usual)
    return max(sold[-1], top, 1.0) if sold[-1] <= FAR_ABOVE * top else top * HEADROOM


def days_above(history: DemandHistory, top: float) -> list[float]:
    """Return the units of the days that pass the end of the axis."""
    return [units for units in history.units if units > top]


def unit_ticks(top: float) -> list[float]:
    """Return round numbers from zero to the end of the axis.

    >>> unit_ticks(442.0)
    [0.0, 100.0, 200.0, 300.0, 400.0]
    """
    rough = top / TICKS
    magnitude = 10.0 ** floor(log10(rough))
    step = next(one * magnitude for one in (1, 2, 2.5, 5, 10) if one * magnitude >= rough)
    return [number * step for number in range(floor(top / step) + 1)]


def _scale_units(figure: Any, top: float) -> None:
    ticks = unit_ticks(top)
    ruler = figure.ruler("y")
    ruler.lim(lower=0, upper=top)
    ruler.ticks(ticks, [f"{tick:,g}" for tick in ticks])


def _draw_forecast(figure: Any, forecast: DemandForecast, marks: Marks) -> None:
    colour, line = plotext.marker(marks.interval, "blue"), plotext.marker(marks.mean, "magenta")
    stretches = [([one.day.toordinal() for one in run], run) for run in open_stretches(forecast)]
    for days, run in stretches:
        upper = figure.signal(days, [one.upper for one in run], marker=colour)
        upper.fill(figure.signal(days, [one.lower for one in run], marker=colour))
        figure.draw(upper)
    for days, run in stretches:
        figure.draw(figure.signal(days, [one.mean for one in run], marker=line).lines())


def _draw_history(figure: Any, history: DemandHistory, top: float, marks: Marks) -> None:
    if not history.days:
        return
    first = history.first_day.toordinal()
    days = list(range(first, first + history.days))
    units = [min(one, top) for one in history.units]
    sold = figure.signal(days, units, marker=plotext.marker(marks.sold, "cyan"))
    figure.draw(sold.fillx())
    empty = [day for day, out in zip(days, history.stocked_out, strict=True) if out]
    if empty:
        cross = plotext.marker(marks.stocked_out, "red")
        figure.draw(figure.signal(empty, [0.0] * len(empty), marker=cross))


def _last_day(history: DemandHistory, forecast: DemandForecast) -> date:
    return forecast.path[-1].day if forecast.path else history.next_day


def _label_days(figure: Any, first: date, last: date, width: int) -> None:
    ticks = day_ticks(first, last, at_most=max(2, width // COLUMNS_A_TICK))
    labels = [f"{day.day} {day:%b}" for day in ticks]
    figure.ruler("x").ticks([day.toordinal() for day in ticks], labels)


def day_ticks(first: date, last: date, *, at_most: int) -> list[date]:
    """Return the first days of the months between, thinned out; evenly spaced days if few."""
    months = [day for day in _days(first, last) if day.day == 1]
    if len(months) < 2:  # noqa: PLR2004 - one label alone would not show the scale
        span = (last - first).days
        steps = min(at_most, 4, span) or 1
        return [first + timedelta(days=round(step * span / steps)) for step in range(steps + 1)]
    return months[:: -(-len(months) // at_most)]


def _days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def legend(history: DemandHistory, *, ascii_only: bool) -> list[tuple[str, str, str]]:
    """Return mark, colour and meaning of each part of the plot."""
    marks = ASCII if ascii_only else FINE
    parts = [
        ("|" if ascii_only else "▎", "cyan", "sold"),
        ("*" if ascii_only else "─", "magenta", "expected"),
        (marks.interval, "blue", "80 % interval"),
    ]
    if any(history.stocked_out):
        parts.append((marks.stocked_out, "red", "out of stock"))
    return parts

"""Charts of a report as SVG: no script, no font, no colour of their own but classes of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from stockcli.cli.plots import day_ticks, unit_ticks

WIDTH, HEIGHT = 500, 190
LEFT, RIGHT, TOP, BOTTOM = 56, 6, 10, 26
MOST_LABELS = 6
WIDEST_BAR = 24.0


@dataclass(frozen=True, kw_only=True)
class Series:
    """One kind of value of a chart.

    Attributes:
        name: as the key below the chart has it.
        kind: the page's class for its colour.
        values: one a day (or week) of the chart; None leaves a gap.
    """

    name: str
    kind: str
    values: Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What is drawn: one place a day, oldest first.

    Attributes:
        shape: how a value is written, such as "{:,.0f}".
        stacked: whether it is bars on top of each other; lines otherwise.
        top: where the axis ends at least.
    """

    title: str
    days: Sequence[date]
    series: Sequence[Series]
    shape: str = "{:,.0f}"
    stacked: bool = False
    top: float = 0.0


def svg(chart: Chart) -> Markup:
    """Return a chart as an SVG element."""
    top = max(_highest(chart), chart.top, 1e-9)
    parts = [*_grid(chart, top), *(_bars(chart, top) if chart.stacked else _lines(chart, top))]
    drawn = Markup("").join(parts)
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, chart.title, drawn)


def _highest(chart: Chart) -> float:
    known = [[value or 0.0 for value in one.values] for one in chart.series]
    if chart.stacked:
        return max((sum(column) for column in zip(*known, strict=True)), default=0.0)
    return max((value for values in known for value in values), default=0.0)


def _grid(chart: Chart, top: float) -> Iterator[Markup]:
    for tick in unit_ticks(top):
        y = _y(tick, top)
        yield Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
            LEFT, WIDTH - RIGHT, y, y
        )
        label = chart.shape.format(tick)
        yield Markup('<text x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
            LEFT - 6, y + 4, label
        )
    if not chart.days:
        return
    for day in day_ticks(chart.days[0], chart.days[-1], at_most=MOST_LABELS):
        place = _place_of(chart.days, day)
        yield Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            _x(place, len(chart.days)), HEIGHT - 8, f"{day.day} {day:%b}"
        )


def _place_of(days: Sequence[date], day: date) -> float:
    span = (days[-1] - days[0]).days
    return (day - days[0]).days / span * (len(days) - 1) if span else 0.0


def _x(place: float, count: int) -> float:
    """Return the middle of the room that a day has."""
    return LEFT + (place + 0.5) * (WIDTH - LEFT - RIGHT) / count


def _y(value: float, top: float) -> float:
    return TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM)


def _bars(chart: Chart, top: float) -> Iterator[Markup]:
    count = len(chart.days)
    width = min(0.8 * (WIDTH - LEFT - RIGHT) / max(count, 1), WIDEST_BAR)
    for place, day in enumerate(chart.days):
        bottom = 0.0
        for one in chart.series:
            value = one.values[place] or 0.0
            if value <= 0:
                continue
            upper = _y(bottom + value, top)
            yield Markup(
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">{}</rect>'
            ).format(
                one.kind,
                _x(place, count) - width / 2,
                upper,
                width,
                _y(bottom, top) - upper,
                _told(day, one, value, chart.shape),
            )
            bottom += value


def _lines(chart: Chart, top: float) -> Iterator[Markup]:
    count = len(chart.days)
    for one in chart.series:
        points = [
            (_x(place, count), _y(value, top), place, value)
            for place, value in enumerate(one.values)
            if value is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in points)
        yield Markup('<polyline class="{}" points="{}"/>').format(one.kind, path)
        for x, y, place, value in points if count <= WIDTH // 20 else ():
            told = _told(chart.days[place], one, value, chart.shape)
            yield Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="3">{}</circle>').format(
                one.kind, x, y, told
            )


def _told(day: date, one: Series, value: float, shape: str) -> Markup:
    """Return what a browser shows where the pointer rests."""
    return Markup("<title>{}</title>").format(f"{day}, {one.name}: {shape.format(value)}")


def key(chart: Chart) -> Markup:
    """Return what the colours of a chart mean."""
    return Markup("").join(
        Markup('<span class="key"><i class="{}"></i>{}</span>').format(one.kind, escape(one.name))
        for one in chart.series
    )

"""A product on the screen: its stock and its reorder point, its sales and what is expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import plotext

from stockcli.cli.plots import (
    ASCII,
    FINE,
    PlotSize,
    blank_figure,
    day_ticks,
    drawn,
    forecast_plot,
    unit_ticks,
)
from stockcli.domain.decisions import OpenOrder
from stockcli.domain.demand import (
    DemandClass,
    DemandForecast,
    DemandHistory,
    ForecastDay,
    stocked_out_days,
)
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.replenishment import Threshold
from stockcli.usecases.inventory import StockLine
from stockcli.usecases.watching import ProductView

AHEAD_DAYS = 28
COLUMNS_A_TICK = 12
HEADROOM = 1.1

Curve = list[tuple[date, float]]


@dataclass(frozen=True, kw_only=True)
class StockCurve:
    """What lay on the shelf, what is expected to, and where an order is due, units."""

    known: Curve
    expected: Curve
    reorder_point: float | None


def stock_curve(view: ProductView) -> StockCurve:
    """Return a product's shelf: each day's end, and the days ahead at the stored forecast.

    Orders that left for the supplier arrive on their day; those that wait for approval, and late
    ones, are not counted on.
    """
    line, day, moved = view.line, view.day, view.days
    return StockCurve(
        known=_known(moved) if moved else [],
        expected=_expected(line, day) if line.threshold and line.level.is_known else [],
        reorder_point=None if line.reorder_point is None else float(line.reorder_point),
    )


def _known(moved: DailyMovements) -> Curve:
    days = (moved.first_day + timedelta(days=step) for step in range(len(moved.closing_stock)))
    return [
        (day, units)
        for day, units in zip(days, moved.closing_stock, strict=True)
        if units is not None
    ]


def _expected(line: StockLine, day: date) -> Curve:
    per_day = line.threshold.mean_per_day if line.threshold else 0.0
    units, ahead = float(line.level.on_hand), []
    for step in range(AHEAD_DAYS):
        today = day + timedelta(days=step)
        units += sum(_arriving(order, today) for order in line.open_orders)
        units = max(0.0, units - per_day)
        ahead.append((today, units))
    return ahead


def _arriving(order: OpenOrder, day: date) -> float:
    return float(order.quantity) if order.expected_on == day and not order.is_draft else 0.0


def stock_plot(curve: StockCurve, size: PlotSize, *, ascii_only: bool) -> str:
    """Return a shelf as a plot, with ANSI colours."""
    figure, marks = blank_figure(size), ASCII if ascii_only else FINE
    both = [*curve.known, *curve.expected]
    if not both:
        return ""
    first, last = both[0][0], both[-1][0]
    top = max(1.0, curve.reorder_point or 0.0, *(units for _, units in both)) * HEADROOM
    ticks = unit_ticks(top)
    figure.ruler("y").lim(lower=0, upper=top)
    figure.ruler("y").ticks(ticks, [f"{tick:,g}" for tick in ticks])
    if curve.reorder_point:
        level = [(first, curve.reorder_point), (last, curve.reorder_point)]
        _draw(figure, level, marks.mean, "yellow")
    for stretch in _stretches(curve.known):
        _draw(figure, stretch, "#" if ascii_only else marks.sold, "cyan")
    _draw(figure, curve.expected, "." if ascii_only else marks.mean, "magenta")
    days = day_ticks(first, last, at_most=max(2, size.width // COLUMNS_A_TICK))
    figure.ruler("x").ticks(
        [day.toordinal() for day in days], [f"{day.day} {day:%b}" for day in days]
    )
    return drawn(figure, ascii_only=ascii_only)


def _draw(figure: Any, curve: Curve, marker: str, colour: str) -> None:
    if curve:
        days = [day.toordinal() for day, _ in curve]
        units = [max(0.0, one) for _, one in curve]
        figure.draw(figure.signal(days, units, marker=plotext.marker(marker, colour)).lines())


def _stretches(curve: Curve) -> list[Curve]:
    """Return days that follow each other together."""
    numbered = enumerate(curve)
    runs = groupby(numbered, key=lambda one: one[1][0].toordinal() - one[0])
    return [[point for _, point in run] for _, run in runs]


def sales_plot(
    view: ProductView, forecast: DemandForecast | None, size: PlotSize, *, ascii_only: bool
) -> str:
    """Return a product's sales and what is expected as a plot, with ANSI colours.

    Args:
        forecast: made anew; None draws the stored one, a level without its ups and downs.
    """
    ahead = forecast or stored_forecast(view)
    past = history_of(view)
    return forecast_plot(past, ahead, size, ascii_only=ascii_only) if past.days else ""


def history_of(view: ProductView) -> DemandHistory:
    """Return what a product sold on its last days; stock-out days are marked."""
    moved = view.days
    units: Sequence[float] = moved.sold if moved else ()
    stock: Sequence[float | None] = moved.closing_stock if moved else ()
    return DemandHistory(
        key=view.line.level.key,
        first_day=moved.first_day if moved else view.day,
        units=units,
        stocked_out=stocked_out_days(units, stock),
        closed=[False] * len(units),
    )


def stored_forecast(view: ProductView) -> DemandForecast:
    """Return the forecast that the reorder point came from, as far as it is stored."""
    line, day = view.line, view.day
    parts = line.threshold.breakdown if line.threshold else {}
    per_day = line.threshold.mean_per_day if line.threshold else 0.0
    return DemandForecast(
        key=line.level.key,
        model=line.threshold.model if line.threshold else "",
        demand_class=DemandClass(parts.get("demand_class", DemandClass.NONE)),
        service_level=float(parts.get("service_level", 0.0)),
        interval_days=float(parts.get("interval_days", 0.0)),
        total_mean=float(parts.get("demand_mean", 0.0)),
        total_standard_deviation=float(parts.get("demand_standard_deviation", 0.0)),
        total_quantile=float(parts.get("demand_quantile", 0.0)),
        mean_per_day=per_day,
        path=_level_path(line.threshold, day),
        masked_days=int(parts.get("stock_out_days_masked", 0)),
        closed_days=int(parts.get("closed_days", 0)),
        history_days=int(parts.get("history_days", 0)),
    )


def _level_path(threshold: Threshold | None, day: date) -> list[ForecastDay]:
    if threshold is None:
        return []
    mean = threshold.mean_per_day
    days = (day + timedelta(days=step) for step in range(AHEAD_DAYS))
    return [ForecastDay(day=one, mean=mean, lower=mean, upper=mean) for one in days]

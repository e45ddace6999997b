"""A product's forecast on the terminal: plot, days, and how the reorder point comes about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stockcli.cli.forecast_facts import ForecastFacts
from stockcli.cli.plots import PlotSize, days_above, forecast_plot, legend, shown_history, top_of
from stockcli.cli.render import console, is_ascii, number, print_lines, print_table, words
from stockcli.domain.quantity import plain

if TYPE_CHECKING:
    from rich.text import Text

    from stockcli.domain.demand import LeadTime

PIPE_WIDTH = 100


def print_forecast(facts: ForecastFacts) -> None:
    """Print the whole page on stdout."""
    one = facts.one
    print_lines(
        f"{one.product.sku}  {one.product.name}",
        f"{one.location}: {one.forecast.model} ({one.forecast.demand_class} demand)",
    )
    _print_plot(facts)
    _print_days(facts)
    print_lines("", *explanation(facts), *_elsewhere(facts))


def _print_plot(facts: ForecastFacts) -> None:
    from rich.text import Text

    screen = console()
    ascii_only = is_ascii()
    history = shown_history(facts.one.history)
    size = PlotSize(width=screen.width if screen.is_terminal else PIPE_WIDTH)
    drawn = forecast_plot(history, facts.one.forecast, size, ascii_only=ascii_only)
    screen.print()
    screen.print(Text.from_ansi(drawn), no_wrap=True)
    screen.print(_legend(legend(history, ascii_only=ascii_only)), no_wrap=True)
    higher = days_above(history, top_of(history, facts.one.forecast))
    if higher:
        print_lines(f"    days beyond the plot: {len(higher)}, up to {max(higher):,g} units")
    screen.print()


def _legend(parts: list[tuple[str, str, str]]) -> Text:
    from rich.text import Text

    line = Text("    units a day:  ")
    for mark, colour, meaning in parts:
        line.append(f"{mark} ", style=colour).append(f"{meaning}   ")
    return line


def _print_days(facts: ForecastFacts) -> None:
    path, events = facts.one.forecast.path, facts.one.request.events
    rows = [
        (
            f"{ahead.day:%a} {ahead.day}",
            *_units(ahead.mean, ahead.lower, ahead.upper),
            events.get(ahead.day, ""),
        )
        for ahead in path
    ]
    columns = ("day", number("expected"), number("from"), number("to"), words("event"))
    shown = len(columns) if any(ahead.day in events for ahead in path) else len(columns) - 1
    title = "Days ahead, 80 % interval"
    print_table(columns[:shown], [row[:shown] for row in rows], title=title)


def _units(*units: float) -> tuple[str, ...]:
    return tuple(f"{one:,.1f}" for one in units)


def explanation(facts: ForecastFacts) -> Iterator[str]:
    """Yield how the reorder point comes about, a line a step."""
    yield from _reorder_point(facts)
    yield from _order_up_to(facts)
    yield from _learnt_from(facts)
    if facts.minimum:
        minimum = facts.minimum
        until = f" until {minimum.expires_on}" if minimum.expires_on else ""
        why = f": {minimum.reason}" if minimum.reason else ""
        yield (
            f"In force is the minimum of {plain(minimum.quantity)} "
            f"set by {minimum.author}{until}{why}"
        )


def _reorder_point(facts: ForecastFacts) -> Iterator[str]:
    forecast, request = facts.one.forecast, facts.one.request
    days = f"{forecast.interval_days:.1f} days"
    lead_days, review_days = _spread(request.lead_time), request.review_period_days
    yield f"Reorder point {plain(facts.threshold.reorder_point)}"
    yield f"  {days} to cover: {lead_days} of lead time, {review_days} until the next check"
    yield (
        f"  {forecast.total_mean:.1f} units expected in them, "
        f"standard deviation {forecast.total_standard_deviation:.1f}"
    )
    if request.lead_time.standard_deviation_days > 0:
        yield (
            "  the lead time varies: that total is over every length it may have, "
            "not the sum of so many days above"
        )
    yield (
        f"  {forecast.total_quantile:.1f} units are enough {forecast.service_level:.1%} of the "
        "time (the service level); rounded up"
    )


def _spread(lead_time: LeadTime) -> str:
    """Return mean and standard deviation, days: "18 ± 5", or "18" where nothing varies."""
    spread = lead_time.standard_deviation_days
    sign = "+-" if is_ascii() else "±"
    return f"{lead_time.mean_days:g}" + (f" {sign} {spread:g}" if spread > 0 else "")


def _order_up_to(facts: ForecastFacts) -> Iterator[str]:
    threshold, limit = facts.threshold, facts.one.product.maximum_stock
    cycle = threshold.breakdown["order_cycle_demand"]
    yield f"Order up to {plain(threshold.order_up_to_level)}"
    yield f"  the reorder point and {cycle:.1f} units for the days between two orders"
    if limit is not None:
        yield f"  the shelf holds {plain(limit)} at most"


def _learnt_from(facts: ForecastFacts) -> Iterator[str]:
    forecast = facts.one.forecast
    yield f"Learnt from {forecast.history_days} days"
    yield (
        f"  of them left out: {forecast.masked_days} days out of stock, "
        f"{forecast.closed_days} days closed"
    )
    yield from (f"  {note}" for note in forecast.notes)


def _elsewhere(facts: ForecastFacts) -> Iterator[str]:
    for location, threshold in facts.others:
        points = f"{plain(threshold.reorder_point)}, up to {plain(threshold.order_up_to_level)}"
        yield f"Elsewhere: {location} has reorder point {points} (see --location {location})"

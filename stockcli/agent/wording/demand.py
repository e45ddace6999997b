"""Sales, forecasts and reorder points, as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from stockcli.agent.pipe_table import pipe_table
from stockcli.agent.quoting import code, quoted
from stockcli.agent.wording.facts import Facts, facts
from stockcli.domain.decisions import Candidate
from stockcli.domain.demand import ForecastDay
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.quantity import plain
from stockcli.usecases.reporting import WhyReport

LONGEST_SENTENCE = 400
"""Letters of a sentence of the story; it may repeat a reason or a supplier's name: quoted."""

LEAST_ROUNDED = 10
"""Units from which a total is told without decimals."""

_BREAKDOWN = {
    "mean_per_day": "mean per day",
    "lead_time_days": "lead time days",
    "review_period_days": "review days",
    "service_level": "service level",
    "history_days": "history days",
    "stock_out_days_masked": "stock-out days left out",
}
WHY_HEADINGS = (
    "sku",
    "name",
    "location",
    "reorder point",
    "computed",
    "minimum by hand",
    "order-up-to level",
    "model",
    *_BREAKDOWN.values(),
)


def sales_facts(series: Iterable[tuple[str, DailyMovements]]) -> Facts:
    """Return units sold, a row a day up to a fortnight and a row a week beyond, newest last."""
    rows: list[tuple[str, ...]] = []
    totals = []
    for location, one in series:
        step = 1 if len(one.sold) <= 14 else 7  # noqa: PLR2004 - a fortnight
        sold = _number(sum(one.sold))
        totals.append(f"{sold} units sold at {code(location)} in {len(one.sold)} days")
        rows += [(code(location), *period) for period in _periods(one, step)]
    return facts(("location", "from", "to", "sold", "on hand at the end"), rows, "; ".join(totals))


def _periods(series: DailyMovements, days: int) -> list[tuple[str, str, str, str]]:
    """Return sales in periods of so many days; the first takes the remainder."""
    first = len(series.sold) % days
    starts = [0] * bool(first) + list(range(first, len(series.sold), days))
    ends = [*starts[1:], len(series.sold)]
    return [
        (
            _day(series.first_day, start),
            _day(series.first_day, end - 1),
            _number(sum(series.sold[start:end])),
            "-" if (closing := series.closing_stock[end - 1]) is None else _number(closing),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def _day(first: date, offset: int) -> str:
    return (first + timedelta(days=offset)).isoformat()


def _number(value: float) -> str:
    return f"{round(value, 3):g}" if abs(value) < 1e5 else f"{value:.0f}"  # noqa: PLR2004


def why_facts(reports: Sequence[WhyReport]) -> Facts:
    """Return what a reorder point is made of, a row a location, and its story in sentences."""
    sentences = [
        f"{code(report.line.location.code)}: {quoted(sentence, LONGEST_SENTENCE)}"
        for report in reports
        for sentence in report.sentences
    ]
    return facts(WHY_HEADINGS, (_why_row(report) for report in reports), "\n".join(sentences))


def _why_row(report: WhyReport) -> tuple[str, ...]:
    line, parts = report.line, report.breakdown
    threshold, minimum = line.threshold, line.minimum
    return (
        code(line.product.sku),
        quoted(line.product.name),
        code(line.location.code),
        "-" if line.reorder_point is None else plain(line.reorder_point),
        "-" if threshold is None else plain(threshold.reorder_point),
        "-" if minimum is None else plain(minimum.quantity),
        "-" if threshold is None else plain(threshold.order_up_to_level),
        quoted(str(parts["model"])) if "model" in parts else "-",
        *(str(parts.get(name, "-")) for name in _BREAKDOWN),
    )


def forecast_facts(
    paths: Iterable[tuple[str, str, Sequence[ForecastDay]]],
) -> Facts:
    """Return forecasts, the total first, then by day, units; each is (location, model, path)."""
    rows, totals = [], []
    for location, model, path in paths:
        total = sum(day.mean for day in path)
        spoken = f"{total:.0f}" if total >= LEAST_ROUNDED else f"{total:.1f}"
        totals.append(f"about {spoken} units in {len(path)} days at {code(location)}, by {model}")
        rows += [
            (
                code(location),
                day.day.isoformat(),
                f"{day.mean:.1f}",
                f"{day.lower:.1f}",
                f"{day.upper:.1f}",
            )
            for day in path
        ]
    headings = ("location", "day", "mean", "lower 10 %", "upper 90 %")
    return facts(headings, rows, first="; ".join(totals))


def closer_look(candidate: Candidate, series: DailyMovements | None) -> str:
    """Return what a row of the review's table is made of, and how the product sold by week."""
    least = candidate.minimum_order_quantity
    facts_told = [
        f"{code(candidate.sku)} at {code(candidate.location)}",
        f"expected: {candidate.mean_per_day:.2f} a day, by {candidate.model or 'no forecast'}",
        f"lead time {candidate.lead_time_days:g} days; unit cost {plain(candidate.unit_cost)}",
        f"packs of {plain(candidate.pack_size)}, at least {plain(least)}",
        f"order-up-to level {plain(candidate.order_up_to_level)}",
        f"suggested: {'; '.join(candidate.quantity_steps)}",
        *(
            f"{order.number} ({order.status}): {plain(order.quantity)} due {order.expected_on}"
            for order in candidate.open_orders
        ),
    ]
    if series is None:
        return "\n".join([*facts_told, "it never moved here"])
    weeks = [row[1:] for row in sales_facts([(candidate.location, series)])["rows"]]
    return "\n".join([*facts_told, pipe_table(("from", "to", "sold", "on hand at the end"), weeks)])

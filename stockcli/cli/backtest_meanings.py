"""A backtest in words: what it comes to in a line, and what its figures mean."""

from __future__ import annotations

from collections.abc import Iterator

from stockcli.cli.backtest_running import BacktestFacts
from stockcli.domain.demand import DemandClass
from stockcli.domain.frequency import Frequency
from stockcli.usecases.backtest_report import ClassReport
from stockcli.usecases.ports.backtest import Method, StockRule

SEASONS = {
    Frequency.DAY: "the same days of last week",
    Frequency.WEEK: "the same weeks of last year",
    Frequency.MONTH: "the same months of last year",
}
LEARNT_FROM = {Frequency.DAY: 90, Frequency.WEEK: 13, Frequency.MONTH: 12}
CLASSES = {
    DemandClass.SMOOTH: "sells in at least three {unit}s of four",
    DemandClass.INTERMITTENT: "sells less often, in like quantities",
    DemandClass.LUMPY: "sells less often, in quantities that differ widely",
    DemandClass.CONSTANT: "sells the same each {unit}",
    DemandClass.NEW: "too short a history to tell",
    DemandClass.NONE: "has sold nothing for long",
}


def verdict(report: ClassReport) -> Iterator[str]:
    """Yield one line: every method's cycles served and the stock it took, ours first."""
    told = []
    for method in (Method.OURS, Method.TEXTBOOK, Method.SEASONAL_NAIVE):
        seen = report.service[method]
        if seen.cycle_service is None or seen.mean_stock is None:
            return
        told.append((method, f"{seen.cycle_service:.1%}", f"{seen.mean_stock:,.1f}"))
    (_, served, stock), *others = told
    beside = "; ".join(f"{method} {share} at {units}" for method, share, units in others)
    yield (
        f"Ours: {served} of cycles served at {stock} units of mean stock a series; {beside}. "
        f"Target: {report.mean_target:.1%}."
    )


def meanings(facts: BacktestFacts) -> Iterator[str]:
    """Yield what the figures mean, a line for each few of them."""
    unit = str(facts.frequency)
    yield (
        f"Loss: pinball loss at the service level; 1.0 = the mean change from one {unit} to the "
        "next. Covered: totals at or under the quantile; the nearer the target the better."
    )
    if facts.lead_time_varies:
        yield (
            "The lead time varies: a total is the mean over every length it may have, and covered "
            "is the share of lengths whose total is at or under the quantile; both are weighted "
            "by how likely each length is."
        )
    yield (
        "Bias: expected less actual, as a share of the actual; + is too much, - too little. "
        "WAPE: the same without the signs, so that errors do not cancel out; 0% is perfect."
    )
    yield from _methods(facts.frequency)
    yield from _about_the_walk(facts)
    kinds = (f"{name} {CLASSES[name].format(unit=unit)}" for name in facts.report.classes)
    yield f"Class: {'; '.join(sorted(kinds))}."


def _methods(frequency: Frequency) -> Iterator[str]:
    unit = str(frequency)
    yield (
        f"Seasonal naive: {SEASONS[frequency]} again, with the quantile of that rule's own past "
        "errors."
    )
    yield (
        "Textbook: mean x L + z x sqrt(L x sd^2 + (mean x sd_L)^2); L lead time + review period, "
        "sd_L the lead time's sd, z the normal quantile of the service level, mean and sd those "
        f"of the last {LEARNT_FROM[frequency]} {unit}s."
    )


def _about_the_walk(facts: BacktestFacts) -> Iterator[str]:
    unit = str(facts.frequency)
    unmet = "waits for the next delivery" if facts.plan.backorders else "is lost"
    if facts.plan.rule is StockRule.ORDER_UP_TO:
        ordered = "every review orders up to the quantile"
    else:
        ordered = "at or below the quantile, an order adds a review period's demand to it"
    yield (
        f"Stock: begins at the level, {ordered}, demand that is not met {unmet}; "
        "levels are those of the last origin before. A varying lead time is drawn anew for "
        "each order, the same for every method."
    )
    yield (
        "Cycle: from one delivery to the next, each review making one. "
        f"{unit.capitalize()}s of cover: mean stock over mean demand a {unit}."
    )

"""The story of a product's numbers in plain words, chapter by chapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.decisions import Decision
from stockcli.domain.demand import DemandClass
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.replenishment import Threshold
from stockcli.usecases.inventory import StockLine
from stockcli.usecases.why_facts import SALES_DAYS, WhyFacts
from stockcli.usecases.why_sourcing import sourcing_sentences

EVENTS_TOLD = 4
NEVER_COUNTED = (
    "The shelf was never counted and nothing was received, so on hand is not known; "
    "book a count with `stock import counts`."
)
_WHY_MODEL = {
    DemandClass.SMOOTH: "it sells on most days, so regressions on its own past are averaged",
    DemandClass.INTERMITTENT: "it sells on some days only, in like amounts, so a smoothed level "
    "is averaged with regressions on its past",
    DemandClass.LUMPY: "it sells on some days only, in very unlike amounts, so the chance of a "
    "sale and its size are judged apart as well",
    DemandClass.NEW: "it has too few days of its own, so its category speaks too",
    DemandClass.CONSTANT: "it sold the same on every day",
    DemandClass.NONE: "it did not sell for so long that nothing is expected",
}


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A part of the story: one fact a sentence."""

    title: str
    sentences: tuple[str, ...]


def chapters_of(facts: WhyFacts) -> tuple[Chapter, ...]:
    """Return the story; a chapter about which nothing is known is left out."""
    line, threshold = facts.line, facts.line.threshold
    told = {
        "Stock": _stock(facts),
        "Demand": (*_sold(facts), *_events(facts), *(_demand(threshold) if threshold else ())),
        "Lead time": sourcing_sentences(facts.sourcing, facts.candidate, threshold),
        "Reorder point": (
            *(_computed(threshold, facts) if threshold else _no_forecast(line)),
            *_minimum(facts),
        ),
        "Order": (*([_level(threshold)] if threshold else []), *_order(facts)),
        "Decisions": tuple(_told(at, decision) for at, decision in facts.decisions),
    }
    return tuple(Chapter(title=title, sentences=said) for title, said in told.items() if said)


def _stock(facts: WhyFacts) -> tuple[str, ...]:
    level, orders = facts.line.level, facts.line.open_orders
    if not level.is_known:
        return (NEVER_COUNTED,)
    parts = f"{plain(level.on_hand)} on hand + {plain(level.on_order)} on order"
    reserved = f" - {plain(level.reserved)} reserved" if level.reserved else ""
    sentence = f"Inventory position: {parts}{reserved} = {plain(level.position)} units"
    drafts = ", ".join(order.number for order in orders if order.is_draft)
    waiting = f"; {drafts} waits for approval and is not sent yet" if drafts else ""
    return (f"{sentence}{waiting}.", *_arrivals(facts), *_cover(facts.line))


def _arrivals(facts: WhyFacts) -> Iterator[str]:
    for order in facts.line.open_orders:
        late = (facts.day - order.expected_on).days
        overdue = f", {_days(late)} late" if late > 0 and not order.is_draft else ""
        status = order.status.replace("_", " ")
        yield (
            f"{order.number} ({status}) brings {plain(order.quantity)}, "
            f"expected on {order.expected_on}{overdue}."
        )


def _cover(line: StockLine) -> Iterator[str]:
    if line.days_of_cover is not None and line.level.on_hand > 0:
        yield f"At the expected rate the shelf lasts {_days(round(line.days_of_cover, 1))}."


def _sold(facts: WhyFacts) -> Iterator[str]:
    sales, weeks = facts.sales, SALES_DAYS // 14
    if not (sales.lately or sales.before or sales.stocked_out):
        yield f"Nothing was sold in the last {2 * weeks} weeks."
        return
    empty = f"; on {_days(sales.stocked_out)} of them the shelf was empty" * bool(sales.stocked_out)
    yield (
        f"In the last {weeks} weeks {sales.lately:g} units were sold, "
        f"{sales.before:g} in the {weeks} before{empty}."
    )


def _events(facts: WhyFacts) -> Iterator[str]:
    past = {day: what for day, what in facts.events.items() if day < facts.day}
    ahead = {day: what for day, what in facts.events.items() if day >= facts.day}
    for days, when in ((past, "Lately"), (ahead, "Ahead")):
        if days:
            yield f"{when} in the calendar: {_listed(days)}."


def _listed(events: Mapping[date, str]) -> str:
    told = [f"{what} on {day}" for day, what in sorted(events.items())]
    more = len(told) - EVENTS_TOLD
    return ", ".join(told[:EVENTS_TOLD]) + (f" and {more} more days" if more > 0 else "")


def _demand(threshold: Threshold) -> tuple[str, ...]:
    part = threshold.breakdown
    kind = str(part["demand_class"])
    why = _WHY_MODEL.get(DemandClass(kind)) if kind in tuple(DemandClass) else None
    return (
        f"Over the next four weeks about {part['mean_per_day']:.2f} units a day are expected.",
        (
            f"Model: {part['model']} ({kind} demand), learnt from "
            f"{part['history_days']} days, {part['closed_days']} closed and "
            f"{part['stock_out_days_masked']} stock-out days of them left out."
        ),
        *([f"Chosen because {why}."] if why else ()),
        *(f"Note: {note}" for note in part.get("notes", ())),
    )


def _no_forecast(line: StockLine) -> tuple[str, ...]:
    if not line.product.is_kept:
        status = line.product.status.replace("_", " ")
        return (f"It is {status}, so it has no reorder point and is not ordered.",)
    return ("There is no forecast yet: `stock run-check` computes the reorder point.",)


def _computed(threshold: Threshold, facts: WhyFacts) -> tuple[str, ...]:
    part = threshold.breakdown
    interval_days, lead_time_days = (
        round(part[name], 1) for name in ("interval_days", "lead_time_days")
    )
    # Breakdowns stored by earlier versions do not say how much a lead time varies.
    varies = part.get("lead_time_sd_days")
    spread = f" ± {round(varies, 1):g}" if varies else ""
    weighed = ", over every length the lead time may have" if varies else ""
    whose = f" of {facts.sourcing.supplier.name}" if facts.sourcing.supplier else ""
    safety = round(max(0.0, float(threshold.reorder_point) - part["demand_mean"]), 1)
    return (
        (
            f"The computed reorder point for {threshold.computed_for} is "
            f"{plain(threshold.reorder_point)}: with probability {part['service_level']:.0%} "
            f"demand stays within {part['demand_quantile']:.1f} units over {interval_days:g} days "
            f"({lead_time_days:g}{spread} days lead time{whose} + {part['review_period_days']} "
            "days until the next check)."
        ),
        f"The service level of {part['service_level']:.0%} is {facts.service_level_from}.",
        (
            f"Expected demand over those days is {part['demand_mean']:.1f} units, standard "
            f"deviation {part['demand_standard_deviation']:.1f}{weighed}; the "
            f"other {safety:g} units of the reorder point are safety stock."
        ),
    )


def _minimum(facts: WhyFacts) -> Iterator[str]:
    minimum, threshold = facts.minimum, facts.line.threshold
    if minimum is None:
        return
    reason = f": {minimum.reason}" if minimum.reason else ""
    who = f"set by {minimum.author} on {minimum.set_at.date()}{reason}"
    computed = f"the computed {plain(threshold.reorder_point)}" if threshold else ""
    if not minimum.holds_on(facts.day):
        again = f", so {computed} holds again" if computed else ""
        yield (
            f"The manager's minimum of {plain(minimum.quantity)} ({who}) ended on "
            f"{minimum.expires_on}{again}."
        )
        return
    until = f" until {minimum.expires_on}" if minimum.expires_on else ""
    yield (
        f"The manager's minimum of {plain(minimum.quantity)} is in force{until}"
        f"{f' instead of {computed}' if computed else ''} ({who}); orders then go up to "
        f"{plain(facts.candidate.order_up_to_level)}."
    )


def _level(threshold: Threshold) -> str:
    part = threshold.breakdown
    cap = part.get("maximum_stock")
    at_most = f", at most {plain(Decimal(cap))}" if cap else ""
    return (
        f"The order-up-to level is {plain(threshold.order_up_to_level)}: the reorder point + "
        f"{part['order_cycle_demand']:.1f} units of an order cycle{at_most}."
    )


def _order(facts: WhyFacts) -> Iterator[str]:
    line = facts.line
    if line.level.is_known and line.reorder_point is not None:
        yield _verdict(line, facts.candidate.quantity_steps)
    if facts.left_alone:
        yield f"Nothing is ordered now: {facts.left_alone}."
    elif facts.by_rule:
        yield f"The next check decides about it; plain rules would {facts.by_rule}."
    if facts.dry_run:
        yield "The shop is on a dry run: checks show what they would do, and order nothing."


def _verdict(line: StockLine, steps: tuple[str, ...]) -> str:
    reorder_point = plain(line.reorder_point or ZERO)
    if not line.reorder_point:
        return "The reorder point in force is 0, so nothing need be kept: no order."
    if not line.is_low:
        return f"The position is above the reorder point {reorder_point}: no order."
    return (
        f"The position is at or below the reorder point {reorder_point}; "
        f"the policy's order: {', '.join(steps)}."
    )


def _told(at: datetime, decision: Decision) -> str:
    order = f" ({decision.order_number})" if decision.order_number else ""
    units = f" {plain(decision.quantity)}" if decision.quantity else ""
    cost = "" if decision.price_usd is None else f" [{_cost(decision, decision.price_usd)}]"
    who = f"{decision.decided_by}{cost}"
    return f"{at.date()}: {decision.action}{units}{order} by {who}: {decision.reason}"


def _cost(decision: Decision, price_usd: Decimal) -> str:
    """Return a decision's share of its review: tokens read and written, and US dollars."""
    tokens = f"{decision.prompt_tokens} + {decision.reply_tokens} tokens"
    return f"{tokens}, {price_usd:.6f} USD"


def _days(count: float) -> str:
    return "a day" if count == 1 else f"{count:g} days"

"""Why a number is what it is: the stored breakdown of a reorder point, told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from stockcli.domain.decisions import Candidate, Decision
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.replenishment import ManualMinimum, Threshold
from stockcli.usecases.candidates import candidate_of
from stockcli.usecases.inventory import StockLine, shop_day, stock_of
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.records import to_json

DECISIONS_TOLD = 5


@dataclass(frozen=True, kw_only=True)
class WhyReport:
    """The story of one product's numbers at one location.

    Attributes:
        sentences: the story, one fact a sentence.
        breakdown: the stored parts of the reorder point; JSON values.
        decisions: the latest, newest first, with when each was made.
    """

    line: StockLine
    day: date
    sentences: tuple[str, ...]
    breakdown: Mapping[str, Any]
    decisions: tuple[tuple[datetime, Decision], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        line = self.line
        return {
            "sku": line.product.sku,
            "name": line.product.name,
            "location": line.location.code,
            "business_day": self.day.isoformat(),
            "on_hand": to_json(line.level.on_hand),
            "on_order": to_json(line.level.on_order),
            "reserved": to_json(line.level.reserved),
            "inventory_position": to_json(line.level.position),
            "reorder_point": to_json(line.reorder_point),
            "computed_reorder_point": (
                to_json(line.threshold.reorder_point) if line.threshold else None
            ),
            "manual_minimum": to_json(line.minimum.quantity) if line.minimum else None,
            "order_up_to_level": to_json(line.order_up_to_level),
            "breakdown": dict(self.breakdown),
            "sentences": list(self.sentences),
            "decisions": [
                {
                    "decided_at": at.isoformat(),
                    "action": decision.action,
                    "quantity": to_json(decision.quantity),
                    "reason": decision.reason,
                    "decided_by": decision.decided_by,
                    "prompt_tokens": decision.prompt_tokens,
                    "reply_tokens": decision.reply_tokens,
                    "price_usd": to_json(decision.price_usd),
                }
                for at, decision in self.decisions
            ],
        }


def why(
    unit: UnitOfWork, sku: str, *, now: datetime, location: str | None = None
) -> list[WhyReport]:
    """Return the story of a product's numbers, one report a location.

    Raises:
        NotFoundError: no such product or location.
    """
    day = shop_day(unit, now)
    lines = stock_of(unit, sku, day=day)
    with unit.reading():
        place = unit.locations.get(location) if location else None
        told = [line for line in lines if place is None or line.location.id == place.id]
        suppliers = {supplier.id: supplier for supplier in suppliers_as_learnt(unit, day)}
        reports = []
        for line in told:
            supplier = suppliers.get(line.product.supplier_id) if line.product.supplier_id else None
            decisions = unit.decisions.of_key(line.level.key, DECISIONS_TOLD)
            candidate = candidate_of(line, supplier, unit.tenant.policy)
            reports.append(
                WhyReport(
                    line=line,
                    day=day,
                    sentences=_story(line, candidate, decisions),
                    breakdown=line.threshold.breakdown if line.threshold else {},
                    decisions=tuple(decisions),
                )
            )
    return reports


def _story(
    line: StockLine, candidate: Candidate, decisions: list[tuple[datetime, Decision]]
) -> tuple[str, ...]:
    supplier = candidate.supplier
    return (
        _position(line),
        *(_computed(line.threshold, supplier) if line.threshold else _no_forecast(line)),
        *([_manual(line.minimum, candidate, line.threshold)] if line.minimum else []),
        *([_verdict(line, candidate.quantity_steps)] if _is_judged(line) else []),
        *(_told(at, decision) for at, decision in decisions),
    )


def _is_judged(line: StockLine) -> bool:
    return line.level.is_known and line.reorder_point is not None


def _position(line: StockLine) -> str:
    level = line.level
    if not level.is_known:
        return (
            "The shelf was never counted and nothing was received, so on hand is not known; "
            "book a count with `stock import counts`."
        )
    parts = f"{plain(level.on_hand)} on hand + {plain(level.on_order)} on order"
    reserved = f" - {plain(level.reserved)} reserved" if level.reserved else ""
    sentence = f"Inventory position: {parts}{reserved} = {plain(level.position)} units"
    drafts = [order for order in line.open_orders if order.is_draft]
    if not drafts:
        return f"{sentence}."
    waiting = ", ".join(order.number for order in drafts)
    return f"{sentence}; {waiting} waits for approval and is not sent yet."


def _no_forecast(line: StockLine) -> tuple[str, ...]:
    if not line.product.is_kept:
        status = line.product.status.replace("_", " ")
        return (f"It is {status}, so it has no reorder point and is not ordered.",)
    return ("There is no forecast yet: `stock run-check` computes the reorder point.",)


def _computed(threshold: Threshold, supplier: str) -> tuple[str, ...]:
    part = threshold.breakdown
    reorder_point = plain(threshold.reorder_point)
    interval_days, lead_time_days = (
        round(part[name], 1) for name in ("interval_days", "lead_time_days")
    )
    # Breakdowns stored by earlier versions do not say how much a lead time varies.
    varies = part.get("lead_time_sd_days")
    spread = f" ± {round(varies, 1):g}" if varies else ""
    whose = f" of {supplier}" if supplier else ""
    cap = part.get("maximum_stock")
    at_most = f", at most {plain(Decimal(cap))}" if cap else ""
    safety = round(max(0.0, float(threshold.reorder_point) - part["demand_mean"]), 1)
    return (
        (
            f"The computed reorder point for {threshold.computed_for} is {reorder_point}: with "
            f"probability {part['service_level']:.0%} demand stays within "
            f"{part['demand_quantile']:.1f} units over {interval_days:g} days ({lead_time_days:g}"
            f"{spread} days lead time{whose} + {part['review_period_days']} days until the next "
            "check)."
        ),
        *_reasons(part, safety),
        (
            f"The order-up-to level is {plain(threshold.order_up_to_level)}: the reorder point + "
            f"{part['order_cycle_demand']:.1f} units of an order cycle{at_most}."
        ),
        *(f"Note: {note}" for note in part.get("notes", ())),
    )


def _reasons(part: Mapping[str, Any], safety_stock: float) -> tuple[str, ...]:
    weighed = ", over every length the lead time may have" if part.get("lead_time_sd_days") else ""
    return (
        (
            f"Expected demand over those days is {part['demand_mean']:.1f} units, standard "
            f"deviation {part['demand_standard_deviation']:.1f}{weighed}; the "
            f"other {safety_stock:g} units of the reorder point are safety stock."
        ),
        f"Over the next four weeks about {part['mean_per_day']:.2f} units a day are expected.",
        (
            f"Model: {part['model']} ({part['demand_class']} demand), learnt from "
            f"{part['history_days']} days, {part['closed_days']} closed and "
            f"{part['stock_out_days_masked']} stock-out days of them left out."
        ),
    )


def _manual(minimum: ManualMinimum, candidate: Candidate, threshold: Threshold | None) -> str:
    until = f" until {minimum.expires_on}" if minimum.expires_on else ""
    instead = f" instead of the computed {plain(threshold.reorder_point)}" if threshold else ""
    reason = f": {minimum.reason}" if minimum.reason else ""
    return (
        f"The manager's minimum of {plain(minimum.quantity)} is in force{until}{instead} "
        f"(set by {minimum.author} on {minimum.set_at.date()}{reason}); orders then go up to "
        f"{plain(candidate.order_up_to_level)}."
    )


def _verdict(line: StockLine, steps: tuple[str, ...]) -> str:
    reorder_point = plain(line.reorder_point or ZERO)
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

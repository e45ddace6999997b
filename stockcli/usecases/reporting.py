"""Why a number is what it is: the stored breakdown of a reorder point, told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stockcli.domain.decisions import Decision
from stockcli.domain.quantity import plain
from stockcli.domain.replenishment import ManualMinimum, Threshold
from stockcli.usecases.candidates import candidate_of
from stockcli.usecases.inventory import StockLine, shop_day, stock_of
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
            "order_up_to_level": (
                to_json(line.threshold.order_up_to_level) if line.threshold else None
            ),
            "breakdown": dict(self.breakdown),
            "sentences": list(self.sentences),
            "decisions": [
                {
                    "decided_at": at.isoformat(),
                    "action": decision.action,
                    "quantity": to_json(decision.quantity),
                    "reason": decision.reason,
                    "decided_by": decision.decided_by,
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
        suppliers = {supplier.id: supplier for supplier in unit.suppliers.all()}
        reports = []
        for line in told:
            supplier = suppliers.get(line.product.supplier_id) if line.product.supplier_id else None
            decisions = unit.decisions.of_key(line.level.key, DECISIONS_TOLD)
            steps = candidate_of(line, supplier, unit.tenant.policy).quantity_steps
            reports.append(
                WhyReport(
                    line=line,
                    day=day,
                    sentences=_story(line, supplier.name if supplier else "", steps, decisions),
                    breakdown=line.threshold.breakdown if line.threshold else {},
                    decisions=tuple(decisions),
                )
            )
    return reports


def _story(
    line: StockLine,
    supplier: str,
    steps: tuple[str, ...],
    decisions: list[tuple[datetime, Decision]],
) -> tuple[str, ...]:
    return (
        _position(line),
        *(_computed(line.threshold, supplier) if line.threshold else _no_forecast()),
        *(_manual(line.minimum, line.threshold) if line.minimum else ()),
        _verdict(line, steps),
        *(_told(at, decision) for at, decision in decisions),
    )


def _position(line: StockLine) -> str:
    level = line.level
    if not level.is_known:
        return (
            "The shelf was never counted and nothing was received, so on hand is not known; "
            "book a count with `stock import counts`."
        )
    parts = f"{plain(level.on_hand)} on hand + {plain(level.on_order)} on order"
    reserved = f" - {plain(level.reserved)} reserved" if level.reserved else ""
    return f"Inventory position: {parts}{reserved} = {plain(level.position)} units."


def _no_forecast() -> tuple[str, ...]:
    return ("There is no forecast yet: `stock run-check` computes the reorder point.",)


def _computed(threshold: Threshold, supplier: str) -> tuple[str, ...]:
    part = threshold.breakdown
    lead_time_days = round(part["lead_time_days"], 1)
    whose = f" of {supplier}" if supplier else ""
    sentences = [
        (
            f"The computed reorder point for {threshold.computed_for} is "
            f"{plain(threshold.reorder_point)}: with probability {part['service_level']:.0%} "
            f"demand stays within {part['demand_quantile']:.1f} units over "
            f"{round(part['interval_days'], 1):g} days ({lead_time_days:g} days lead time{whose} + "
            f"{part['review_period_days']} days until the next check)."
        ),
        (
            f"Expected demand over those days is {part['demand_mean']:.1f} units, standard "
            f"deviation {part['demand_standard_deviation']:.1f}; "
            f"about {part['mean_per_day']:.2f} a day."
        ),
        (
            f"Model: {part['model']} ({part['demand_class']} demand), fitted on "
            f"{part['history_days']} days; {part['stock_out_days_masked']} stock-out days and "
            f"{part['closed_days']} closed days left out."
        ),
        f"The order-up-to level is {plain(threshold.order_up_to_level)}: the reorder point + "
        f"{part['order_cycle_demand']:.1f} units of an order cycle"
        + (f", at most {part['maximum_stock']}." if part.get("maximum_stock") else "."),
    ]
    return (*sentences, *(f"Note: {note}" for note in part.get("notes", ())))


def _manual(minimum: ManualMinimum, threshold: Threshold | None) -> tuple[str, ...]:
    until = f" until {minimum.expires_on}" if minimum.expires_on else ""
    instead = f" instead of the computed {plain(threshold.reorder_point)}" if threshold else ""
    reason = f": {minimum.reason}" if minimum.reason else ""
    return (
        (
            f"The manager's minimum of {plain(minimum.quantity)} is in force{until}{instead} "
            f"(set by {minimum.author} on {minimum.set_at.date()}{reason})."
        ),
    )


def _verdict(line: StockLine, steps: tuple[str, ...]) -> str:
    if line.reorder_point is None:
        return "Nothing is judged before the first forecast."
    if not line.is_low:
        return f"The position is above the reorder point {plain(line.reorder_point)}: no order."
    return (
        f"The position is at or below the reorder point {plain(line.reorder_point)}; "
        f"the policy's order: {', '.join(steps)}."
    )


def _told(at: datetime, decision: Decision) -> str:
    order = f" ({decision.order_number})" if decision.order_number else ""
    units = f" {plain(decision.quantity)}" if decision.quantity else ""
    return (
        f"{at.date()}: {decision.action}{units}{order} by {decision.decided_by}: {decision.reason}"
    )

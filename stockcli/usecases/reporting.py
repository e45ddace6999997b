"""Why a number is what it is: all that led to it, told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stockcli.domain.decisions import Decision
from stockcli.domain.lead_times import LeadTimeRecord
from stockcli.usecases.inventory import StockLine, shop_day, stock_of
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.records import to_json
from stockcli.usecases.why_facts import WhyFacts, why_facts_within
from stockcli.usecases.why_story import Chapter, chapters_of


@dataclass(frozen=True, kw_only=True)
class WhyReport:
    """The story of one product's numbers at one location.

    Attributes:
        facts: all it is told from.
        chapters: the story, one fact a sentence.
    """

    facts: WhyFacts
    chapters: tuple[Chapter, ...]

    @property
    def line(self) -> StockLine:
        """Return how the product stands."""
        return self.facts.line

    @property
    def day(self) -> date:
        """Return the day it is judged on."""
        return self.facts.day

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return the story without its chapters."""
        return tuple(said for chapter in self.chapters for said in chapter.sentences)

    @property
    def breakdown(self) -> Mapping[str, Any]:
        """Return the stored parts of the reorder point; JSON values."""
        threshold = self.facts.line.threshold
        return threshold.breakdown if threshold else {}

    @property
    def decisions(self) -> tuple[tuple[datetime, Decision], ...]:
        """Return the latest decisions, newest first, with when each was made."""
        return self.facts.decisions

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        line, facts = self.line, self.facts
        return {
            "sku": line.product.sku,
            "name": line.product.name,
            "location": line.location.code,
            "business_day": self.day.isoformat(),
            "on_hand": to_json(line.level.on_hand),
            "on_order": to_json(line.level.on_order),
            "reserved": to_json(line.level.reserved),
            "inventory_position": to_json(line.level.position),
            "open_orders": to_json(line.open_orders),
            "reorder_point": to_json(line.reorder_point),
            "computed_reorder_point": (
                to_json(line.threshold.reorder_point) if line.threshold else None
            ),
            "manual_minimum": to_json(line.minimum.quantity) if line.minimum else None,
            "minimum": _minimum(facts),
            "order_up_to_level": to_json(line.order_up_to_level),
            "service_level_from": facts.service_level_from,
            "sold": to_json(facts.sales),
            "events": {day.isoformat(): what for day, what in sorted(facts.events.items())},
            "lead_time": _lead_time(facts),
            "sources": to_json(facts.sourcing.offers),
            "is_low": line.is_low,
            "order_quantity": to_json(facts.candidate.suggested_quantity) if line.is_low else 0,
            "order_steps": list(facts.candidate.quantity_steps) if line.is_low else [],
            "not_ordered_because": facts.left_alone or None,
            "by_rule": facts.by_rule or None,
            "breakdown": dict(self.breakdown),
            "sentences": list(self.sentences),
            "chapters": {one.title: list(one.sentences) for one in self.chapters},
            "decisions": [_decision(at, decision) for at, decision in self.decisions],
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
        found = why_facts_within(unit, lines, day)
    return [
        WhyReport(facts=facts, chapters=chapters_of(facts))
        for facts in found
        if place is None or facts.line.location.id == place.id
    ]


def _minimum(facts: WhyFacts) -> dict[str, Any] | None:
    minimum = facts.minimum
    if minimum is None:
        return None
    told = {
        "quantity": minimum.quantity,
        "author": minimum.author,
        "reason": minimum.reason,
        "set_at": minimum.set_at,
        "expires_on": minimum.expires_on,
        "in_force": minimum.holds_on(facts.day),
    }
    return {name: to_json(value) for name, value in told.items()}


def _lead_time(facts: WhyFacts) -> dict[str, Any]:
    sourcing = facts.sourcing
    record = sourcing.record or LeadTimeRecord(stated=sourcing.lead_time, learnt=sourcing.lead_time)
    supplier = sourcing.supplier.code if sourcing.supplier else None
    used: dict[str, Any] = {"supplier": supplier, "used": to_json(sourcing.lead_time)}
    told: dict[str, Any] = to_json(record)
    return {**used, "learns": sourcing.learns, **told}


def _decision(at: datetime, decision: Decision) -> dict[str, Any]:
    return {
        "decided_at": at.isoformat(),
        "action": decision.action,
        "quantity": to_json(decision.quantity),
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "order_number": decision.order_number,
        "prompt_tokens": decision.prompt_tokens,
        "reply_tokens": decision.reply_tokens,
        "price_usd": to_json(decision.price_usd),
    }

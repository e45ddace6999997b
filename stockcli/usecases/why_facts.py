"""All that the story of a product's numbers is told from, read in sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.calendar import events_of
from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.decisions import Candidate, Decision, decide_by_rule
from stockcli.domain.demand import LeadTime, stocked_out_days
from stockcli.domain.identifiers import StockKey
from stockcli.domain.lead_times import LeadTimeRecord
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.offers import SourceOffer
from stockcli.domain.replenishment import ManualMinimum
from stockcli.usecases.candidates import (
    candidate_of,
    low_products_within,
    policies_within,
    why_left_alone,
)
from stockcli.usecases.inventory import StockLine
from stockcli.usecases.lead_times import lead_time_in_use, lead_time_records
from stockcli.usecases.offers import Offers, offered, offers_within
from stockcli.usecases.ports import UnitOfWork

DECISIONS_TOLD = 5
SALES_DAYS = 56
"""Two times four weeks of sales are told, to be compared."""
AHEAD = timedelta(days=60)
"""How far ahead events are told."""


@dataclass(frozen=True, kw_only=True)
class SalesSeen:
    """What was sold lately, units.

    Attributes:
        lately: in the last four weeks before the business day.
        before: in the four weeks before those.
        stocked_out: of all these days, those with an empty shelf and no sale.
    """

    lately: float = 0.0
    before: float = 0.0
    stocked_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Sourcing:
    """Whom a product is bought from first, and how long that takes.

    Attributes:
        supplier: None if it has none.
        record: what it states and what its deliveries taught.
        lead_time: that is counted on: the supplier's, or the shop's where there is none.
        learns: whether the shop wants lead times to be learnt.
        offers: everybody it may be bought from, the first first.
    """

    supplier: Supplier | None
    record: LeadTimeRecord | None
    lead_time: LeadTime
    learns: bool
    offers: tuple[SourceOffer, ...]


@dataclass(frozen=True, kw_only=True)
class WhyFacts:
    """What is known of one product at one location.

    Attributes:
        candidate: its figures as a decision would see them, low or not.
        minimum: set by hand, in force or over; None if there is none.
        service_level_from: where its service level was set, in words.
        events: what happened and will happen, from the first day told of sales on.
        left_alone: why no check decides about it now; empty if one would, or it is not low.
        by_rule: what plain rules would do about it now; empty if it is not to be decided about.
    """

    line: StockLine
    day: date
    candidate: Candidate
    sourcing: Sourcing
    minimum: ManualMinimum | None
    service_level_from: str
    sales: SalesSeen
    events: Mapping[date, str]
    left_alone: str
    by_rule: str
    dry_run: bool
    decisions: tuple[tuple[datetime, Decision], ...]


def why_facts_within(unit: UnitOfWork, lines: Sequence[StockLine], day: date) -> list[WhyFacts]:
    """Return the facts of one product's lines, one a location, inside an open unit of work."""
    if not lines:
        return []
    product, policy = lines[0].product, unit.tenant.policy
    wanted = policies_within(unit).of(product.category)
    offers, minimums = offers_within(unit, day), unit.minimums.all()
    sourcing = _sourcing(unit, product, offers, day)
    sales = _sales(unit, product, day)
    events = events_of(unit.calendar.days(day - timedelta(days=SALES_DAYS), day + AHEAD))
    found, skipped = low_products_within(unit, lines, day)
    low = {one.key: one for one in found}
    reasons = {one.location: one.reason for one in skipped}
    return [
        WhyFacts(
            line=line,
            day=day,
            candidate=low.get(line.level.key)
            or offered(candidate_of(line, sourcing.supplier, wanted), product, offers),
            sourcing=sourcing,
            minimum=minimums.get(line.level.key),
            service_level_from=_service_level_from(unit, product),
            sales=sales.get(line.level.key, SalesSeen()),
            events=events,
            left_alone=reasons.get(line.location.code)
            or ("" if line.level.key in low else why_left_alone(line, None, wanted, day)),
            by_rule=_by_rule(low.get(line.level.key)),
            dry_run=policy.dry_run,
            decisions=tuple(unit.decisions.of_key(line.level.key, DECISIONS_TOLD)),
        )
        for line in lines
    ]


def _sourcing(unit: UnitOfWork, product: Product, offers: Offers, day: date) -> Sourcing:
    policy = unit.tenant.policy
    supplier = offers.suppliers.get(product.supplier_id) if product.supplier_id else None
    record = lead_time_records(unit, day)[supplier.id] if supplier else None
    unknown = LeadTime(
        mean_days=policy.default_lead_time_days,
        standard_deviation_days=policy.default_lead_time_sd_days,
    )
    learns = policy.learn_lead_times
    return Sourcing(
        supplier=supplier,
        record=record,
        lead_time=lead_time_in_use(record, learns=learns) if record else unknown,
        learns=learns,
        offers=offers.of(product),
    )


def _sales(unit: UnitOfWork, product: Product, day: date) -> dict[StockKey, SalesSeen]:
    first, last = day - timedelta(days=SALES_DAYS), day - timedelta(days=1)
    series = unit.ledger.daily_movements(first, last, product_id=product.id)
    return {one.key: _seen(one) for one in series}


def _seen(series: DailyMovements) -> SalesSeen:
    half = SALES_DAYS // 2
    return SalesSeen(
        lately=sum(series.sold[-half:]),
        before=sum(series.sold[:-half]),
        stocked_out=sum(stocked_out_days(series.sold, series.closing_stock)),
    )


def _service_level_from(unit: UnitOfWork, product: Product) -> str:
    if product.service_level is not None:
        return "set for the product"
    category = unit.categories.all().get(product.category)
    if category is not None and category.service_level is not None:
        return f"set for the category {product.category}"
    if unit.tenant.policy.shortage_cost_rate is not None and product.unit_cost > Decimal(0):
        return "the one that costs least, by what the shop says a shortage costs"
    return "the shop's"


def _by_rule(candidate: Candidate | None) -> str:
    if candidate is None:
        return ""
    proposal = decide_by_rule(candidate)
    return f"{proposal.action}: {proposal.reason}"

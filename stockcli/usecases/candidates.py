"""What is low: the products to decide about, and those left alone with the reason why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from stockcli.domain.catalogue import Supplier
from stockcli.domain.decisions import (
    Candidate,
    Decision,
)
from stockcli.domain.identifiers import StockKey, SupplierId
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.replenishment import (
    Threshold,
    is_beyond_ordering,
    largest_order_quantity,
    money_at_risk,
    order_quantity,
)
from stockcli.domain.shop import ShopPolicy
from stockcli.domain.sourcing import Policies
from stockcli.usecases.inventory import StockLine, reorderable
from stockcli.usecases.offers import Offers, offered, offers_within
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.signs import with_signs
from stockcli.usecases.spare_stock import with_transfers


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A low product nothing was decided about, and why."""

    sku: str
    location: str
    reason: str


_NEVER_SOLD = "it never sold: give it a minimum, or a category to learn from"
_ABSURD = "its figures are beyond what can be ordered: check its stock, cost and minimum"


def low_products_within(
    unit: UnitOfWork,
    lines: Sequence[StockLine],
    day: date,
    *,
    elsewhere: Sequence[StockLine] | None = None,
) -> tuple[list[Candidate], list[Skipped]]:
    """Return the low products of these lines and those left alone, in an open unit of work.

    Args:
        elsewhere: where else the products may lie, to be fetched from; None: these lines.
    """
    policies = policies_within(unit)
    found, skipped = candidates(
        lines,
        offers=offers_within(unit, day),
        latest=unit.decisions.latest(),
        policies=policies,
        day=day,
    )
    if not found:
        return [], skipped
    offered = with_transfers(unit, found, lines if elsewhere is None else elsewhere, policies)
    return with_signs(unit, offered, policies, day), skipped


def policies_within(unit: UnitOfWork) -> Policies:
    """Return what the shop wants of each product, in an open unit of work."""
    return Policies(shop=unit.tenant.policy, categories=unit.categories.all())


def candidates(
    lines: Iterable[StockLine],
    *,
    offers: Offers,
    latest: Mapping[StockKey, Decision],
    policies: Policies,
    day: date,
) -> tuple[list[Candidate], list[Skipped]]:
    """Return the low products to decide about, dearest first, and those left alone."""
    found, skipped = [], []
    for line in lines:
        if _never_sold_out(line, day):
            skipped.append(
                Skipped(sku=line.product.sku, location=line.location.code, reason=_NEVER_SOLD)
            )
        if not line.is_low:
            continue
        policy = policies.of(line.product.category)
        reason = why_left_alone(line, latest.get(line.level.key), policy, day)
        if reason:
            skipped.append(
                Skipped(sku=line.product.sku, location=line.location.code, reason=reason)
            )
        else:
            candidate = weighed(line, offers, policies)
            if is_beyond_ordering(candidate.suggested_quantity, candidate.unit_cost):
                skipped.append(
                    Skipped(sku=candidate.sku, location=candidate.location, reason=_ABSURD)
                )
            else:
                found.append(candidate)
    return sorted(found, key=lambda one: (-one.money_at_risk, one.sku, one.location)), skipped


def _never_sold_out(line: StockLine, day: date) -> bool:
    """Return whether a shelf is empty, and there is nothing to tell what to keep on it."""
    return (
        line.level.is_known
        and line.level.position <= 0
        and not line.reorder_point
        and reorderable(line.product, day)
        and (line.threshold is None or not line.threshold.breakdown.get("history_days"))
    )


def why_left_alone(line: StockLine, latest: Decision | None, policy: ShopPolicy, day: date) -> str:
    """Return why nothing is decided about a product now; empty if something may be.

    Args:
        latest: the last decision about it; None to judge without.
    """
    product = line.product
    if not product.is_kept:
        return f"the product is {product.status.replace('_', ' ')}"
    if product.is_snoozed(day):
        return f"snoozed until {product.snoozed_until}"
    if not line.level.is_known:
        return "its stock was never counted: book a count with `stock import counts`"
    if line.open_orders:
        order = line.open_orders[0]
        return (
            f"{plain(line.level.on_order)} on order already, {order.number} "
            f"({order.status.replace('_', ' ')}) expected on {order.expected_on}"
        )
    if latest is not None and _still_holds(latest, line, policy, day):
        return f"decided on {latest.business_day}: {latest.action}; nothing moved since"
    return ""


def _still_holds(latest: Decision, line: StockLine, policy: ShopPolicy, day: date) -> bool:
    """Return whether the last decision answers the same question, not yet a review ago."""
    return (
        latest.stock_version == line.level.version
        and latest.reorder_point == line.reorder_point
        and day < latest.business_day + timedelta(days=policy.review_period_days)
    )


def weighed(line: StockLine, offers: Offers, policies: Policies) -> Candidate:
    """Return all that bears on a decision about a product: its policy, and who sells it."""
    product = line.product
    supplier = offers.suppliers.get(product.supplier_id or SupplierId(0))
    plain = candidate_of(line, supplier, policies.of(product.category))
    return replace(offered(plain, product, offers), autonomy=policies.autonomy_of(product.category))


def candidate_of(line: StockLine, supplier: Supplier | None, policy: ShopPolicy) -> Candidate:
    """Return all that bears on a decision about one low product."""
    product, level, reorder_point = line.product, line.level, line.reorder_point or ZERO
    target = line.order_up_to_level or ZERO
    suggested = order_quantity(
        position=level.position,
        reorder_point=reorder_point,
        level=target,
        minimum_order_quantity=product.minimum_order_quantity,
        pack_size=product.pack_size,
        maximum_stock=product.maximum_stock,
    )
    lead_time = supplier.lead_time.mean_days if supplier else policy.default_lead_time_days
    mean = line.threshold.mean_per_day if line.threshold else 0.0
    return Candidate(
        key=level.key,
        sku=product.sku,
        name=product.name,
        category=product.category,
        location=line.location.code,
        supplier=supplier.name if supplier else "",
        supplier_id=int(supplier.id) if supplier else 0,
        lead_time_days=lead_time,
        on_hand=level.on_hand,
        on_order=level.on_order,
        reserved=level.reserved,
        position=level.position,
        reorder_point=reorder_point,
        is_manual=line.is_manual,
        order_up_to_level=target,
        mean_per_day=mean,
        days_of_cover=line.days_of_cover,
        suggested_quantity=suggested.quantity,
        largest_quantity=largest_order_quantity(
            suggested.quantity,
            position=level.position,
            pack_size=product.pack_size,
            maximum_stock=product.maximum_stock,
        ),
        quantity_steps=suggested.steps,
        pack_size=product.pack_size,
        minimum_order_quantity=product.minimum_order_quantity,
        unit_cost=product.unit_cost,
        money_at_risk=money_at_risk(
            position=level.position,
            mean_per_day=mean,
            interval_days=lead_time + policy.review_period_days,
            unit_price=product.unit_price or product.unit_cost,
        ),
        open_orders=line.open_orders,
        stock_version=level.version,
        model=line.threshold.model if line.threshold else "",
        computed_reorder_point=line.threshold.reorder_point if line.threshold else None,
        spread_lately=_spread(line.threshold, policy.review_period_days),
    )


def _spread(threshold: Threshold | None, days: int) -> float:
    """Return the standard deviation the forecast gives to the sales of so many days, units.

    That of the protection interval, as if its days were independent; it holds what the lead
    time varies too, so it errs on the wide side.
    """
    parts = threshold.breakdown if threshold else {}
    spread, interval = parts.get("demand_standard_deviation"), parts.get("interval_days")
    return float(spread) * math.sqrt(days / interval) if spread and interval else 0.0

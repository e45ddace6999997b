"""Deciding about low products, and carrying it out within the shop's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.alerts import Alert, AlertKind, low_stock_situation
from stockcli.domain.catalogue import Product, ProductStatus, Supplier
from stockcli.domain.decisions import (
    Action,
    Candidate,
    Decision,
    Proposal,
    bounded_quantity,
    decide_by_rule,
)
from stockcli.domain.identifiers import RunId, StockKey
from stockcli.domain.purchasing import PurchaseOrder
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.replenishment import (
    effective_order_up_to_level,
    largest_order_quantity,
    money_at_risk,
    order_quantity,
    order_up_to_level,
)
from stockcli.domain.shop import ShopPolicy
from stockcli.usecases.alerting import tell
from stockcli.usecases.inventory import StockLine, open_orders_within
from stockcli.usecases.ordering import OrderDraft, place_orders
from stockcli.usecases.ports import Review, Reviewer, ReviewRequest, UnitOfWork
from stockcli.usecases.records import to_json


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A low product nothing was decided about, and why."""

    sku: str
    location: str
    reason: str


def candidates(
    lines: Iterable[StockLine],
    *,
    suppliers: Mapping[int, Supplier],
    latest: Mapping[StockKey, Decision],
    policy: ShopPolicy,
    day: date,
) -> tuple[list[Candidate], list[Skipped]]:
    """Return the low products to decide about, dearest first, and those left alone."""
    found, skipped = [], []
    for line in lines:
        if not line.is_low:
            continue
        reason = _why_skipped(line, latest.get(line.level.key), policy, day)
        if reason:
            skipped.append(
                Skipped(sku=line.product.sku, location=line.location.code, reason=reason)
            )
        else:
            supplier = suppliers.get(line.product.supplier_id or 0)
            found.append(candidate_of(line, supplier, policy))
    return sorted(found, key=lambda one: (-one.money_at_risk, one.sku, one.location)), skipped


def _why_skipped(line: StockLine, latest: Decision | None, policy: ShopPolicy, day: date) -> str:
    product = line.product
    if product.status is not ProductStatus.ACTIVE:
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


def candidate_of(line: StockLine, supplier: Supplier | None, policy: ShopPolicy) -> Candidate:
    """Return all that bears on a decision about one low product."""
    product, level, reorder_point = line.product, line.level, line.reorder_point or ZERO
    target = _target(line, product, reorder_point)
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
    )


def _target(line: StockLine, product: Product, reorder_point: Decimal) -> Decimal:
    """Return the order-up-to level that goes with the reorder point in force.

    Without a forecast a minimum by hand is lifted by one unit, so that an order ends above it.
    """
    if line.threshold is None:
        return order_up_to_level(reorder_point, 1.0, product.maximum_stock)
    level = effective_order_up_to_level(line.threshold, reorder_point)
    return level if product.maximum_stock is None else min(level, product.maximum_stock)


def proposals_for(
    reviewer: Reviewer, request: ReviewRequest
) -> tuple[dict[StockKey, Proposal], tuple[str, ...]]:
    """Return one proposal per candidate: the reviewer's, and by rule what it left out."""
    review = reviewer.review(request)
    wanted = {candidate.key for candidate in request.candidates}
    proposed = {one.key: one for one in review.proposals if one.key in wanted}
    for candidate in request.candidates:
        proposed.setdefault(candidate.key, decide_by_rule(candidate))
    return proposed, review.remarks


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a review."""

    decisions: tuple[Decision, ...] = ()
    orders: tuple[PurchaseOrder, ...] = ()
    alerts: tuple[Alert, ...] = ()
    moved_on: tuple[Skipped, ...] = ()


def carry_out(
    unit: UnitOfWork,
    run_id: RunId,
    reviewed: Sequence[Candidate],
    proposals: Mapping[StockKey, Proposal],
    *,
    day: date,
    now: datetime,
) -> Outcome:
    """Turn proposals into decisions, orders, alerts and messages, in the open unit of work.

    Limits and quantities are settled here, whoever proposed what. A product whose stock moved
    or that was ordered since it was read is left to the next run.
    """
    levels, on_order = unit.ledger.levels(), open_orders_within(unit)
    current, moved_on = [], []
    for candidate in reviewed:
        level = levels.get(candidate.key)
        if (level.version if level else 0) != candidate.stock_version or (
            on_order.get(candidate.key)
        ):
            reason = "its stock moved during the check; the next run decides"
            moved_on.append(Skipped(sku=candidate.sku, location=candidate.location, reason=reason))
        else:
            current.append(candidate)
    settled = [settle(candidate, proposals[candidate.key], day) for candidate in current]
    ids = unit.decisions.add(run_id, settled)
    orders, waiting = _order(unit, current, settled, ids, day=day, now=now)
    numbers = {order.key_of(line): order.number for order in orders for line in order.lines}
    decided = tuple(replace(one, order_number=numbers.get(one.key, "")) for one in settled)
    alerts = tell(unit, [*_alerts(decided, now), *waiting], now=now, digest_key=run_id)
    return Outcome(
        decisions=decided, orders=tuple(orders), alerts=tuple(alerts), moved_on=tuple(moved_on)
    )


def settle(candidate: Candidate, proposal: Proposal, day: date) -> Decision:
    """Return what is really done: the proposal within the policy's bounds."""
    action, quantity, reason = proposal.action, ZERO, proposal.reason
    if action is Action.RESTOCK:
        by_rule = decide_by_rule(candidate)
        if not candidate.supplier or candidate.suggested_quantity <= 0:
            action, reason = by_rule.action, f"{by_rule.reason} (asked to restock: {reason})"
        else:
            quantity, remark = bounded_quantity(candidate, proposal.quantity)
            reason = f"{reason} ({remark})" if remark else reason
    return Decision(
        key=candidate.key,
        sku=candidate.sku,
        location=candidate.location,
        action=action,
        quantity=quantity,
        reason=reason,
        decided_by=proposal.decided_by,
        on_hand=candidate.on_hand,
        on_order=candidate.on_order,
        reorder_point=candidate.reorder_point,
        business_day=day,
        stock_version=candidate.stock_version,
        inputs=to_json(candidate),
    )


def _order(
    unit: UnitOfWork,
    reviewed: Sequence[Candidate],
    decisions: Sequence[Decision],
    ids: Mapping[StockKey, int],
    *,
    day: date,
    now: datetime,
) -> tuple[list[PurchaseOrder], list[Alert]]:
    cost = {candidate.key: candidate.unit_cost for candidate in reviewed}
    drafts = [
        OrderDraft(
            key=decision.key,
            quantity=decision.quantity,
            unit_cost=cost[decision.key],
            decision_id=ids[decision.key],
        )
        for decision in decisions
        if decision.action is Action.RESTOCK
    ]
    return place_orders(unit, drafts, by="run-check", day=day, now=now)


def _alerts(decisions: Iterable[Decision], now: datetime) -> list[Alert]:
    return [
        Alert(
            kind=AlertKind.LOW_STOCK,
            situation=low_stock_situation(decision.key),
            subject=f"{decision.sku} is low",
            text=(
                f"{decision.sku} at {decision.location}: {plain(decision.on_hand)} on hand, "
                f"reorder point {plain(decision.reorder_point)}; {decision.reason}"
            ),
            raised_at=now,
            key=decision.key,
        )
        for decision in decisions
        if decision.action is Action.NOTIFY
    ]


@dataclass(frozen=True, kw_only=True)
class RuleReviewer:
    """Leaves everything to the rules, and says why.

    Attributes:
        remark: one sentence, such as why no model was asked.
    """

    remark: str = ""

    def review(self, request: ReviewRequest) -> Review:
        """Return no proposal, so that every candidate is decided by rule."""
        return Review(remarks=(self.remark,) if self.remark and request.candidates else ())

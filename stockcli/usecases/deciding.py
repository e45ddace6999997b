"""Deciding about low products, and carrying it out within the shop's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from stockcli.domain.alerts import Alert, AlertKind, low_stock_situation
from stockcli.domain.decisions import (
    BY_RULE,
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
from stockcli.domain.replenishment import Threshold
from stockcli.usecases.alerting import tell
from stockcli.usecases.candidates import Skipped, low_products_within, why_left_alone
from stockcli.usecases.cost_shares import with_cost
from stockcli.usecases.inventory import stock_lines_within
from stockcli.usecases.ordering import OrderDraft, place_orders
from stockcli.usecases.ports import Review, ReviewRequest, UnitOfWork
from stockcli.usecases.records import to_json

NO_LONGER_LOW = "it is no longer low"


def covered(review: Review, candidates: Iterable[Candidate]) -> dict[StockKey, Proposal]:
    """Return one proposal per candidate: the reviewer's, and by rule what it left out."""
    proposed = {one.key: one for one in review.proposals}
    return {one.key: proposed.get(one.key) or decide_by_rule(one) for one in candidates}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a review."""

    decisions: tuple[Decision, ...] = ()
    orders: tuple[PurchaseOrder, ...] = ()
    alerts: tuple[Alert, ...] = ()
    moved_on: tuple[Skipped, ...] = ()

    def plus(self, other: Outcome) -> Outcome:
        """Return both together."""
        return Outcome(
            decisions=self.decisions + other.decisions,
            orders=self.orders + other.orders,
            alerts=self.alerts + other.alerts,
            moved_on=self.moved_on + other.moved_on,
        )


def carry_out(
    unit: UnitOfWork,
    run_id: RunId,
    reviewed: Sequence[Candidate],
    proposals: Mapping[StockKey, Proposal],
    *,
    day: date,
    now: datetime,
    review: Review | None = None,
    thresholds: Mapping[StockKey, Threshold] | None = None,
) -> Outcome:
    """Turn proposals into decisions, orders, alerts and messages, in the open unit of work.

    Limits and quantities are settled here, whoever proposed what, and on the figures of this
    transaction, however long ago the review was. A product that needs no order any more, or may
    not be ordered, is left alone with the reason.

    Args:
        reviewed: as the reviewer saw them.
        proposals: what is missing, and what the rules proposed, is decided by rule again.
        review: whose tokens and price the decisions of a model share.
        thresholds: to judge by instead of the stored ones.
    """
    fresh, moved_on = _fresh(unit, reviewed, day, thresholds)
    seen = {candidate.key: candidate for candidate in reviewed}
    settled = [
        _settled_now(seen[candidate.key], candidate, proposals.get(candidate.key), day)
        for candidate in fresh
    ]
    settled = with_cost(settled, review or Review())
    ids = unit.decisions.add(run_id, settled)
    orders, waiting = _order(unit, fresh, settled, ids, day=day, now=now)
    numbers = {order.key_of(line): order.number for order in orders for line in order.lines}
    decided = tuple(replace(one, order_number=numbers.get(one.key, "")) for one in settled)
    alerts = tell(
        unit, [*low_stock_alerts(decided, now), *waiting], now=now, digest_key=run_id, day=day
    )
    return Outcome(
        decisions=decided, orders=tuple(orders), alerts=tuple(alerts), moved_on=tuple(moved_on)
    )


def _fresh(
    unit: UnitOfWork,
    reviewed: Sequence[Candidate],
    day: date,
    thresholds: Mapping[StockKey, Threshold] | None,
) -> tuple[list[Candidate], list[Skipped]]:
    """Return the reviewed products as they are now, and those that no longer need a decision."""
    wanted = {candidate.key for candidate in reviewed}
    if not wanted:
        return [], []
    product_ids = {key.product_id for key in wanted}
    products = [product for product in unit.products.all() if product.id in product_ids]
    all_lines = stock_lines_within(unit, day=day, products=products, thresholds=thresholds)
    lines = {line.level.key: line for line in all_lines if line.level.key in wanted}
    found, skipped = low_products_within(unit, list(lines.values()), day)
    still_low = {candidate.key for candidate in found}
    reasons = {(one.sku, one.location): one.reason for one in skipped}

    def reason_of(one: Candidate) -> str:
        line = lines.get(one.key)
        by_itself = line and why_left_alone(line, None, unit.tenant.policy, day)
        return reasons.get((one.sku, one.location)) or by_itself or NO_LONGER_LOW

    left = [
        Skipped(sku=one.sku, location=one.location, reason=reason_of(one))
        for one in reviewed
        if one.key not in still_low
    ]
    return found, left


def _settled_now(
    seen: Candidate, fresh: Candidate, proposal: Proposal | None, day: date
) -> Decision:
    """Return what is done on today's figures; a model's inputs stay what it was shown."""
    if proposal is None or proposal.decided_by == BY_RULE:
        return settle(fresh, decide_by_rule(fresh), day)
    decision = settle(fresh, proposal, day)
    # The version it was decided on: an answer to older figures is asked for again.
    return replace(decision, inputs=to_json(seen), stock_version=seen.stock_version)


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


def low_stock_alerts(decisions: Iterable[Decision], now: datetime) -> list[Alert]:
    """Return an alert for every decision that a person should look."""
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
            facts={"reason": decision.reason},
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

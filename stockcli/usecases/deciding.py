"""Deciding about low products, and carrying it out within the shop's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from stockcli.domain.alerts import Alert, AlertKind, low_stock_situation
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
from stockcli.usecases.alerting import tell
from stockcli.usecases.candidates import Skipped
from stockcli.usecases.inventory import open_orders_within
from stockcli.usecases.ordering import OrderDraft, place_orders
from stockcli.usecases.ports import Review, Reviewer, ReviewRequest, UnitOfWork
from stockcli.usecases.records import to_json


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

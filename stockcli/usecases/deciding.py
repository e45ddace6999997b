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
    decide_by_rule,
)
from stockcli.domain.identifiers import RunId, StockKey, SupplierId
from stockcli.domain.purchasing import PurchaseOrder
from stockcli.domain.quantity import plain
from stockcli.domain.replenishment import Threshold
from stockcli.usecases.alerting import tell
from stockcli.usecases.candidates import (
    Skipped,
    low_products_within,
    why_left_alone,
)
from stockcli.usecases.cost_shares import with_cost
from stockcli.usecases.inventory import stock_lines_within
from stockcli.usecases.ordering import OrderDraft, place_orders
from stockcli.usecases.ports import Review, ReviewRequest, UnitOfWork
from stockcli.usecases.settling import bought_beside, settled_now, why_proposed
from stockcli.usecases.transferring import TransferRow, place_transfers

BY_CHECK = "run-check"
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
    transfers: tuple[TransferRow, ...] = ()
    alerts: tuple[Alert, ...] = ()
    moved_on: tuple[Skipped, ...] = ()

    def plus(self, other: Outcome) -> Outcome:
        """Return both together."""
        return Outcome(
            decisions=self.decisions + other.decisions,
            orders=self.orders + other.orders,
            transfers=self.transfers + other.transfers,
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
    """Turn proposals into decisions, transfers, orders and messages, in the open unit of work.

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
        settled_now(seen[candidate.key], candidate, proposals.get(candidate.key), day)
        for candidate in fresh
    ]
    settled = with_cost(settled, review or Review())
    ids = unit.decisions.add(run_id, settled)
    transfers, to_move = place_transfers(unit, fresh, settled, by=BY_CHECK, now=now)
    orders, waiting = _order(unit, fresh, settled, ids, day=day, now=now)
    numbers = {order.key_of(line): order.number for order in orders for line in order.lines}
    decided = tuple(replace(one, order_number=numbers.get(one.key, "")) for one in settled)
    told = [*low_stock_alerts(decided, now), *to_move, *waiting]
    alerts = tell(unit, told, now=now, digest_key=run_id, day=day)
    return Outcome(
        decisions=decided,
        orders=tuple(orders),
        transfers=tuple(transfers),
        alerts=tuple(alerts),
        moved_on=tuple(moved_on),
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
    found, skipped = low_products_within(unit, list(lines.values()), day, elsewhere=all_lines)
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


def _order(
    unit: UnitOfWork,
    reviewed: Sequence[Candidate],
    decisions: Sequence[Decision],
    ids: Mapping[StockKey, int],
    *,
    day: date,
    now: datetime,
) -> tuple[list[PurchaseOrder], list[Alert]]:
    """Order what is to be bought; what is only proposed goes on orders of its own that wait."""
    decided = {decision.key: decision for decision in decisions}
    drafts: dict[str, list[OrderDraft]] = {}
    for one in reviewed:
        units = bought_beside(one, decided[one.key])
        if units > 0:
            draft = OrderDraft(
                key=one.key,
                quantity=units,
                unit_cost=one.cost_of(units),
                supplier_id=SupplierId(one.supplier_id),
                decision_id=ids[one.key],
            )
            drafts.setdefault(why_proposed(one), []).append(draft)
    orders: list[PurchaseOrder] = []
    alerts: list[Alert] = []
    for waits_because, some in sorted(drafts.items()):
        placed = place_orders(
            unit, some, by=BY_CHECK, day=day, now=now, waits_because=waits_because
        )
        orders += placed[0]
        alerts += placed[1]
    return orders, alerts


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

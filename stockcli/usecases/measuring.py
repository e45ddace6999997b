"""Figures of a shop for whoever watches over many: from what is stored, whoever made it so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from stockcli.domain.budget import month_start
from stockcli.domain.decisions import BY_RULE, Action
from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus
from stockcli.usecases.ports import CheckRun, UnitOfWork

MODEL = "model"
RUN_STATUSES = ("ok", "failed", "running", "abandoned", "submitted", "busy")
MESSAGE_STATUSES = ("pending", "sending", "sent", "failed")


@dataclass(frozen=True, kw_only=True)
class ShopFigures:
    """One shop in figures.

    Attributes:
        last_run: the latest check, however it went; None if there was none.
        last_success: the latest that went well.
        decisions: how many in all, by action and by who decided: "rule" or "model".
        open_orders: how many, by status.
        messages: how many, by status.
        model_cost_usd: of all calls that were settled; it never falls.
        model_cost_unsettled_usd: of the others, at the most they can cost.
        model_cost_month_usd: what the budget of this month was charged.
    """

    tenant: str
    last_run: CheckRun | None = None
    last_success: CheckRun | None = None
    decisions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    open_orders: Mapping[str, int] = field(default_factory=dict)
    messages: Mapping[str, int] = field(default_factory=dict)
    open_alerts: int = 0
    model_cost_usd: Decimal = Decimal(0)
    model_cost_unsettled_usd: Decimal = Decimal(0)
    model_cost_month_usd: Decimal = Decimal(0)
    model_budget_usd: Decimal = Decimal(0)

    @property
    def low_products(self) -> int:
        """Return how many were low at the latest check that looked."""
        return self.last_success.low if self.last_success else 0

    @property
    def duration_seconds(self) -> float | None:
        """Return how long the latest check that ended took."""
        run = self.last_run
        if run is None or run.finished_at is None:
            return None
        return max(0.0, (run.finished_at - run.started_at).total_seconds())


def measure(unit: UnitOfWork, now: datetime) -> ShopFigures:
    """Return a shop's figures, read in one transaction."""
    with unit.reading():
        settled, unsettled = unit.model_calls.costs_usd()
        orders = Counter(order.status for order in unit.orders.all(OPEN_STATUSES))
        found = unit.outbox.counts()
        return ShopFigures(
            tenant=unit.tenant.slug,
            last_run=unit.runs.last(),
            last_success=unit.runs.last("ok"),
            decisions=_by_kind(unit.decisions.counts()),
            open_orders={status: orders[OrderStatus(status)] for status in sorted(OPEN_STATUSES)},
            messages={status: found.get(status, 0) for status in MESSAGE_STATUSES},
            open_alerts=len(unit.alerts.open()),
            model_cost_usd=settled,
            model_cost_unsettled_usd=unsettled,
            model_cost_month_usd=unit.model_calls.spent_usd(month_start(now)),
            model_budget_usd=unit.tenant.policy.model_budget_usd,
        )


def _by_kind(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Return decisions by action and kind of author; every pair is there, be it with none."""
    kinds = {(action.value, kind): 0 for action in Action for kind in (BY_RULE, MODEL)}
    for (action, author), count in counts.items():
        kinds[action, BY_RULE if author == BY_RULE else MODEL] += count
    return kinds

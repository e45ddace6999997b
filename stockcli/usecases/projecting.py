"""When the shelves of a shop are empty, from what its records say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from stockcli.domain.decisions import Candidate, OpenOrder
from stockcli.domain.projection import Delivery, Outlook, outlook
from stockcli.usecases.inventory import StockLine


def outlook_of_candidate(candidate: Candidate, day: date) -> Outlook:
    """Return what becomes of a low product's shelf, seen on a business day."""
    return outlook(
        available=float(candidate.on_hand - candidate.reserved),
        mean_per_day=candidate.mean_per_day,
        deliveries=_coming(candidate.open_orders),
        today=day,
        lead_time_days=candidate.lead_time_days,
    )


def outlook_of_line(line: StockLine, day: date) -> Outlook | None:
    """Return what becomes of a shelf; None where it was never counted, or nothing is forecast."""
    threshold = line.threshold
    if threshold is None or not line.level.is_known:
        return None
    return outlook(
        available=float(line.level.on_hand - line.level.reserved),
        mean_per_day=threshold.mean_per_day,
        deliveries=_coming(line.open_orders),
        today=day,
        lead_time_days=float(threshold.breakdown.get("lead_time_days", 0.0)),
    )


def _coming(orders: Iterable[OpenOrder]) -> list[Delivery]:
    """Return what is on its way: a draft is not, until somebody approves it."""
    return [
        Delivery(arrives_on=order.expected_on, quantity=float(order.quantity))
        for order in orders
        if not order.is_draft
    ]

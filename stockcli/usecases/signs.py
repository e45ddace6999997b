"""What tells a clear case from an exception: recent sales, past orders, late suppliers, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from stockcli.domain.decisions import Candidate
from stockcli.domain.exceptional import over_limits
from stockcli.domain.identifiers import StockKey, SupplierId
from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus
from stockcli.domain.quantity import ZERO
from stockcli.domain.sourcing import Policies
from stockcli.usecases.ordering import spent_within
from stockcli.usecases.ports import UnitOfWork

RECENTLY = timedelta(days=30)
"""How long a delay is held against a supplier: about as long as an order is on its way."""
LATE_DAYS = 2
"""Goods that came a day after theirs met a weekend; two days are a delay."""


def with_signs(
    unit: UnitOfWork, found: Sequence[Candidate], policies: Policies, day: date
) -> list[Candidate]:
    """Return the candidates with these signs, in an open unit of work."""
    keys = {one.key for one in found}
    periods = {one.key: policies.of(one.category).review_period_days for one in found}
    sold = _sold_lately(unit, periods, day)
    usual = unit.orders.usual_quantities(keys)
    late = late_suppliers(unit, day)
    over = over_limits(found, policies.shop, spent_within(unit, day))
    return [
        replace(
            one,
            lately_days=periods[one.key],
            sold_lately=sold.get(one.key, ZERO),
            usual_quantity=usual.get(one.key),
            late_order=late.get(SupplierId(one.supplier_id), ""),
            over_limit=over.get(one.key, ""),
        )
        for one in found
    ]


def _sold_lately(
    unit: UnitOfWork, periods: Mapping[StockKey, int], day: date
) -> dict[StockKey, Decimal]:
    """Return what was sold in each product's review period: a statement for each length."""
    sold: dict[StockKey, Decimal] = {}
    for days in set(periods.values()):
        keys = {key for key, period in periods.items() if period == days}
        sold |= unit.ledger.sold_between(day - timedelta(days=days), day - timedelta(days=1), keys)
    return sold


def late_suppliers(unit: UnitOfWork, day: date) -> dict[SupplierId, str]:
    """Return which suppliers are late with what is open, or lately came late, and by how much."""
    came = unit.orders.late_receipts(day - RECENTLY, day)
    told = {
        who: f"supplier came {_days(days)} late" for who, days in came.items() if days >= LATE_DAYS
    }
    overdue: dict[SupplierId, int] = {}
    for order in unit.orders.all(OPEN_STATUSES - {OrderStatus.DRAFT}):
        days = (day - order.expected_on).days
        if days > overdue.get(order.supplier_id, 0):
            overdue[order.supplier_id] = days
    return told | {who: f"supplier {_days(days)} late" for who, days in overdue.items()}


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"

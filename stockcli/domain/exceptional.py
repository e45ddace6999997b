"""What makes a low product more than a clear case: reasons for somebody to look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from stockcli.domain.decisions import Candidate
from stockcli.domain.identifiers import StockKey
from stockcli.domain.money import CENT
from stockcli.domain.purchasing import Spending
from stockcli.domain.quantity import plain
from stockcli.domain.shop import ShopPolicy

LONG_COVER_DAYS = 60
"""Two months of sales in one order: half of what the rules refuse to order unasked."""
ROUNDED_UP_TIMES = 2
"""Rounding to packs and minimum orders that doubles what is missing is no rounding any more."""
USUAL_ORDER_TIMES = 3
"""Seasons and events double an order; three times the usual one is a slip or a new situation."""
DEMAND_BREAK_SPREADS = 3
"""Less than one sum of sales in a hundred lies so far from its forecast, however skewed."""
MINIMUM_OFF_TIMES = 2
"""Going from a service level of 80 % to one of 99 % seldom doubles a reorder point."""


def why_exceptional(candidate: Candidate) -> tuple[str, ...]:
    """Return what is out of the ordinary about a low product, in few words each.

    Nothing means a clear case, which plain rules decide as well as anybody.
    """
    found = (
        "" if candidate.supplier or candidate.transfers else "no supplier",
        "stock below zero" if candidate.on_hand < 0 else "",
        _unusual_quantity(candidate),
        candidate.late_order,
        _demand_break(candidate),
        candidate.over_limit,
        _minimum_far_off(candidate),
    )
    return tuple(reason for reason in found if reason)


def over_limits(
    candidates: Iterable[Candidate], policy: ShopPolicy, spent: Spending
) -> dict[StockKey, str]:
    """Return the products whose orders pass a limit of the shop, each with the limit.

    Products of one supplier and location are ordered together, as `place_orders` does. Of an
    order that is too large the dearest lines are named, until the others fit.
    """
    orders: defaultdict[tuple[int, int], list[Candidate]] = defaultdict(list)
    for one in candidates:
        if one.supplier and one.quantity_to_buy > 0:
            orders[one.supplier_id, one.key.location_id].append(one)
    found: dict[StockKey, str] = {}
    for _, lines in sorted(orders.items()):
        lines.sort(key=lambda one: (_cost(one), one.sku))
        total = sum((_cost(one) for one in lines), Decimal("0.00"))
        while lines and (reason := _limit_passed(total, policy, spent)):
            dearest = lines.pop()
            found[dearest.key] = reason
            total -= _cost(dearest)
        spent = spent.plus(total)
    return found


def _limit_passed(total: Decimal, policy: ShopPolicy, spent: Spending) -> str:
    """Return which limit an order of this total passes, in few words; empty if none."""
    for name, passed, limit in (
        ("approval", total, policy.order_approval_limit),
        ("daily", spent.today + total, policy.daily_spending_limit),
        ("monthly", spent.this_month + total, policy.monthly_spending_limit),
    ):
        if limit is not None and passed > limit:
            return f"order over the {name} limit {plain(limit)}"
    return ""


def _cost(one: Candidate) -> Decimal:
    return (one.quantity_to_buy * one.unit_cost).quantize(CENT)


def _unusual_quantity(one: Candidate) -> str:
    units, usual = one.quantity_to_buy, one.usual_quantity
    if usual is not None and units > USUAL_ORDER_TIMES * usual:
        return f"{float(units / usual):.0f} times the usual order of {usual:.0f}"
    if one.mean_per_day <= 0 or units <= ROUNDED_UP_TIMES * (one.order_up_to_level - one.position):
        return ""
    days = float(units) / one.mean_per_day
    return f"least order lasts {days:.0f} days" if days > LONG_COVER_DAYS else ""


def _demand_break(one: Candidate) -> str:
    """Return how sales of late differ from the forecast; an empty shelf explains few sales."""
    if not one.lately_days or one.spread_lately <= 0:
        return ""
    sold, expected = float(one.sold_lately), one.mean_per_day * one.lately_days
    off = sold - expected
    if abs(off) <= DEMAND_BREAK_SPREADS * one.spread_lately or (off < 0 and one.on_hand <= 0):
        return ""
    return f"sold {plain(one.sold_lately)} in {one.lately_days} days, {expected:.0f} expected"


def _minimum_far_off(one: Candidate) -> str:
    computed = one.computed_reorder_point
    if not one.is_manual or computed is None:
        return ""
    high, low = max(one.reorder_point, computed), min(one.reorder_point, computed)
    is_far = high > MINIMUM_OFF_TIMES * low and high - low > one.pack_size
    return f"minimum by hand, computed {plain(computed)}" if is_far else ""

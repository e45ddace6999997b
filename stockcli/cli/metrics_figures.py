"""What is told of each shop: names, words, labels, and where each figure comes from.

Names follow Prometheus' conventions: base units, and `_total`, which the library adds, on what
only grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from stockcli.usecases.measuring import RUN_STATUSES, ShopFigures

Values = dict[tuple[str, ...], float]


class Figure(NamedTuple):
    """One metric of a shop.

    Attributes:
        about: its help, one sentence.
        labels: beside the shop's.
        reading: a shop's values by their labels; none where there is nothing to tell.
    """

    name: str
    about: str
    labels: tuple[str, ...]
    reading: Callable[[ShopFigures], Values]


def _plain(value: float | Decimal | None) -> Values:
    """Return a value without further labels; nothing where there is none."""
    return {} if value is None else {(): float(value)}


def _instant(at: datetime | None) -> Values:
    return _plain(None if at is None else at.timestamp())


def _last_status(one: ShopFigures) -> Values:
    status = one.last_run.status if one.last_run else ""
    return {(name,): float(name == status) for name in RUN_STATUSES}


def _by_status(counts: Iterable[tuple[str, int]]) -> Values:
    return {(status,): float(count) for status, count in counts}


COUNTERS = (
    Figure(
        "stock_decisions",
        "Decisions ever made about low products, by what was done and who decided.",
        ("action", "author"),
        lambda one: {kind: float(count) for kind, count in one.decisions.items()},
    ),
    Figure(
        "stock_model_cost_usd",
        "What the language model's settled calls ever cost, US dollars.",
        (),
        lambda one: _plain(one.model_cost_usd),
    ),
)
GAUGES = (
    Figure(
        "stock_check_last_success_timestamp_seconds",
        "When the latest check that went well ended.",
        (),
        lambda one: _instant(one.last_success.finished_at if one.last_success else None),
    ),
    Figure(
        "stock_check_last_start_timestamp_seconds",
        "When the latest check began, however it went.",
        (),
        lambda one: _instant(one.last_run.started_at if one.last_run else None),
    ),
    Figure(
        "stock_check_last_duration_seconds",
        "How long the latest check took.",
        (),
        lambda one: _plain(one.duration_seconds),
    ),
    Figure(
        "stock_check_last_status",
        "How the latest check went: 1 at its status, 0 at the others.",
        ("status",),
        _last_status,
    ),
    Figure(
        "stock_checked_products",
        "Products at a place that the latest good check looked at.",
        (),
        lambda one: _plain(one.last_success.checked if one.last_success else None),
    ),
    Figure(
        "stock_low_products",
        "Products at a place that were at or below their reorder point at the latest good check.",
        (),
        lambda one: _plain(one.low_products if one.last_success else None),
    ),
    Figure(
        "stock_open_orders",
        "Purchase orders that are not received or cancelled, by status.",
        ("status",),
        lambda one: _by_status(one.open_orders.items()),
    ),
    Figure(
        "stock_open_alerts",
        "Situations told to the manager that last.",
        (),
        lambda one: _plain(one.open_alerts),
    ),
    Figure(
        "stock_outbox_messages",
        "Messages by status; failed ones were given up.",
        ("status",),
        lambda one: _by_status(one.messages.items()),
    ),
    Figure(
        "stock_model_cost_unsettled_usd",
        "Model calls whose end was not seen yet, at the most they can cost, US dollars.",
        (),
        lambda one: _plain(one.model_cost_unsettled_usd),
    ),
    Figure(
        "stock_model_cost_month_usd",
        "What this calendar month's budget was charged so far, US dollars.",
        (),
        lambda one: _plain(one.model_cost_month_usd),
    ),
    Figure(
        "stock_model_budget_month_usd",
        "What the language model may cost in a calendar month, US dollars.",
        (),
        lambda one: _plain(one.model_budget_usd),
    ),
)
_SUMS = frozenset(
    {
        "stock_decisions",
        "stock_low_products",
        "stock_model_cost_month_usd",
        "stock_model_cost_usd",
        "stock_open_orders",
        "stock_outbox_messages",
    }
)
SUMMED = tuple(
    one._replace(
        name=f"stock_all_{one.name.removeprefix('stock_')}", about=f"All shops: {one.about}"
    )
    for one in (*COUNTERS, *GAUGES)
    if one.name in _SUMS
)
"""What is told of all shops together, under names of its own: no query counts a shop twice."""

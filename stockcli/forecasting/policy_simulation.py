"""What levels would have done: a periodic-review policy walked through the demand there was.

Every so many periods the position (on hand + on order - owed) is looked at; if it is at or
below the reorder point, an order brings it to the order-up-to level and arrives a lead time
later: the (R, s, S) system of Silver, Pyke and Thomas (2017), chapter 6; with s = S it is
their (R, S). Within a period the review comes first, then what arrives, then demand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockcli.forecasting.arrays import Flags, Vector

Periods = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class StockWalk:
    """What happened, one row a walk, one column a period; NaN-free.

    Attributes:
        on_hand: units on the shelf at the end of the period.
        unmet: units asked for in the period that were not there.
        ordered: units ordered in the period.
        cycles: replenishment cycles that ended within the walk.
        cycles_served: those without any unmet demand.
    """

    on_hand: Vector
    unmet: Vector
    ordered: Vector
    cycles: Periods
    cycles_served: Periods


@dataclass(frozen=True, kw_only=True, eq=False)
class PolicyPath:
    """The policy in force, all of shape (walks, periods), and when orders arrive.

    Attributes:
        reorder_point: an order is placed at or below it.
        order_up_to_level: where the order brings the position; where the walk begins.
        lead_time: of an order placed in that period, in whole periods.
        review_periods: between two looks at the position; the first is in the first period.
        backorders: whether demand waits; else it is lost.
    """

    reorder_point: Vector
    order_up_to_level: Vector
    lead_time: Periods
    review_periods: int
    backorders: bool = False


def walk(demand: Vector, lengths: Periods, policy: PolicyPath) -> StockWalk:
    """Return how stock went, all walks at once.

    Args:
        demand: units, shape (walks, periods), never negative.
        lengths: of each walk; periods after it are not counted.
        policy: of the same shape.

    Ten units, three asked for a period, looked at every second, delivered after one: at the
    second look five are missing beside the six sold, and nothing is short.

    >>> full = np.full((1, 5), 10.0)
    >>> path = PolicyPath(reorder_point=full, order_up_to_level=full, review_periods=2,
    ...                   lead_time=np.ones((1, 5), dtype=np.int64))
    >>> seen = walk(np.full((1, 5), 3.0), np.array([5]), path)
    >>> seen.on_hand.tolist(), seen.ordered.tolist()
    ([[7.0, 4.0, 1.0, 4.0, 1.0]], [[0.0, 0.0, 6.0, 0.0, 6.0]])
    >>> seen.cycles.tolist(), seen.cycles_served.tolist()  # from 0 to 3, from 3 to 5
    ([2], [2])
    """
    walks, periods = demand.shape
    rows = np.arange(walks)
    arriving = np.zeros((walks, periods + int(policy.lead_time.max(initial=0)) + 1))
    on_hand, unmet, ordered = (np.zeros_like(demand) for _ in range(3))
    net, on_order = policy.order_up_to_level[:, 0].copy(), np.zeros(walks)
    for period in range(periods):
        if period % policy.review_periods == 0:
            order = _order(net + on_order, policy, period)
            arriving[rows, period + policy.lead_time[:, period]] += order
            on_order += order
            ordered[:, period] = order
        net = net + arriving[:, period]
        on_order -= arriving[:, period]
        unmet[:, period] = np.maximum(demand[:, period] - np.maximum(net, 0.0), 0.0)
        net = net - demand[:, period]
        if not policy.backorders:
            net = np.maximum(net, 0.0)
        on_hand[:, period] = np.maximum(net, 0.0)
    counted = np.arange(periods) < lengths[:, None]
    cycles, served = _cycles(unmet, lengths, policy)
    return StockWalk(
        on_hand=on_hand * counted,
        unmet=unmet * counted,
        ordered=ordered * counted,
        cycles=cycles,
        cycles_served=served,
    )


def _order(position: Vector, policy: PolicyPath, period: int) -> Vector:
    """Return whole units up to the level, where the position asks for them."""
    missing = policy.order_up_to_level[:, period] - position
    due = position <= policy.reorder_point[:, period]
    return np.asarray(np.where(due, np.ceil(np.maximum(missing - 1e-9, 0.0)), 0.0))


def _cycles(unmet: Vector, lengths: Periods, policy: PolicyPath) -> tuple[Periods, Periods]:
    """Return how many cycles ended, and how many of them saw no unmet demand.

    The cycle service level P1 of Silver, Pyke and Thomas (2017), chapter 6. A cycle lasts from
    one delivery to the next, each review making one, even if nothing had to be ordered; the
    first begins with the walk, at the level. One overtaken by the next delivery is empty.
    """
    periods = unmet.shape[1]
    reviews = np.arange(policy.review_periods, periods, policy.review_periods)
    delivered = reviews + policy.lead_time[:, reviews]
    begun = np.concatenate([np.zeros((len(unmet), 1), dtype=np.int64), delivered[:, :-1]], axis=1)
    if not len(reviews):
        return np.zeros(len(unmet), dtype=np.int64), np.zeros(len(unmet), dtype=np.int64)
    short = np.cumsum(np.concatenate([np.zeros((len(unmet), 1)), unmet > 0], axis=1), axis=1)
    ended: Flags = delivered <= lengths[:, None]
    last = np.minimum(delivered, periods)
    first = np.minimum(begun, last)
    rows = np.arange(len(unmet))[:, None]
    clean = short[rows, last] - short[rows, first] == 0
    return ended.sum(axis=1), (ended & clean).sum(axis=1)

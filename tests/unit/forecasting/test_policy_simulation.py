from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from stockcli.forecasting.policy_simulation import PolicyPath, StockWalk, walk


def walked(demand: Any, level: Any, **changes: Any) -> StockWalk:
    """Walk some rows of demand at one level each."""
    units = np.atleast_2d(np.asarray(demand, dtype=np.float64))
    levels = np.broadcast_to(np.asarray(level, dtype=np.float64), units.shape)
    policy = PolicyPath(
        reorder_point=np.broadcast_to(changes.pop("reorder_point", levels), units.shape),
        order_up_to_level=levels,
        lead_time=np.full(units.shape, changes.pop("lead_time", 1)),
        review_periods=changes.pop("review_periods", 1),
        backorders=changes.pop("backorders", False),
    )
    return walk(units, changes.pop("lengths", np.full(len(units), units.shape[1])), policy)


def test_what_is_lost_is_not_ordered_again() -> None:
    seen = walked([5.0, 0.0, 0.0, 0.0], 3.0)

    assert seen.unmet.tolist() == [[2.0, 0.0, 0.0, 0.0]]
    assert seen.ordered.tolist() == [[0.0, 3.0, 0.0, 0.0]]


def test_what_waits_is_ordered_and_handed_over_first() -> None:
    seen = walked([5.0, 0.0, 0.0, 0.0], 3.0, backorders=True)

    assert seen.ordered.tolist() == [[0.0, 5.0, 0.0, 0.0]]
    assert seen.on_hand.tolist() == [[0.0, 0.0, 3.0, 3.0]]


def test_waiting_demand_is_unmet_once() -> None:
    assert walked([5.0, 1.0, 0.0], 3.0, lead_time=3, backorders=True).unmet.sum() == 3.0


def test_an_order_without_lead_time_is_there_before_the_day_s_demand() -> None:
    assert walked([2.0, 2.0, 2.0], 2.0, lead_time=0).unmet.sum() == 0.0


def test_nothing_is_ordered_between_two_reviews() -> None:
    seen = walked([1.0] * 9, 20.0, review_periods=4)

    assert np.flatnonzero(seen.ordered[0]).tolist() == [4, 8]


def test_above_the_reorder_point_nothing_is_ordered() -> None:
    seen = walked([1.0] * 6, 10.0, reorder_point=7.0)

    assert seen.ordered.tolist() == [[0.0, 0.0, 0.0, 3.0, 0.0, 0.0]]


def test_orders_are_whole_units() -> None:
    seen = walked([0.4, 0.4, 0.4], 3.0)

    assert seen.ordered.tolist() == [[0.0, 1.0, 0.0]]


def test_a_lower_level_waits_until_the_position_has_fallen() -> None:
    seen = walked([1.0] * 4, [[5.0, 2.0, 2.0, 2.0]])

    assert seen.ordered.sum() == 0.0


def test_periods_after_a_series_end_are_not_counted() -> None:
    seen = walked([[9.0] * 6, [9.0] * 6], 1.0, lengths=np.array([2, 6]))

    assert (seen.unmet[0] > 0).sum() == 2
    assert (seen.unmet[1] > 0).sum() == 6
    assert seen.cycles.tolist() == [1, 5]


def test_a_cycle_lasts_from_one_delivery_to_the_next() -> None:
    # Reviews at 0, 2, 4, 6; deliveries at 3, 5, 7: what is short on day 4 spoils the second.
    seen = walked([0, 0, 0, 0, 9, 0, 0, 0], 5.0, review_periods=2)

    assert (seen.cycles.tolist(), seen.cycles_served.tolist()) == ([3], [2])


@pytest.mark.parametrize("backorders", [True, False])
def test_the_quantile_as_level_serves_as_many_cycles_as_it_promises(backorders: bool) -> None:
    demand = np.random.default_rng(5).poisson(4.0, (200, 371)).astype(float)
    level = poisson.ppf(0.95, 4.0 * 14)

    seen = walked(demand, level, lead_time=7, review_periods=7, backorders=backorders)

    served = seen.cycles_served.sum() / seen.cycles.sum()
    assert served == pytest.approx(poisson.cdf(level, 4.0 * 14), abs=0.01)


def test_no_unit_appears_or_vanishes() -> None:
    demand = np.random.default_rng(2).poisson(3.0, (5, 60)).astype(float)

    seen = walked(demand, 20.0, lead_time=3, review_periods=5)

    arrived = seen.ordered[:, :57].sum(axis=1)
    sold = (demand - seen.unmet).sum(axis=1)
    assert (20.0 + arrived - sold).tolist() == seen.on_hand[:, -1].tolist()

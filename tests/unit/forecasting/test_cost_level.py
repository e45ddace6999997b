from __future__ import annotations

import time

import numpy as np
import pytest

from stockcli.domain.demand import StockCosts
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.cost_level import (
    LEVELS,
    CostLevel,
    critical_ratio,
    least_cost_level,
    lost_sales_costs,
)
from stockcli.forecasting.policy_simulation import PolicyPath, walk


def costs(shortage: float, holding: float = 0.2) -> StockCosts:
    return StockCosts(holding_per_unit_day=holding, shortage_per_unit=shortage)


def level_for(demand: Vector, prices: StockCosts, lead: int = 2, review: int = 1) -> CostLevel:
    """Return the level of a method that expects the mean, and learns its errors."""
    interval = lead + review
    totals = np.convolve(demand, np.ones(interval), mode="valid")
    expected = np.full(len(totals), totals.mean())
    return least_cost_level(demand, expected, totals - expected, prices, lead, review)


def weeks(seed: int = 3, number: int = 156) -> Vector:
    return np.random.default_rng(seed).negative_binomial(2, 0.1, number).astype(np.float64)


def test_dearer_shortages_raise_the_level() -> None:
    levels = [level_for(weeks(), costs(shortage)).service_level for shortage in (0.5, 2.0, 20.0)]

    assert levels == sorted(levels)
    assert levels[0] < levels[-1]


def test_when_sales_are_lost_the_level_lies_below_the_critical_ratio() -> None:
    found = level_for(weeks(), costs(1.0))

    assert found.reviews == 104
    assert found.service_level < critical_ratio(costs(1.0), 1)


def test_the_level_found_costs_less_in_the_weeks_to_come_than_the_critical_ratio() -> None:
    paid = {"found": 0.0, "ratio": 0.0}
    for seed in range(12):
        demand = weeks(seed, 260)
        past, ahead = demand[:156], demand[156:]
        totals = np.convolve(past, np.ones(3), mode="valid")
        chosen = level_for(past, costs(1.0)).service_level
        for name, level in (("found", chosen), ("ratio", critical_ratio(costs(1.0), 1))):
            units = np.full((1, len(ahead)), np.quantile(totals, level))
            paid[name] += float(lost_sales_costs(ahead, units, costs(1.0), 2, 1)[0])

    assert paid["found"] < paid["ratio"]


@pytest.mark.parametrize("demand", [weeks(number=9), np.zeros(200)])
def test_too_short_a_past_leaves_the_critical_ratio(demand: Vector) -> None:
    found = level_for(demand, costs(1.0))

    assert found.service_level == pytest.approx(1.0 / 1.2)
    assert found.reviews == 0


@pytest.mark.parametrize(
    "prices", [costs(0.0), costs(0.0, 0.0), costs(1.0, 0.0), costs(1e12), costs(1.0, 1e12)]
)
def test_odd_costs_have_a_level_within_bounds(prices: StockCosts) -> None:
    assert LEVELS[0] <= level_for(weeks(), prices).service_level <= LEVELS[-1]


@pytest.mark.parametrize(("lead", "review"), [(0, 1), (2, 1), (7, 7), (3, 7), (9, 4)])
def test_costs_are_those_of_the_period_by_period_walk(lead: int, review: int) -> None:
    demand = np.random.default_rng(7).poisson(3.0, 100).astype(np.float64)
    looks = len(range(0, 100, review))
    levels = np.random.default_rng(8).uniform(5.0, 40.0, (1, looks))
    each = np.repeat(levels, review, axis=1)[:, :100]

    seen = walk(
        demand[None, :],
        np.array([100]),
        PolicyPath(
            reorder_point=np.ceil(each),
            order_up_to_level=np.ceil(each),
            lead_time=np.full((1, 100), lead),
            review_periods=review,
        ),
    )

    expected = 0.2 * seen.on_hand[0, lead:].sum() + 1.0 * seen.unmet[0, lead:].sum()
    assert lost_sales_costs(demand, levels, costs(1.0), lead, review)[0] == pytest.approx(expected)


def test_a_series_takes_no_more_than_a_few_milliseconds() -> None:
    demand = np.random.default_rng(1).poisson(2.0, 730).astype(np.float64)
    spent = []
    for _ in range(5):
        before = time.process_time()
        level_for(demand, costs(1.0), lead=7, review=7)
        spent.append(time.process_time() - before)

    assert min(spent) < 0.01

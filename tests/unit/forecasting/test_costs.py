from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stockcli.domain.demand import DemandForecast, StockCosts
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.cost_level import HIGHEST_LEVEL, LEVELS
from tests.unit.forecasting.builders import a_history, forecast, poisson, sundays

USUAL = StockCosts(holding_per_unit_day=0.02, shortage_per_unit=1.0)
TOO_SHORT = "Too short a past to simulate costs on: the service level is their ratio."


def at(shortage: float, units: list[float] | None = None, **changes: Any) -> DemandForecast:
    costs = StockCosts(holding_per_unit_day=0.02, shortage_per_unit=shortage)
    return forecast(units or poisson(5.0), costs=costs, **changes)


def reviews_of(found: DemandForecast) -> int:
    return int(found.notes[-1].removesuffix(" reviews.").split()[-1])


def test_a_dearer_shortage_asks_for_a_higher_level_and_more_stock() -> None:
    found = [at(shortage) for shortage in (0.05, 0.3, 2.0, 50.0)]
    levels, quantiles = (
        [one.service_level for one in found],
        [one.total_quantile for one in found],
    )
    assert levels == sorted(levels)
    assert quantiles == sorted(quantiles)
    assert levels[-1] > levels[0] + 0.2


def test_dearer_stock_asks_for_a_lower_level() -> None:
    levels = [
        forecast(
            poisson(5.0), costs=StockCosts(holding_per_unit_day=holding, shortage_per_unit=1.0)
        ).service_level
        for holding in (0.002, 0.02, 0.2)
    ]
    assert levels == sorted(levels, reverse=True)


def test_costs_set_the_level_whatever_level_is_asked_for() -> None:
    low, high = (forecast(poisson(5.0), costs=USUAL, service_level=q) for q in (0.5, 0.99))
    assert low == high


def test_costs_move_nothing_but_the_level_and_what_follows_from_it() -> None:
    by_cost = forecast(poisson(5.0), costs=USUAL)
    by_level = forecast(poisson(5.0), service_level=by_cost.service_level)
    assert replace(by_cost, notes=()) == by_level


def test_the_forecast_says_which_level_would_have_cost_least_over_how_many_reviews() -> None:
    found = forecast(poisson(5.0), costs=USUAL)
    told = f"Service level {found.service_level:.1%}, near what would have cost least at "
    assert found.notes[-1].startswith(told)
    assert 50 <= reviews_of(found) <= (400 - 14) // 7 + 1


@pytest.mark.parametrize("units", [[], poisson(5.0, 20), poisson(5.0, 70), [0.0] * 300])
def test_too_short_a_past_leaves_the_ratio_of_the_costs(units: list[float]) -> None:
    found = forecast(units, costs=USUAL)
    assert found.service_level == pytest.approx(1.0 / (1.0 + 7 * 0.02))
    assert found.notes[-1] == TOO_SHORT


@pytest.mark.parametrize("shortage", [0.0, 1e-9, 1e9])
def test_extreme_costs_keep_the_level_within_bounds(shortage: float) -> None:
    assert LEVELS[0] <= at(shortage).service_level <= LEVELS[-1] < HIGHEST_LEVEL


def test_closed_days_count_neither_as_held_nor_as_short() -> None:
    closed = sundays(420)
    units = [0.0 if shut else sold for shut, sold in zip(closed, poisson(5.0, 420), strict=True)]
    found = forecast(a_history(units, closed=closed), costs=USUAL)
    daily = forecast([sold for sold, shut in zip(units, closed, strict=True) if not shut],
                     costs=USUAL, lead_days=6, review_period_days=6)  # fmt: skip
    assert found.service_level == pytest.approx(daily.service_level, abs=0.03)


@pytest.mark.parametrize("frequency", [Frequency.WEEK, Frequency.MONTH])
def test_costs_count_by_the_period_of_the_history(frequency: Frequency) -> None:
    history = replace(a_history(poisson(40.0, 120)), frequency=frequency)
    costs = StockCosts(holding_per_unit_day=0.2, shortage_per_unit=1.0)
    found = forecast(history, costs=costs, lead_days=2.0, review_period_days=1)
    assert 0.5 <= found.service_level < 0.9
    assert 80 <= reviews_of(found) <= 104


def test_costs_level_a_product_that_fell_silent_too() -> None:
    found = at(1.0, poisson(5.0, 300) + [0.0] * 30)
    assert 0.5 <= found.service_level < 1
    assert "would have cost least" in found.notes[-1]

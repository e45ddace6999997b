from __future__ import annotations

import numpy as np
import pytest

from stockcli.domain.demand import DemandClass
from stockcli.forecasting.obsolescence import last_sale_before_a_stop
from tests.unit.forecasting.builders import MONDAY, a_history, forecast, sundays

NOTHING = [0.0] * 120


def world_cup() -> list[float]:
    """Return large orders on two days in five, for a season."""
    generator = np.random.default_rng(2)
    sizes = generator.geometric(0.02, 150) * (generator.random(150) < 0.4)
    return [float(units) for units in sizes]


def test_a_product_that_stopped_selling_needs_no_stock() -> None:
    found = forecast([*world_cup(), 40.0, *NOTHING])
    assert (found.total_mean, found.total_quantile, found.mean_per_day) == (0, 0, 0)


def test_a_product_that_stopped_selling_says_since_when_and_keeps_its_class() -> None:
    found = forecast([*[4.0, 0.0] * 50, 4.0, *NOTHING])
    assert found.demand_class is DemandClass.INTERMITTENT
    assert found.notes == ("Nothing sold since 2025-12-10: only the last 91 open days count.",)


def test_the_day_named_is_a_calendar_day() -> None:
    units = [4.0, 0.0] * 50 + [0.0] * 120
    found = forecast(a_history(units, closed=sundays(220)))
    assert "since 2025-12-08:" in found.notes[0]
    assert MONDAY.isoformat() == "2025-09-01"


def test_leftovers_sold_now_and_then_keep_no_stock_for_a_season_gone() -> None:
    leftovers = [1.0 if day % 40 == 20 else 0.0 for day in range(200)]
    found = forecast([*world_cup(), 40.0, *leftovers])
    assert found.total_quantile <= 3
    assert found.notes[-1].startswith("Hardly anything sold since")


def test_a_product_silent_for_seventy_days_may_still_sell() -> None:
    found = forecast([*[4.0, 0.0] * 100, *[0.0] * 70])
    assert found.total_quantile > 0
    assert found.notes == ()


def test_a_gap_a_product_often_has_is_no_end() -> None:
    rare = np.array([2.0 if day % 40 == 3 else 0.0 for day in range(484)] + [0.0] * 110)
    assert last_sale_before_a_stop(rare) is None
    assert forecast(rare.tolist()).total_quantile > 0


@pytest.mark.parametrize("units", [[], [3.0], [3.0, *NOTHING], [2.0, 2.0] * 50 + [0.0] * 90])
def test_too_little_to_tell_or_too_short_a_gap_is_no_end(units: list[float]) -> None:
    assert last_sale_before_a_stop(np.array(units)) is None


def test_a_product_that_sells_again_has_not_stopped() -> None:
    assert last_sale_before_a_stop(np.array([*world_cup(), *NOTHING, 40.0])) is None

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from stockcli.domain.demand import LeadTime
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.protection_interval import IntervalLength
from stockcli.forecasting.yardsticks import (
    repeated_totals,
    seasonal_naive_level,
    textbook_level,
    without_stock_outs,
)
from tests.unit.forecasting.builders import a_history, poisson

FORTNIGHT = [IntervalLength(14, 1.0)]


def test_textbook_rule_knows_the_last_ninety_days_alone() -> None:
    flood_then_calm = [1000.0] * 200 + [2.0, 4.0] * 45

    level = textbook_level(a_history(flood_then_calm), LeadTime(mean_days=7), 7, 0.5)

    assert level.expected == pytest.approx(42.0)
    assert level.quantile == pytest.approx(42.0)


def test_textbook_rule_adds_the_lead_time_s_own_spread() -> None:
    history = a_history([3.0] * 100)
    late = LeadTime(mean_days=7, standard_deviation_days=2)

    level = textbook_level(history, late, 7, 0.975)

    assert level.quantile == pytest.approx(42 + 1.959964 * 3 * 2, abs=1e-4)


def test_naive_level_repeats_the_last_week_even_past_its_end() -> None:
    units = [float(day) for day in range(1, 8)] * 10

    assert seasonal_naive_level(a_history(units), [IntervalLength(9, 1.0)], 0.95).expected == 31.0


def test_naive_quantile_is_that_of_its_own_past_errors() -> None:
    level = seasonal_naive_level(a_history(poisson(5.0, days=730)), FORTNIGHT, 0.95)

    # Two independent sums: the fortnight's, and twice the week's it is told by.
    spread = math.sqrt(14 * 5 + 4 * 7 * 5)
    assert level.quantile - level.expected == pytest.approx(1.645 * spread, rel=0.25)


def test_naive_level_of_weeks_looks_a_year_back() -> None:
    year = [10.0] * 51 + [90.0]
    weeks = replace(a_history([*year, *year]), frequency=Frequency.WEEK)

    level = seasonal_naive_level(weeks, [IntervalLength(2, 1.0)], 0.9)

    assert level.expected == 20.0


@pytest.mark.parametrize("units", [[], [0.0] * 5, [2.0], [math.nan] * 3])
def test_short_histories_have_finite_levels(units: list[float]) -> None:
    history = a_history(units)

    for level in (
        seasonal_naive_level(history, FORTNIGHT, 0.95),
        textbook_level(history, LeadTime(mean_days=7), 7, 0.95),
    ):
        assert np.isfinite(level).all()
        assert level.quantile >= 0


def test_repeated_season_is_cut_where_the_total_ends() -> None:
    assert repeated_totals(np.array([1.0, 2.0]), 2, 5).tolist() == [1 + 2 + 1 + 2 + 1]


def test_a_stock_out_is_filled_from_the_season_before() -> None:
    known = np.array([True, True, False, False])

    assert without_stock_outs(np.array([4.0, 2.0, 0.0, 1.0]), known, 2).tolist() == [4, 2, 4, 2]

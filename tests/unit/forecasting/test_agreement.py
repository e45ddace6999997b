"""Figures of one forecast that stand side by side must add up."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from stockcli.domain.demand import DemandForecast, LeadTime
from stockcli.forecasting.daily_path import expected_units
from stockcli.forecasting.protection_interval import interval_lengths
from tests.unit.forecasting.builders import a_history, forecast, poisson, sundays


def nearly_dead() -> list[float]:
    """Return sales that fade to one in two months, where regressions dip below zero."""
    return [*poisson(6.0, 300), *poisson(0.02, 120, seed=5)]


def dipping_on_mondays() -> list[float]:
    weekly = np.tile([0.0, 3, 1, 2, 6, 20, 0], 50)
    return [*weekly.tolist(), *(weekly * 0.1).round().tolist()]


def sold_by(found: DemandForecast, days: int) -> float:
    return sum(day.mean for day in found.path[:days])


@pytest.mark.parametrize("units", [poisson(4.0), nearly_dead(), dipping_on_mondays()])
@pytest.mark.parametrize("lead_days", [3.0, 7.0, 35.0])
def test_the_days_add_up_to_the_totals(units: list[float], lead_days: float) -> None:
    found = forecast(units, lead_days=lead_days, horizon_days=42)
    assert found.total_mean == pytest.approx(sold_by(found, int(lead_days) + 7))
    assert found.mean_per_day == pytest.approx(sold_by(found, 28) / 28)


def test_the_days_add_up_where_the_shop_closes_on_sundays() -> None:
    found = forecast(a_history(nearly_dead(), closed=sundays(420)))
    assert found.total_mean == pytest.approx(sold_by(found, 14))


@pytest.mark.parametrize("units", [nearly_dead(), dipping_on_mondays()])
def test_the_totals_do_not_depend_on_how_many_days_are_shown(units: list[float]) -> None:
    few, many = forecast(units, horizon_days=5), forecast(units, horizon_days=90)
    assert few.total_mean == pytest.approx(many.total_mean)
    assert few.total_quantile == pytest.approx(many.total_quantile, abs=1e-6)


def test_a_week_keeps_its_total_where_a_day_dips_below_zero() -> None:
    days = expected_units(np.array([-1.0, 2, 2, 2, 2, 2, 2]), np.ones(7, dtype=np.bool_))
    assert (days[0], days.sum()) == (0.0, pytest.approx(11.0))


def test_a_week_below_zero_sells_nothing() -> None:
    assert not expected_units(np.full(7, -1.0), np.ones(7, dtype=np.bool_)).any()


@pytest.mark.parametrize(
    ("mean", "spread"),
    [*product([0.2, 1.5, 3.25, 18.0, 90.0], [0.0, 0.5, 2.0, 4.0]), (1.5, 3.0), (18.0, 36.0)],
)
def test_the_interval_is_the_lead_time_and_the_review_period(mean: float, spread: float) -> None:
    lead_time = LeadTime(mean_days=mean, standard_deviation_days=spread)
    lengths = interval_lengths(lead_time, 7)
    days = sum(length.days * length.probability for length in lengths)
    assert days == pytest.approx(mean + 7, abs=0.005)
    assert sum(length.probability for length in lengths) == pytest.approx(1.0)
    found = forecast(poisson(4.0), lead_days=mean, lead_sd=spread)
    assert found.interval_days == pytest.approx(days)

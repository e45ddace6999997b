from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from stockcli.domain.demand import DemandClass
from stockcli.forecasting.engine import Forecaster
from tests.unit.forecasting.builders import (
    MONDAY,
    a_history,
    a_request,
    forecast,
    poisson,
    sundays,
)


def rare_sales(mean_interval: int = 40, days: int = 500) -> list[float]:
    return [2.0 if day % mean_interval == 3 else 0.0 for day in range(days)]


def test_forecasts_come_back_in_the_order_of_the_requests() -> None:
    requests = [a_request(a_history(poisson(3.0, 80), product=n)) for n in (5, 2, 9)]
    assert [one.key.product_id for one in Forecaster().forecast(requests)] == [5, 2, 9]


def test_progress_counts_the_forecasts_done() -> None:
    seen: list[int] = []
    Forecaster().forecast([a_request([1.0, 2.0])] * 3, on_progress=seen.append)
    assert seen == [1, 2, 3]


def test_no_request_gives_no_forecast() -> None:
    assert Forecaster().forecast([]) == []


def test_a_long_history_is_forecast_by_two_regressions() -> None:
    assert forecast(poisson(5.0)).model == "ARIMA(1,0,1) + ARIMA(0,1,1) with day-of-week"


def test_rare_sales_are_forecast_by_an_intermittent_method() -> None:
    found = forecast(rare_sales())
    assert (found.model, found.demand_class) == ("TSB", DemandClass.INTERMITTENT)
    assert found.total_mean == pytest.approx(14 * 2 / 40, rel=0.4)


def test_lumpy_sales_average_the_regressions_with_the_intermittent_method() -> None:
    generator = np.random.default_rng(3)
    sizes = generator.geometric(0.05, 400) * (generator.random(400) < 0.3)
    assert forecast(sizes.astype(float).tolist()).model == (
        "ARIMA(1,0,1) + ARIMA(0,1,1) + exponential smoothing + TSB with day-of-week"
    )


def test_a_short_history_says_that_it_is_too_short() -> None:
    found = forecast(poisson(5.0, 40))
    assert found.model == "mean of 40 days"
    assert found.notes == ("40 days are too few for a regression.",)


def test_the_total_follows_the_mean_of_a_steady_product() -> None:
    assert forecast(poisson(5.0)).total_mean == pytest.approx(70, rel=0.1)


def test_the_path_follows_the_day_of_the_week() -> None:
    weekly = np.tile([2.0, 2, 2, 2, 2, 20, 8], 40) + np.random.default_rng(0).poisson(1, 280)
    path = forecast(weekly.tolist(), horizon_days=7).path
    assert [round(day.mean) for day in path] == [3, 3, 3, 3, 3, 21, 9]


def test_the_path_starts_the_day_after_the_history_and_has_the_asked_length() -> None:
    path = forecast(poisson(5.0, 100), horizon_days=10).path
    assert [day.day for day in path] == [MONDAY + timedelta(days=100 + n) for n in range(10)]


def test_the_interval_of_a_day_holds_its_mean_and_four_days_in_five() -> None:
    path = forecast(poisson(20.0), horizon_days=28).path
    assert all(day.lower <= day.mean <= day.upper for day in path)
    assert path[0].upper - path[0].lower == pytest.approx(2 * 1.28 * 20**0.5, abs=3)


def test_days_without_stock_do_not_lower_the_forecast() -> None:
    empty = [150 <= day < 200 or 280 <= day < 300 for day in range(300)]
    units = [0.0 if out else sold for out, sold in zip(empty, poisson(6.0, 300), strict=True)]
    masked = forecast(a_history(units, stocked_out=empty))
    assert masked.total_mean == pytest.approx(84, rel=0.1)
    assert forecast(a_history(units)).total_mean < 0.7 * masked.total_mean
    assert masked.masked_days == 70


def test_a_weekday_the_shop_is_closed_carries_nothing_and_lowers_nothing() -> None:
    closed = sundays(280)
    units = [0.0 if shut else sold for shut, sold in zip(closed, poisson(6.0, 280), strict=True)]
    found = forecast(a_history(units, closed=closed))
    assert [day.mean > 0 for day in found.path[:7]] == [True] * 6 + [False]
    assert found.path[6].upper == 0
    assert found.total_mean == pytest.approx(12 * 6, rel=0.1)
    assert found.mean_per_day == pytest.approx(6 * 6 / 7, rel=0.1)
    assert found.closed_days == 40


def test_a_holiday_ahead_carries_nothing() -> None:
    units = poisson(6.0, 280)
    holiday = MONDAY + timedelta(days=282)
    found = forecast(units, closed_days_ahead=[holiday])
    assert [day.day for day in found.path if day.mean == 0] == [holiday]
    assert found.total_mean < forecast(units).total_mean


def test_a_shop_closed_until_the_horizon_needs_nothing() -> None:
    ahead = [MONDAY + timedelta(days=280 + n) for n in range(40)]
    found = forecast(poisson(6.0, 280), closed_days_ahead=ahead)
    assert (found.total_mean, found.total_quantile, found.mean_per_day) == (0, 0, 0)


def test_a_new_product_follows_its_category() -> None:
    found = forecast([2.0, 3.0], prior_mean_per_day=10.0, prior_variance_per_day=60.0)
    assert found.demand_class is DemandClass.NEW
    assert 60 < found.total_mean < 140


def test_a_new_product_listens_more_to_itself_every_day() -> None:
    prior = {"prior_mean_per_day": 10.0, "prior_variance_per_day": 60.0}
    few, more = (forecast([2.0] * days, **prior).total_mean for days in (3, 20))
    assert 28 < more < few < 140


def test_a_new_product_without_a_category_is_uncertain() -> None:
    alone, old = forecast([5.0, 6.0, 4.0]), forecast(poisson(5.0))
    assert alone.total_mean == pytest.approx(70)
    assert alone.total_quantile > 1.2 * old.total_quantile


def test_a_product_listed_yesterday_takes_all_from_its_category() -> None:
    found = forecast([], prior_mean_per_day=4.0, prior_variance_per_day=9.0)
    assert (found.demand_class, found.total_mean) == (DemandClass.NEW, 56)


def test_a_dead_product_needs_nothing() -> None:
    found = forecast(poisson(5.0, 200) + [0.0] * 400)
    assert found.total_quantile == 0


def test_a_product_silent_for_half_a_year_needs_a_small_part_of_what_it_sold() -> None:
    found = forecast(poisson(5.0, 200) + [0.0] * 181)
    assert found.total_quantile < 0.2 * forecast(poisson(5.0, 200)).total_quantile
    assert "too long to be chance" in found.notes[-1]


def test_a_dying_product_needs_hardly_anything() -> None:
    assert forecast(poisson(5.0, 300) + [0.0] * 120).total_mean < 0.05 * 70


def test_a_product_listed_for_long_and_never_sold_needs_nothing() -> None:
    found = forecast([0.0] * 100, prior_mean_per_day=9.0, prior_variance_per_day=9.0)
    assert (found.demand_class, found.total_mean) == (DemandClass.NONE, 0)


def test_a_constant_product_needs_exactly_its_total() -> None:
    found = forecast([3.0] * 90)
    assert (found.total_quantile, found.total_standard_deviation) == (42, 0)


@pytest.mark.parametrize("mean", [0.3, 5.0])
def test_a_higher_service_level_never_lowers_the_quantile(mean: float) -> None:
    levels = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
    quantiles = [forecast(poisson(mean), service_level=level).total_quantile for level in levels]
    assert quantiles == sorted(quantiles)
    assert quantiles[-1] > quantiles[0]


@pytest.mark.parametrize("mean", [0.3, 5.0])
def test_a_longer_lead_time_raises_the_quantile(mean: float) -> None:
    found = [forecast(poisson(mean), lead_days=days).total_quantile for days in (1, 5, 10, 30)]
    assert found == sorted(found)


def test_an_uncertain_lead_time_raises_the_quantile_and_keeps_the_mean() -> None:
    sure, unsure = (forecast(poisson(5.0), lead_sd=spread) for spread in (0.0, 4.0))
    assert unsure.total_quantile > 1.15 * sure.total_quantile
    assert unsure.total_mean == pytest.approx(sure.total_mean, rel=0.03)
    assert unsure.interval_days == pytest.approx(14, abs=0.2)


def test_one_outlier_does_not_send_the_quantile_up() -> None:
    units = poisson(5.0)
    usual = forecast(units).total_quantile
    units[350] = 10_000.0
    found = forecast(units)
    assert found.total_quantile < 1.25 * usual
    assert "1 day above" in found.notes[0]


def test_a_missing_figure_is_left_out_and_said() -> None:
    units = poisson(5.0)
    units[100] = float("nan")
    found = forecast(units)
    assert found.total_mean == pytest.approx(70, rel=0.1)
    assert found.notes == ("Left out 1 day without a figure.",)


def test_the_parameters_are_json() -> None:
    parameters = dict(forecast(poisson(5.0)).parameters)
    assert json.loads(json.dumps(parameters)) == parameters


def test_the_quantile_of_poisson_sales_holds_nineteen_times_in_twenty() -> None:
    requests = [a_request(poisson(3.0, 300, seed)) for seed in range(150)]
    actual = np.random.default_rng(99).poisson(3.0 * 14, 150)
    quantiles = np.array([one.total_quantile for one in Forecaster().forecast(requests)])
    assert 0.89 <= float(np.mean(actual <= quantiles)) <= 0.99


def test_weighed_goods_are_not_rounded_to_whole_units() -> None:
    kilograms = np.random.default_rng(1).gamma(4.0, 0.3, 300).tolist()
    found = forecast(kilograms)
    assert found.total_quantile != round(found.total_quantile)
    assert found.total_mean == pytest.approx(14 * 1.2, rel=0.1)


def test_several_workers_return_what_one_returns_in_order() -> None:
    requests = [a_request(a_history(poisson(2.0, 30), product=n)) for n in range(60)]
    seen: list[int] = []
    pooled = Forecaster(workers=2, fewest_pooled_series=1).forecast(
        requests, on_progress=seen.append
    )
    assert pooled == Forecaster().forecast(requests)
    assert seen == [50, 60]

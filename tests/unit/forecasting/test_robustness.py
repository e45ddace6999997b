from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockcli.domain.demand import (
    DemandForecast,
    DemandHistory,
    ForecastRequest,
    StockCosts,
)
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.engine import Forecaster, forecast_one
from stockcli.forecasting.learning import learn
from tests.unit.forecasting.builders import MONDAY, a_history, a_request, forecast, poisson

ANY_NUMBER = st.one_of(
    st.integers(0, 20).map(float),
    st.just(0.0),
    st.floats(allow_nan=True, allow_infinity=True),
)
SHORT = st.lists(ANY_NUMBER, max_size=12)
COSTS = st.builds(
    StockCosts, holding_per_unit_day=st.floats(0, 1e9), shortage_per_unit=st.floats(0, 1e9)
)
NAN = float("nan")

ODD_SERIES: list[list[float]] = [
    [],
    [0.0],
    [5.0],
    [0.0] * 400,
    [7.0] * 400,
    [NAN] * 400,
    [-3.0] * 400,
    [0.0] * 399 + [1.0],
    [1.0] + [0.0] * 399,
    [0.0] * 300 + [4.0, 5.0] * 50,
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0] * 50,
    [float(day) for day in range(400)],
    [2.0] * 200 + [50.0] * 200,
    [1e300, 0.0] * 100,
    [1e-300, 0.0] * 100,
    [1e9, 1e9 - 1] * 100,
    [1e9, 0.0, 3.0] * 60 + [0.0] * 60,
    [3.0] * 399 + [4.0],
    [4.0, 6.0] * 90 + [0.0] * 45,
    [1e-12] * 60 + [0.0] * 30 + [1e9] * 60 + [0.0] * 30,
    [float(400 - day) for day in range(400)] + [0.0] * 20,
    [NAN, 3.0, 5.0] * 100,
]
ODD_PARAMETERS: list[Any] = [
    {},
    {"phi": "x"},
    {"ARIMA(1,0,1)": [NAN] * 4, "ARIMA(0,1,1)": None},
    {"ARIMA(1,0,1)": [9.0, 9.0, 9.0, 9.0], "ARIMA(0,1,1)": [0.0, -5.0, 0.0, 0.0]},
    {"chosen_in_period": "yesterday", "periods": -1, "log_likelihoods_per_period": 3},
]
SOUND_BUT_WRONG = {
    "ARIMA(1,0,1)": [3.0, 3.0, -7.0, 1e9],
    "ARIMA(0,1,1)": [1e300, -1e300, 0.0, 1.0],
    "chosen_in_period": 739_859 + 400,
    "periods": 400,
    "log_likelihoods_per_period": [-1e9, -1e9],
}


def assert_usable(found: DemandForecast) -> None:
    values = [
        found.total_mean,
        found.total_standard_deviation,
        found.total_quantile,
        found.mean_per_day,
        found.interval_days,
        *(value for day in found.path for value in (day.mean, day.lower, day.upper)),
    ]
    assert all(math.isfinite(value) and value >= 0 for value in values)
    assert all(day.lower <= day.mean <= day.upper for day in found.path)
    assert 0 < found.service_level < 1


def quantiles(history: DemandHistory, levels: Sequence[float], **known: Any) -> list[float]:
    return [
        forecast_one(a_request(history, service_level=level), **known).total_quantile
        for level in levels
    ]


@st.composite
def histories(draw: st.DrawFn) -> DemandHistory:
    """Draw a history: a short pattern, repeated, so that long series shrink well."""
    units = draw(SHORT) * draw(st.sampled_from([1, 1, 8, 40])) + draw(SHORT)
    units += [0.0] * draw(st.sampled_from([0, 0, 15, 90]))
    masks = st.lists(st.booleans(), min_size=len(units), max_size=len(units))
    none = st.just([False] * len(units))
    history = a_history(
        units, stocked_out=draw(st.one_of(none, masks)), closed=draw(st.one_of(none, masks))
    )
    return replace(history, frequency=draw(st.sampled_from(Frequency)))


@st.composite
def requests(draw: st.DrawFn) -> ForecastRequest:
    history = draw(histories())
    return a_request(
        history,
        lead_days=draw(st.floats(0, 60)),
        lead_sd=draw(st.floats(0, 30)),
        review_period_days=draw(st.integers(1, 30)),
        service_level=draw(st.floats(0.01, 0.999)),
        costs=draw(st.none() | COSTS),
        horizon_days=draw(st.integers(0, 40)),
        prior_mean_per_day=draw(st.none() | st.floats(0, 1e6)),
        prior_variance_per_day=draw(st.none() | st.floats(0, 1e9)),
        closed_days_ahead=[MONDAY + timedelta(days=history.days + draw(st.integers(-3, 60)))],
        last_parameters=draw(st.none() | st.sampled_from([*ODD_PARAMETERS, SOUND_BUT_WRONG])),
    )


ODD_POOL = learn(a_history(units) for units in ODD_SERIES * 3)


@given(requests())
@settings(max_examples=120, deadline=None)
def test_any_series_gives_a_finite_forecast_of_the_asked_length(request: ForecastRequest) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for learnt in (None, ODD_POOL):
            found = Forecaster().forecast([request], learnt=learnt)[0]
            assert_usable(found)
            assert len(found.path) == request.horizon_days


@given(histories())
@settings(max_examples=60, deadline=None)
def test_for_any_series_a_higher_service_level_never_lowers_the_quantile(
    history: DemandHistory,
) -> None:
    found = quantiles(history, (0.5, 0.8, 0.95, 0.99), learnt=ODD_POOL)
    assert all(low <= high + 1e-5 * (1 + high) for low, high in pairwise(found))


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("units", ODD_SERIES)
def test_odd_series_are_forecast_too(units: list[float], frequency: Frequency) -> None:
    history = replace(a_history(units), frequency=frequency)
    assert_usable(forecast(history, lead_sd=3.0))
    costs = StockCosts(holding_per_unit_day=0.2, shortage_per_unit=2.0)
    assert_usable(forecast_one(a_request(history, costs=costs), ODD_POOL))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -5.0, 1e9])
def test_odd_lead_times_are_forecast_too(number: float) -> None:
    assert_usable(forecast(poisson(2.0, 90), lead_days=number, lead_sd=number))


@pytest.mark.parametrize("level", [float("nan"), -1.0, 0.0, 1.0, 7.0])
def test_odd_service_levels_are_forecast_too(level: float) -> None:
    assert_usable(forecast(poisson(2.0, 90), service_level=level))


@pytest.mark.parametrize("number", [NAN, float("inf"), -5.0, 0.0, 1e300])
def test_odd_costs_are_forecast_too(number: float) -> None:
    costs = StockCosts(holding_per_unit_day=number, shortage_per_unit=1.0)
    assert_usable(forecast(poisson(2.0, 200), costs=costs))
    costs = StockCosts(holding_per_unit_day=1.0, shortage_per_unit=number)
    assert_usable(forecast(poisson(2.0, 200), costs=costs))


@pytest.mark.parametrize("review", [-7, 0, 366, 10_000])
def test_odd_review_periods_are_forecast_too(review: int) -> None:
    costs = StockCosts(holding_per_unit_day=0.2, shortage_per_unit=2.0)
    assert_usable(forecast(poisson(2.0, 400), review_period_days=review, costs=costs))


@pytest.mark.parametrize("last", ODD_PARAMETERS)
def test_parameters_that_cannot_be_read_count_as_none(last: Any) -> None:
    assert forecast(poisson(3.0), last_parameters=last) == forecast(poisson(3.0))


def test_parameters_of_another_kind_of_series_are_left_behind() -> None:
    wrong, none = forecast(poisson(3.0), last_parameters=SOUND_BUT_WRONG), forecast(poisson(3.0))
    assert wrong.total_quantile == pytest.approx(none.total_quantile, rel=0.05)


@pytest.mark.parametrize(
    "history",
    [
        a_history([3.0] * 200, closed=[True] * 200),
        a_history([3.0] * 200, stocked_out=[True] * 200),
    ],
)
def test_a_shop_that_never_opened_or_never_had_stock_is_forecast_too(
    history: DemandHistory,
) -> None:
    found = forecast(history)
    assert_usable(found)
    assert found.notes == ("No open day of its own and no category to learn from.",)


def test_units_by_the_thousand_million_keep_their_scale() -> None:
    found = forecast([1e6 * units for units in poisson(500.0)])
    small = forecast(poisson(500.0))
    assert found.total_mean == pytest.approx(1e6 * small.total_mean, rel=0.01)
    assert found.total_quantile == pytest.approx(1e6 * small.total_quantile, rel=0.01)


def test_a_long_wait_for_the_first_sale_changes_nothing() -> None:
    late = a_history([0.0] * 350 + poisson(3.0))
    assert forecast(late).total_quantile == forecast(poisson(3.0)).total_quantile


def test_a_level_shift_is_followed() -> None:
    found = forecast(poisson(2.0, 300) + poisson(20.0, 100))
    assert found.total_mean == pytest.approx(280, rel=0.2)


def test_a_product_that_sells_less_and_less_is_expected_to_sell_little() -> None:
    fading = np.random.default_rng(2).poisson(8.0 * 0.5 ** (np.arange(400) / 60))
    assert forecast(fading.astype(float).tolist()).total_mean < 14 * 0.5


def test_a_product_open_every_other_day_of_its_life_is_forecast_in_calendar_days() -> None:
    units = [float(day % 2 == 0) * 4 for day in range(400)]
    found = forecast(a_history(units, closed=[day % 2 == 1 for day in range(400)]))
    assert found.total_mean == pytest.approx(14 * 4, rel=0.01)

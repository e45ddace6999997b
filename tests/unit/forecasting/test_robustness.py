from __future__ import annotations

import math
import warnings
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockcli.domain.demand import DemandForecast, ForecastRequest
from stockcli.forecasting.engine import Forecaster
from tests.unit.forecasting.builders import MONDAY, a_history, a_request, forecast, poisson

ANY_NUMBER = st.one_of(
    st.integers(0, 20).map(float),
    st.just(0.0),
    st.floats(allow_nan=True, allow_infinity=True),
)
SHORT = st.lists(ANY_NUMBER, max_size=12)


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


@st.composite
def requests(draw: st.DrawFn) -> ForecastRequest:
    """Draw a request: a short pattern, repeated, so that long series shrink well."""
    units = draw(SHORT) * draw(st.sampled_from([1, 1, 8, 40])) + draw(SHORT)
    masks = st.lists(st.booleans(), min_size=len(units), max_size=len(units))
    none = st.just([False] * len(units))
    history = a_history(
        units, stocked_out=draw(st.one_of(none, masks)), closed=draw(st.one_of(none, masks))
    )
    return a_request(
        history,
        lead_days=draw(st.floats(0, 60)),
        lead_sd=draw(st.floats(0, 30)),
        review_period_days=draw(st.integers(1, 30)),
        service_level=draw(st.floats(0.01, 0.999)),
        horizon_days=draw(st.integers(0, 40)),
        prior_mean_per_day=draw(st.none() | st.floats(0, 1e6)),
        prior_variance_per_day=draw(st.none() | st.floats(0, 1e9)),
        closed_days_ahead=[MONDAY + timedelta(days=len(units) + draw(st.integers(-3, 60)))],
    )


@given(requests())
@settings(max_examples=150, deadline=None)
def test_any_series_gives_a_finite_forecast_of_the_asked_length(request: ForecastRequest) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = Forecaster().forecast([request])[0]
    assert_usable(found)
    assert len(found.path) == request.horizon_days


@pytest.mark.parametrize(
    "units",
    [
        [],
        [0.0],
        [5.0],
        [0.0] * 400,
        [7.0] * 400,
        [float("nan")] * 400,
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
        [3.0] * 399 + [4.0],
    ],
)
def test_odd_series_are_forecast_too(units: list[float]) -> None:
    assert_usable(forecast(units, lead_sd=3.0))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -5.0, 1e9])
def test_odd_lead_times_are_forecast_too(number: float) -> None:
    assert_usable(forecast(poisson(2.0, 90), lead_days=number, lead_sd=number))


@pytest.mark.parametrize("level", [float("nan"), -1.0, 0.0, 1.0, 7.0])
def test_odd_service_levels_are_forecast_too(level: float) -> None:
    assert_usable(forecast(poisson(2.0, 90), service_level=level))


def test_a_level_shift_is_followed() -> None:
    found = forecast(poisson(2.0, 300) + poisson(20.0, 100))
    assert found.total_mean == pytest.approx(280, rel=0.2)


def test_a_product_open_every_other_day_of_its_life_is_forecast_in_calendar_days() -> None:
    units = [float(day % 2 == 0) * 4 for day in range(400)]
    found = forecast(a_history(units, closed=[day % 2 == 1 for day in range(400)]))
    assert found.total_mean == pytest.approx(14 * 4, rel=0.01)

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawing
from hypothesis import settings
from hypothesis import strategies as st

from stockcli.forecasting.arima_pair import FittedPair, PairInput, fit_pair
from stockcli.forecasting.arrays import Vector
from tests.unit.forecasting.processes import counts

UNITS = counts(4.0, 420) + np.tile([0.0, 0, 0, 0, 3, 6, 0], 60)


def a_pair_input(units: Vector, period: int = 1000, slots_per_cycle: int = 7) -> PairInput:
    slots = np.arange(len(units) + 28, dtype=np.int64) % slots_per_cycle
    return PairInput(
        units=units,
        slots=slots[: len(units)],
        slots_ahead=slots[len(units) :],
        slots_per_cycle=slots_per_cycle,
        period=period,
    )


def week_later(last: Any) -> FittedPair:
    return fit_pair(a_pair_input(UNITS[7:], 1007), last)


def kept(**changes: Any) -> dict[str, Any]:
    return fit_pair(a_pair_input(UNITS[:-7])).parameters | changes


def fortnight(pair: FittedPair) -> Vector:
    return np.array([projection.mean[:14].sum() for projection in pair.projections])


def test_a_refit_begins_where_the_last_one_ended() -> None:
    warm, cold = week_later(kept()), week_later(None)
    assert warm.chosen_anew is None
    assert [fit.order for fit in warm.fits] == [fit.order for fit in cold.fits]
    assert fortnight(warm) == pytest.approx(fortnight(cold), rel=0.01)


def test_a_refit_keeps_when_its_orders_were_chosen() -> None:
    assert week_later(kept()).parameters["chosen_in_period"] == 1000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"chosen_in_period": 979}, "chosen 28 periods ago"),
        ({"chosen_in_period": 1008}, "chosen -1 periods ago"),
        ({"periods": 200}, "held 200 periods and now holds 413"),
        ({"log_likelihoods_per_period": [9.0, 9.0]}, "fell by"),
    ],
)
def test_orders_are_chosen_anew_when_the_old_ones_are_stale(
    changes: dict[str, Any], reason: str
) -> None:
    assert reason in str(week_later(kept(**changes)).chosen_anew)


def test_orders_are_chosen_anew_when_the_level_has_left_them_behind() -> None:
    jumped = UNITS.copy()
    jumped[-20:] += 8.0
    found = fit_pair(a_pair_input(jumped[7:], 1007), kept(log_likelihoods_per_period=[-9, -9]))
    assert "tracking signal" in str(found.chosen_anew)


@pytest.mark.parametrize(
    "last",
    [
        {},
        {"phi": 0.25},
        kept(periods="many"),
        kept(log_likelihoods_per_period=None),
        kept(log_likelihoods_per_period=[float("nan"), 1.0]),
        kept(**{"ARIMA(1,0,1)": [1.0]}),
        kept(**{"ARIMA(1,0,1)": [float("inf"), 0.0, 0.0, 0.0]}),
        {"ARIMA(1,0,1)": [0.5, 0.1, 0.0, 0.0]},
    ],
)
def test_a_memory_that_cannot_be_read_is_none(last: dict[str, Any]) -> None:
    assert week_later(last).chosen_anew == "there was nothing to begin with"


def test_coefficients_outside_the_boundary_are_brought_back() -> None:
    found = week_later(kept(**{"ARIMA(1,0,1)": [40.0, -3.0, 2.0, 7.0]}))
    assert fortnight(found) == pytest.approx(fortnight(week_later(None)), rel=0.1)


def test_months_have_twelve_slots_once_two_years_bear_them() -> None:
    season = np.tile([0.0, 0, 0, 5, 5, 5, 9, 9, 9, 20, 40, 90], 4)
    units = season + counts(30.0, 48)
    long = fit_pair(a_pair_input(units, slots_per_cycle=12))
    short = fit_pair(a_pair_input(units[:20], slots_per_cycle=12))
    assert (len(long.fits[0].effects), len(short.fits[0].effects)) == (12, 1)
    assert np.argmax(long.projections[0].mean[:12]) == 11


def test_weeks_have_one_slot() -> None:
    pair = fit_pair(a_pair_input(counts(30.0, 104), slots_per_cycle=1))
    assert pair.projections[0].mean == pytest.approx(np.full(28, 30.0), abs=3.0)


@pytest.mark.parametrize(
    "units", [np.ones(9), np.array([1.0] * 20 + [math.nan]), np.array([1.0] * 20 + [math.inf])]
)
def test_too_few_or_endless_values_are_refused(units: Vector) -> None:
    with pytest.raises(ValueError, match="a regression needs"):
        fit_pair(a_pair_input(units))


@st.composite
def any_units(draw: st.DrawFn) -> Vector:
    value = st.one_of(st.integers(0, 9).map(float), st.floats(-1e12, 1e12), st.just(1e-300))
    pattern = draw(st.lists(value, min_size=1, max_size=9)) * draw(st.integers(1, 60))
    values = np.array(pattern + draw(st.lists(value, min_size=10, max_size=20)))
    return np.cumsum(values) if draw(st.booleans()) else values


@drawing(any_units(), st.sampled_from([1, 7, 12]))
@settings(max_examples=150, deadline=None)
def test_any_finite_series_gives_finite_coefficients_or_says_why_not(
    units: Vector, slots_per_cycle: int
) -> None:
    given = a_pair_input(units, slots_per_cycle=slots_per_cycle)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            pair = fit_pair(given, fit_pair(given).parameters)
        except ValueError:
            return
    for projection in pair.projections:
        assert np.all(np.isfinite(projection.arma))
        assert np.all(np.isfinite(projection.mean))
        assert np.all(np.isfinite(projection.errors))


@pytest.mark.parametrize(
    "units",
    [
        np.full(400, 7.0),
        np.tile([2.0, 5.0], 200),
        np.arange(400.0),
        np.arange(400.0) ** 3,
        1e9 + np.tile([0.0, 1.0, 0.0], 130),
        np.array([0.0] * 399 + [1e9]),
        np.exp(np.arange(200.0) / 10),
        np.random.default_rng(2).normal(size=500).cumsum(),
    ],
)
def test_odd_series_have_finite_forecasts(units: Vector) -> None:
    pair = fit_pair(a_pair_input(units))
    assert np.all(np.isfinite(fortnight(pair)))

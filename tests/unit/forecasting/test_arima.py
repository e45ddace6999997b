from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from stockcli.forecasting.arima import ArimaProjection, FittedArima, fit_order, project
from stockcli.forecasting.arma import Arma
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.order_selection import FAMILIES, SMOOTHING, STATIONARY, Order
from tests.unit.forecasting.processes import counts, drawn


def without_slots(units: Vector, usual: Order = STATIONARY) -> FittedArima:
    return fit_order(units, np.zeros(len(units), dtype=np.int64), 1, usual, None)


def projected(units: Vector, usual: Order = STATIONARY) -> ArimaProjection:
    weekdays = np.arange(len(units) + 28, dtype=np.int64) % 7
    known = weekdays[: len(units)]
    return project(fit_order(units, known, 7, usual, None), units, known, weekdays[len(units) :])


@pytest.mark.parametrize(("phi", "theta"), [(0.9, -0.5), (0.3, 0.4), (0.99, -0.95), (-0.7, 0.2)])
def test_the_estimate_is_as_likely_as_what_statsmodels_finds(phi: float, theta: float) -> None:
    series = drawn(Arma(phi, theta))
    model = SARIMAX(series, order=(1, 0, 1), trend="c", concentrate_scale=True)
    theirs = model.fit(disp=0, start_params=[0.0, phi, theta])
    assert without_slots(series).log_likelihood >= theirs.llf - 0.05


def test_the_forecast_is_that_of_statsmodels_at_the_same_coefficients() -> None:
    series = drawn(Arma(0.8, -0.4)) + 5.0
    fitted = without_slots(series)
    ours = project(fitted, series, np.zeros(600, dtype=np.int64), np.zeros(28, dtype=np.int64))
    model = SARIMAX(series - fitted.effects[0], order=(1, 0, 1), concentrate_scale=True)
    theirs = model.filter(list(ours.arma[:2])).get_forecast(28)
    assert ours.mean - fitted.effects[0] == pytest.approx(theirs.predicted_mean, abs=1e-6)
    ratio = ours.daily_variance() / theirs.se_mean**2
    assert ratio == pytest.approx(np.full(28, ratio[0]))


@pytest.mark.parametrize(
    ("arma", "integrated", "order"),
    [
        (Arma(0.8, -0.4), False, Order(1, 0, 1)),
        (Arma(1.4, -0.3, phi_2=-0.6), False, Order(2, 0, 1)),
        (Arma(0.5, 0.1, theta_2=-0.7), False, Order(1, 0, 2)),
        (Arma(0.0, -0.7), True, Order(0, 1, 1)),
        (Arma(0.6, -0.95), True, Order(1, 1, 1)),
        (Arma(0.0, -0.2, theta_2=-0.6), True, Order(0, 1, 2)),
    ],
)
def test_a_clear_process_is_found_by_its_order(arma: Arma, integrated: bool, order: Order) -> None:
    series = drawn(arma, integrated=integrated)
    assert without_slots(series, FAMILIES[int(integrated)]).order == order


def test_a_level_that_hardly_moves_is_not_anchored_to_its_first_day() -> None:
    units = np.array([6.0, *counts(1.0, 300)])
    assert projected(units, SMOOTHING).mean.mean() == pytest.approx(1.0, abs=0.1)


def test_the_variance_of_a_total_is_what_its_past_errors_show() -> None:
    projection = projected(drawn(Arma(0.7, 0.2)) + 20)
    shown = float(np.mean(projection.total_errors(7) ** 2))
    assert projection.total_variance(7) == pytest.approx(shown, rel=0.25)


@pytest.mark.parametrize("usual", FAMILIES)
def test_a_weekday_never_seen_does_not_break_the_fit(usual: Order) -> None:
    weekdays = np.arange(180, dtype=np.int64) % 6
    units = counts(4.0, 180) + weekdays
    ahead = np.arange(7, dtype=np.int64)
    found = project(fit_order(units, weekdays, 7, usual, None), units, weekdays, ahead)
    assert found.mean == pytest.approx(4.0 + np.array([0, 1, 2, 3, 4, 5, 2.5]), abs=0.8)

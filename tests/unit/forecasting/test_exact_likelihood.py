"""The likelihood by filters is that of the innovations algorithm, and of statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.innovations.arma_innovations import arma_innovations
from statsmodels.tsa.statespace.sarimax import SARIMAX

from stockcli.forecasting.arma import Arma, inside
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.exact_likelihood import (
    likelihood,
    log_likelihood,
    one_step_errors,
    rows_of,
)
from stockcli.forecasting.likelihood_slopes import half_gradient
from tests.unit.forecasting.processes import drawn

PROCESSES = [
    Arma(0.9, -0.8),
    Arma(0.99, -0.95),
    Arma(0.0, -0.9995),
    Arma(-0.7, 0.2),
    Arma(1.2, 0.3, -0.3, 0.2),
    Arma(0.5, 0.3, -0.2, 0.4),
    Arma(0.0, 0.0),
]
SERIES = drawn(Arma(0.7, -0.3), 300)
WEEKDAYS = (np.arange(300) % 7 == np.arange(7)[:, None]).astype(np.float64)


def alone(series: Vector) -> Vector:
    return rows_of(series, np.zeros((0, len(series))))


@pytest.mark.parametrize("arma", PROCESSES)
def test_the_errors_are_those_of_the_innovations_algorithm(arma: Arma) -> None:
    known = inside(arma)
    found = likelihood(alone(SERIES), known)
    errors, variances = arma_innovations(
        SERIES, [known.phi, known.phi_2], [known.theta, known.theta_2]
    )
    assert one_step_errors(found) == pytest.approx(errors, abs=1e-8)
    assert found.squares == pytest.approx(np.sum(errors**2 / variances))


@pytest.mark.parametrize("arma", PROCESSES)
def test_the_log_likelihood_is_that_of_statsmodels(arma: Arma) -> None:
    known = inside(arma)
    model = SARIMAX(SERIES, order=(2, 0, 2), concentrate_scale=True)
    theirs = model.loglike([known.phi, known.phi_2, known.theta, known.theta_2])
    assert log_likelihood(likelihood(alone(SERIES), known)) == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize("arma", PROCESSES)
def test_the_slopes_are_those_of_the_likelihood(arma: Arma) -> None:
    rows = rows_of(SERIES, WEEKDAYS)
    shrunk = Arma(*(0.98 * value for value in arma))
    slopes, _ = half_gradient(likelihood(rows, shrunk), rows, (0, 1, 2, 3))
    width = 1e-6
    for place in range(4):
        higher, lower = list(shrunk), list(shrunk)
        higher[place] += width
        lower[place] -= width
        change = likelihood(rows, Arma(*higher)).cost - likelihood(rows, Arma(*lower)).cost
        assert slopes[place] == pytest.approx(change / (4 * width), rel=1e-3, abs=1e-3)


def test_the_effects_are_those_of_generalised_least_squares() -> None:
    units = SERIES + np.arange(7)[np.arange(300) % 7]
    found = likelihood(rows_of(units, WEEKDAYS), Arma(0.7, -0.3))
    nudged = found.weights.copy()
    for place in range(1, 8):
        nudged[place] += 0.01
        moved = likelihood(alone(nudged[:8] @ np.vstack([units, WEEKDAYS])), Arma(0.7, -0.3))
        assert moved.cost > found.cost
        nudged[place] -= 0.01

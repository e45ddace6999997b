"""The exact likelihood of a regression with ARMA errors, by filters instead of recursions.

What went before the first value enters the filter as two unknown inputs c ~ N(0, s2 P): given
them all is linear. With A their response, M = A'A and h = A'e of the errors e on a zero start,

    S = e'e - h'(I + P M)^-1 P h,    -2 log L = n log(2 pi S / n) + n + log det(I + P M),

the sum of squares and determinant that the innovations algorithm finds step by step (Ansley,
1979, Biometrika 66; de Jong, 1988, Biometrika 75). Regression coefficients are those of
generalised least squares at every ARMA, so what is left to search has four dimensions at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from stockcli.forecasting.arma import Arma, moving_average
from stockcli.forecasting.arrays import Vector

Matrix = NDArray[np.float64]
UNIT = np.array([1.0])
SMALLEST = 1e-300


class Symmetric(NamedTuple):
    """A symmetric 2 x 2 matrix: first and last of the diagonal, and what stands beside it."""

    first: float
    last: float
    beside: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Likelihood:
    """A regression with ARMA errors at one ARMA, its regression coefficients at their best.

    Attributes:
        arma: the process.
        cost: n log S + log det(I + P M): -2 log-likelihood, but for a constant.
        squares: S.
        weights: 1, minus the regression coefficients, then the two expected inputs c.
        presample: P.
        response: M.
        pull: (I + M P)^-1 h.
        filtered: the filter's answer to each row.
    """

    arma: Arma
    cost: float
    squares: float
    weights: Vector
    presample: Symmetric
    response: Symmetric
    pull: tuple[float, float]
    filtered: Matrix

    @property
    def expected_errors(self) -> Vector:
        """Return the errors to expect, given the whole series."""
        return np.asarray(self.weights @ self.filtered)


def rows_of(series: Vector, regressors: Matrix) -> Matrix:
    """Return what the likelihood filters: series, regressors, and the two unknown inputs."""
    rows = np.zeros((len(regressors) + 3, len(series)))
    rows[0], rows[1:-2] = series, regressors
    rows[-2, 0] = rows[-1, 1] = 1.0
    return rows


def likelihood(rows: Matrix, arma: Arma) -> Likelihood:
    """Evaluate a regression with ARMA errors.

    Args:
        rows: of rows_of; at least three values each, the regressors independent.
        arma: stationary and invertible.

    Raises:
        numpy.linalg.LinAlgError: the regressors depend on one another.

    An AR(1), phi 0.5, of the two values 1 and 2: S = 1 x (1 - 0.25) + 1.5^2, det = 1 / 0.75.

    >>> found = likelihood(rows_of(np.array([1.0, 2.0]), np.zeros((0, 2))), Arma(0.5, 0.0))
    >>> round(found.squares, 6), round(found.cost, 6) == round(2 * log(3) - log(0.75), 6)
    (3.0, True)
    """
    answers, known = _filtered(rows, arma), len(rows) - 2
    products = answers @ answers.T
    (first, beside), (_, last) = products[known:, known:].tolist()
    presample, response = presample_covariance(arma), Symmetric(first, last, beside)
    a, b, c, d, determinant = one_plus(presample, response)
    pulled = np.array(((d, -c), (-b, a))) @ products[known:, :known] / determinant
    inputs = -_square(presample) @ pulled
    weights = _weights(products[:known, :known] + products[known:, :known].T @ inputs, inputs)
    squares = max(float(weights @ products[:, 0]), SMALLEST)
    early, late = (pulled @ weights[:known]).tolist()
    return Likelihood(
        arma=arma,
        cost=rows.shape[1] * log(squares) + log(determinant),
        squares=squares,
        weights=weights,
        presample=presample,
        response=response,
        pull=(early, late),
        filtered=answers,
    )


def log_likelihood(found: Likelihood) -> float:
    """Return the log-likelihood itself, the scale at its best.

    >>> found = likelihood(rows_of(np.array([1.0, 2.0]), np.zeros((0, 2))), Arma(0.5, 0.0))
    >>> round(log_likelihood(found), 4)  # -(2 log(2 pi 1.5) + 2 + log(1 / 0.75)) / 2
    -3.3872
    """
    periods = found.filtered.shape[1]
    return float(-0.5 * (found.cost + periods * (log(2 * pi / periods) + 1.0)))


def presample_covariance(arma: Arma) -> Symmetric:
    """Return the covariance of what the days before add to the first two, in units of s2.

    The first is x_1 - e_1, whose variance is that of the process less one. Autocovariances:
    Brockwell and Davis (1991), section 3.3.

    >>> presample_covariance(Arma(0.5, 0.25))  # (0.5 + 0.25)^2 / (1 - 0.5^2)
    Symmetric(first=0.75, last=0.0, beside=0.0)
    """
    phi, theta, phi_2, theta_2 = arma
    psi = phi + theta
    first = theta + theta_2 * psi
    shocks = 1.0 + theta * psi + theta_2 * (phi * psi + phi_2 + theta_2)
    driven = phi * (1.0 + phi_2) * first / (1.0 - phi_2) + phi_2 * theta_2 + shocks
    variance = driven / ((1.0 + phi_2) * ((1.0 - phi_2) ** 2 - phi**2) / (1.0 - phi_2))
    covariance = (phi * variance + first) / (1.0 - phi_2)
    return Symmetric(
        first=max(variance - 1.0, 0.0),
        last=phi_2 * phi_2 * variance + 2.0 * phi_2 * theta_2 + theta_2 * theta_2,
        beside=phi_2 * covariance + theta_2 * psi,
    )


def one_step_errors(found: Likelihood) -> Vector:
    """Return each value less what those before it led to expect: the innovations.

    What is known of the two inputs grows day by day, so running sums give it for every day:
    Ansley (1979). The regression coefficients are those of the whole series.

    An MA(1), theta 0.5, of 1 and 2: the second is expected at 0.5 / 1.25.

    >>> found = likelihood(rows_of(np.array([1.0, 2.0]), np.zeros((0, 2))), Arma(0.0, 0.5))
    >>> one_step_errors(found).round(6).tolist()
    [1.0, 1.6]
    """
    presample, answers = found.presample, found.filtered
    errors = found.weights[:-2] @ answers[:-2]
    early, late = answers[-2], answers[-1]
    sums = np.zeros((5, len(errors)))
    products = np.array((early * early, late * late, early * late, early * errors, late * errors))
    np.cumsum(products[:, :-1], axis=1, out=sums[:, 1:])
    first, last, beside, pull_early, pull_late = sums
    # I + P M, its determinant, and P (I + M P)^-1 h by Cramer's rule, a day in each place.
    a = 1.0 + presample.first * first + presample.beside * beside
    b = presample.first * beside + presample.beside * last
    c = presample.beside * first + presample.last * beside
    d = 1.0 + presample.beside * beside + presample.last * last
    known_early = presample.first * pull_early + presample.beside * pull_late
    known_late = presample.beside * pull_early + presample.last * pull_late
    inputs_early = (d * known_early - b * known_late) / (a * d - b * c)
    inputs_late = (a * known_late - c * known_early) / (a * d - b * c)
    return np.asarray(errors - early * inputs_early - late * inputs_late)


def _filtered(rows: Matrix, arma: Arma) -> Matrix:
    """Return (phi(B) / theta(B)) of series and regressors, and 1 / theta(B) of the inputs."""
    driven = rows
    if arma.phi or arma.phi_2:
        driven = rows.copy()
        driven[:-2, 1:] -= arma.phi * rows[:-2, :-1]
        if arma.phi_2:
            driven[:-2, 2:] -= arma.phi_2 * rows[:-2, :-2]
    return np.asarray(lfilter(UNIT, moving_average(arma), driven))


def _weights(products: Matrix, inputs: Matrix) -> Vector:
    """Return the weights of all rows: generalised least squares, and the inputs to expect."""
    known = len(products)
    weights = np.empty(known + 2)
    weights[0] = 1.0
    if known > 1:
        weights[1:known] = -np.linalg.solve(products[1:, 1:], products[1:, 0])
    weights[known:] = inputs @ weights[:known]
    return weights


def _square(symmetric: Symmetric) -> Matrix:
    return np.array(((symmetric.first, symmetric.beside), (symmetric.beside, symmetric.last)))


def one_plus(p: Symmetric, m: Symmetric) -> tuple[float, float, float, float, float]:
    """Return I + P M row by row, and its determinant.

    >>> one_plus(Symmetric(1.0, 2.0, 0.0), Symmetric(3.0, 4.0, 0.0))
    (4.0, 0.0, 0.0, 9.0, 36.0)
    """
    a = 1.0 + p.first * m.first + p.beside * m.beside
    b = p.first * m.beside + p.beside * m.last
    c = p.beside * m.first + p.last * m.beside
    d = 1.0 + p.beside * m.beside + p.last * m.last
    return a, b, c, d, max(a * d - b * c, 1.0)

"""How the exact likelihood of a regression with ARMA errors changes with the ARMA."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.signal import lfilter

from stockcli.forecasting.arma import Arma, moving_average
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.exact_likelihood import (
    Likelihood,
    Matrix,
    Symmetric,
    one_plus,
    presample_covariance,
)


def half_gradient(found: Likelihood, rows: Matrix, free: Sequence[int]) -> tuple[Vector, Matrix]:
    """Return half the slope of the cost, and the slopes of the errors, by free coefficient.

    The slopes of the errors are minus the series, and minus the errors, of the days before,
    filtered by the moving average: Box and Jenkins (1976), section 7.2.3. Regression
    coefficients and inputs stand at their best, so they count as fixed; what is left is how P
    and M change.

    Args:
        found: the likelihood at one ARMA.
        rows: what it was found from.
        free: places in Arma, such as (0, 1) for phi_1 and theta_1.
    """
    known, periods = len(rows) - 2, rows.shape[1]
    errors = found.expected_errors
    behind = np.empty((3, periods))
    np.matmul(found.weights[:known], rows[:known], out=behind[0])
    behind[1], behind[2] = errors, found.filtered[-2]
    lagged = lfilter([0.0, -1.0], moving_average(found.arma), behind)
    slopes = np.zeros((len(free), periods))
    for row, place in enumerate(free):
        if place < 2:
            slopes[row] = lagged[place]
        else:
            slopes[row, 1:] = lagged[place - 2, :-1]
    half = (slopes @ errors) * (periods / found.squares)
    return half + 0.5 * np.array(_presample_slopes(found, lagged[2], free)), slopes


def _presample_slopes(found: Likelihood, lagged: Vector, free: Sequence[int]) -> list[float]:
    """Return the cost's slopes through P and M: -n w'dP w / S + tr((I + P M)^-1 d(P M))."""
    p, m = found.presample, found.response
    a, b, c, d, determinant = one_plus(p, m)
    # M (I + P M)^-1 and (I + P M)^-1 P, both symmetric.
    by_p = _scaled(
        m.first * d - m.beside * c,
        m.last * a - m.beside * b,
        m.beside * a - m.first * b,
        1.0 / determinant,
    )
    by_m = _scaled(
        d * p.first - b * p.beside,
        a * p.last - c * p.beside,
        d * p.beside - b * p.last,
        1.0 / determinant,
    )
    early, late = found.pull
    share = len(lagged) / found.squares
    by_p = Symmetric(
        by_p.first - share * early * early,
        by_p.last - share * late * late,
        by_p.beside - share * early * late,
    )
    slopes = [_product(by_p, _presample_change(found.arma, p, place)) for place in free]
    for row, place in enumerate(free):
        if place in (1, 3):
            slopes[row] += _product(by_m, _response_change(found.filtered[-2], lagged, place))
    return slopes


def _presample_change(arma: Arma, presample: Symmetric, place: int) -> Symmetric:
    """Return how P changes with one coefficient, by a difference towards zero."""
    nudged = list(arma)
    width = -1e-7 if arma[place] > 0 else 1e-7
    nudged[place] += width
    moved = presample_covariance(Arma(*nudged))
    return Symmetric(
        (moved.first - presample.first) / width,
        (moved.last - presample.last) / width,
        (moved.beside - presample.beside) / width,
    )


def _response_change(answer: Vector, lagged: Vector, place: int) -> Symmetric:
    """Return how M changes with theta_1 or, a day later, with theta_2."""
    slope = lagged if place == 1 else np.concatenate(((0.0,), lagged[:-1]))
    first = 2.0 * float(answer @ slope)
    last = first - 2.0 * float(answer[-1] * slope[-1])
    return Symmetric(first, last, float(slope[1:] @ answer[:-1] + answer[1:] @ slope[:-1]))


def _scaled(first: float, last: float, beside: float, share: float) -> Symmetric:
    return Symmetric(first * share, last * share, beside * share)


def _product(left: Symmetric, right: Symmetric) -> float:
    """Return the trace of the product."""
    return left.first * right.first + left.last * right.last + 2.0 * left.beside * right.beside

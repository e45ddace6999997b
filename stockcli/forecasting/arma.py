"""Estimate an ARMA process with at most one term on either side, exactly and quickly.

x_t = phi x_(t-1) + e_t + theta e_(t-1). Gauss-Newton first on the conditional sum of squares
(Box and Jenkins, 1976, ch. 7), then on the exact likelihood by the innovations algorithm
(Brockwell and Davis, 1991, sections 5.2 and 8.7), both with the scale concentrated out, which
makes either a sum of squares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from statsmodels.tsa.innovations.arma_innovations import arma_innovations

from stockcli.forecasting.series import Vector

Matrix = NDArray[np.float64]
MOST_STEPS = 10
GRID = (-0.7, 0.0, 0.7)
BOUNDARY = 0.9995
"""Largest size of a coefficient: stationary, invertible, and no division by zero."""


class Arma(NamedTuple):
    """The coefficients of an ARMA(1,1); zero for a term that is not there."""

    phi: float
    theta: float


Errors = Callable[[Arma], Vector]
Slopes = Callable[[Arma, Vector], Matrix]


def estimate(series: Vector, start: Arma, *, autoregressive: bool) -> Arma:
    """Return the maximum-likelihood coefficients of a zero-mean series.

    Args:
        series: at least ten finite values.
        start: where the search begins; clipped into the boundary.
        autoregressive: whether phi is estimated; otherwise it stays as it starts.
    """
    size = float(np.sqrt(np.mean(series**2)))
    if size < 1e-9:
        return Arma(0.0, 0.0)
    scaled = series / size
    free = slice(0, 2) if autoregressive else slice(1, 2)
    rough = _descend(
        lambda arma: conditional_errors(scaled, arma),
        lambda arma, errors: conditional_slopes(scaled, arma, errors)[free],
        _best_start(scaled, _inside(start), free),
        free,
    )
    return _descend(
        lambda arma: exact_errors(scaled, arma),
        lambda arma, errors: exact_slopes(scaled, arma, errors)[free],
        rough,
        free,
    )


def conditional_errors(series: Vector, arma: Arma) -> Vector:
    """Return one-step errors, taking everything before the first value as zero.

    >>> conditional_errors(np.array([1.0, 2.0]), Arma(0.5, 0.2)).round(6).tolist()
    [1.0, 1.3]
    """
    return np.asarray(lfilter([1.0, -arma.phi], [1.0, arma.theta], series))


def conditional_slopes(series: Vector, arma: Arma, errors: Vector) -> Matrix:
    """Return how the conditional errors change with phi and with theta, a row each.

    Minus the series, and minus the errors, of the day before, filtered by the moving average:
    Box and Jenkins (1976), section 7.2.3.
    """
    lagged = np.array([series, errors])
    return np.asarray(-lfilter([0.0, 1.0], [1.0, arma.theta], lagged, axis=1))


def exact_errors(series: Vector, arma: Arma) -> Vector:
    """Return errors whose sum of squares is least where the exact likelihood is greatest.

    One-step errors u_t with relative variances v_t, as u_t / sqrt(v_t) times the geometric
    mean of sqrt(v_t): Brockwell and Davis (1991), equation 8.7.4.

    >>> v = np.array([1.25, 1.05])  # MA(1), theta 0.5: v_1 = 1.25, v_2 = 1.25 - 0.25 / 1.25
    >>> u = np.array([1.0, 2.0 - 0.5 / 1.25])
    >>> expected = u / np.sqrt(v) * np.sqrt(np.sqrt(v.prod()))
    >>> bool(np.allclose(exact_errors(np.array([1.0, 2.0]), Arma(0.0, 0.5)), expected))
    True
    """
    errors, variances = arma_innovations(series, [arma.phi], [arma.theta])
    return np.asarray(errors / np.sqrt(variances) * np.exp(0.5 * np.mean(np.log(variances))))


def exact_slopes(series: Vector, arma: Arma, errors: Vector) -> Matrix:
    """Return how the exact errors change with phi and with theta, a row each, by differences."""
    width = 1e-6
    nudged = (Arma(arma.phi + width, arma.theta), Arma(arma.phi, arma.theta + width))
    return np.array([exact_errors(series, one) - errors for one in nudged]) / width


def psi_weights(arma: Arma, *, differenced: bool, steps: int) -> Vector:
    """Return how much of today's shock is felt on each of the next days.

    Box and Jenkins (1976), section 4.2; for a differenced series the running sum.

    >>> psi_weights(Arma(0.5, 0.2), differenced=False, steps=3).round(4).tolist()
    [1.0, 0.7, 0.35]
    >>> psi_weights(Arma(0.0, -0.8), differenced=True, steps=3).round(4).tolist()
    [1.0, 0.2, 0.2]
    """
    impulse = np.zeros(steps)
    impulse[:1] = 1.0
    psi = np.asarray(lfilter([1.0, arma.theta], [1.0, -arma.phi], impulse))
    return np.cumsum(psi) if differenced else psi


def continuation(series: Vector, arma: Arma, steps: int) -> tuple[Vector, Vector]:
    """Return the exact one-step errors of a series, and its expected next values.

    The next value is what the innovations algorithm expects of one more; after it the moving
    average is spent and each is phi times the one before. Errors on a zero start would anchor
    a slow level (theta near -1) to the first value for ever; the exact ones do not.

    >>> errors, ahead = continuation(np.array([2.0]), Arma(0.0, 0.5), 2)
    >>> errors.tolist(), ahead.round(4).tolist()  # 0.5 / 1.25 x 2
    ([2.0], [0.8, 0.0])
    """
    errors, _ = arma_innovations(np.append(series, 0.0), [arma.phi], [arma.theta])
    ahead = -errors[-1] * arma.phi ** np.arange(steps, dtype=np.float64)
    return np.asarray(errors[:-1]), np.asarray(ahead)


def _best_start(series: Vector, start: Arma, free: slice) -> Arma:
    """Return the likeliest of the given start and a coarse grid: the sum has several valleys."""
    grid = [start, *(Arma(phi, theta) for phi in GRID for theta in GRID)]
    allowed = [arma for arma in grid if free.start == 0 or arma.phi == start.phi]
    return min(allowed, key=lambda arma: float(np.sum(conditional_errors(series, arma) ** 2)))


def _descend(errors_of: Errors, slopes_of: Slopes, start: Arma, free: slice) -> Arma:
    """Take Gauss-Newton steps, shortened until they help, while they help."""
    current, errors = start, errors_of(start)
    for _ in range(MOST_STEPS):
        before = float(errors @ errors)
        step = np.zeros(2)
        step[free] = _gauss_newton_step(slopes_of(current, errors), errors)
        found = _line_search(errors_of, current, step, before)
        if found is None:
            break
        current, errors = found
        if before - float(errors @ errors) < 1e-7 * before:
            break
    return current


def _gauss_newton_step(slopes: Matrix, errors: Vector) -> Vector:
    """Return the step to where the errors, were they linear, would be least.

    A touch of ridge: where phi and theta cancel, only their sum can be told.
    """
    curvature = slopes @ slopes.T
    curvature[np.diag_indices(len(slopes))] += 1e-8 * (1.0 + np.trace(curvature))
    return np.asarray(-np.linalg.solve(curvature, slopes @ errors))


def _line_search(
    errors_of: Errors, at: Arma, step: Vector, cost: float
) -> tuple[Arma, Vector] | None:
    for share in (1.0, 0.4, 0.15, 0.05):
        candidate = _inside(Arma(*(np.array(at) + share * step)))
        errors = errors_of(candidate)
        if float(errors @ errors) < cost:
            return candidate, errors
    return None


def _inside(arma: Arma) -> Arma:
    return Arma(*(float(np.clip(value, -BOUNDARY, BOUNDARY)) for value in arma))

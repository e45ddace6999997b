"""Climb to the exact maximum likelihood: scoring steps between the partials' bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stockcli.forecasting.arma import BOUNDARY, Arma, Partials, coefficients, partials
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.exact_likelihood import Likelihood, Matrix, likelihood
from stockcli.forecasting.likelihood_slopes import half_gradient

MOST_STEPS = 25
MOST_TRIALS = 6
CLOSE_ENOUGH = 0.005
"""Stop where a step promises less log-likelihood than this."""
LEAST_DAMPING = 1e-4
LONGEST_SHARE = 0.8


class Place(NamedTuple):
    """Where a search stands: the partials, how likely they are, how careful the next step is."""

    partials: Vector
    found: Likelihood
    damping: float


def climb(
    rows: Matrix, start: Arma, free: Sequence[int], *, close_enough: float = CLOSE_ENOUGH
) -> Likelihood:
    """Return the likelihood at its nearest maximum.

    Steps of the scoring method (the slopes' products stand for the curvature), damped until
    they help (Levenberg, 1944; Marquardt, 1963), in the partial autocorrelations, where being
    stationary and invertible is to lie in a box.

    Args:
        rows: of rows_of.
        start: where the search begins; cut into the boundary.
        free: which of Arma's four coefficients are estimated, a second one only together with
            the first; the others stay zero.
        close_enough: log-likelihood that is not worth another step.

    Raises:
        numpy.linalg.LinAlgError: the regressors depend on one another.
    """
    chosen = np.zeros(4)
    chosen[list(free)] = np.array(partials(start))[list(free)]
    at = Place(chosen, likelihood(rows, _arma(chosen)), LEAST_DAMPING)
    for _ in range(MOST_STEPS if len(free) else 0):
        better = _step(rows, at, list(free), close_enough)
        if better is None:
            break
        at = better
    return at.found


def _step(rows: Matrix, at: Place, free: list[int], close_enough: float) -> Place | None:
    """Return a likelier place, None where the next one promises too little."""
    slope, curvature = _in_partials(at, rows, free)
    held = (np.abs(at.partials[free]) >= BOUNDARY) & (slope * at.partials[free] < 0)
    if held.any():
        slope = np.where(held, 0.0, slope)
        curvature = np.where(held[:, None] | held, np.eye(len(free)), curvature)
    damping = at.damping
    for _ in range(MOST_TRIALS):
        trial = at.partials.copy()
        trial[free] += _damped_step(curvature, slope, damping)
        trial = _short_of_the_walls(at.partials, trial)
        if 0.5 * float(slope @ (at.partials - trial)[free]) < close_enough:
            return None
        found = likelihood(rows, _arma(trial))
        if found.cost < at.found.cost:
            return Place(trial, found, max(0.1 * damping, LEAST_DAMPING))
        damping = max(10.0 * damping, 0.03)
    return None


def _short_of_the_walls(at: Vector, trial: Vector) -> Vector:
    """Return a step that goes LONGEST_SHARE of the way to one at most, and inside the boundary.

    A hill may lie before the wall, and a longer step would leap over it.
    """
    upper = np.minimum(at + LONGEST_SHARE * (1.0 - at), BOUNDARY)
    lower = np.maximum(at - LONGEST_SHARE * (1.0 + at), -BOUNDARY)
    return np.minimum(np.maximum(trial, lower), upper)


def _arma(chosen: Vector) -> Arma:
    return coefficients(Partials(*chosen.tolist()))


def _in_partials(at: Place, rows: Matrix, free: list[int]) -> tuple[Vector, Matrix]:
    """Return half the cost's slope and half its curvature, by free partial."""
    slope, errors_slopes = half_gradient(at.found, rows, free)
    share = rows.shape[1] / at.found.squares
    curvature = errors_slopes @ errors_slopes.T * share
    turn = _turn(at.partials)[np.ix_(free, free)]
    return slope @ turn, turn.T @ curvature @ turn


def _turn(at: Vector) -> Matrix:
    """Return how coefficients (rows) change with partials (columns)."""
    ar, ma, ar_2, ma_2 = at.tolist()
    return np.array(
        (
            (1.0 - ar_2, 0.0, -ar, 0.0),
            (0.0, ma_2 - 1.0, 0.0, ma),
            (0.0, 0.0, 1.0, 0.0),
            (0.0, 0.0, 0.0, -1.0),
        )
    )


def _damped_step(curvature: Matrix, slope: Vector, damping: float) -> Vector:
    damped = curvature.copy()
    damped.flat[:: len(slope) + 1] *= 1.0 + damping
    damped.flat[:: len(slope) + 1] += 1e-9
    return np.asarray(-np.linalg.solve(damped, slope))

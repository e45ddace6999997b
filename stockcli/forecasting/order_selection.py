"""Which order a series bears: the usual one of its family, unless another is clearly better."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stockcli.forecasting.arma import Arma
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.exact_likelihood import Likelihood, Matrix
from stockcli.forecasting.likelihood_search import climb
from stockcli.forecasting.likelihood_slopes import half_gradient

MARGIN = 6.0
"""By how much a larger order's AICc must be lower: real sales reward the usual one.

Smaller ones are no candidates: they forecast no better, and an order that changes from one day
to the next moves a reorder point for nothing."""
ROUGHLY = 0.05
"""Log-likelihood that does not settle the choice of an order."""


class Order(NamedTuple):
    """The order of an ARIMA: at most two terms on either side, at most one difference."""

    autoregressive: int
    difference: int
    moving_average: int

    def __str__(self) -> str:
        return f"ARIMA({self.autoregressive},{self.difference},{self.moving_average})"

    @property
    def free(self) -> list[int]:
        """Return the places in Arma of the coefficients that are estimated."""
        return [*(0, 2)[: self.autoregressive], *(1, 3)[: self.moving_average]]


STATIONARY = Order(1, 0, 1)
SMOOTHING = Order(0, 1, 1)
SLOW = Arma(0.98, -0.95)
SMOOTHED = Arma(0.0, -0.9)
WEAKEST_START = 0.08
LARGER = {
    STATIONARY: (Order(2, 0, 1), Order(1, 0, 2)),
    SMOOTHING: (Order(1, 1, 1), Order(0, 1, 2)),
}
FAMILIES = (STATIONARY, SMOOTHING)


class Choice(NamedTuple):
    """An order, and its coefficients, roughly."""

    order: Order
    arma: Arma


def orders_of(usual: Order) -> tuple[Order, ...]:
    """Return all orders of a family, the usual one first."""
    return (usual, *LARGER[usual])


def choose_order(bare_rows: Matrix, usual: Order, regressors: int) -> Choice:
    """Return the order of one family a series bears best.

    Candidates by AICc (Hurvich and Tsai, 1989) of the exact likelihood. The larger ones are
    fitted only where the score at the usual order promises enough: Poskitt and Tremayne
    (1980), "Testing the Specification of a Fitted ARMA Model".

    Args:
        bare_rows: of rows_of, the regressors' part taken out.
        usual: STATIONARY or SMOOTHING, which names the family.
        regressors: how many were taken out, for the count of parameters.
    """
    starts = _starts(bare_rows[0], usual)
    climbs = (climb(bare_rows, start, usual.free, close_enough=ROUGHLY) for start in starts)
    fitted = {usual: min(climbs, key=lambda found: found.cost)}
    for order in LARGER[usual]:
        # Twice the promised gain must pay for the margin and the two that a coefficient costs.
        if 2.0 * _promised_gain(bare_rows, fitted[usual], order.free) > MARGIN + 2.0:
            start = fitted[usual].arma
            fitted[order] = climb(bare_rows, start, order.free, close_enough=ROUGHLY)
    periods = bare_rows.shape[1]

    def criterion(order: Order) -> float:
        penalty = aicc_penalty(periods, regressors, order)
        return fitted[order].cost + penalty + (0.0 if order == usual else MARGIN)

    best = min(fitted, key=criterion)
    return Choice(best, fitted[best].arma)


def aicc_penalty(periods: int, regressors: int, order: Order) -> float:
    """Return what AICc adds to -2 log-likelihood: 2 k n / (n - k - 1), the scale counted.

    >>> aicc_penalty(22, 0, Order(1, 0, 0))  # 2 x 2 x 22 / 19
    4.631578947368421
    """
    parameters = regressors + order.autoregressive + order.moving_average + 1
    return 2.0 * parameters * periods / max(periods - parameters - 1, 1)


def _starts(noise: Vector, usual: Order) -> tuple[Arma, ...]:
    """Return where to begin.

    A level that drifts slowly and one that returns at once are two hills of one likelihood; the
    first autocorrelation shows the way up the second.
    """
    if usual.difference:
        return (SMOOTHED,)
    echo = float(noise[1:] @ noise[:-1]) / float(noise @ noise)
    echo = math.copysign(max(abs(echo), WEAKEST_START), echo)
    return SLOW, Arma(2.0 * echo, -echo)


def _promised_gain(rows: Matrix, found: Likelihood, free: list[int]) -> float:
    """Return the log-likelihood a step towards more coefficients promises."""
    slope, slopes = half_gradient(found, rows, free)
    curvature = slopes @ slopes.T * (rows.shape[1] / found.squares)
    curvature.flat[:: len(free) + 1] *= 1.0 + 1e-6
    return 0.5 * float(slope @ np.linalg.solve(curvature, slope))

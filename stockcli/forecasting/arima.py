"""Dynamic regression: the day of the week by least squares, ARMA errors around it.

Least squares loses nothing against the exact regression for regressors that repeat (Grenander
and Rosenblatt, 1957, ch. 7), so the weekday effects are taken out once, before the ARMA.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stockcli.forecasting.arma import (
    Arma,
    continuation,
    estimate,
    psi_weights,
)
from stockcli.forecasting.recency import mean_square
from stockcli.forecasting.series import Vector, Weekdays

BURN_IN_DAYS = 28
"""The first errors still carry the start values, and are left out of what errors teach."""


class Order(NamedTuple):
    """The order of an ARIMA; at most one each."""

    autoregressive: int
    difference: int
    moving_average: int

    def __str__(self) -> str:
        return f"ARIMA({self.autoregressive},{self.difference},{self.moving_average})"


STATIONARY = Order(1, 0, 1)
SMOOTHING = Order(0, 1, 1)
STARTS = {STATIONARY: Arma(0.9, -0.8), SMOOTHING: Arma(0.0, -0.9)}


@dataclass(frozen=True, kw_only=True, eq=False)
class ArimaProjection:
    """A fitted dynamic regression, projected over the open days ahead.

    Attributes:
        order: of the ARIMA.
        arma: its coefficients.
        mean: expected units per open day ahead.
        errors: one-step errors in the past, burn-in left out, oldest first.
        psi: how much of a shock is felt on each of the following days.
    """

    order: Order
    arma: Arma
    mean: Vector
    errors: Vector
    psi: Vector

    @property
    def model(self) -> str:
        """Return such as "ARIMA(1,0,1)"."""
        return str(self.order)

    def daily_variance(self) -> Vector:
        """Return s2 (1 + psi_1^2 + ... + psi_(h-1)^2) per day: Box and Jenkins (1976), 5.1."""
        return np.asarray(mean_square(self.errors) * np.cumsum(self.psi**2))

    def total_variance(self, open_days: int) -> float:
        """Return s2 (C_1^2 + ... + C_k^2), C the running sums of psi.

        >>> ArimaProjection(order=STATIONARY, arma=Arma(0.5, 0.0), mean=np.zeros(2),
        ...     errors=np.array([2.0]), psi=np.array([1.0, 0.5])).total_variance(2)  # 4 (1 + 2.25)
        13.0
        """
        felt = np.cumsum(self.psi[:open_days])
        return mean_square(self.errors) * float(felt @ felt)

    def total_errors(self, open_days: int) -> Vector:
        """Return what each past total would have missed by, at these coefficients.

        The error of a total is a moving average of one-step errors: from origin t it is
        C_k e_(t+1) + ... + C_1 e_(t+k), so one convolution gives them all.

        >>> ArimaProjection(order=STATIONARY, arma=Arma(0.5, 0.0), mean=np.zeros(2),
        ...     errors=np.array([2.0, 0.0, 4.0]), psi=np.array([1.0, 0.5])
        ... ).total_errors(2).tolist()  # 1.5 x 2 + 0, 1.5 x 0 + 4
        [3.0, 4.0]
        """
        if not 0 < open_days <= len(self.errors):
            return np.zeros(0)
        return np.convolve(self.errors, np.cumsum(self.psi[:open_days]), mode="valid")


def fit_arima(
    units: Vector, weekdays: Weekdays, weekdays_ahead: Weekdays, order: Order, start: Arma
) -> ArimaProjection:
    """Fit one order to the open days of a series.

    Args:
        units: at least 60 finite values.
        weekdays: of the same days.
        weekdays_ahead: of the open days ahead, at least one.
        order: STATIONARY or SMOOTHING.
        start: where the search begins.

    Raises:
        ValueError: statsmodels or numpy found no solution.
    """
    differenced = order.difference == 1
    effects = smooth_effects(units, weekdays) if differenced else mean_effects(units, weekdays)
    level = units - effects[weekdays]
    noise = np.diff(level) if differenced else level
    arma = estimate(noise, start, autoregressive=order.autoregressive == 1)
    errors, steps = continuation(noise, arma, len(weekdays_ahead))
    ahead = level[-1] + np.cumsum(steps) if differenced else steps
    return ArimaProjection(
        order=order,
        arma=arma,
        mean=ahead + effects[weekdays_ahead],
        errors=errors[min(BURN_IN_DAYS, len(errors) // 4) :],
        psi=psi_weights(arma, differenced=differenced, steps=len(weekdays_ahead)),
    )


def mean_effects(units: Vector, weekdays: Weekdays) -> Vector:
    """Return the mean of each weekday, the overall mean for one never seen: seven values.

    >>> mean_effects(np.array([1.0, 4.0, 3.0]), np.array([0, 1, 0])).round(4).tolist()
    [2.0, 4.0, 2.6667, 2.6667, 2.6667, 2.6667, 2.6667]
    """
    seen = np.bincount(weekdays, minlength=7)
    sums = np.bincount(weekdays, weights=units, minlength=7)
    return np.asarray(np.where(seen > 0, sums / np.maximum(seen, 1), np.mean(units)))


def smooth_effects(units: Vector, weekdays: Weekdays) -> Vector:
    """Return what each weekday adds to a drifting level: seven values that add up to zero.

    Least squares on first differences; the pseudo-inverse picks the effects of least norm,
    which are those that add up to zero, and zero for a weekday never seen.

    >>> smooth_effects(np.array([1.0, 3.0, 1.0, 3.0]), np.array([0, 1, 0, 1])).round(4).tolist()
    [-1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    steps = np.diff(np.eye(7)[weekdays], axis=0)
    inverse = np.linalg.pinv(steps.T @ steps, rcond=1e-9, hermitian=True)
    return np.asarray(inverse @ (steps.T @ np.diff(units)))

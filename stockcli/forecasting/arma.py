"""An ARMA process with at most two terms on either side: its coefficients and what they imply.

x_t = phi_1 x_(t-1) + phi_2 x_(t-2) + e_t + theta_1 e_(t-1) + theta_2 e_(t-2).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

from stockcli.forecasting.arrays import Vector

BOUNDARY = 0.9995
"""Largest size of a partial autocorrelation: stationary, invertible, no division by zero."""


class Arma(NamedTuple):
    """The coefficients of an ARMA(2,2); zero for a term that is not there."""

    phi: float
    theta: float
    phi_2: float = 0.0
    theta_2: float = 0.0


class Partials(NamedTuple):
    """The same process by its partial autocorrelations, each free between -1 and 1.

    The autoregression's, and those of the autoregression with coefficients -theta, which is
    what makes the moving average invertible (Monahan, 1984, "A Note on Enforcing Stationarity
    in Autoregressive-Moving Average Models").
    """

    ar: float
    ma: float
    ar_2: float = 0.0
    ma_2: float = 0.0


def coefficients(partials: Partials) -> Arma:
    """Return the coefficients that go with partial autocorrelations.

    >>> coefficients(Partials(ar=0.5, ma=0.4, ar_2=0.2))  # phi_1 = 0.5 x (1 - 0.2)
    Arma(phi=0.4, theta=-0.4, phi_2=0.2, theta_2=-0.0)
    """
    ar, ma, ar_2, ma_2 = partials
    return Arma(ar * (1.0 - ar_2), -ma * (1.0 - ma_2), ar_2, -ma_2)


def partials(arma: Arma) -> Partials:
    """Return the partial autocorrelations, cut to where the process is sound.

    >>> partials(Arma(0.4, -0.4, 0.2, 0.1))
    Partials(ar=0.5, ma=0.36363636363636365, ar_2=0.2, ma_2=-0.1)
    """
    ar_2, ma_2 = _cut(arma.phi_2), _cut(-arma.theta_2)
    return Partials(_cut(arma.phi / (1.0 - ar_2)), _cut(-arma.theta / (1.0 - ma_2)), ar_2, ma_2)


def inside(arma: Arma) -> Arma:
    """Return the process itself where stationary and invertible, else one at the boundary.

    >>> inside(Arma(2.0, 0.5))
    Arma(phi=0.9995, theta=0.5, phi_2=0.0, theta_2=0.0)
    """
    return coefficients(partials(arma))


def autoregression(arma: Arma) -> list[float]:
    """Return the polynomial 1 - phi_1 B - phi_2 B^2, without a second term that is zero."""
    return [1.0, -arma.phi, -arma.phi_2] if arma.phi_2 else [1.0, -arma.phi]


def moving_average(arma: Arma) -> list[float]:
    """Return the polynomial 1 + theta_1 B + theta_2 B^2, without a second term that is zero."""
    return [1.0, arma.theta, arma.theta_2] if arma.theta_2 else [1.0, arma.theta]


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
    psi = np.asarray(lfilter(moving_average(arma), autoregression(arma), impulse))
    return np.cumsum(psi) if differenced else psi


def continuation(series: Vector, errors: Vector, arma: Arma, steps: int) -> Vector:
    """Return the expected next values of a series: Box and Jenkins (1976), section 5.1.

    Args:
        series: past values.
        errors: the expected shocks behind them, given the whole series.
        arma: the process.
        steps: number of values ahead.

    >>> continuation(np.array([0.0, 2.0]), np.array([0.0, 1.0]), Arma(0.5, 0.2), 3).tolist()
    [1.2, 0.6, 0.3]
    """
    now, before = float(series[-1]), float(series[-2])
    shock, shock_before = float(errors[-1]), float(errors[-2])
    driven = np.zeros(steps)
    driven[:1] = (
        arma.phi * now + arma.phi_2 * before + arma.theta * shock + arma.theta_2 * shock_before
    )
    driven[1:2] = arma.phi_2 * now + arma.theta_2 * shock
    return np.asarray(lfilter([1.0], autoregression(arma), driven))


def _cut(partial: float) -> float:
    return min(max(partial, -BOUNDARY), BOUNDARY)

"""Dynamic regression: what each day of the week sells, and ARIMA errors around it.

Two are fitted, one around a mean and one around a level that drifts: averaged they forecast
real sales better than whichever of them a criterion prefers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockcli.forecasting.arma import Arma, continuation, psi_weights
from stockcli.forecasting.arrays import Slots, Vector
from stockcli.forecasting.exact_likelihood import (
    Likelihood,
    likelihood,
    log_likelihood,
    one_step_errors,
)
from stockcli.forecasting.likelihood_search import climb
from stockcli.forecasting.order_selection import Choice, Order, choose_order
from stockcli.forecasting.recency import HALF_LIFE_DAYS, mean_square
from stockcli.forecasting.slot_regression import (
    SlotRegression,
    effects_at,
    regress,
)

BURN_IN_DAYS = 28
"""The first errors still carry the start values, and are left out of what errors teach."""
NOTHING = Arma(0.0, 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class ArimaProjection:
    """A fitted dynamic regression, projected over the open days ahead.

    Attributes:
        order: of the ARIMA.
        arma: its coefficients.
        mean: expected units per open day ahead.
        errors: one-step errors in the past, burn-in left out, oldest first.
        psi: how much of a shock is felt on each of the following days.
        half_life: periods after which an error counts half.
    """

    order: Order
    arma: Arma
    mean: Vector
    errors: Vector
    psi: Vector
    half_life: int = HALF_LIFE_DAYS

    @property
    def model(self) -> str:
        """Return such as "ARIMA(1,0,1)"."""
        return str(self.order)

    def daily_variance(self) -> Vector:
        """Return s2 (1 + psi_1^2 + ... + psi_(h-1)^2) per day: Box and Jenkins (1976), 5.1."""
        return np.asarray(mean_square(self.errors, self.half_life) * np.cumsum(self.psi**2))

    def total_variance(self, open_days: int) -> float:
        """Return s2 (C_1^2 + ... + C_k^2), C the running sums of psi.

        >>> ArimaProjection(order=Order(1, 0, 1), arma=Arma(0.5, 0.0), mean=np.zeros(2),
        ...     errors=np.array([2.0]), psi=np.array([1.0, 0.5])).total_variance(2)  # 4 (1 + 2.25)
        13.0
        """
        felt = np.cumsum(self.psi[:open_days])
        return mean_square(self.errors, self.half_life) * float(felt @ felt)

    def total_errors(self, open_days: int) -> Vector:
        """Return what each past total would have missed by, at these coefficients.

        The error of a total is a moving average of one-step errors: from origin t it is
        C_k e_(t+1) + ... + C_1 e_(t+k), so one convolution gives them all.

        >>> ArimaProjection(order=Order(1, 0, 1), arma=Arma(0.5, 0.0), mean=np.zeros(2),
        ...     errors=np.array([2.0, 0.0, 4.0]), psi=np.array([1.0, 0.5])
        ... ).total_errors(2).tolist()  # 1.5 x 2 + 0, 1.5 x 0 + 4
        [3.0, 4.0]
        """
        if not 0 < open_days <= len(self.errors):
            return np.zeros(0)
        return np.convolve(self.errors, np.cumsum(self.psi[:open_days]), mode="valid")


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedArima:
    """One order at its exact maximum likelihood.

    Attributes:
        order: of the ARIMA.
        regression: the series around its slots.
        found: the likelihood at its maximum.
    """

    order: Order
    regression: SlotRegression
    found: Likelihood

    @property
    def effects(self) -> Vector:
        """Return units by slot; by what a slot differs from the mean one where differenced."""
        return effects_at(self.regression, self.found)

    @property
    def log_likelihood(self) -> float:
        """Return the log-likelihood of the series, of its first differences where differenced."""
        if not self.regression.has_noise:
            return 0.0
        periods = self.regression.rows.shape[1]
        return log_likelihood(self.found) - float(periods * np.log(self.regression.size))


def fit_order(
    units: Vector, slots: Slots, slots_per_cycle: int, usual: Order, last: Choice | None
) -> FittedArima:
    """Fit one family: the order and coefficients it had last, or whichever it bears best.

    Args:
        units: at least ten finite values.
        slots: of the same periods, each at least zero and less than slots_per_cycle.
        slots_per_cycle: 7 for days of the week; 1 for none.
        usual: STATIONARY or SMOOTHING, which names the family.
        last: what to set out from; without it the order is chosen.

    Raises:
        ValueError: the likelihood has no maximum that can be told.
    """
    differenced = usual.difference == 1
    regression = regress(units, slots, slots_per_cycle, differenced=differenced)
    rows = regression.rows
    if not regression.has_noise:
        return FittedArima(order=usual, regression=regression, found=likelihood(rows, NOTHING))
    choice = last or choose_order(regression.bare_rows, usual, len(rows) - 3)
    found = climb(rows, choice.arma, choice.order.free)
    if not np.isfinite(found.cost) or not np.all(np.isfinite(found.weights)):
        raise ValueError(f"{choice.order} has no likelihood")
    return FittedArima(order=choice.order, regression=regression, found=found)


def project(
    fitted: FittedArima,
    units: Vector,
    slots: Slots,
    slots_ahead: Slots,
    *,
    half_life: int = HALF_LIFE_DAYS,
) -> ArimaProjection:
    """Project a fitted order over the periods ahead, at least one."""
    regression, found, steps = fitted.regression, fitted.found, len(slots_ahead)
    effects = fitted.effects
    noise = found.weights[:-2] @ regression.rows[:-2]
    ahead = continuation(noise, found.expected_errors, found.arma, steps) * regression.size
    if regression.differenced:
        ahead = units[-1] - effects[slots[-1]] + np.cumsum(ahead)
    errors = one_step_errors(found) * regression.size
    return ArimaProjection(
        order=fitted.order,
        arma=found.arma,
        mean=ahead + effects[slots_ahead],
        errors=errors[min(BURN_IN_DAYS, len(errors) // 4) :],
        psi=psi_weights(found.arma, differenced=regression.differenced, steps=steps),
        half_life=half_life,
    )

"""For the analyst: what statsmodels itself says of a fitted series."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.sarimax import SARIMAX

from stockcli.domain.demand import ForecastRequest
from stockcli.forecasting.arima import FittedArima
from stockcli.forecasting.arima_pair import PairInput, fit_pair
from stockcli.forecasting.engine import forecast_one
from stockcli.forecasting.methods import pair_input
from stockcli.forecasting.residual_checks import ResidualCheck, residual_checks
from stockcli.forecasting.series import open_series

SLOT_NAMES = {
    7: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    12: ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


@dataclass(frozen=True, kw_only=True)
class OrderDiagnostics:
    """One fitted order as statsmodels sees it.

    Attributes:
        order: such as "ARIMA(1,0,1)".
        effects: units by slot; where differenced, by what it differs from the mean slot.
        summary: statsmodels' own table at the coefficients the forecast used.
        checks: of its residuals.
        log_likelihood: of the forecast's coefficients.
        statsmodels_log_likelihood: where statsmodels' own search ends that begins there.
        standard_errors: of each parameter, by statsmodels' name; NaN where it finds none.
    """

    order: str
    effects: Mapping[str, float]
    summary: str
    checks: tuple[ResidualCheck, ...]
    log_likelihood: float
    statsmodels_log_likelihood: float
    standard_errors: Mapping[str, float]

    @property
    def text(self) -> str:
        """Return all of it, to be read."""
        effects = ", ".join(f"{name} {units:.2f}" for name, units in self.effects.items())
        gain = self.statsmodels_log_likelihood - self.log_likelihood
        likelihood = (
            f"Log-likelihood {self.log_likelihood:.3f}; statsmodels' own search from there "
            f"ends at {self.statsmodels_log_likelihood:.3f} ({gain:+.3f})."
        )
        head = (f"{self.order} around {_cycle(self.effects)}", f"units by slot: {effects}")
        return "\n".join((*head, self.summary, *(check.text for check in self.checks), likelihood))


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """What stands behind one forecast.

    Attributes:
        model: its readable name.
        orders: the regressions in it; empty if there are none.
    """

    model: str
    orders: tuple[OrderDiagnostics, ...]

    @property
    def text(self) -> str:
        """Return all of it, to be read; a sentence where no regression was fitted."""
        if not self.orders:
            return f"{self.model}: no regression was fitted, so there is no summary."
        return "\n\n".join((self.model, *(order.text for order in self.orders)))


def diagnose(request: ForecastRequest) -> Diagnostics:
    """Return statsmodels' results at the coefficients a forecast uses; takes about a second."""
    forecast = forecast_one(request)
    if not forecast.parameters:
        return Diagnostics(model=forecast.model, orders=())
    series = open_series(request.history)
    given = pair_input(series, series.slots[-1:])
    fits = fit_pair(given, forecast.parameters).fits
    return Diagnostics(
        model=forecast.model, orders=tuple(_order_diagnostics(given, fit) for fit in fits)
    )


def statsmodels_model(given: PairInput, fit: FittedArima) -> SARIMAX:
    """Return the same regression as a statsmodels model; differenced first where it is.

    Its parameters are those of `statsmodels_parameters`.
    """
    order = fit.order
    columns = list(_names(given.slots_per_cycle))
    seen = fit.regression.seen
    kept = seen[1:] if fit.regression.differenced else seen
    slots = given.slots if len(fit.effects) == given.slots_per_cycle else np.zeros_like(given.slots)
    regressors = pd.DataFrame(
        {columns[slot]: (slots == slot).astype(np.float64) for slot in kept.tolist()}
    )
    return SARIMAX(
        pd.Series(given.units, name="units"),
        exog=regressors if len(kept) else None,
        order=tuple(order),
        simple_differencing=fit.regression.differenced,
        concentrate_scale=True,
    )


def statsmodels_parameters(fit: FittedArima) -> list[float]:
    """Return slot effects, then phi, then theta: the order statsmodels takes them in."""
    effects, seen, arma = fit.effects, fit.regression.seen, fit.found.arma
    kept = effects[seen[1:]] - effects[seen[0]] if fit.regression.differenced else effects[seen]
    return [
        *kept.tolist(),
        *(arma.phi, arma.phi_2)[: fit.order.autoregressive],
        *(arma.theta, arma.theta_2)[: fit.order.moving_average],
    ]


def _order_diagnostics(given: PairInput, fit: FittedArima) -> OrderDiagnostics:
    model, parameters = statsmodels_model(given, fit), statsmodels_parameters(fit)
    with warnings.catch_warnings():
        # Near a unit root statsmodels warns of what the summary shows.
        warnings.simplefilter("ignore")
        results = model.smooth(np.array(parameters), cov_type="approx")
        errors = dict(zip(results.model.param_names, map(float, results.bse), strict=True))
        return OrderDiagnostics(
            order=str(fit.order),
            effects=_named_effects(fit),
            summary=str(results.summary()),
            checks=residual_checks(results),
            log_likelihood=float(results.llf),
            statsmodels_log_likelihood=_own_search(model, parameters, float(results.llf)),
            standard_errors=errors,
        )


def _own_search(model: Any, parameters: list[float], begins_at: float) -> float:
    """Return the log-likelihood statsmodels' search ends at; where it begins if it fails."""
    try:
        return float(model.fit(start_params=parameters, disp=0, cov_type="none").llf)
    except (ValueError, np.linalg.LinAlgError):
        return begins_at


def _named_effects(fit: FittedArima) -> dict[str, float]:
    return dict(zip(_names(len(fit.effects)), fit.effects.tolist(), strict=True))


def _names(slots_per_cycle: int) -> tuple[str, ...]:
    unnamed = tuple(f"slot {slot + 1}" for slot in range(slots_per_cycle))
    return SLOT_NAMES.get(slots_per_cycle, unnamed)


def _cycle(effects: Mapping[str, float]) -> str:
    cycles = {1: "one mean", 7: "the day of the week", 12: "the month of the year"}
    return cycles.get(len(effects), f"{len(effects)} slots")

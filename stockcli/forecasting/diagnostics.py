"""For the analyst: what statsmodels itself says of a fitted series."""

from __future__ import annotations

import warnings

import numpy as np
from statsmodels.tsa.statespace.sarimax import SARIMAX

from stockcli.domain.demand import ForecastRequest
from stockcli.forecasting.arima import STARTS, Order, mean_effects, smooth_effects
from stockcli.forecasting.arma import Arma
from stockcli.forecasting.engine import forecast_one
from stockcli.forecasting.series import OpenSeries, Vector, open_series

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def summary(request: ForecastRequest) -> str:
    """Return the model's name, its weekday effects, and statsmodels' summary of each order.

    A series that bears no regression gets a sentence instead.
    """
    forecast = forecast_one(request)
    if not forecast.parameters:
        return f"{forecast.model}: no regression was fitted, so there is no summary."
    series = open_series(request.history)
    parts = [
        _order_summary(series, order, Arma(*forecast.parameters[str(order)])) for order in STARTS
    ]
    return "\n\n".join([forecast.model, *parts])


def _order_summary(series: OpenSeries, order: Order, arma: Arma) -> str:
    """Return the summary of one order at the coefficients the engine found."""
    find = smooth_effects if order.difference else mean_effects
    effects = find(series.units, series.weekdays)
    coefficients = [arma.phi, arma.theta] if order.autoregressive else [arma.theta]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        noise = series.units - effects[series.weekdays]
        model = SARIMAX(noise, order=tuple(order), concentrate_scale=True)
        results = model.filter(np.array(coefficients), cov_type="approx")
        table = str(results.summary())
    return f"{order} around the day of the week\n{_effects_line(effects)}\n{table}"


def _effects_line(effects: Vector) -> str:
    named = zip(WEEKDAYS, effects, strict=True)
    return "units by weekday: " + ", ".join(f"{day} {value:.2f}" for day, value in named)

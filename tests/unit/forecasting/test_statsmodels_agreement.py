"""On real sales our estimates are as likely as what statsmodels' own search finds."""

from __future__ import annotations

import warnings
from datetime import timedelta

import numpy as np

from stockcli.demo.giftware import LAST_DAY, LINES_PATH, closed_days
from stockcli.demo.giftware_sales import SalesHistory, read_histories
from stockcli.domain.demand import DemandHistory
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.forecasting.arima import FittedArima
from stockcli.forecasting.arima_pair import PairInput, fit_pair
from stockcli.forecasting.diagnostics import statsmodels_model, statsmodels_parameters
from stockcli.forecasting.methods import pair_input
from stockcli.forecasting.series import open_series

DAYS = 540
PRODUCTS = 20


def an_input(history: SalesHistory) -> PairInput:
    first_day = LAST_DAY - timedelta(days=DAYS - 1)
    shut = closed_days()
    demand = DemandHistory(
        key=StockKey(ProductId(1), LocationId(1)),
        first_day=first_day,
        units=[float(units) for units in history.daily_units(LAST_DAY, DAYS)],
        stocked_out=[False] * DAYS,
        closed=[first_day + timedelta(days=day) in shut for day in range(DAYS)],
    )
    series = open_series(demand)
    return pair_input(series, series.slots[-7:])


def shortfall(given: PairInput, fit: FittedArima) -> float:
    """Return by how much the likelier of statsmodels' searches is likelier than ours."""
    model = statsmodels_model(given, fit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.fit(disp=0, cov_type="none").llf
        begun = model.fit(start_params=statsmodels_parameters(fit), disp=0, cov_type="none").llf
    return max(float(theirs), float(begun)) - fit.log_likelihood


def test_the_log_likelihood_is_within_a_half_of_statsmodels_on_95_of_100_real_series() -> None:
    histories = read_histories(LINES_PATH)
    busiest = sorted(histories, key=lambda history: -len(history.units_by_day))[:PRODUCTS]
    given = [an_input(history) for history in busiest]
    short = [shortfall(one, fit) for one in given for fit in fit_pair(one).fits]
    assert np.mean(np.array(short) < 0.5) >= 0.95

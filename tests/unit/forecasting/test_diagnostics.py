from __future__ import annotations

import numpy as np
import pytest

from stockcli.forecasting.arima_pair import fit_pair
from stockcli.forecasting.diagnostics import (
    Diagnostics,
    diagnose,
    statsmodels_model,
    statsmodels_parameters,
)
from tests.unit.forecasting.builders import a_request, poisson
from tests.unit.forecasting.test_arima_pair import UNITS, a_pair_input


@pytest.fixture(scope="module")
def diagnostics() -> Diagnostics:
    return diagnose(a_request(UNITS.tolist()))


def test_the_analyst_reads_the_summary_of_statsmodels(diagnostics: Diagnostics) -> None:
    assert "ARIMA(1,0,1) around the day of the week" in diagnostics.text
    assert "ma.L1" in diagnostics.text
    assert "Ljung-Box" in diagnostics.text


def test_the_effects_are_units_by_weekday(diagnostics: Diagnostics) -> None:
    effects = diagnostics.orders[0].effects
    assert list(effects) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert effects["Sat"] - effects["Mon"] == pytest.approx(6.0, abs=1.0)


def test_statsmodels_gives_a_standard_error_to_each_effect(diagnostics: Diagnostics) -> None:
    errors = diagnostics.orders[0].standard_errors
    assert set(errors) == {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "ar.L1", "ma.L1"}
    assert errors["Mon"] == pytest.approx(np.sqrt(4.0 / 60), rel=0.3)


def test_statsmodels_own_search_gains_next_to_nothing(diagnostics: Diagnostics) -> None:
    for order in diagnostics.orders:
        assert order.statsmodels_log_likelihood - order.log_likelihood < 0.5


def test_the_likelihood_is_that_of_statsmodels_at_our_coefficients() -> None:
    given = a_pair_input(UNITS)
    for fit in fit_pair(given).fits:
        theirs = statsmodels_model(given, fit).loglike(statsmodels_parameters(fit))
        assert fit.log_likelihood == pytest.approx(theirs, abs=0.01)


def test_a_promotion_left_in_the_errors_is_told() -> None:
    units = np.array(poisson(5.0, 420)) + 25.0 * (np.arange(420) % 30 < 9)
    checks = diagnose(a_request(units.tolist())).orders[0].checks
    assert "still follow a pattern" in checks[0].says
    assert checks[0].p_value < 0.05


def test_a_series_without_a_regression_has_a_sentence_for_a_summary() -> None:
    text = diagnose(a_request([2.0])).text
    assert text.endswith("no regression was fitted, so there is no summary.")

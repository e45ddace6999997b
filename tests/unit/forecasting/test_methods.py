from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from stockcli.domain.demand import LeadTime
from stockcli.forecasting.arima import SMOOTHING, STATIONARY, ArimaProjection, fit_arima
from stockcli.forecasting.arma import Arma, estimate
from stockcli.forecasting.count_distribution import Units, at_most
from stockcli.forecasting.diagnostics import summary
from stockcli.forecasting.intermittent import fit_tsb
from stockcli.forecasting.prior import prior_from, project_from_few
from stockcli.forecasting.projection import AverageProjection, Projection
from stockcli.forecasting.protection_interval import interval_lengths
from stockcli.forecasting.series import Vector, weekdays_from
from tests.unit.forecasting.builders import MONDAY, a_request, poisson


def simulated(phi: float, theta: float, days: int = 600) -> Vector:
    shocks = np.random.default_rng(4).normal(size=days)
    values = [0.0]
    for before, now in pairwise(shocks):
        values.append(phi * values[-1] + now + theta * before)
    return np.array(values)


def fitted(units: Vector, order: object = STATIONARY) -> ArimaProjection:
    known = STATIONARY if order is STATIONARY else SMOOTHING
    weekdays = weekdays_from(MONDAY, len(units) + 28)
    start = Arma(0.5 if known is STATIONARY else 0.0, -0.5)
    return fit_arima(units, weekdays[: len(units)], weekdays[len(units) :], known, start)


@pytest.mark.parametrize(("phi", "theta"), [(0.9, -0.5), (0.3, 0.4), (0.99, -0.95), (-0.7, 0.2)])
def test_the_estimate_is_as_likely_as_what_statsmodels_finds(phi: float, theta: float) -> None:
    series = simulated(phi, theta)
    model = SARIMAX(series, order=(1, 0, 1), concentrate_scale=True)
    found = estimate(series, Arma(0.9, -0.8), autoregressive=True)
    theirs = model.fit(disp=0, start_params=[phi, theta])
    assert model.loglike(list(found)) >= theirs.llf - 0.01


def test_the_forecast_is_that_of_statsmodels_at_the_same_coefficients() -> None:
    noise = simulated(0.8, -0.4)
    noise -= np.array([noise[day::7].mean() for day in range(7)])[np.arange(len(noise)) % 7]
    ours = fitted(noise)
    model = SARIMAX(noise, order=(1, 0, 1), concentrate_scale=True)
    theirs = model.filter(list(ours.arma)).get_forecast(28)
    assert ours.mean == pytest.approx(theirs.predicted_mean, abs=1e-6)
    ratio = ours.daily_variance() / theirs.se_mean**2
    assert ratio == pytest.approx(np.full(28, ratio[0]))


def test_a_level_that_hardly_moves_is_not_anchored_to_its_first_day() -> None:
    units = np.array([6.0, *poisson(1.0, 300)])
    assert fitted(units, SMOOTHING).mean.mean() == pytest.approx(1.0, abs=0.1)


def test_the_variance_of_a_total_is_what_its_past_errors_show() -> None:
    projection = fitted(simulated(0.7, 0.2) + 20)
    shown = float(np.mean(projection.total_errors(7) ** 2))
    assert projection.total_variance(7) == pytest.approx(shown, rel=0.25)


def test_averaged_errors_end_on_the_same_day() -> None:
    units = np.array(poisson(4.0, 200))
    parts: list[tuple[float, Projection]] = [(0.5, fitted(units)), (0.5, fit_tsb(units, 28))]
    average = AverageProjection(model="both", parts=parts)
    expected = sum(0.5 * part.total_errors(7)[-1] for _, part in parts)
    assert average.total_errors(7)[-1] == pytest.approx(expected)


def test_an_intermittent_level_falls_while_nothing_sells() -> None:
    units = np.array([0.0, 0.0, 5.0, 0.0] * 50 + [0.0] * 100)
    levels = fit_tsb(units, 28).levels
    assert levels[-1] < 0.5 * levels[199]
    assert np.all(np.diff(levels[200:]) < 0)


def test_an_overdispersed_count_is_a_negative_binomial() -> None:
    generator = np.random.default_rng(0)
    counts = generator.negative_binomial(2.5, 0.25, 200_000)
    chance = at_most(np.array([12.0]), np.array([7.5]), np.array([30.0]), whole=True)[0]
    assert chance == pytest.approx(np.mean(counts <= 12), abs=0.005)


def test_a_mixture_holds_its_quantile() -> None:
    mixture = Units(
        weights=np.array([0.7, 0.3]),
        means=np.array([10.0, 40.0]),
        variances=np.array([20.0, 90.0]),
        whole=True,
    )
    units = mixture.quantile(0.9)
    assert mixture.at_most(units - 1) < 0.9 <= mixture.at_most(units)


@pytest.mark.parametrize(
    ("mean", "spread"), [(7.0, 2.0), (18.0, 4.0), (1.5, 2.0), (5.0, 5.0), (30.0, 10.0)]
)
def test_the_lengths_of_the_interval_keep_the_lead_time(mean: float, spread: float) -> None:
    lengths = interval_lengths(LeadTime(mean_days=mean, standard_deviation_days=spread), 7)
    days = np.array([length.days for length in lengths])
    shares = np.array([length.probability for length in lengths])
    centre = float(days @ shares)
    assert len(lengths) <= 10
    assert centre == pytest.approx(mean + 7)
    assert np.sqrt(shares @ (days - centre) ** 2) == pytest.approx(spread, rel=0.15)


def test_a_certain_lead_time_has_one_length() -> None:
    assert interval_lengths(LeadTime(mean_days=5), 2) == [(7, 1.0)]


def test_without_own_days_the_category_speaks_alone() -> None:
    flat = project_from_few(np.zeros(0), prior_from(4.0, 12.0), 5)
    assert (flat.mean_per_day, flat.variance_per_day, flat.variance_of_mean) == (4.0, 8.0, 4.0)


def test_the_analyst_reads_the_summary_of_statsmodels() -> None:
    text = summary(a_request(poisson(5.0, 200)))
    assert "ARIMA(1,0,1) around the day of the week" in text
    assert "ma.L1" in text
    assert "units by weekday: Mon" in text


def test_a_series_without_a_regression_has_a_sentence_for_a_summary() -> None:
    assert summary(a_request([2.0])).endswith("no regression was fitted, so there is no summary.")

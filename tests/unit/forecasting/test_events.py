"""Events: what happens on known days, and by how much it multiplies sales."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from stockcli.domain.demand import DemandForecast, ForecastRequest, LeadTime
from stockcli.forecasting.engine import forecast_one
from stockcli.forecasting.events import NOTHING_SEEN, Seen, seen_in
from stockcli.forecasting.learning import learn
from tests.unit.forecasting.builders import a_history, poisson

DAYS = 364
EVERY = 28
FIRST_DAY = a_history([1.0]).first_day
FAIRS = {FIRST_DAY + timedelta(days=day): "fair" for day in range(4, DAYS + 60, EVERY)}
"""The first one ahead lies four days after the history, in the interval of a fortnight."""


def with_fairs(mean: float, factor: float) -> list[float]:
    usual = np.array(poisson(mean, DAYS))
    on_fairs = [FIRST_DAY + timedelta(days=day) in FAIRS for day in range(DAYS)]
    return [float(units) for units in np.where(on_fairs, np.round(factor * usual), usual)]


def forecast(units: list[float], events: dict[date, str], horizon: int = 28) -> DemandForecast:
    request = ForecastRequest(
        history=a_history(units),
        lead_time=LeadTime(mean_days=7),
        review_period_days=7,
        service_level=0.95,
        horizon_days=horizon,
        events=events,
    )
    return forecast_one(request, learn([request.history], events))


def test_a_fair_ahead_raises_the_total_by_about_what_fairs_sold() -> None:
    units = with_fairs(8.0, 4.0)
    past = {day: label for day, label in FAIRS.items() if day < FIRST_DAY + timedelta(days=DAYS)}
    with_one, without = forecast(units, FAIRS), forecast(units, past)
    assert with_one.total_mean - without.total_mean == pytest.approx(3 * 8.0, rel=0.35)
    assert with_one.total_quantile > without.total_quantile + 12


def test_the_path_peaks_on_the_day_of_the_fair() -> None:
    path = forecast(with_fairs(8.0, 4.0), FAIRS).path
    peak = max(path, key=lambda day: day.mean)
    assert FAIRS[peak.day] == "fair"
    assert peak.mean > 2.5 * np.median([day.mean for day in path])


def test_known_fairs_leave_other_days_as_they_would_be_without_them() -> None:
    past = {day: label for day, label in FAIRS.items() if day < FIRST_DAY + timedelta(days=DAYS)}
    with_fairs_told = forecast(with_fairs(8.0, 4.0), past).total_mean
    without_fairs = forecast(poisson(8.0, DAYS), {}).total_mean
    assert with_fairs_told == pytest.approx(without_fairs, rel=0.05)


def test_a_day_that_changes_nothing_changes_no_forecast_by_much() -> None:
    units = poisson(8.0, DAYS)
    assert forecast(units, FAIRS).total_mean == pytest.approx(
        forecast(units, {}).total_mean, rel=0.1
    )


def test_an_event_no_product_has_seen_changes_nothing() -> None:
    ahead = {FIRST_DAY + timedelta(days=DAYS + 2): "first of its kind"}
    units = poisson(8.0, DAYS)
    assert forecast(units, ahead) == forecast(units, {})


def test_a_product_that_has_seen_no_fair_borrows_what_others_sold_on_it() -> None:
    seasoned = [a_history(with_fairs(8.0, 4.0)) for _ in range(20)]
    young = ForecastRequest(
        history=a_history([0.0] * (DAYS - 15) + poisson(8.0, 15)),
        lead_time=LeadTime(mean_days=7),
        review_period_days=7,
        service_level=0.95,
        events={day: label for day, label in FAIRS.items() if day > FIRST_DAY + timedelta(DAYS)},
    )
    taught = forecast_one(young, learn(seasoned, FAIRS))
    assert taught.total_mean > forecast_one(young).total_mean + 12


def test_what_lies_ahead_is_said() -> None:
    notes = forecast(with_fairs(8.0, 4.0), FAIRS).notes
    assert any('"fair" lies ahead' in note for note in notes)


def test_one_day_of_its_own_counts_less_than_many() -> None:
    one, many = Seen(80.0, 10.0, 1), Seen(800.0, 100.0, 10)
    assert one.factor(1.0, 2.0) < many.factor(1.0, 2.0) < 8.0
    assert NOTHING_SEEN.factor(3.0, 2.0) == 3.0


def test_a_history_of_events_alone_tells_nothing_of_them() -> None:
    assert seen_in(np.ones(3), np.zeros(3, dtype=np.int64), 1, ["a", "a", "b"]) == {}


@pytest.mark.parametrize("units", [[0.0] * 100, [float("nan")] * 50, [1e9] * 80, [0.0, 5.0]])
def test_odd_series_with_events_are_forecast_too(units: list[float]) -> None:
    found = forecast(units, FAIRS)
    assert np.isfinite([found.total_mean, found.total_quantile]).all()

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from stockcli.domain.demand import DemandClass, DemandForecast, DemandHistory
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.ahead import ahead_of
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.rhythm import MONTHS
from stockcli.forecasting.series import open_periods_ahead, open_series, shut_weekdays
from tests.unit.forecasting.builders import MONDAY, a_history, a_request, forecast
from tests.unit.forecasting.processes import counts

ODD_MONTHS = np.array([3.0, -9, 5, 0, 7, -4, 2, 6, -8, 1, 4, -7])


def weeks(units: Vector, **masks: Any) -> DemandHistory:
    return replace(a_history(units.tolist(), **masks), frequency=Frequency.WEEK)


def months(units: Vector, **masks: Any) -> DemandHistory:
    """Return units by month, the first a January."""
    known = replace(a_history(units.tolist(), **masks), frequency=Frequency.MONTH)
    return replace(known, first_day=date(2020, 1, 1))


def needed(history: DemandHistory, **changes: Any) -> DemandForecast:
    """Return a forecast for a lead time of two periods and a review each period."""
    return forecast(history, **{"lead_days": 2.0, "review_period_days": 1} | changes)


def test_weeks_have_one_slot_and_months_twelve() -> None:
    assert open_series(weeks(counts(9.0, 60))).slots.tolist() == [0] * 60
    assert open_series(months(counts(9.0, 30))).slots[:14].tolist() == [*range(12), 0, 1]


def test_the_slots_ahead_go_on_where_the_history_ends() -> None:
    is_open, slots = open_periods_ahead(months(counts(9.0, 34)), (), 4)
    assert (slots.tolist(), is_open.tolist()) == ([10, 11, 0, 1], [True] * 4)


def test_the_last_period_is_counted_in_periods() -> None:
    for history_of in (weeks, months):
        shorter, longer = (open_series(history_of(counts(9.0, n))) for n in (50, 57))
        assert longer.last_period - shorter.last_period == 7


def test_a_path_of_weeks_goes_week_by_week() -> None:
    path = needed(weeks(counts(9.0, 10)), horizon_days=3).path
    assert [day.day for day in path] == [date(2025, 11, 10), date(2025, 11, 17), date(2025, 11, 24)]


def test_a_path_of_months_goes_from_first_to_first() -> None:
    path = needed(months(counts(9.0, 11)), horizon_days=3).path
    assert [day.day for day in path] == [date(2020, 12, 1), date(2021, 1, 1), date(2021, 2, 1)]


@pytest.mark.parametrize("history_of", [weeks, months])
def test_lead_time_and_review_count_periods(history_of: Any) -> None:
    found = needed(history_of(counts(40.0, 120)))
    assert found.interval_days == 3
    assert found.total_mean == pytest.approx(3 * 40, rel=0.1)
    assert found.mean_per_day == pytest.approx(40, rel=0.1)
    assert 120 < found.total_quantile < 160


@pytest.mark.parametrize("history_of", [weeks, months])
def test_an_uncertain_lead_time_raises_the_quantile_at_any_frequency(history_of: Any) -> None:
    history = history_of(counts(40.0, 120))
    unsure = needed(history, lead_sd=1.0)
    assert unsure.total_quantile > 1.15 * needed(history).total_quantile
    assert unsure.interval_days == pytest.approx(3)


def test_weeks_bear_no_season() -> None:
    assert "with" not in needed(weeks(counts(9.0, 120))).model


def test_months_bear_a_season_that_shows() -> None:
    seasonal = np.tile(np.maximum(40 + 4 * ODD_MONTHS, 0), 5) + counts(4.0, 60)
    found = needed(months(seasonal), horizon_days=12)
    assert found.model.endswith(" with month-of-year")
    path = np.array([day.mean for day in found.path])
    assert path == pytest.approx(44 + 4 * ODD_MONTHS, abs=4)


def test_months_without_a_season_are_given_none() -> None:
    found = needed(months(counts(40.0, 60)), horizon_days=12)
    assert "with" not in found.model
    assert np.ptp([day.mean for day in found.path]) < 4


def test_few_months_are_too_few_for_a_regression() -> None:
    few = MONTHS.fewest_for_arima - 1
    found = needed(months(counts(40.0, few)))
    assert found.notes == (f"{few} months are too few for a regression.",)
    assert found.total_mean == pytest.approx(3 * 40, rel=0.25)


@pytest.mark.parametrize("history_of", [weeks, months])
def test_periods_without_stock_do_not_lower_the_forecast(history_of: Any) -> None:
    empty = [50 <= period < 70 or period >= 110 for period in range(120)]
    units = np.where(empty, 0.0, counts(20.0, 120))
    found = needed(history_of(units, stocked_out=empty))
    assert found.total_mean == pytest.approx(60, rel=0.1)
    assert found.masked_days == 30


def test_a_month_without_stock_keeps_its_place_in_the_year() -> None:
    units = np.tile(np.maximum(40 + 4 * ODD_MONTHS, 0), 6) + counts(4.0, 72)
    empty = [period % 11 == 3 for period in range(72)]
    masked = months(np.where(empty, 0.0, units), stocked_out=empty)
    path = np.array([day.mean for day in needed(masked, horizon_days=12).path])
    assert path == pytest.approx(44 + 4 * ODD_MONTHS, abs=5)


def test_weeks_of_silence_are_left_out_like_stock_outs() -> None:
    units = counts(20.0, 120)
    units[60:75] = 0.0
    found = needed(weeks(units))
    assert found.masked_days == 15
    assert found.notes == ("Left out 15 weeks of silence too long to be chance, like stock-outs.",)
    assert found.total_mean == pytest.approx(60, rel=0.1)


def test_a_product_silent_for_weeks_is_said_to_be_so_in_weeks() -> None:
    units = np.concatenate([counts(20.0, 100), np.zeros(20)])
    assert needed(weeks(units)).notes[-1].startswith("Nothing sold in the last 20 weeks")


def test_closed_weeks_teach_nothing_and_none_are_closed_ahead() -> None:
    shut = [period % 4 == 1 for period in range(100)]
    history = weeks(np.where(shut, 0.0, counts(20.0, 100)), closed=shut)
    found = needed(history, closed_days_ahead=[history.next_day])
    assert all(day.mean > 15 for day in found.path)
    assert found.closed_days == 25


def test_a_week_holds_as_many_units_as_its_days() -> None:
    days = counts(6.0, 7 * 104)
    weekly = needed(weeks(days.reshape(-1, 7).sum(axis=1)))
    daily = forecast(days.tolist(), lead_days=14.0, review_period_days=7)
    assert weekly.total_mean == pytest.approx(daily.total_mean, rel=0.05)
    assert weekly.total_quantile == pytest.approx(daily.total_quantile, rel=0.06)


@pytest.mark.parametrize(
    ("history_of", "periods", "expected"),
    [
        (weeks, 5, DemandClass.NEW),
        (weeks, 6, DemandClass.SMOOTH),
        (months, 3, DemandClass.NEW),
        (months, 4, DemandClass.SMOOTH),
    ],
)
def test_how_long_a_product_is_new_depends_on_the_period(
    history_of: Any, periods: int, expected: DemandClass
) -> None:
    assert needed(history_of(counts(40.0, periods))).demand_class is expected


def test_the_calendar_ahead_covers_whole_years_of_months() -> None:
    ahead = ahead_of(a_request(months(counts(9.0, 30)), lead_days=10, horizon_days=5))
    assert len(ahead.is_open) == 24


def test_a_shop_open_every_second_period_is_shut_on_no_weekday_unless_periods_are_days() -> None:
    shut = [period % 7 == 6 for period in range(70)]
    assert shut_weekdays(a_history([1.0] * 70, closed=shut)) == frozenset({6})
    is_open, _ = open_periods_ahead(weeks(np.ones(70), closed=shut), [MONDAY], 14)
    assert is_open.all()


def test_a_refit_of_months_begins_where_the_last_one_ended() -> None:
    units = np.tile(np.maximum(40 + 4 * ODD_MONTHS, 0), 5) + counts(4.0, 60)
    before = needed(months(units[:-1]))
    warm = needed(months(units), last_parameters=before.parameters)
    assert warm.parameters["chosen_in_period"] == before.parameters["chosen_in_period"]
    assert warm.total_quantile == pytest.approx(needed(months(units)).total_quantile, rel=0.05)

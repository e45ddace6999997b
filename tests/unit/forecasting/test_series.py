from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from stockcli.domain.demand import DemandClass
from stockcli.forecasting.classes import classify
from stockcli.forecasting.outliers import winsorise
from stockcli.forecasting.series import open_periods_ahead, open_series, shut_weekdays
from tests.unit.forecasting.builders import MONDAY, SUNDAY, a_history, sundays


def test_closed_stocked_out_and_missing_days_are_left_out() -> None:
    history = a_history(
        [1.0, 2.0, 3.0, float("nan"), 5.0],
        stocked_out=[False, True, False, False, False],
        closed=[False, False, True, False, False],
    )
    series = open_series(history)
    assert series.units.tolist() == [1.0, 5.0]
    assert series.slots.tolist() == [0, 4]
    assert (series.masked_periods, series.closed_periods, series.history_periods) == (1, 1, 5)


def test_days_before_the_first_sale_are_cut() -> None:
    series = open_series(a_history([0.0, 0.0, 3.0, 0.0]))
    assert series.units.tolist() == [3.0, 0.0]
    assert (series.listed_periods, series.history_periods) == (4, 2)


def test_returns_in_excess_of_sales_count_as_nothing_sold() -> None:
    assert open_series(a_history([2.0, -5.0])).units.tolist() == [2.0, 0.0]


def test_a_level_reached_in_the_last_weeks_is_no_outlier() -> None:
    units = np.array([1.0] * 700 + [50.0] * 14)
    assert winsorise(units)[0].tolist() == units.tolist()


def test_orders_that_come_again_and_again_are_no_outliers() -> None:
    units = np.array(([1.0] * 9 + [100.0]) * 20)
    assert winsorise(units)[0].max() == 100.0


def test_a_weekday_closed_for_eight_weeks_is_closed_ahead() -> None:
    history = a_history([1.0] * 70, closed=sundays(70))
    is_open, weekdays = open_periods_ahead(history, (), 14)
    assert weekdays[~is_open].tolist() == [SUNDAY, SUNDAY]


def test_a_sunday_opened_of_late_is_not_closed_ahead() -> None:
    closed = [shut and day < 56 for day, shut in enumerate(sundays(70))]
    assert shut_weekdays(a_history([1.0] * 70, closed=closed)) == frozenset()


def test_a_shop_closed_for_eight_weeks_is_taken_to_open_again() -> None:
    assert shut_weekdays(a_history([1.0] * 70, closed=[True] * 70)) == frozenset()


def test_known_closed_days_outside_the_days_ahead_are_ignored() -> None:
    history = a_history([1.0] * 70)
    known = [MONDAY + timedelta(days=offset) for offset in (69, 71, 90)]
    is_open, _ = open_periods_ahead(history, known, 14)
    assert np.flatnonzero(~is_open).tolist() == [1]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], DemandClass.NEW),
        ([0.0] * 27, DemandClass.NEW),
        ([0.0] * 28, DemandClass.NONE),
        ([0.0] * 300 + [1.0] * 27, DemandClass.NEW),
        ([1.0, 2.0] + [0.0] * 365, DemandClass.NONE),
        ([1.0, 2.0] + [0.0] * 364, DemandClass.INTERMITTENT),
        ([4.0] * 28, DemandClass.CONSTANT),
        ([4.0, 5.0] * 14, DemandClass.SMOOTH),
        ([4.0, 0.0, 5.0, 0.0] * 14, DemandClass.INTERMITTENT),
        ([4.0, 0.0, 90.0, 0.0] * 14, DemandClass.LUMPY),
    ],
)
def test_a_series_has_the_class_its_sales_give_it(
    units: list[float], expected: DemandClass
) -> None:
    assert classify(open_series(a_history(units))) is expected

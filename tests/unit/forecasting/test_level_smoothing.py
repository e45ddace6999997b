from __future__ import annotations

import numpy as np
import pytest

from stockcli.forecasting.arrays import Slots, Vector
from stockcli.forecasting.level_smoothing import LevelProjection, smooth, smoothed_level
from tests.unit.forecasting.processes import counts

RATE = 0.05


def weekdays(periods: int, start: int = 0) -> Slots:
    return np.arange(start, start + periods, dtype=np.int64) % 7


def projected(units: Vector, ahead: int = 14, cycle: int = 7) -> LevelProjection:
    slots, slots_ahead = weekdays(len(units)), weekdays(ahead, len(units))
    if cycle == 1:
        slots, slots_ahead = np.zeros_like(slots), np.zeros_like(slots_ahead)
    return smoothed_level(units, slots, slots_ahead, cycle, RATE)


def test_a_level_is_what_smoothing_step_by_step_gives() -> None:
    values, level, expected = counts(3.0, 50), 3.0, []
    for value in values:
        level += RATE * (value - level)
        expected.append(level)
    assert smooth(values, RATE, 3.0) == pytest.approx(expected)


def test_a_steady_series_keeps_its_mean() -> None:
    assert projected(counts(5.0, 500)).mean.mean() == pytest.approx(5.0, rel=0.1)


def test_a_constant_series_is_sure_of_itself() -> None:
    level = projected(np.full(100, 3.0))
    assert level.mean.tolist() == pytest.approx([3.0] * 14)
    assert level.total_variance(7) == pytest.approx(0.0)


def test_the_season_is_laid_around_the_level() -> None:
    units = np.tile([1.0, 1, 1, 1, 1, 9, 0], 30)
    assert projected(units).mean[:7].round(6).tolist() == [1, 1, 1, 1, 1, 9, 0]


def test_without_a_season_every_period_ahead_is_the_same() -> None:
    assert np.ptp(projected(counts(5.0, 200), cycle=1).mean) == 0


def test_the_level_follows_slowly() -> None:
    units = np.concatenate([np.full(200, 2.0), np.full(14, 20.0)])
    assert projected(units, cycle=1).levels[-1] == pytest.approx(20 - 18 * (1 - RATE) ** 14)


def test_a_past_total_is_judged_by_the_level_of_the_period_before() -> None:
    units = counts(4.0, 60)
    level = projected(units, cycle=1)
    errors = level.total_errors(7)
    assert len(errors) == 60 - 7
    assert errors[0] == pytest.approx(units[1:8].sum() - 7 * level.levels[0])
    assert errors[-1] == pytest.approx(units[-7:].sum() - 7 * level.levels[-8])


@pytest.mark.parametrize("periods", [0, 60, 90])
def test_totals_that_do_not_fit_into_the_past_leave_no_errors(periods: int) -> None:
    assert not len(projected(counts(4.0, 60)).total_errors(periods))


def test_the_variance_of_a_day_is_that_of_a_total_of_one_day() -> None:
    level = projected(counts(4.0, 200))
    assert level.daily_variance()[0] == pytest.approx(level.total_variance(1))
    assert np.all(np.diff(level.daily_variance()) > 0)


def test_the_error_of_a_level_is_felt_on_every_day_of_a_total() -> None:
    level = projected(counts(4.0, 200))
    felt = sum((1 + RATE * day) ** 2 for day in range(14))
    assert level.total_variance(14) == pytest.approx(felt * level.total_variance(1))


def test_the_closed_form_variance_is_near_that_of_past_totals() -> None:
    level = projected(counts(4.0, 3000), cycle=1)
    assert level.total_variance(14) == pytest.approx(np.mean(level.total_errors(14) ** 2), rel=0.3)

from __future__ import annotations

import numpy as np
import pytest

from stockcli.forecasting.rhythm import DAYS, MONTHS, WEEKS, Rhythm
from stockcli.forecasting.series import open_series
from stockcli.forecasting.silence import silences, without
from tests.unit.forecasting.builders import a_history, forecast, poisson
from tests.unit.forecasting.processes import counts


def interrupted(mean: float, start: int, length: int, periods: int = 400) -> list[float]:
    """Return sales with a gap; those before and after it are the same for any length."""
    sold = poisson(mean, periods)
    return sold[:start] + [0.0] * length + sold[start:]


def lengths(units: list[float], rhythm: Rhythm = DAYS) -> list[int]:
    return [silence.periods for silence in silences(np.array(units), rhythm)]


def test_a_gap_in_daily_sales_is_a_silence() -> None:
    found = silences(np.array([3.0] * 100 + [0.0] * 30 + [3.0] * 100), DAYS)
    assert [(one.start, one.end, one.periods) for one in found] == [(100, 130, 30)]


def test_a_fortnight_is_the_shortest_silence_of_days() -> None:
    assert lengths([3.0] * 100 + [0.0] * 13 + [3.0] * 100) == []
    assert lengths([3.0] * 100 + [0.0] * 14 + [3.0] * 100) == [14]


def test_the_rarer_the_sales_the_longer_a_silence_must_be() -> None:
    telling = []
    for mean in (3.0, 0.5, 0.2):
        (silence,) = silences(np.array(interrupted(mean, 200, 150)), DAYS)
        telling.append(silence.telling)
    assert telling[0] == 14
    assert telling[0] < telling[1] < telling[2] < 150


def test_chance_alone_makes_hardly_any_silence() -> None:
    means = np.random.default_rng(5).uniform(0.1, 1.0, 300)
    found = [silences(counts(mean, 730, seed), DAYS) for seed, mean in enumerate(means)]
    assert sum(map(len, found)) <= 6


def test_a_product_that_sells_rarely_after_a_gap_is_not_taken_to_have_been_away() -> None:
    assert lengths([3.0] * 100 + [0.0] * 30 + ([1.0] + [0.0] * 20) * 4) == []


def test_a_product_that_has_only_just_begun_to_sell_falls_into_no_silence() -> None:
    assert lengths([4.0] * 10 + [0.0] * 60 + [4.0] * 100) == []
    assert lengths([4.0] * 40 + [0.0] * 60 + [4.0] * 100) == [60]


def test_a_silence_that_lasts_is_judged_by_the_time_before_it() -> None:
    assert lengths([3.0] * 100 + [0.0] * 20) == [20]


@pytest.mark.parametrize("units", [[], [0.0] * 90, [2.0] * 90, [0.0] * 30 + [2.0]])
def test_without_a_gap_after_a_sale_there_is_no_silence(units: list[float]) -> None:
    assert lengths(units) == []


@pytest.mark.parametrize("rhythm", [WEEKS, MONTHS])
def test_weeks_and_months_have_a_shortest_silence_of_their_own(rhythm: Rhythm) -> None:
    shortest = rhythm.shortest_silence
    assert lengths([9.0] * 60 + [0.0] * (shortest - 1) + [9.0] * 30, rhythm) == []
    assert lengths([9.0] * 60 + [0.0] * shortest + [9.0] * 30, rhythm) == [shortest]


def test_periods_outside_every_silence_are_heard() -> None:
    units = np.array([3.0] * 40 + [0.0] * 20 + [3.0] * 40 + [0.0] * 15)
    heard = without(units, silences(units, DAYS))
    assert units[heard].tolist() == [3.0] * 80


def test_a_silence_within_the_history_leaves_the_forecast_as_if_stocked_out() -> None:
    units = interrupted(5.0, 200, 40)
    empty = [200 <= day < 240 for day in range(440)]
    told, found = forecast(a_history(units, stocked_out=empty)), forecast(units)
    assert found.total_quantile == told.total_quantile
    assert (found.path, found.parameters) == (told.path, told.parameters)
    assert (found.masked_days, told.masked_days) == (40, 40)
    assert found.notes == ("Left out 40 days of silence too long to be chance, like stock-outs.",)


def test_closed_days_neither_end_a_silence_nor_count_in_it() -> None:
    closed = [day % 7 == 6 for day in range(280)]
    units = [0.0 if shut or day >= 252 else 4.0 for day, shut in enumerate(closed)]
    assert open_series(a_history(units, closed=closed)).silent_periods == 24


def test_known_stock_outs_are_no_silence() -> None:
    units = poisson(5.0, 300) + [0.0] * 40
    series = open_series(a_history(units, stocked_out=[day >= 300 for day in range(340)]))
    assert (series.silent_periods, series.masked_periods, series.notes) == (0, 40, ())


def test_a_sale_yesterday_ends_the_silence() -> None:
    assert open_series(a_history(poisson(5.0, 300) + [0.0] * 30)).silent_periods == 30
    assert open_series(a_history(poisson(5.0, 300) + [0.0] * 30 + [1.0])).silent_periods == 0

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from math import isnan

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from stockcli.cli.plots import (
    PlotSize,
    day_ticks,
    days_above,
    forecast_plot,
    open_stretches,
    shown_history,
    top_of,
    unit_ticks,
)
from stockcli.cli.plots_png import draw_forecast, stretches
from stockcli.domain.demand import DemandClass, DemandForecast, DemandHistory, ForecastDay
from stockcli.domain.identifiers import LocationId, ProductId, StockKey

KEY = StockKey(ProductId(1), LocationId(1))
FIRST = date(2024, 1, 1)


def history(*units: float, out: frozenset[int] = frozenset()) -> DemandHistory:
    return DemandHistory(
        key=KEY,
        first_day=FIRST,
        units=units,
        stocked_out=[step in out for step in range(len(units))],
        closed=[False] * len(units),
    )


def forecast(begin: date, *upper: float) -> DemandForecast:
    path = [
        ForecastDay(day=begin + timedelta(days=step), mean=one / 2, lower=0.0, upper=one)
        for step, one in enumerate(upper)
    ]
    return DemandForecast(
        key=KEY,
        model="mean",
        demand_class=DemandClass.SMOOTH,
        service_level=0.95,
        interval_days=14,
        total_mean=70,
        total_standard_deviation=5,
        total_quantile=80,
        mean_per_day=5,
        path=path,
        masked_days=0,
        closed_days=0,
        history_days=60,
    )


def test_plot_is_as_wide_as_it_may_be_and_ascii_on_request() -> None:
    past = history(*[5.0, 9.0, 7.0] * 20, out=frozenset({3}))
    ahead = forecast(past.next_day, *[10.0] * 14)

    drawn = forecast_plot(past, ahead, PlotSize(width=90), ascii_only=True)

    plain = drawn.replace("\x1b", "")
    assert plain.isascii()
    assert len(drawn.splitlines()) == 16


def test_frame_and_labels_take_the_terminal_s_own_colours() -> None:
    past = history(*[5.0, 9.0, 7.0] * 20)

    drawn = forecast_plot(past, forecast(past.next_day, 10.0), PlotSize(width=90), ascii_only=False)

    assert "\x1b[48;" not in drawn
    assert "\x1b[38;" in drawn
    assert drawn.splitlines()[0].replace("\x1b[0m", "").strip().startswith("┌──")


def test_a_closed_day_is_a_gap_in_the_expected_units() -> None:
    ahead = forecast(FIRST, 10.0, 10.0, 0.0, 10.0)

    assert [[one.day.day for one in run] for run in open_stretches(ahead)] == [[1, 2], [4]]


def test_the_picture_has_the_same_gaps() -> None:
    axes = Figure().add_subplot()

    draw_forecast(axes, forecast(FIRST, 10.0, 10.0, 0.0, 10.0))

    expected = axes.patches[-1]
    assert isinstance(expected, StepPatch)
    values, days, _ = expected.get_data()
    assert [isnan(units) for units in values] == [False, False, True, False]
    assert [later - day for day, later in pairwise(days)] == [1, 1, 1, 1]


@pytest.mark.parametrize("units", [(), (0.0,), (0.0, 0.0), (1e9, 0.0), (0.5,) * 400])
def test_odd_histories_can_be_drawn(units: tuple[float, ...]) -> None:
    past = history(*units)

    for ahead in (forecast(past.next_day), forecast(past.next_day, 0.0, 0.0)):
        assert forecast_plot(past, ahead, PlotSize(width=10), ascii_only=False)


def test_axis_ends_above_the_usual_days_and_not_at_the_one_far_above() -> None:
    past = history(*[10.0] * 99, 2000.0)

    top = top_of(past, forecast(past.next_day, 20.0))

    assert 20 < top < 40
    assert days_above(past, top) == [2000.0]


def test_axis_ends_at_the_highest_day_if_it_is_not_far_above() -> None:
    past = history(*[10.0] * 99, 14.0)

    assert top_of(past, forecast(past.next_day, 12.0)) == 14.0


@pytest.mark.parametrize("top", [1.0, 3.7, 42.0, 99.9, 12345.0])
def test_ticks_of_units_are_few_and_round(top: float) -> None:
    ticks = unit_ticks(top)

    assert ticks[0] == 0
    assert ticks[-1] <= top
    assert 3 <= len(ticks) <= 6


def test_ticks_of_days_are_the_first_of_the_months_thinned_out() -> None:
    year = day_ticks(FIRST, date(2024, 12, 31), at_most=6)

    assert [day.month for day in year] == [1, 3, 5, 7, 9, 11]
    assert day_ticks(FIRST, FIRST, at_most=6)[0] == FIRST


def test_shown_history_is_the_end_of_it() -> None:
    shown = shown_history(history(*range(10)), days=3)

    assert (shown.first_day, list(shown.units)) == (date(2024, 1, 8), [7, 8, 9])


def test_stretches_are_unbroken_runs() -> None:
    days = [FIRST + timedelta(days=step) for step in range(6)]

    runs = list(stretches(days, [True, False, True, True, False, True]))

    assert [(first.day, last.day) for first, last in runs] == [(1, 1), (3, 4), (6, 6)]

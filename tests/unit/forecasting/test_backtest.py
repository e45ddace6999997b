from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from stockcli.domain.demand import StockCosts
from stockcli.forecasting.backtest import RollingBacktester
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.ports.backtest import BacktestPlan, Method, SeriesBacktest, StockRule
from tests.unit.forecasting.builders import MONDAY, a_history, a_request, poisson, sundays

DAYS = 300


def judged(history: Any, plan: BacktestPlan | None = None, **terms: Any) -> SeriesBacktest:
    (result,) = RollingBacktester(Forecaster()).backtest(
        [a_request(history, **terms)], plan or BacktestPlan(origins=4, every_periods=14)
    )
    assert result is not None
    return result


def test_origins_end_one_interval_before_the_history_does() -> None:
    origins = sorted({window.origin for window in judged(poisson(4.0, DAYS)).windows})

    assert origins == [MONDAY + timedelta(days=DAYS - 14 - 14 * step) for step in (3, 2, 1, 0)]


def test_every_origin_judges_every_method_by_the_same_total() -> None:
    units = poisson(4.0, DAYS)

    last = [one for one in judged(units).windows if one.origin == MONDAY + timedelta(days=286)]

    assert [one.method for one in last] == list(Method)
    assert {one.actual for one in last} == {sum(units[286:])}


def test_no_origin_knows_what_came_after_it() -> None:
    calm = poisson(4.0, DAYS)
    wild = [*calm[:286], *(50.0 for _ in range(14))]

    before = [(one.method, one.quantile) for one in judged(calm).windows]

    assert [(one.method, one.quantile) for one in judged(wild).windows] == before


def test_windows_with_a_stock_out_are_left_out_and_counted() -> None:
    out = [day == 290 for day in range(DAYS)]

    result = judged(a_history(poisson(4.0, DAYS), stocked_out=out))

    assert result.skipped_windows == 1
    assert result.censored_periods == 1
    assert len(result.windows) == 3 * len(Method)


def test_closed_days_are_no_reason_to_leave_a_window_out() -> None:
    shut = sundays(DAYS)
    units = [0.0 if closed else 3.0 for closed in shut]

    result = judged(a_history(units, closed=shut))

    assert result.skipped_windows == 0
    assert {one.actual for one in result.windows} == {36.0}


def test_an_uncertain_lead_time_weighs_the_totals_by_its_chances() -> None:
    window = judged([2.0] * DAYS, lead_days=7.5).windows[-1]

    assert window.actual == pytest.approx(29.0)


def test_the_stock_of_steady_demand_is_never_short() -> None:
    result = judged(poisson(4.0, DAYS), service_level=0.9999)

    assert result.outcomes[Method.OURS].unmet == 0
    assert result.outcomes[Method.OURS].cycles_served == result.outcomes[Method.OURS].cycles


def test_ordering_at_the_reorder_point_holds_more_and_orders_less_often() -> None:
    units = poisson(4.0, DAYS)
    plan = BacktestPlan(origins=4, every_periods=14, rule=StockRule.REORDER_POINT)

    level, point = (judged(units, one).outcomes[Method.OURS] for one in (None, plan))

    assert point.stock > level.stock
    assert point.orders <= level.orders


def test_cost_is_that_of_what_lay_there_and_what_was_missing() -> None:
    costs = StockCosts(holding_per_unit_day=0.5, shortage_per_unit=3.0)

    outcome = judged(poisson(4.0, DAYS), costs=costs).outcomes[Method.TEXTBOOK]

    assert outcome.cost == pytest.approx(0.5 * outcome.stock + 3.0 * outcome.unmet)


def test_the_trace_is_kept_where_it_was_asked_for() -> None:
    plan = BacktestPlan(origins=2, every_periods=7, traced=True)

    trace = judged(poisson(4.0, DAYS), plan).trace

    assert trace is not None
    assert trace.first_day == MONDAY + timedelta(days=DAYS - 21)
    assert {len(units) for units in trace.on_hand.values()} == {21}


@pytest.mark.parametrize("units", [[], [1.0] * 30, [0.0] * 400, [0.0] * 380 + [1.0] * 20])
def test_a_history_too_short_to_cut_has_no_result(units: list[float]) -> None:
    backtester = RollingBacktester(Forecaster())

    plan = BacktestPlan(origins=8, every_periods=14)

    assert backtester.backtest([a_request(units)], plan) == [None]


def test_results_keep_the_order_of_the_requests() -> None:
    histories = [
        a_history(poisson(2.0, DAYS), product=1),
        a_history([1.0] * 9, product=2),
        a_history(poisson(9.0, DAYS), product=3),
    ]
    requests = [a_request(one, review_period_days=2 + at) for at, one in enumerate(histories)]
    told: list[int] = []

    results = RollingBacktester(Forecaster()).backtest(
        requests, BacktestPlan(origins=2, every_periods=14), on_progress=told.append
    )

    assert [one and one.key.product_id for one in results] == [1, None, 3]
    assert told[-1] == len(requests)
    assert np.all(np.diff(told) >= 0)

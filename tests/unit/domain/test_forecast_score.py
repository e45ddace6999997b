from __future__ import annotations

import pytest

from stockcli.domain.forecast_score import ForecastScore, JudgedSales, ScoreSum, added_up


def test_wape_and_bias_of_two_weeks() -> None:
    total = ScoreSum()
    total.add(12 / 7, 7, 10.0)
    total.add(6 / 7, 7, 10.0)
    score = total.score
    assert score.weeks == 2
    assert score.wape == pytest.approx(0.30)
    assert score.bias == pytest.approx(-0.10)


def test_errors_of_opposite_sign_cancel_in_the_bias_alone() -> None:
    one = ForecastScore(weeks=1, expected=12.0, actual=10.0, absolute_error=2.0)
    other = ForecastScore(weeks=1, expected=8.0, actual=10.0, absolute_error=2.0)
    both = added_up([one, other])
    assert (both.bias, both.wape) == (0.0, 0.2)


def test_stock_out_days_are_left_out_of_sales_and_forecast() -> None:
    sales = JudgedSales([2.0] * 5 + [0.0] * 9, [False] * 5 + [True] * 2 + [False] * 7)
    assert sales.days_and_units(0) == (5, 10.0)
    assert sales.days_and_units(7) == (7, 0.0)


def test_a_week_out_of_stock_all_along_tells_nothing() -> None:
    total = ScoreSum()
    total.add(3.0, 0, 0.0)
    assert total.score == ForecastScore()
    assert (total.score.wape, total.score.bias) == (None, None)


def test_without_any_sale_there_is_no_share() -> None:
    total = ScoreSum()
    total.add(1.0, 7, 0.0)
    assert (total.score.absolute_error, total.score.wape, total.score.bias) == (7.0, None, None)

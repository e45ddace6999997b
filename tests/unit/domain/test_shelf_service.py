from __future__ import annotations

import pytest

from stockcli.domain.shelf_service import (
    ShelfService,
    empty_days,
    fill_rate,
    is_dead,
    shelf_service,
    stock_turns,
)


def test_the_forecast_of_a_stock_out_day_stands_for_what_was_asked_for() -> None:
    # Empty on days 2 and 3: two and a half expected on each, one sold on the first of them.
    found = shelf_service([4.0, 1.0, 0.0], [1.0, 0.0, 0.0], lambda _day: 2.5)
    assert found == ShelfService(
        sold=5.0,
        lost=1.5 + 2.5,
        known_days=3,
        stock_out_days=2,
        sold_on_known_days=5.0,
        unit_days=1.0,
    )
    assert fill_rate(found.sold, found.lost) == pytest.approx(5 / 9)


def test_the_forecast_that_held_on_the_day_counts() -> None:
    expected = {1: 3.0, 2: 7.0}
    assert shelf_service([1.0, 0.0, 0.0], [0.0, 0.0, 0.0], lambda day: expected.get(day, 1.0)) == (
        ShelfService(sold=1.0, lost=10.0, known_days=3, stock_out_days=3, sold_on_known_days=1.0)
    )


def test_days_before_the_first_count_are_neither_stocked_nor_out_of_stock() -> None:
    found = shelf_service([2.0, 2.0, 2.0], [None, None, 4.0], lambda _day: 2.0)
    assert (found.known_days, found.stock_out_days, found.lost) == (1, 0, 0.0)
    assert (found.sold, found.sold_on_known_days, found.unit_days) == (6.0, 2.0, 4.0)


def test_stock_below_zero_is_an_empty_shelf_and_no_stock() -> None:
    found = shelf_service([5.0, 0.0], [-1.0, 3.0], lambda _day: 1.0)
    assert (found.stock_out_days, found.unit_days) == (1, 3.0)
    assert empty_days([None, 0.001, 0.0]) == [2]


def test_a_shelf_nothing_is_known_of_has_no_service() -> None:
    assert shelf_service([], [], lambda _day: 1.0) == ShelfService()
    assert fill_rate(0.0, 0.0) is None


def test_turns_are_of_a_year() -> None:
    # 90 days at a unit a day from ten: 36.525; without stock there is nothing to turn.
    assert stock_turns(90.0, 900.0) == pytest.approx(36.525)
    assert stock_turns(90.0, 0.0) is None


@pytest.mark.parametrize(
    ("sold", "closing", "dead"),
    [
        ([0.0, 0.0], [5.0, 5.0], True),
        ([0.0, 1.0], [5.0, 4.0], False),
        ([0.0, 0.0], [0.0, 5.0], False),
        ([0.0, 0.0], [None, 5.0], False),
        ([], [], False),
    ],
    ids=["stood and unsold", "sold one", "arrived within", "never counted before", "no days"],
)
def test_dead_stock_stood_all_the_days_and_none_was_sold(
    sold: list[float], closing: list[float | None], dead: bool
) -> None:
    assert is_dead(sold, closing) is dead

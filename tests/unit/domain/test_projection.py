from __future__ import annotations

from datetime import date, timedelta

import pytest

from stockcli.domain.projection import LONGEST_DAYS, Delivery, outlook, runs_out_on

MONDAY = date(2024, 4, 29)


def on(days: int) -> date:
    return MONDAY + timedelta(days=days)


def delivery(days: int, quantity: float) -> Delivery:
    return Delivery(arrives_on=on(days), quantity=quantity)


def day_by_day(available: float, mean: float, deliveries: list[Delivery]) -> date | None:
    """Walk the days, as the closed form must."""
    for day in range(LONGEST_DAYS + 1):
        available += sum(one.quantity for one in deliveries if one.arrives_on == on(day))
        available -= mean
        if available <= 1e-9:
            return on(day)
    return None


@pytest.mark.parametrize(
    ("available", "mean", "days"), [(4, 4, 0), (5, 4, 1), (8, 4, 1), (9, 4, 2), (1, 50, 0)]
)
def test_it_is_the_day_whose_sales_take_the_last(available: float, mean: float, days: int) -> None:
    assert runs_out_on(available, mean, [], MONDAY) == on(days)


def test_an_empty_shelf_is_out_today_whatever_comes_later() -> None:
    assert runs_out_on(0, 4, [delivery(3, 100)], MONDAY) == MONDAY
    assert runs_out_on(-2, 0, [], MONDAY) == MONDAY


def test_what_nobody_buys_does_not_run_out() -> None:
    assert runs_out_on(3, 0, [], MONDAY) is None


def test_what_lasts_for_more_than_a_year_has_no_day() -> None:
    assert runs_out_on(366, 1, [], MONDAY) == on(365)
    assert runs_out_on(367, 1, [], MONDAY) is None
    assert runs_out_on(1e12, 1e-9, [], MONDAY) is None


def test_a_delivery_that_comes_in_time_counts_and_one_that_comes_too_late_does_not() -> None:
    assert runs_out_on(10, 4, [delivery(2, 8)], MONDAY) == on(4)
    assert runs_out_on(10, 4, [delivery(3, 800)], MONDAY) == on(2)


def test_a_late_delivery_is_not_counted_on() -> None:
    assert runs_out_on(10, 4, [delivery(-1, 800)], MONDAY) == on(2)


@pytest.mark.parametrize("mean", [0.1, 0.7, 3.0, 4.5, 12.25])
@pytest.mark.parametrize("available", [0.3, 1.0, 9.0, 24.5, 60.0])
def test_it_agrees_with_walking_the_days(available: float, mean: float) -> None:
    for coming in ([], [delivery(0, 3)], [delivery(9, 5), delivery(2, 6)], [delivery(1, 2)] * 3):
        assert runs_out_on(available, mean, coming, MONDAY) == day_by_day(available, mean, coming)


def test_it_is_out_even_if_ordered_today_when_the_shelf_lasts_less_than_a_delivery_takes() -> None:
    for lead_time_days, is_out in ((1, False), (2, False), (2.1, True), (9, True)):
        told = outlook(
            available=10,
            mean_per_day=4,
            deliveries=[],
            today=MONDAY,
            lead_time_days=lead_time_days,
        )
        assert told.runs_out_on == on(2)
        assert told.is_out_even_if_ordered_today is is_out

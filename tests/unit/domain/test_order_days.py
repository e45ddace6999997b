from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.catalogue import Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import SupplierId
from stockcli.domain.order_days import (
    arrives_too_late,
    dated,
    longest_wait_days,
    next_order_day,
    review_days,
)

TUESDAY = date(2026, 12, 1)
MONDAY, THURSDAY = 0, 3


def supplier(*order_days: int) -> Supplier:
    return Supplier(
        id=SupplierId(1),
        code="LEAF",
        name="Leaf",
        lead_time=LeadTime(mean_days=4.2),
        minimum_order_value=Decimal(0),
        order_days=frozenset(order_days),
    )


def test_an_order_on_another_day_is_dated_and_expected_from_the_next_order_day() -> None:
    ordered_on, expected_on = dated(TUESDAY, supplier(MONDAY, THURSDAY))
    assert ordered_on == date(2026, 12, 3)
    assert expected_on == date(2026, 12, 8)


def test_an_order_on_an_order_day_is_dated_that_day() -> None:
    assert next_order_day(date(2026, 12, 3), {MONDAY, THURSDAY}) == date(2026, 12, 3)


def test_a_supplier_without_order_days_takes_orders_any_day() -> None:
    assert dated(TUESDAY, supplier()) == (TUESDAY, date(2026, 12, 6))


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sets(st.integers(0, 6), min_size=1),
)
def test_nobody_waits_longer_for_an_order_day_than_the_longest_wait(
    day: date, order_days: set[int]
) -> None:
    found = next_order_day(day, order_days)
    assert found.weekday() in order_days
    assert timedelta(0) <= found - day < timedelta(days=longest_wait_days(order_days))


def test_a_shop_that_checks_daily_covers_the_week_of_a_weekly_supplier() -> None:
    assert review_days(1, {THURSDAY}) == 7


def late(on_shelf: float, *arrivals: tuple[int, float], new_order_in: int = 5) -> date | None:
    """Return when a shelf that sells ten a day is empty; arrivals in days from today."""
    return arrives_too_late(
        TUESDAY,
        on_shelf=on_shelf,
        mean_per_day=10,
        arrivals=[(TUESDAY + timedelta(days=days), units) for days, units in arrivals],
        new_order_on=TUESDAY + timedelta(days=new_order_in),
    )


def test_an_order_far_away_does_not_help_a_shelf_that_is_empty_in_two_days() -> None:
    assert late(20, (60, 500)) == TUESDAY + timedelta(days=2)


def test_an_order_in_time_raises_nothing() -> None:
    assert late(80, (7, 500)) is None


def test_an_order_no_later_than_one_of_today_raises_nothing() -> None:
    assert late(0, (5, 500)) is None


def test_a_small_delivery_in_time_does_not_hide_that_the_large_one_is_too_late() -> None:
    assert late(30, (2, 20), (60, 500)) == TUESDAY + timedelta(days=5)


def test_what_sells_nothing_is_never_empty() -> None:
    assert (
        arrives_too_late(
            TUESDAY,
            on_shelf=0,
            mean_per_day=0,
            arrivals=[(TUESDAY + timedelta(days=90), 5)],
            new_order_on=TUESDAY,
        )
        is None
    )


@pytest.mark.parametrize("overdue_days", [1, 400])
def test_an_overdue_order_counts_as_coming_tomorrow(overdue_days: int) -> None:
    assert late(0, (-overdue_days, 500)) is None

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from stockcli.domain.demand import DemandHistory, infer_closed_days, prior_of, stocked_out_days
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.shop import business_day, last_complete_day

MONDAY = date(2024, 1, 1)


def days(count: int) -> list[date]:
    return [MONDAY + timedelta(days=i) for i in range(count)]


def history(units: list[float], *, product: int = 1) -> DemandHistory:
    return DemandHistory(
        key=StockKey(ProductId(product), LocationId(1)),
        first_day=MONDAY,
        units=units,
        stocked_out=[False] * len(units),
        closed=[False] * len(units),
    )


def test_a_day_on_which_a_busy_shop_sells_nothing_is_a_closed_day() -> None:
    lines = {day: 40 for day in days(30) if day != MONDAY + timedelta(days=9)}
    assert infer_closed_days(lines, MONDAY, MONDAY + timedelta(days=29)) == {
        MONDAY + timedelta(days=9)
    }


def test_a_quiet_shop_may_sell_nothing_on_an_open_day() -> None:
    lines = {day: 1 for day in days(70) if day.toordinal() % 3}
    assert infer_closed_days(lines, MONDAY, MONDAY + timedelta(days=69)) == frozenset()


def test_a_weekday_on_which_a_quiet_shop_never_sells_is_closed() -> None:
    lines = {day: 2 for day in days(70) if day.weekday() != 6}
    closed = infer_closed_days(lines, MONDAY, MONDAY + timedelta(days=69))
    assert {day.weekday() for day in closed} == {6}
    assert len(closed) == 10


def test_a_shop_without_sales_has_no_known_closed_days() -> None:
    assert infer_closed_days({}, MONDAY, MONDAY + timedelta(days=69)) == frozenset()


def test_a_day_is_censored_when_the_shelf_was_empty_all_day() -> None:
    out = stocked_out_days([3.0, 0.0, 0.0, 2.0], [0.0, 0.0, 5.0, 3.0])
    assert list(out) == [False, True, False, False]


def test_selling_the_last_unit_is_demand_and_not_censored() -> None:
    assert not any(stocked_out_days([0.0, 5.0], [5.0, 0.0]))


def test_before_the_first_count_no_day_is_censored() -> None:
    assert not any(stocked_out_days([0.0, 0.0, 0.0], [None, None, 0.0]))


def test_an_overdrawn_shelf_counts_as_empty() -> None:
    assert stocked_out_days([0.0, 0.0], [-2.0, -2.0])[1]


def test_a_category_speaks_with_the_median_of_its_products() -> None:
    histories = [history([float(mean)] * 60, product=mean) for mean in (1, 2, 90)]
    prior = prior_of(histories)
    assert prior is not None
    assert prior[0] == 2


def test_a_category_hears_the_latest_days_on_which_a_product_could_be_bought() -> None:
    long_ago, shut, lately = [9.0] * 100, [0.0] * 50, [1.0, 3.0] * 91
    masked = replace(
        history([*long_ago, *lately[:100], *shut, *lately[100:]]),
        closed=[200 <= place < 225 for place in range(332)],
        stocked_out=[225 <= place < 250 for place in range(332)],
    )
    assert prior_of([masked]) == (2.0, 1.0)


def test_a_category_of_new_products_has_no_prior() -> None:
    assert prior_of([history([1.0] * 10)]) is None


def test_sales_that_have_not_arrived_are_not_zero_demand() -> None:
    assert business_day(date(2024, 5, 20), date(2024, 5, 10)) == date(2024, 5, 11)


def test_a_shop_whose_sales_are_up_to_date_is_checked_as_of_today() -> None:
    assert business_day(date(2024, 5, 20), date(2024, 5, 20)) == date(2024, 5, 20)


def test_a_shop_without_sales_is_checked_as_of_today() -> None:
    assert business_day(date(2024, 5, 20), None) == date(2024, 5, 20)


def test_a_busy_shops_last_day_with_a_sale_or_two_is_not_complete() -> None:
    lines = dict.fromkeys(days(30), 40) | {MONDAY + timedelta(days=30): 1}
    assert last_complete_day(lines) == MONDAY + timedelta(days=29)


def test_a_quiet_shops_last_day_is_taken_as_it_is() -> None:
    lines = dict.fromkeys(days(30), 3) | {MONDAY + timedelta(days=30): 1}
    assert last_complete_day(lines) == MONDAY + timedelta(days=30)


def test_a_shop_without_sales_has_no_complete_day() -> None:
    assert last_complete_day({}) is None

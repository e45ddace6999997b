"""Series made of the rows of a file: their periods, and what counts as demand."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from stockcli.domain.frequency import Frequency
from tests.integration.persistence.sales_tables import (
    HEADER,
    daily,
    opened,
    records,
    refusal,
    table,
    units,
)


def test_series_run_from_their_own_first_row_to_the_last_day_of_the_file(tmp_path: Path) -> None:
    path = table(tmp_path, "B,2026-01-02,4", "A,2026-01-01,1", "A,2026-01-04,2")

    found = records(path)

    assert [(one.product, one.history.first_day) for one in found] == [
        ("A", date(2026, 1, 1)),
        ("B", date(2026, 1, 2)),
    ]
    assert list(found[0].history.units) == [1, 0, 0, 2]
    assert list(found[1].history.units) == [4, 0, 0]


def test_rows_of_one_day_are_added_up_and_returns_taken_off(tmp_path: Path) -> None:
    path = table(tmp_path, "A,2026-01-01,5", "A,2026-01-01,2.5", "A,2026-01-01,-1")

    assert units(path) == {"A": [6.5]}


def test_an_empty_quantity_is_a_missing_figure_and_not_zero(tmp_path: Path) -> None:
    path = table(tmp_path, "A,2026-01-01,5", "A,2026-01-02,", "A,2026-01-03,NaN")

    first, *missing = units(path)["A"]

    assert first == 5
    assert all(math.isnan(one) for one in missing)


def test_locations_are_series_of_their_own_and_empty_where_there_is_none(tmp_path: Path) -> None:
    header = f"{HEADER},location"
    with_places = table(tmp_path, "A,2026-01-01,1,N", "A,2026-01-01,2,S", header=header)
    without = table(tmp_path, "A,2026-01-01,1", name="plain.csv")

    assert [(one.location, list(one.history.units)) for one in records(with_places)] == [
        ("N", [1]),
        ("S", [2]),
    ]
    assert records(without)[0].location == ""
    assert len({one.history.key for one in records(with_places)}) == 2


@pytest.mark.parametrize(
    ("empty", "full"), [("0", "1"), ("false", "true"), ("False", "True"), ("no", "")]
)
def test_a_day_that_was_out_of_stock_is_censored(tmp_path: Path, empty: str, full: str) -> None:
    lines = (f"A,2026-01-01,2,{full}", f"A,2026-01-02,0,{empty}", "A,2026-01-04,1,1")
    history = records(table(tmp_path, *lines, header=f"{HEADER},in_stock"))[0].history

    assert list(history.stocked_out) == [False, True, False, False]


def test_bad_rows_are_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = daily(date(2026, 1, 1), 5)
    source = opened(table(tmp_path, "A,soon,1", ",2026-01-02,1", "A,2026", *good))

    assert source.series_count == 1
    (remark,) = source.remarks
    assert remark == (
        "3 of 8 rows left out: line 2: 'soon' is no date; line 3: the product is empty; "
        "line 4: it has not as many columns as the header"
    )


def test_a_figure_that_cannot_be_read_is_missing_and_not_zero(tmp_path: Path) -> None:
    lines = ("A,2026-01-01,1,1", "A,2026-01-02,many,1", "A,2026-01-03,2,perhaps", "A,2026-01-04,3,")
    path = table(tmp_path, *lines, header=f"{HEADER},in_stock")

    first, *missing, last = units(path)["A"]

    assert (first, last) == (1, 3)
    assert all(math.isnan(one) for one in missing)
    assert opened(path).remarks == (
        (
            "2 of 4 rows without a figure that can be read; it counts as unknown, not as zero: "
            "line 3: 'many' is no quantity; line 4: 'perhaps' is neither 1 nor 0"
        ),
    )


def test_a_day_with_one_of_two_figures_missing_is_censored(tmp_path: Path) -> None:
    path = table(tmp_path, "A,2026-01-01,1", "A,2026-01-02,2", "A,2026-01-02,many")

    history = records(path)[0].history

    assert (list(history.units), list(history.stocked_out)) == ([1, 2], [False, True])


def test_a_table_that_is_mostly_unreadable_is_refused(tmp_path: Path) -> None:
    said = refusal(table(tmp_path, "A,2026-01-01,1", "A,2026-01-02,x", "A,soon,1"))

    assert "2 of its 3 rows cannot be read" in said
    assert "'x' is no quantity" in said


@pytest.mark.parametrize(
    ("dates", "frequency"),
    [
        (["2026-01-01", "2026-02-01", "2026-03-01"], "month"),
        (["2026-01-31", "2026-02-28", "2026-03-31"], "month"),
        (["2026-01-05", "2026-01-12", "2026-01-19", "2026-02-02"], "week"),
    ],
)
def test_dates_of_longer_periods_are_not_read_as_days(
    tmp_path: Path, dates: list[str], frequency: str
) -> None:
    path = table(tmp_path, *(f"A,{day},1" for day in dates))

    assert f"these dates are a {frequency} apart: give --frequency {frequency}" in refusal(path)
    assert opened(path, Frequency(frequency)).series_count == 1


def test_series_that_end_before_the_file_are_counted(tmp_path: Path) -> None:
    lines = [*daily(date(2026, 1, 1), 10), "B,2026-01-04,1", "C,2026-01-03,1", "D,2026-01-10,0"]
    path = table(tmp_path, *lines)

    assert opened(path).remarks == (
        (
            "2 series end before the file does, the first on 2026-01-03: "
            "they are read as not sold since"
        ),
    )


def test_one_series_that_ended_weeks_before_the_file_is_told(tmp_path: Path) -> None:
    path = table(tmp_path, *daily(date(2026, 1, 5), 14), "B,2026-01-09,1", "C,2026-01-13,1")

    assert opened(path, Frequency.WEEK).remarks == (
        "1 series ends before the file does, on 2026-01-09: it is read as not sold since",
    )


def test_a_mistyped_year_does_not_stretch_every_series(tmp_path: Path) -> None:
    source = opened(table(tmp_path, *daily(date(2026, 1, 1), 40), "B,2206-01-01,1"))

    (batch,) = source.histories()

    assert [(one.product, one.history.days) for one in batch] == [("A", 40)]
    assert "2206-01-01" in source.remarks[0]


def test_days_on_which_a_busy_table_sold_nothing_are_closed(tmp_path: Path) -> None:
    lines = [
        line
        for product in range(12)
        for line in daily(date(2026, 1, 1), 30, product=f"P{product}")
        if "2026-01-18" not in line
    ]

    closed = records(table(tmp_path, *lines))[0].history.closed

    assert [place for place, shut in enumerate(closed) if shut] == [17]


def test_silence_in_a_table_of_one_product_is_no_demand(tmp_path: Path) -> None:
    history = records(table(tmp_path, "A,2026-01-01,1", "A,2026-01-20,1"))[0].history

    assert not any(history.closed)


def test_days_are_summed_to_weeks_and_a_broken_last_week_is_left_out(tmp_path: Path) -> None:
    source = opened(table(tmp_path, *daily(date(2026, 1, 5), 17)), Frequency.WEEK)

    history = next(iter(source.histories()))[0].history

    assert history.first_day == date(2026, 1, 5)
    assert list(history.units) == [7, 7]
    assert history.frequency is Frequency.WEEK
    assert "2026-01-19" in source.remarks[0]


def test_a_shop_that_is_shut_on_sundays_has_whole_weeks(tmp_path: Path) -> None:
    lines = [one for one in daily(date(2026, 1, 5), 28) if "-11," not in one and "-18," not in one]
    lines = [one for one in lines if "01-25," not in one and "02-01," not in one]

    assert units(table(tmp_path, *lines), Frequency.WEEK) == {"A": [6, 6, 6, 6]}


def test_a_product_that_began_in_the_week_left_out_has_no_history_yet(tmp_path: Path) -> None:
    path = table(tmp_path, *daily(date(2026, 1, 5), 16), "NEW,2026-01-20,3")

    assert units(path, Frequency.WEEK) == {"A": [7, 7], "NEW": []}


def test_weekly_and_monthly_rows_are_taken_as_they_are(tmp_path: Path) -> None:
    weekly = table(tmp_path, "A,2026-01-05,3", "A,2026-01-12,4", "A,2026-01-26,5", name="w.csv")
    monthly = table(tmp_path, "A,2026-01,3", "A,2026-02,4", "A,2026-04,5", name="m.csv")

    assert units(weekly, Frequency.WEEK) == {"A": [3, 4, 0, 5]}
    assert units(monthly, Frequency.MONTH) == {"A": [3, 4, 0, 5]}


def test_a_week_is_censored_when_the_shelf_was_empty_on_many_of_its_days(tmp_path: Path) -> None:
    lines = [
        f"{line},{int(place not in (1, 8, 9))}"
        for place, line in enumerate(daily(date(2026, 1, 5), 14))
    ]
    path = table(tmp_path, *lines, header=f"{HEADER},in_stock")

    assert list(records(path, Frequency.WEEK)[0].history.stocked_out) == [False, True]


def test_series_come_in_batches_and_may_be_read_again(tmp_path: Path) -> None:
    lines = [f"P{place:04},2026-01-01,{place}" for place in range(1200)]
    source = opened(table(tmp_path, *lines))

    batches = [len(batch) for batch in source.histories()]

    assert source.series_count == sum(batches) == 1200
    assert max(batches) <= 512
    assert [len(batch) for batch in source.histories()] == batches

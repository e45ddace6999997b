"""Promotions put down by hand, and what an uplift stated beforehand does to a forecast."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from stockcli.domain.calendar import CalendarDay
from stockcli.domain.errors import InvalidInputError
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.forecasting import forecast_product
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.shop_calendar import calendar_spans, say_days, take_back_days
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, add_shop, stock_up

ENGINE = Forecaster()
NEXT_WEEK = TODAY + timedelta(days=2)
ITS_END = NEXT_WEEK + timedelta(days=4)


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, {"TEA": Shelf(per_day=10, on_hand=20)})
    return made


def expected(unit: UnitOfWork) -> dict[date, float]:
    (made,) = forecast_product(unit, ENGINE, "TEA", now=NOW, horizon_days=14)
    return {day.day: day.mean for day in made.forecast.path}


def test_a_promotion_nobody_saw_yet_multiplies_sales_as_it_was_stated(unit: UnitOfWork) -> None:
    before = expected(unit)
    span = say_days(unit, NEXT_WEEK, ITS_END, today=TODAY, event="winter  sale", uplift=2)
    assert (span.said.event, span.uplift) == ("winter sale x2", 2)
    after = expected(unit)
    lifted = {day for day in after if after[day] > 1.5 * before[day]}
    assert lifted == {NEXT_WEEK + timedelta(days=step) for step in range(5)}
    assert after[NEXT_WEEK] == pytest.approx(2 * before[NEXT_WEEK])
    (made,) = forecast_product(unit, ENGINE, "TEA", now=NOW)
    assert '"winter sale x2" lies ahead and is expected to multiply sales by 2.00.' in (
        made.forecast.notes
    )


def test_what_the_promotion_did_before_corrects_what_was_stated(unit: UnitOfWork) -> None:
    # It was held on thirty days, and sold no more than on others.
    past = TODAY - timedelta(days=60)
    say_days(unit, past, past + timedelta(days=29), today=TODAY, event="sale", uplift=3)
    say_days(unit, NEXT_WEEK, ITS_END, today=TODAY, event="sale", uplift=3)
    (made,) = forecast_product(unit, ENGINE, "TEA", now=NOW)
    (note,) = (one for one in made.forecast.notes if "lies ahead" in one)
    factor = float(note.rstrip(".").rsplit(" ", 1)[1])
    assert 1 < factor < 2


def test_an_event_without_an_uplift_does_nothing_until_it_was_seen(unit: UnitOfWork) -> None:
    before = expected(unit)
    say_days(unit, NEXT_WEEK, ITS_END, today=TODAY, event="fair")
    assert expected(unit) == before


def test_days_alike_in_a_row_are_one_entry(unit: UnitOfWork) -> None:
    say_days(unit, NEXT_WEEK, ITS_END, today=TODAY, event="fair")
    say_days(unit, ITS_END, ITS_END, today=TODAY, is_open=False)
    spans = calendar_spans(unit, TODAY, ITS_END + timedelta(days=99))
    assert [(one.first, one.last, one.said.is_open) for one in spans] == [
        (NEXT_WEEK, ITS_END - timedelta(days=1), None),
        (ITS_END, ITS_END, False),
    ]
    assert {one.said.event for one in spans} == {"fair"}


def test_what_was_said_is_taken_back(unit: UnitOfWork) -> None:
    say_days(unit, NEXT_WEEK, ITS_END, today=TODAY, event="fair", uplift=2, is_open=True)
    assert take_back_days(unit, TODAY, ITS_END) == 5
    assert take_back_days(unit, TODAY, ITS_END) == 0
    assert calendar_spans(unit, TODAY, ITS_END) == []
    with unit.reading():
        assert set(unit.calendar.days(TODAY, ITS_END).values()) == {CalendarDay()}


@pytest.mark.parametrize(
    ("first", "last", "said", "why"),
    [
        (ITS_END, NEXT_WEEK, {"event": "fair"}, "is before"),
        (TODAY, TODAY + timedelta(days=400), {"event": "fair"}, "more than a year"),
        (date.max, date.max, {"event": "fair"}, "too far off"),
        (date.min, date.min, {"event": "fair"}, "too far off"),
        (TODAY, TODAY, {}, "nothing was said"),
        (TODAY, TODAY, {"event": "x" * 61}, "is no event"),
        (TODAY, TODAY, {"event": "a\x1b[2J"}, "is no event"),
        (TODAY, TODAY, {"uplift": 2.0}, "belongs to an event"),
        (TODAY, TODAY, {"event": "fair", "uplift": 0.0}, "an uplift of 0 is none"),
        (TODAY, TODAY, {"event": "fair", "uplift": float("nan")}, "an uplift of nan is none"),
    ],
)
def test_what_makes_no_sense_is_refused(
    unit: UnitOfWork, first: date, last: date, said: dict[str, object], why: str
) -> None:
    with pytest.raises(InvalidInputError, match=why):
        say_days(unit, first, last, today=TODAY, **said)  # type: ignore[arg-type]
    assert calendar_spans(unit, date.min, date.max) == []

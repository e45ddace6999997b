"""Once a week a check keeps what it forecast, so that one day it can be judged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.run_check import Crew, check_shop
from tests.fixtures.corner_shop import TODAY, Shelf, SteppingClock, add_shop, sell, stock_up

SHELVES = {"TEA": Shelf(per_day=10, on_hand=900), "SOAP": Shelf(per_day=8, on_hand=900)}


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


def check(unit: UnitOfWork, clock: SteppingClock, *, dry_run: bool = False) -> None:
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    check_shop(unit, crew, RunId(f"run-{clock.now():%d%H}"), dry_run=dry_run)


def recorded(unit: UnitOfWork) -> list[tuple[date, float]]:
    with unit.reading():
        records = unit.forecast_records.since(TODAY - timedelta(days=999))
    return [(one.computed_for, one.mean_per_day) for one in records]


def test_a_check_keeps_the_mean_of_each_product_as_of_its_day(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    with unit.reading():
        means = {one.mean_per_day for one in unit.thresholds.all().values()}
    assert {day for day, _ in recorded(unit)} == {TODAY}
    assert {mean for _, mean in recorded(unit)} == means


def test_they_are_kept_once_a_week_although_a_check_runs_every_day(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    for _ in range(15):
        check(unit, clock)
        sell(unit, "TEA", 10, reference=f"tea {clock.now()}", at=clock.now())
        sell(unit, "SOAP", 8, reference=f"soap {clock.now()}", at=clock.now())
        clock.advance(days=1)
    days = sorted({day for day, _ in recorded(unit)})
    assert days == [TODAY, TODAY + timedelta(days=7), TODAY + timedelta(days=14)]
    assert len(recorded(unit)) == 6


def test_a_dry_run_keeps_nothing(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock, dry_run=True)
    assert recorded(unit) == []


def test_keeping_them_is_no_news_to_answers_of_the_assistant(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    with unit.reading():
        before = unit.version()
    with unit:
        unit.forecast_records.put(unit.forecast_records.since(TODAY))
        unit.commit()
    with unit.reading():
        assert unit.version() == before

"""A product's life: new, active, run out, replaced, discontinued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.catalogue import ProductStatus
from stockcli.domain.errors import ConflictError, InvalidInputError, NotFoundError
from stockcli.domain.identifiers import RunId, StockKey
from stockcli.domain.replenishment import Threshold
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.forecasting import forecast_product
from stockcli.usecases.lifecycle import (
    replace_product,
    set_status,
    snooze,
    succession_of,
    undo_replacement,
)
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.restocking import restock_by_hand
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from stockcli.usecases.stock_keeping import count_stock
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, sell, stock_up

ENGINE = Forecaster()
SHELVES = {
    "OLD": Shelf(per_day=10, on_hand=20, name="Green tea, tin"),
    "NEW": Shelf(per_day=0, on_hand=0, name="Green tea, bag"),
    "SOAP": Shelf(per_day=10, on_hand=900),
}


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


def check(unit: UnitOfWork, clock: SteppingClock, name: str = "run-1") -> CheckReport:
    crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=clock)
    return check_shop(unit, crew, RunId(name))


def thresholds(unit: UnitOfWork) -> Mapping[str, Threshold]:
    with unit.reading():
        place = unit.locations.get(None).id
        found = unit.thresholds.all()
        keys = {one.sku: StockKey(one.id, place) for one in unit.products.all()}
    return {sku: found[key] for sku, key in keys.items() if key in found}


def test_the_old_product_runs_out_and_the_new_one_is_ordered_by_its_sales(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    made = replace_product(unit, "old", "new")
    assert (made.old.status, made.on_order) == (ProductStatus.RUN_OUT, ())
    report = check(unit, clock)
    assert [(one.sku, one.action) for one in report.outcome.decisions] == [("NEW", "restock")]
    assert thresholds(unit)["NEW"].mean_per_day == pytest.approx(10, rel=0.1)
    assert {one.sku: one.reason for one in report.skipped} == {}
    with unit.reading():
        assert succession_of(unit, unit.products.get("OLD")) == ("NEW", ())
        assert succession_of(unit, unit.products.get("NEW")) == ("", ("OLD",))


def test_without_a_replacement_the_new_one_has_nothing_to_learn_from(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    assert thresholds(unit)["NEW"].mean_per_day == 0


def test_the_forecast_of_the_successor_is_the_one_that_the_old_product_had(
    unit: UnitOfWork,
) -> None:
    (before,) = forecast_product(unit, ENGINE, "OLD", now=NOW)
    replace_product(unit, "OLD", "NEW")
    (after,) = forecast_product(unit, ENGINE, "NEW", now=NOW)
    assert list(after.history.units) == list(before.history.units)
    assert after.forecast.total_quantile == before.forecast.total_quantile


def test_what_is_still_to_come_of_the_old_product_is_pointed_out(unit: UnitOfWork) -> None:
    ordered = restock_by_hand(
        unit, "OLD", Decimal(24), location=None, reason="", author="ana", now=NOW
    )
    assert replace_product(unit, "OLD", "NEW").on_order == (ordered.order_number,)
    with pytest.raises(ConflictError, match="OLD is run out"):
        restock_by_hand(unit, "OLD", Decimal(1), location=None, reason="", author="ana", now=NOW)


def test_a_replacement_is_taken_back(unit: UnitOfWork, clock: SteppingClock) -> None:
    replace_product(unit, "OLD", "NEW")
    assert undo_replacement(unit, "OLD").status is ProductStatus.ACTIVE
    check(unit, clock)
    assert thresholds(unit)["NEW"].mean_per_day == 0
    with pytest.raises(ConflictError, match="nothing replaces OLD"):
        undo_replacement(unit, "OLD")


def test_a_succession_that_makes_no_sense_is_refused(unit: UnitOfWork) -> None:
    with pytest.raises(InvalidInputError, match="cannot replace itself"):
        replace_product(unit, "OLD", "OLD")
    with pytest.raises(NotFoundError):
        replace_product(unit, "OLD", "MOON")
    replace_product(unit, "OLD", "NEW")
    with pytest.raises(ConflictError, match="OLD is run out: it replaces nothing"):
        replace_product(unit, "NEW", "OLD")
    set_status(unit, "OLD", ProductStatus.ACTIVE)
    with pytest.raises(ConflictError, match="OLD is replaced by NEW already"):
        replace_product(unit, "NEW", "OLD")


def test_a_new_product_is_kept_by_what_its_category_sells(
    database: Database, clock: SteppingClock
) -> None:
    unit = database.unit_of_work(add_shop(database.directory()))
    tea, new = {"category": "tea"}, {"category": "tea", "status": ProductStatus.NEW}
    shelves = {
        "A": Shelf(per_day=10, on_hand=900, product=tea),
        "B": Shelf(per_day=12, on_hand=900, product=tea),
        "FRESH": Shelf(per_day=0, on_hand=0, product=new),
    }
    stock_up(unit, shelves)
    report = check(unit, clock)
    assert [one.sku for one in report.outcome.decisions] == ["FRESH"]
    fresh = thresholds(unit)["FRESH"]
    assert "category" in fresh.model
    assert 5 < fresh.mean_per_day < 15


@pytest.mark.parametrize("status", [ProductStatus.RUN_OUT, ProductStatus.DISCONTINUED])
def test_no_alert_tells_of_a_dead_product_and_one_that_was_told_ends(
    unit: UnitOfWork, clock: SteppingClock, status: ProductStatus
) -> None:
    with unit:
        unit.products.put([replace(unit.products.get("OLD"), supplier_id=None)])
        unit.commit()
    check(unit, clock)
    assert low_alerts(unit) == ["OLD is low"]
    set_status(unit, "OLD", status)
    sell(unit, "OLD", 1, reference="till")
    report = check(unit, clock, "run-2")
    assert low_alerts(unit) == []
    assert report.outcome.decisions == ()
    (left,) = report.skipped
    assert left.reason == f"the product is {status.replace('_', ' ')}"


def low_alerts(unit: UnitOfWork) -> list[str]:
    with unit.reading():
        return [one.subject for one in unit.alerts.open() if one.kind is AlertKind.LOW_STOCK]


def test_a_snooze_ends_the_alert_and_its_end_tells_again(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    with unit:
        unit.products.put([replace(unit.products.get("OLD"), supplier_id=None)])
        unit.commit()
    check(unit, clock)
    snooze(unit, "OLD", until=TODAY + timedelta(days=5))
    check(unit, clock, "run-2")
    assert low_alerts(unit) == []
    snooze(unit, "OLD", until=None)
    count_stock(unit, "OLD", counted=Decimal(19), location=None, reference="c", now=NOW)
    check(unit, clock, "run-3")
    assert low_alerts(unit) == ["OLD is low"]

"""What other terms would lead to: the same as if they were set, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.backtesting import AskedTerms
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.run_check import Crew, check_shop
from stockcli.usecases.what_if import Chosen, WhatIf, what_if
from stockcli.usecases.what_if_rows import WhatIfRow
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, sell, stock_up

ENGINE = Forecaster()
HIGHER = AskedTerms(service_level=0.99)


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(
        made,
        {
            "TEA": Shelf(per_day=10, on_hand=200, product={"category": "hot"}),
            "SOAP": Shelf(per_day=10, on_hand=900),
            "DUST": Shelf(per_day=0, on_hand=5),
        },
    )
    return made


def check(unit: UnitOfWork, clock: SteppingClock, run: int = 1) -> None:
    clock.advance(minutes=1)
    crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=clock)
    check_shop(unit, crew, RunId(f"run-{run}"))


def tried(unit: UnitOfWork, asked: AskedTerms, **chosen: str) -> WhatIf:
    return what_if(unit, ENGINE, asked, Chosen(**chosen), now=NOW)


def tea(found: WhatIf) -> WhatIfRow:
    (row,) = [row for row in found.rows if row.sku == "TEA"]
    return row


def reorder_points(unit: UnitOfWork) -> dict[str, Decimal]:
    with unit.reading():
        names = {one.id: one.sku for one in unit.products.all()}
        stored = unit.thresholds.all()
    return {names[key.product_id]: one.reorder_point for key, one in stored.items()}


def test_more_service_costs_more_stock_and_loses_fewer_sales(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    found = tried(unit, HIGHER)
    assert found.then.stock_value > found.now.stock_value
    assert found.then.holding_cost_per_year == pytest.approx(found.then.stock_value / 4)
    assert found.then.lost_sales_per_year < found.now.lost_sales_per_year
    assert (found.then.fill_rate or 0) > (found.now.fill_rate or 1)
    assert (tea(found).now.service_level, tea(found).then.service_level) == (0.95, 0.99)


@pytest.mark.parametrize(
    ("asked", "policy"),
    [
        (HIGHER, {"service_level": 0.99}),
        (AskedTerms(review_days=14), {"review_period_days": 14}),
    ],
)
def test_it_is_what_a_check_would_come_to_if_the_shop_were_set_so(
    database: Database,
    unit: UnitOfWork,
    clock: SteppingClock,
    asked: AskedTerms,
    policy: dict[str, float],
) -> None:
    check(unit, clock)
    found = tried(unit, asked)
    told = {row.sku: (row.now.reorder_point, row.then.reorder_point) for row in found.rows}
    before = reorder_points(unit)
    changed = replace(unit.tenant.policy, **policy)  # type: ignore[arg-type]
    database.directory().set_policy(unit.tenant.slug, changed)
    unit.refreshed_tenant()
    check(unit, clock, 2)
    after = reorder_points(unit)
    assert told == {sku: (before[sku], after[sku]) for sku in ("TEA", "SOAP")}
    assert before["TEA"] != after["TEA"]


def test_it_is_what_a_check_would_come_to_if_the_supplier_took_so_long(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    found = tried(unit, AskedTerms(lead_time_days=12, lead_time_sd_days=2))
    with unit:
        (leaf,) = unit.suppliers.all()
        slow = replace(leaf.lead_time, mean_days=12, standard_deviation_days=2)
        unit.suppliers.put([replace(leaf, lead_time=slow)])
        unit.commit()
    check(unit, clock, 2)
    assert tea(found).then.reorder_point == reorder_points(unit)["TEA"]
    assert tea(found).then.lead_time_days == 12


def test_nothing_is_written(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock)
    with unit.reading():
        version, thresholds = unit.version(), unit.thresholds.all()
    tried(unit, HIGHER)
    with unit.reading():
        assert (unit.version(), unit.thresholds.all()) == (version, thresholds)


def test_what_is_stored_is_not_taken_for_now_once_more_is_known(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    same = AskedTerms(service_level=0.95)
    for number in range(40):
        late = NOW - timedelta(days=1, minutes=number)
        sell(unit, "TEA", 2, reference=f"late-{number}", at=late)
    found = tried(unit, same)
    assert found.now == found.then
    done: list[tuple[int, int]] = []
    what_if(
        unit,
        ENGINE,
        same,
        Chosen(),
        now=NOW,
        on_progress=lambda *count: done.append(count),
    )
    assert done[-1] == (6, 6)


def test_before_the_first_check_both_sides_are_forecast(unit: UnitOfWork) -> None:
    found = tried(unit, HIGHER)
    assert tea(found).then.reorder_point > tea(found).now.reorder_point
    assert reorder_points(unit) == {}


def test_what_is_stored_is_used_where_it_is_fresh(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock)
    done: list[tuple[int, int]] = []
    what_if(
        unit,
        ENGINE,
        HIGHER,
        Chosen(),
        now=NOW,
        on_progress=lambda *count: done.append(count),
    )
    assert done[-1] == (3, 3)


def test_a_minimum_by_hand_stays(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock)
    set_minimum(unit, "TEA", Decimal(500), location=None, reason="fair", author="ana", now=NOW)
    row = tea(tried(unit, HIGHER))
    assert row.is_manual
    assert [row.now.reorder_point, row.then.reorder_point] == [500, 500]
    assert row.then.average_stock > 300


def test_what_nobody_buys_is_left_out_and_counted(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock)
    found = tried(unit, HIGHER)
    assert ({row.sku for row in found.rows}, found.without_demand) == ({"TEA", "SOAP"}, 1)


def test_one_product_or_one_category_may_be_chosen(unit: UnitOfWork, clock: SteppingClock) -> None:
    check(unit, clock)
    everything = tea(tried(unit, HIGHER))
    assert tried(unit, HIGHER, sku="tea").rows == (everything,)
    assert tried(unit, HIGHER, category="HOT").rows == (everything,)
    with pytest.raises(NotFoundError, match="of the category 'cold'") as refused:
        tried(unit, HIGHER, category="cold")
    assert "known: hot" in refused.value.hint
    with pytest.raises(NotFoundError, match="PIE"):
        tried(unit, HIGHER, sku="PIE")


def test_something_must_be_asked(unit: UnitOfWork) -> None:
    with pytest.raises(InvalidInputError, match="nothing is asked"):
        tried(unit, AskedTerms())

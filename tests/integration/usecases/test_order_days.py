from __future__ import annotations

from dataclasses import replace

import pytest

from stockcli.domain.identifiers import TenantId
from stockcli.domain.replenishment import Threshold
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.reordering import refresh_thresholds
from tests.fixtures.corner_shop import TODAY, Shelf, stock_up

WEDNESDAY = 2


@pytest.fixture
def unit(sqlite_database: Database) -> UnitOfWork:
    """A shop that checks its stock every day."""
    policy = ShopPolicy(review_period_days=1)
    shop = Tenant(id=TenantId(0), slug="acme", name="Acme", policy=policy)
    made = sqlite_database.unit_of_work(sqlite_database.directory().add_tenant(shop))
    stock_up(made, {"TEA": Shelf(per_day=10, on_hand=20)})
    return made


def threshold(unit: UnitOfWork, *order_days: int) -> Threshold:
    with unit:
        (supplier,) = unit.suppliers.all()
        unit.suppliers.put([replace(supplier, order_days=frozenset(order_days))])
        unit.commit()
    (found,) = refresh_thresholds(read_demand(unit, TODAY), unit.tenant.policy, Forecaster())
    return found


def test_the_stock_covers_the_days_until_a_weekly_supplier_takes_orders_again(
    unit: UnitOfWork,
) -> None:
    daily, weekly = threshold(unit), threshold(unit, WEDNESDAY)
    assert daily.breakdown["interval_days"] == 6
    assert weekly.breakdown["interval_days"] == 12
    assert weekly.breakdown["lead_time_days"] == daily.breakdown["lead_time_days"] == 5
    assert weekly.breakdown["review_period_days"] == 7
    assert weekly.reorder_point >= daily.reorder_point + 50


def test_a_supplier_that_takes_orders_on_any_day_is_as_one_without_order_days(
    unit: UnitOfWork,
) -> None:
    assert threshold(unit, *range(7)) == threshold(unit)

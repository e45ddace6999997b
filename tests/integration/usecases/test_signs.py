from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.decisions import Candidate
from stockcli.domain.exceptional import why_exceptional
from stockcli.domain.identifiers import OrderId
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.candidates import low_products_within
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.inventory import stock_lines_within
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import receive_order
from stockcli.usecases.reordering import refresh_thresholds
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, add_shop, sell, stock_up

SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, name="Green tea"),
    "SOAP": Shelf(per_day=10, on_hand=900, name="Soap"),
}


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    fresh = refresh_thresholds(read_demand(made, TODAY), made.tenant.policy, Forecaster())
    with made:
        made.thresholds.put(fresh)
        made.commit()
    return made


def tea(unit: UnitOfWork) -> Candidate:
    with unit.reading():
        (found,), _ = low_products_within(unit, stock_lines_within(unit, day=TODAY), TODAY)
    return found


def order(unit: UnitOfWork, sku: str, **changes: object) -> PurchaseOrder:
    """An order of a product that was due six days ago and left for its supplier."""
    with unit:
        product = unit.products.get(sku)
        made = PurchaseOrder(
            id=OrderId(0),
            number=unit.orders.next_number(),
            supplier_id=unit.suppliers.all()[0].id,
            location_id=unit.locations.get(None).id,
            status=OrderStatus.SENT,
            lines=(OrderLine(product_id=product.id, quantity=Decimal(5), unit_cost=Decimal(2)),),
            ordered_on=TODAY - timedelta(days=11),
            expected_on=TODAY - timedelta(days=6),
            created_at=NOW - timedelta(days=11),
            created_by="ana",
        )
        made = replace(made, **changes)  # type: ignore[arg-type]
        made = replace(made, id=unit.orders.add(made))
        unit.commit()
    return made


def test_a_shop_as_ever_has_a_clear_case(unit: UnitOfWork) -> None:
    seen = tea(unit)
    assert why_exceptional(seen) == ()
    assert seen.lately_days == 7
    assert seen.sold_lately == 70
    assert 0 < seen.spread_lately < 30


def test_twice_the_usual_sales_are_a_break(unit: UnitOfWork) -> None:
    for days in range(1, 8):
        at = NOW - timedelta(days=days)
        sell(unit, "TEA", 20, reference=f"more-{days}", at=at)
    (reason, *_) = [one for one in why_exceptional(tea(unit)) if "sold" in one]
    assert reason == "sold 210 in 7 days, 70 expected"


def test_a_supplier_late_with_something_else_is_told_of(unit: UnitOfWork) -> None:
    order(unit, "SOAP")
    assert tea(unit).late_order == "supplier 6 days late"


def test_a_draft_that_waits_for_the_manager_is_not_the_suppliers_delay(unit: UnitOfWork) -> None:
    order(unit, "SOAP", status=OrderStatus.DRAFT)
    assert tea(unit).late_order == ""


@pytest.mark.parametrize(("days_late", "said"), [(1, ""), (3, "supplier came 3 days late")])
def test_a_supplier_that_lately_came_late_is_told_of(
    unit: UnitOfWork, days_late: int, said: str
) -> None:
    made = order(unit, "SOAP")
    came = NOW - timedelta(days=6 - days_late)
    receive_order(unit, made.number, receipt="note", now=came)
    assert tea(unit).late_order == said


def test_three_orders_of_the_past_tell_what_is_usual(unit: UnitOfWork) -> None:
    for note in range(3):
        made = order(unit, "TEA", expected_on=TODAY)
        receive_order(unit, made.number, receipt=f"note-{note}", now=NOW)
    seen = tea(unit)
    assert seen.usual_quantity == 5
    assert f"{seen.suggested_quantity / 5:.0f} times the usual order of 5" in why_exceptional(seen)


def test_an_order_over_a_limit_is_told_of(database: Database, unit: UnitOfWork) -> None:
    policy = replace(unit.tenant.policy, order_approval_limit=Decimal(10))
    strict = database.unit_of_work(database.directory().set_policy("acme", policy))
    assert tea(strict).over_limit == "order over the approval limit 10"

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.catalogue import ProductStatus
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.usecases.inventory import key_of
from stockcli.usecases.key_figures import ServiceFigures, key_figures
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import approve_order
from stockcli.usecases.restocking import restock_by_hand
from stockcli.usecases.suppliers import supplier_rows
from tests.fixtures.corner_shop import NOW, TODAY

DAY = timedelta(days=1)


@pytest.fixture
def ordered(corner_shop: UnitOfWork) -> UnitOfWork:
    """Thirty of TEA are on order, at two each, expected in five days."""
    restock_by_hand(
        corner_shop, "TEA", Decimal(30), location=None, reason="", author="ana", now=NOW
    )
    return corner_shop


def write_off(unit: UnitOfWork, sku: str, units: int) -> None:
    with unit:
        _, _, key = key_of(unit, sku, None)
        unit.ledger.book(
            [
                StockMovement(
                    key=key,
                    kind=MovementKind.ADJUSTMENT,
                    change=-Decimal(units),
                    occurred_at=NOW - timedelta(hours=2),
                    day=TODAY - DAY,
                    reference="broken",
                )
            ]
        )
        unit.commit()


def test_stock_is_valued_at_cost(corner_shop: UnitOfWork) -> None:
    stock = key_figures(corner_shop, day=TODAY).stock
    assert (stock.products, stock.value) == (2, Decimal("1840.00"))


def test_products_are_counted_by_whether_they_are_ordered_and_whether_any_are_left(
    corner_shop: UnitOfWork,
) -> None:
    write_off(corner_shop, "TEA", 20)
    with corner_shop as unit:
        unit.products.put([replace(unit.products.get("SOAP"), status=ProductStatus.DISCONTINUED)])
        unit.commit()
    stock = key_figures(corner_shop, day=TODAY).stock
    assert (stock.products, stock.active, stock.with_stock) == (2, 1, 1)
    assert stock.suppliers == len(supplier_rows(corner_shop, day=TODAY))


def test_a_day_that_ends_with_an_empty_shelf_is_a_stock_out_day(corner_shop: UnitOfWork) -> None:
    write_off(corner_shop, "TEA", 20)
    found = key_figures(corner_shop, day=TODAY, days=7)
    assert found.stock.out_of_stock == 1
    assert (found.service.stock_out_days, found.service.shelf_days) == (1, 2)
    assert (found.service.known_days, found.service.days) == (1, 7)
    assert found.service.availability == 0.5


def test_the_fill_rate_counts_what_nobody_could_buy() -> None:
    service = ServiceFigures(
        days=7, sold=90.0, missed=10.0, known_days=7, shelf_days=14, stock_out_days=1
    )
    assert service.fill_rate == 0.9


def test_without_any_demand_there_is_no_fill_rate() -> None:
    service = ServiceFigures(
        days=7, sold=0.0, missed=0.0, known_days=0, shelf_days=0, stock_out_days=0
    )
    assert (service.fill_rate, service.availability) == (None, None)


def test_what_stands_above_the_order_up_to_level_is_excess(corner_shop: UnitOfWork) -> None:
    set_minimum(corner_shop, "SOAP", Decimal(99), location=None, reason="", author="ana", now=NOW)
    assert key_figures(corner_shop, day=TODAY).stock.excess_value == Decimal("1600.00")


def test_a_low_product_is_counted_until_it_is_ordered(corner_shop: UnitOfWork) -> None:
    set_minimum(corner_shop, "TEA", Decimal(40), location=None, reason="", author="ana", now=NOW)
    assert key_figures(corner_shop, day=TODAY).stock.low == 1
    restock_by_hand(corner_shop, "TEA", None, location=None, reason="", author="ana", now=NOW)
    assert key_figures(corner_shop, day=TODAY).stock.low == 0


def test_open_orders_and_spending_are_told(ordered: UnitOfWork) -> None:
    found = key_figures(ordered, day=TODAY)
    assert (found.orders.open_orders, found.orders.open_value) == (1, Decimal("60.00"))
    assert (found.spent.today, found.spent.this_month) == (Decimal("60.00"), Decimal("60.00"))


def test_an_order_is_late_the_day_after_it_was_expected(ordered: UnitOfWork) -> None:
    expected_on = TODAY + 5 * DAY
    assert key_figures(ordered, day=expected_on).orders.late == 0
    assert key_figures(ordered, day=expected_on + DAY).orders.late == 1
    (row,) = supplier_rows(ordered, day=expected_on + DAY)
    assert [order.number for order in row.late] == ["PO-00001"]


def test_a_draft_waits_for_the_shop_and_is_never_late(corner_shop: UnitOfWork) -> None:
    restock_by_hand(
        corner_shop, "TEA", Decimal(600), location=None, reason="", author="ana", now=NOW
    )
    found = key_figures(corner_shop, day=TODAY + 30 * DAY).orders
    assert (found.waiting, found.waiting_value, found.late) == (1, Decimal("1200.00"), 0)
    approve_order(corner_shop, "PO-00001", by="ana", now=NOW)
    assert key_figures(corner_shop, day=TODAY + 30 * DAY).orders.late == 1

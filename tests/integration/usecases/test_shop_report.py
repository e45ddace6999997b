"""A report of a shop whose every figure was worked out by hand, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.domain.catalogue import Product, ProductStatus, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import OrderId, ProductId, StockKey, SupplierId, TenantId
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.domain.replenishment import ForecastRecord, Threshold
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.key_figures import key_figures
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.shop_report import ShopReport, shop_report
from tests.fixtures.corner_shop import NOW, TODAY

DAY = timedelta(days=1)
FIRST = TODAY - 28 * DAY
"""Of the days reported. A hundred days before, 40 of each product came in."""


def opened(database: Database, slug: str, *, name: str = "") -> UnitOfWork:
    """Return a shop with tea that ran out, soap nobody buys, and cups without a sale on record."""
    shop = Tenant(id=TenantId(0), slug=slug, name=slug.title())
    unit = database.unit_of_work(database.directory().add_tenant(shop))
    with unit:
        lead_time = LeadTime(mean_days=5)
        unit.suppliers.put(
            [
                Supplier(id=SupplierId(0), code=code, name=f"{slug} {code}", lead_time=lead_time)
                for code in ("LEAF", "SUDS")
            ]
        )
        supplier = unit.suppliers.all()[0].id
        unit.products.put(
            Product(
                id=ProductId(0),
                sku=sku,
                name=name or f"{slug} {sku}",
                supplier_id=supplier,
                unit_cost=Decimal(2),
                unit_price=Decimal(3),
            )
            for sku in ("CUP", "SOAP", "TEA")
        )
        unit.commit()
    with unit:
        for sku in ("CUP", "SOAP", "TEA"):
            unit.ledger.book([moved(unit, sku, 40, TODAY - 100 * DAY, "receipt:first")])
        # Two of tea a day in the last 28 days, so that the shelf is empty from the 20th on.
        unit.ledger.book([moved(unit, "TEA", -2, FIRST + n * DAY, f"sale:{n}") for n in range(20)])
        # A cup once a fortnight.
        unit.ledger.book([moved(unit, "CUP", -1, TODAY - n * DAY, f"cup:{n}") for n in (1, 15)])
        unit.commit()
    return unit


def key_of(unit: UnitOfWork, sku: str) -> StockKey:
    return StockKey(unit.products.get(sku).id, unit.locations.get(None).id)


def moved(unit: UnitOfWork, sku: str, units: int, day: date, reference: str) -> StockMovement:
    return StockMovement(
        key=key_of(unit, sku),
        kind=MovementKind.SALE if units < 0 else MovementKind.RECEIPT,
        change=Decimal(units),
        occurred_at=NOW + (day - TODAY),
        day=day,
        reference=f"{reference}:{sku}",
    )


def forecast(unit: UnitOfWork, sku: str, mean: float, level: int = 10) -> Threshold:
    return Threshold(
        key=key_of(unit, sku),
        reorder_point=Decimal(level // 2),
        order_up_to_level=Decimal(level),
        mean_per_day=mean,
        model="made up",
        computed_for=TODAY,
    )


def report_of(unit: UnitOfWork, days: int = 28) -> ShopReport:
    return shop_report(unit, now=NOW, days=days)


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    """A shop that expects two of tea a day, and a twentieth of a cup."""
    unit = opened(database, "north")
    with unit:
        unit.thresholds.put([forecast(unit, "TEA", 2.0), forecast(unit, "CUP", 0.05)])
        unit.commit()
    return unit


def test_lost_sales_and_fill_rate_come_from_the_forecast_on_stock_out_days(
    unit: UnitOfWork,
) -> None:
    report = report_of(unit)
    assert (report.first, report.last, report.day) == (FIRST, TODAY - DAY, TODAY)
    tea = next(row for row in report.shelves if row.sku == "TEA")
    # The 20th of 28 days sold the last two: nine days ended empty, on eight nothing was there.
    assert (tea.service.stock_out_days, tea.service.known_days) == (9, 28)
    assert (tea.service.sold, tea.service.lost) == (40.0, 16.0)
    assert (tea.sold_value, tea.lost_value) == (Decimal("120.00"), Decimal("48.00"))
    assert tea.fill_rate == pytest.approx(40 / 56)
    assert report.service.fill_rate == pytest.approx(42 / 58)
    assert report.lost_value == Decimal("48.00")


def test_the_chat_tells_the_same_service(unit: UnitOfWork) -> None:
    assert report_of(unit).service == key_figures(unit, day=TODAY, days=28).service


def test_stock_that_stood_ninety_days_without_a_sale_is_dead(unit: UnitOfWork) -> None:
    report = report_of(unit)
    assert [row.sku for row in report.dead] == ["SOAP"]
    assert report.dead_value == Decimal("80.00")


def test_excess_is_what_stands_above_the_order_up_to_level(unit: UnitOfWork) -> None:
    cup = next(row for row in report_of(unit).shelves if row.sku == "CUP")
    assert (cup.on_hand, cup.excess) == (Decimal(38), Decimal(28))
    assert cup.excess_value == Decimal("56.00")
    assert cup.days_of_cover == pytest.approx(760)


def test_turns_are_sales_over_mean_stock_at_cost(unit: UnitOfWork) -> None:
    report = report_of(unit)
    tea = next(row for row in report.shelves if row.sku == "TEA")
    # 38 + 36 + ... + 2 units at the ends of the days, 40 sold.
    assert tea.turns == pytest.approx(365.25 * 40 / 380)
    # Soap stood at 40 for 28 days; cups at 40, but 39 after the first of the window was sold.
    shelf_days = 380 + 40 * 28 + 40 * 13 + 39 * 14 + 38
    assert report.turns == pytest.approx(365.25 * 42 / shelf_days)


def test_days_add_up_to_the_whole(unit: UnitOfWork) -> None:
    report = report_of(unit)
    assert [one.day for one in report.days][::27] == [FIRST, TODAY - DAY]
    assert sum(one.sold_value for one in report.days) == float(report.sold_value) == 126.0
    assert sum(one.lost_value for one in report.days) == float(report.lost_value)
    assert sum(one.empty_shelves for one in report.days) == report.service.stock_out_days
    assert report.days[-1].stock_value == float(report.stock.value)


def test_a_forecast_that_held_then_tells_what_was_lost(unit: UnitOfWork) -> None:
    with unit:
        key = key_of(unit, "TEA")
        then = FIRST + 22 * DAY
        unit.forecast_records.put([ForecastRecord(key=key, computed_for=then, mean_per_day=5.0)])
        unit.commit()
    # Two days at today's forecast of two, six at five.
    assert report_of(unit).service.missed == 2 * 2.0 + 6 * 5.0


def test_past_forecasts_are_judged_by_their_week(unit: UnitOfWork) -> None:
    with unit:
        key = key_of(unit, "TEA")
        unit.forecast_records.put(
            [
                ForecastRecord(key=key, computed_for=FIRST + n * DAY, mean_per_day=mean)
                for n, mean in ((-1, 9.0), (0, 3.0), (14, 1.0), (22, 9.0))
            ]
        )
        unit.commit()
    report = report_of(unit)
    # 21 expected, 14 sold; then six days until the shelf was empty, 6 expected, 12 sold. The first
    # was made before the days reported, the last one's week is not over.
    assert [one.day for one in report.weeks] == [FIRST, FIRST + 14 * DAY]
    assert (report.score.expected, report.score.actual) == (27.0, 26.0)
    assert report.score.wape == pytest.approx((7 + 6) / 26)
    assert report.score.bias == pytest.approx(1 / 26)


def test_a_discontinued_product_may_be_out_of_stock(unit: UnitOfWork) -> None:
    with unit:
        tea = unit.products.get("TEA")
        unit.products.put([replace(tea, status=ProductStatus.DISCONTINUED)])
        unit.commit()
    report = report_of(unit)
    assert (report.service.stock_out_days, report.service.missed) == (0, 0.0)
    assert report.sold_value == Decimal("126.00")


def ordered(unit: UnitOfWork, number: str, day: date, *lines: OrderLine, **facts: object) -> None:
    order = PurchaseOrder(
        id=OrderId(0),
        number=number,
        supplier_id=unit.suppliers.all()[0].id,
        location_id=unit.locations.get(None).id,
        status=OrderStatus.RECEIVED,
        lines=lines,
        ordered_on=day,
        expected_on=day + 5 * DAY,
        created_at=NOW + (day - TODAY),
        created_by="ana",
    )
    unit.orders.add(replace(order, **facts))  # type: ignore[arg-type]


def test_suppliers_are_judged_by_receipts_and_spending(unit: UnitOfWork) -> None:
    with unit:
        line = OrderLine(
            product_id=unit.products.get("TEA").id,
            quantity=Decimal(10),
            unit_cost=Decimal("2.5"),
            received=Decimal(10),
        )
        ordered(unit, "PO-1", FIRST, line)
        ordered(unit, "PO-11", FIRST + DAY, line)
        waits = replace(line, received=Decimal(4))
        ordered(unit, "PO-2", FIRST + 2 * DAY, waits, status=OrderStatus.PARTLY_RECEIVED)
        ordered(
            unit,
            "PO-3",
            TODAY,
            replace(line, product_id=unit.products.get("CUP").id, received=Decimal(0)),
            status=OrderStatus.SENT,
        )
        ordered(unit, "PO-4", FIRST, line, status=OrderStatus.CANCELLED)
        unit.ledger.book(
            [
                moved(unit, "TEA", 3, FIRST + 2 * DAY, "receipt:PO-1:a"),
                moved(unit, "TEA", 7, FIRST + 5 * DAY, "receipt:PO-1:b"),
                moved(unit, "TEA", 10, FIRST + 10 * DAY, "receipt:PO-11:a"),
                moved(unit, "TEA", 4, FIRST + 4 * DAY, "receipt:PO-2:a"),
                moved(unit, "TEA", 10, FIRST + 5 * DAY, "receipt:PO-4:a"),
            ]
        )
        unit.commit()
    (leaf,) = report_of(unit).suppliers
    # PO-1 came on its day, PO-11 four days late, PO-2 waits, PO-4 was cut short but came.
    found = leaf.reliability
    assert (found.due, found.on_time, found.awaited) == (4, 2, 1)
    assert found.promised_days == pytest.approx(5.0)
    assert found.actual_days == pytest.approx((5 + 9 + 5) / 3)
    assert found.received_share == pytest.approx(34 / 40)
    assert (leaf.code, leaf.orders, leaf.spent) == ("LEAF", 5, Decimal("125.00"))


def test_what_the_model_cost_counts_up_to_now(unit: UnitOfWork) -> None:
    with unit:
        for days, price in ((60, "9"), (3, "0.25"), (1, "0.5")):
            at = NOW - timedelta(days=days)
            number = unit.model_calls.reserve("review", "m", Decimal(price), at)
            usage = ModelUsage(input_tokens=10, output_tokens=5)
            call = ModelCall(purpose="review", model="m", usage=usage, price_usd=Decimal(price))
            unit.model_calls.settle(number, call)
        unit.commit()
    report = report_of(unit)
    assert (report.model.calls, report.model.spent_usd) == (2, Decimal("0.75"))
    assert list(report.model_by) == [("review", "m")]


def test_a_shop_without_anything_has_no_figures(database: Database) -> None:
    shop = Tenant(id=TenantId(0), slug="new", name="New")
    report = report_of(database.unit_of_work(database.directory().add_tenant(shop)))
    assert (report.shelves, report.days, report.weeks, report.suppliers) == ((), (), (), ())
    assert (report.service.fill_rate, report.turns, report.score.wape) == (None, None, None)


def test_two_shops_with_the_same_codes_never_mix(database: Database) -> None:
    opened(database, "south", name="South's own")
    unit = opened(database, "north")
    with unit:
        unit.thresholds.put([forecast(unit, "TEA", 2.0)])
        unit.commit()
    report = report_of(unit)
    assert {row.name for row in report.shelves} == {"north CUP", "north SOAP", "north TEA"}
    assert report.service.sold == 42.0
    assert len(report.shelves) == 3

"""What deliveries teach of a supplier enters wherever a lead time does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.identifiers import OrderId, RunId
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.lead_times import lead_time_records
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from stockcli.usecases.suppliers import supplier_rows
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, stock_up

SHELVES = {"TEA": Shelf(per_day=10, on_hand=20), "SOAP": Shelf(per_day=10, on_hand=900)}
SLOW = (11, 13, 12, 12)
"""Days that four deliveries of a supplier took that states 5 +- 1."""


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


def deliver(unit: UnitOfWork, days: Sequence[int], *, sku: str = "SOAP", first: int = 1) -> None:
    """Book orders of the past, and receipts so many days after each."""
    with unit:
        (supplier,) = unit.suppliers.all()
        product, place = unit.products.get(sku).id, unit.locations.get(None).id
        for number, took in enumerate(days, start=first):
            at = NOW - timedelta(days=60 + number)
            order = PurchaseOrder(
                id=OrderId(0),
                number=f"OLD-{number}",
                supplier_id=supplier.id,
                location_id=place,
                status=OrderStatus.RECEIVED,
                lines=(
                    OrderLine(
                        product_id=product,
                        quantity=Decimal(10),
                        unit_cost=Decimal(2),
                        received=Decimal(10),
                    ),
                ),
                ordered_on=at.date(),
                expected_on=at.date() + timedelta(days=5),
                created_at=at,
                created_by="ana",
                sent_at=at,
            )
            unit.orders.add(order)
            receipt = StockMovement(
                key=order.key_of(order.lines[0]),
                kind=MovementKind.RECEIPT,
                change=Decimal(10),
                occurred_at=at + timedelta(days=took),
                day=at.date() + timedelta(days=took),
                reference=f"receipt:OLD-{number}:note:{product}",
            )
            unit.ledger.book([receipt])
        unit.commit()


def check(unit: UnitOfWork, clock: SteppingClock, run: int = 1) -> CheckReport:
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    clock.advance(minutes=1)
    return check_shop(unit, crew, RunId(f"run-{run}"), skip_unchanged=True)


def breakdown_of_tea(unit: UnitOfWork) -> tuple[float, float, Decimal]:
    with unit.reading():
        tea = unit.products.get("TEA").id
        (one,) = [each for key, each in unit.thresholds.all().items() if key.product_id == tea]
    parts = one.breakdown
    return parts["lead_time_days"], parts["lead_time_sd_days"], one.reorder_point


def test_slow_deliveries_lengthen_the_interval_the_stock_must_cover(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    stated = breakdown_of_tea(unit)
    deliver(unit, SLOW)
    check(unit, clock, 2)
    learnt = breakdown_of_tea(unit)
    assert stated[:2] == (5.0, 1.0)
    # (4 x 5 + 4 x 12) / 8; squares 4 + 2, doubt 2 x 49: sqrt(104 / 8)
    assert learnt[:2] == (8.5, 3.61)
    assert learnt[2] > stated[2] + 30


def test_a_new_receipt_refits_and_the_same_ones_do_not(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    with unit.reading():
        before = unit.runs.last("ok")
    deliver(unit, [9])
    check(unit, clock, 2)
    with unit.reading():
        after = unit.runs.last("ok")
    assert before is not None
    assert after is not None
    assert before.mark != after.mark
    assert any("nothing changed" in remark for remark in check(unit, clock, 3).remarks)


def test_a_new_order_is_expected_when_the_supplier_is_known_to_deliver(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    deliver(unit, SLOW)
    (order,) = check(unit, clock).outcome.orders
    assert order.expected_on == TODAY + timedelta(days=9)


def test_a_decision_is_made_on_the_lead_time_that_was_learnt(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    deliver(unit, SLOW)
    (decision,) = check(unit, clock).outcome.decisions
    assert decision.inputs["lead_time_days"] == 8.5


def test_a_manager_may_keep_what_is_stated(
    database: Database, unit: UnitOfWork, clock: SteppingClock
) -> None:
    deliver(unit, SLOW)
    stubborn = replace(unit.tenant.policy, learn_lead_times=False)
    database.directory().set_policy(unit.tenant.slug, stubborn)
    unit.refreshed_tenant()
    (order,) = check(unit, clock).outcome.orders
    assert order.expected_on == TODAY + timedelta(days=5)
    assert breakdown_of_tea(unit)[:2] == (5.0, 1.0)
    (row,) = supplier_rows(unit, day=TODAY)
    assert (row.lead_time.mean_days, row.record.learnt.mean_days) == (5, 8.5)


def test_the_record_tells_promised_against_actual(unit: UnitOfWork) -> None:
    deliver(unit, [4, 5, 6, 9])
    (row,) = supplier_rows(unit, day=TODAY)
    record = row.record
    assert (record.deliveries, record.share_on_time) == (4, 0.5)
    assert (record.promised_mean_days, record.actual_mean_days) == (5.0, 6.0)
    assert row.lead_time == record.learnt
    assert row.supplier.lead_time == record.stated


def test_orders_of_long_ago_are_not_heard(unit: UnitOfWork) -> None:
    deliver(unit, [9])
    with unit.reading():
        (late,) = lead_time_records(unit, TODAY + timedelta(days=700)).values()
    assert late.deliveries == 0


def test_only_the_latest_thirty_deliveries_are_heard(unit: UnitOfWork) -> None:
    deliver(unit, [5] * 40)
    with unit.reading():
        (record,) = lead_time_records(unit, TODAY).values()
    assert record.deliveries == 30

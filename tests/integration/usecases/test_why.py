"""The whole story of a product, and a reason for everything that is not ordered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.calendar import CalendarDay
from stockcli.domain.identifiers import RunId, SupplierId
from stockcli.domain.sourcing import CategoryPolicy
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.lifecycle import snooze
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.product_sources import SourceFacts, set_source
from stockcli.usecases.reporting import WhyReport, why
from stockcli.usecases.run_check import Crew, check_shop
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, sell, stock_up
from tests.integration.usecases.test_learnt_lead_times import deliver


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(
        made,
        {"TEA": Shelf(per_day=10, on_hand=20), "SOAP": Shelf(per_day=10, on_hand=900)},
    )
    return made


def check(unit: UnitOfWork, clock: SteppingClock) -> None:
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    check_shop(unit, crew, RunId("run-1"))


def story(unit: UnitOfWork, sku: str = "TEA") -> WhyReport:
    (report,) = why(unit, sku, now=NOW)
    return report


def chapter(report: WhyReport, title: str) -> str:
    (found,) = [one for one in report.chapters if one.title == title]
    return " ".join(found.sentences)


def test_the_story_has_a_chapter_for_everything_that_led_to_the_number(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    report = story(unit)
    assert [one.title for one in report.chapters] == [
        "Stock",
        "Demand",
        "Lead time",
        "Reorder point",
        "Order",
        "Decisions",
    ]
    demand = chapter(report, "Demand")
    assert "In the last 4 weeks 280 units were sold, 280 in the 4 before" in demand
    assert "Chosen because it sells on most days" in demand
    assert "The service level of 95% is the shop's" in chapter(report, "Reorder point")


def test_open_orders_are_told_one_by_one_with_their_days(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    (order,) = story(unit).line.open_orders
    assert f"{order.number} (approved) brings" in chapter(story(unit), "Stock")
    sell(unit, "SOAP", 1, reference="till", at=NOW + timedelta(days=8))
    late = why(unit, "TEA", now=NOW + timedelta(days=9))[0]
    assert "4 days late" in chapter(late, "Stock")


def test_events_behind_and_ahead_are_told(unit: UnitOfWork) -> None:
    with unit:
        unit.calendar.put(
            {
                TODAY - timedelta(days=3): CalendarDay(event="Fair"),
                TODAY + timedelta(days=5): CalendarDay(event="Mother's Day"),
                TODAY + timedelta(days=300): CalendarDay(event="Christmas"),
            }
        )
        unit.commit()
    told = chapter(story(unit), "Demand")
    assert f"Lately in the calendar: Fair on {TODAY - timedelta(days=3)}" in told
    assert f"Ahead in the calendar: Mother's Day on {TODAY + timedelta(days=5)}." in told


def test_what_is_stated_and_what_was_learnt_are_both_told(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    assert "no delivery was booked yet" in chapter(story(unit), "Lead time")
    check(unit, clock)
    deliver(unit, [11, 13, 12, 12])
    told = chapter(story(unit), "Lead time")
    assert "Leaf Ltd states 5.0 ± 1.0 days." in told
    assert "Its last 4 deliveries took 12.0 ± 0.8 days where 5.0 were expected; 0%" in told
    assert "8.5 ± 3.6 days are counted on" in told
    assert "computed with 5 days; the next check counts on 8.5" in told
    lead_time = story(unit).to_json()["lead_time"]
    assert (lead_time["supplier"], lead_time["used"]["mean_days"]) == ("LEAF", 8.5)
    assert (lead_time["stated"]["mean_days"], lead_time["deliveries"]) == (5, 4)


def test_a_shop_that_keeps_what_is_stated_is_told_so(database: Database, unit: UnitOfWork) -> None:
    deliver(unit, [11])
    policy = replace(unit.tenant.policy, learn_lead_times=False)
    database.directory().set_policy(unit.tenant.slug, policy)
    unit.refreshed_tenant()
    told = chapter(story(unit), "Lead time")
    assert "Its last delivery took 11.0 days" in told
    assert "wants what is stated to be counted on" in told


def test_who_else_delivers_is_told_and_who_would_be_asked(unit: UnitOfWork) -> None:
    with unit:
        (leaf,) = unit.suppliers.all()
        quick = replace(leaf.lead_time, mean_days=1.0)
        unit.suppliers.put(
            [replace(leaf, id=SupplierId(0), code="BARK", name="Bark", lead_time=quick)]
        )
        unit.commit()
    set_source(unit, "TEA", "BARK", SourceFacts(unit_cost=Decimal("2.10")), now=NOW)
    assert "It can also be bought from Bark in 1.0 days, at 2.1 each." in chapter(
        story(unit), "Lead time"
    )
    assert [one["code"] for one in story(unit).to_json()["sources"]] == ["LEAF", "BARK"]


def _of_the_product(unit: UnitOfWork) -> None:
    with unit:
        unit.products.put([replace(unit.products.get("TEA"), service_level=0.9)])
        unit.commit()


def _of_the_category(unit: UnitOfWork) -> None:
    with unit:
        unit.products.put([replace(unit.products.get("TEA"), category="hot")])
        unit.categories.put(CategoryPolicy(category="hot", service_level=0.9))
        unit.commit()


@pytest.mark.parametrize(
    ("change", "told"),
    [(_of_the_product, "set for the product"), (_of_the_category, "set for the category hot")],
)
def test_where_the_service_level_was_set_is_told(
    unit: UnitOfWork, clock: SteppingClock, change: object, told: str
) -> None:
    assert callable(change)
    change(unit)
    check(unit, clock)
    assert told in chapter(story(unit), "Reorder point")


def minimum(unit: UnitOfWork, units: int, *, days: int) -> None:
    expires = TODAY + timedelta(days=days)
    set_minimum(
        unit,
        "TEA",
        Decimal(units),
        location=None,
        reason="fair",
        author="ana",
        now=NOW,
        expires_on=expires,
    )


def test_a_minimum_by_hand_is_told_with_its_author_its_end_and_what_it_replaces(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    computed = story(unit).to_json()["computed_reorder_point"]
    minimum(unit, 500, days=3)
    told = chapter(story(unit), "Reorder point")
    until = TODAY + timedelta(days=3)
    assert f"minimum of 500 is in force until {until} instead of the computed {computed}" in told
    assert "set by ana on 2024-04-30: fair" in told
    sell(unit, "SOAP", 1, reference="later", at=NOW + timedelta(days=4))
    (later,) = why(unit, "TEA", now=NOW + timedelta(days=5))
    assert f"minimum of 500 (set by ana on 2024-04-30: fair) ended on {until}" in chapter(
        later, "Reorder point"
    )
    assert later.to_json()["reorder_point"] == computed
    assert later.to_json()["minimum"]["in_force"] is False


def test_a_low_product_that_waits_for_a_check_is_told_what_the_rules_would_do(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    check(unit, clock)
    sell(unit, "SOAP", 890, reference="rush")
    report = story(unit, "SOAP")
    told = chapter(report, "Order")
    assert "The next check decides about it; plain rules would restock" in told
    assert report.to_json()["not_ordered_because"] is None
    assert report.to_json()["order_quantity"] > 0


def _nothing(unit: UnitOfWork) -> None:
    pass


def _snoozed(unit: UnitOfWork) -> None:
    snooze(unit, "SOAP", until=TODAY + timedelta(days=9))


@pytest.mark.parametrize(
    ("sku", "prepare", "reason"),
    [
        ("TEA", _nothing, "on order already, PO-00001"),
        ("SOAP", _nothing, "above the reorder point"),
        ("SOAP", _snoozed, f"snoozed until {TODAY + timedelta(days=9)}"),
    ],
)
def test_whatever_is_not_ordered_has_a_reason(
    unit: UnitOfWork, clock: SteppingClock, sku: str, prepare: object, reason: str
) -> None:
    check(unit, clock)
    assert callable(prepare)
    prepare(unit)
    assert reason in chapter(story(unit, sku), "Order")

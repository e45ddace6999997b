"""What is wanted of a category holds in the thresholds and in what a check may do."""

from __future__ import annotations

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.decisions import Action
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import RunId, StockKey
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.replenishment import Threshold
from stockcli.domain.sourcing import Autonomy
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.category_policies import category_rows, clear_category, set_category
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import approve_order
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, stock_up

SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, product={"category": "Drinks"}),
    "HAM": Shelf(per_day=10, on_hand=20, product={"category": "Food"}),
    "BIN": Shelf(per_day=10, on_hand=20),
}


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


def check(unit: UnitOfWork, clock: SteppingClock, name: str = "run-1") -> CheckReport:
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    return check_shop(unit, crew, RunId(name))


def threshold(unit: UnitOfWork, sku: str) -> Threshold:
    with unit.reading():
        key = StockKey(unit.products.get(sku).id, unit.locations.get(None).id)
        return unit.thresholds.all()[key]


def test_a_categorys_service_level_and_review_period_move_its_thresholds_alone(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    set_category(unit, "drinks", service_level=0.999, review_period_days=14)
    check(unit, clock)
    tea, ham = threshold(unit, "TEA"), threshold(unit, "HAM")
    assert tea.breakdown["service_level"] == 0.999
    assert tea.breakdown["interval_days"] == ham.breakdown["interval_days"] + 7
    assert tea.reorder_point > ham.reorder_point
    assert ham.breakdown["service_level"] == 0.95


def test_a_products_own_service_level_goes_before_its_categorys(
    database: Database, clock: SteppingClock
) -> None:
    unit = database.unit_of_work(add_shop(database.directory()))
    own = {"category": "Drinks", "service_level": 0.9}
    stock_up(unit, {"TEA": Shelf(per_day=10, on_hand=20, product=own)})
    set_category(unit, "Drinks", service_level=0.999)
    check(unit, clock)
    assert threshold(unit, "TEA").breakdown["service_level"] == 0.9


def test_what_is_only_proposed_waits_on_an_order_of_its_own(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    set_category(unit, "Drinks", autonomy=Autonomy.PROPOSE)
    report = check(unit, clock)
    by_status = {order.status: order for order in report.outcome.orders}
    assert set(by_status) == {OrderStatus.DRAFT, OrderStatus.APPROVED}
    draft = by_status[OrderStatus.DRAFT]
    with unit.reading():
        tea = unit.products.get("TEA").id
        assert unit.outbox.counts() == {"pending": 2}  # the other order, and the digest
    assert [line.product_id for line in draft.lines] == [tea]
    assert draft.note == "orders in category Drinks are only proposed"
    assert AlertKind.ORDER_TO_APPROVE in {alert.kind for alert in report.outcome.alerts}
    approve_order(unit, draft.number, by="manager:ana", now=NOW)
    with unit.reading():
        assert unit.orders.get(draft.number).status is OrderStatus.APPROVED


def test_where_a_check_may_only_tell_the_manager_is_told_and_nothing_is_ordered(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    set_category(unit, "Drinks", autonomy=Autonomy.NOTIFY)
    report = check(unit, clock)
    actions = {one.sku: one.action for one in report.outcome.decisions}
    assert actions == {"TEA": Action.NOTIFY, "HAM": Action.RESTOCK, "BIN": Action.RESTOCK}
    with unit.reading():
        tea = unit.products.get("TEA").id
        assert tea not in {line.product_id for one in unit.orders.all() for line in one.lines}
        assert [a.key and a.key.product_id for a in unit.alerts.open()] == [tea]


def test_the_policies_are_listed_with_what_holds(unit: UnitOfWork) -> None:
    set_category(unit, " drinks ", service_level=0.99)
    set_category(unit, "DRINKS", review_period_days=3)
    rows = {row.name: row for row in category_rows(unit)}
    assert list(rows) == ["Drinks", "Food"]
    drinks, food = rows["Drinks"], rows["Food"]
    assert (drinks.policy.service_level, drinks.policy.review_period_days) == (0.99, 3)
    assert (food.own, food.autonomy, food.products) == (None, Autonomy.ORDER, 1)


def test_a_cleared_category_is_as_the_shop_again(unit: UnitOfWork) -> None:
    set_category(unit, "Drinks", service_level=0.99, autonomy=Autonomy.NOTIFY)
    assert (clear_category(unit, "drinks"), clear_category(unit, "drinks")) == (True, False)
    (drinks,) = (row for row in category_rows(unit) if row.name == "Drinks")
    assert (drinks.own, drinks.policy) == (None, unit.tenant.policy)


def test_nonsense_is_refused_and_nothing_kept(unit: UnitOfWork) -> None:
    with pytest.raises(NotFoundError, match="no product is of category 'Drincs'"):
        set_category(unit, "Drincs", service_level=0.99)
    with pytest.raises(InvalidInputError, match="nothing was said"):
        set_category(unit, "Drinks")
    for bad in (0.0, 1.0, float("nan")):
        with pytest.raises(InvalidInputError, match="a service level"):
            set_category(unit, "Drinks", service_level=bad)
    with pytest.raises(InvalidInputError, match="a review period"):
        set_category(unit, "Drinks", review_period_days=0)
    assert {row.own for row in category_rows(unit)} == {None}

from __future__ import annotations

from decimal import Decimal

import pytest

from stockcli.domain.catalogue import ProductStatus
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.ranking import RankBy, rank_products
from stockcli.usecases.run_check import Crew, check_shop
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, sell, stock_up

SHELVES = {
    "TEA": Shelf(per_day=50, on_hand=9000),
    "HAM": Shelf(per_day=5, on_hand=10),
    "PIN": Shelf(per_day=1, on_hand=9),
    "DUST": Shelf(per_day=0, on_hand=3),
    "GONE": Shelf(per_day=0, on_hand=0, product={"status": ProductStatus.DISCONTINUED}),
}


@pytest.fixture
def unit(database: Database, clock: SteppingClock) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    check_shop(made, crew, RunId("run-1"))
    return made


def test_products_are_ranked_by_what_they_sold_in_a_year(unit: UnitOfWork) -> None:
    ranking = rank_products(unit, now=NOW)
    ranked = {one.product.sku: one for one in ranking.products}
    assert list(ranked) == ["TEA", "HAM", "PIN", "DUST"]
    assert [one.abc for one in ranking.products] == ["A", "B", "C", "C"]
    assert ranked["PIN"].sales_value == Decimal("480.00")  # 120 days of one unit at 4
    assert sum(one.share for one in ranking.products) == pytest.approx(Decimal(1))


def test_what_sells_every_week_alike_is_x_and_what_never_sold_z(unit: UnitOfWork) -> None:
    classes = {one.product.sku: one.xyz for one in rank_products(unit, now=NOW).products}
    assert (classes["TEA"], classes["DUST"]) == ("X", "Z")


def test_a_single_large_sale_makes_a_product_erratic(unit: UnitOfWork) -> None:
    sell(unit, "PIN", 900, reference="party", at=NOW.replace(day=2))
    pin = next(one for one in rank_products(unit, now=NOW).products if one.product.sku == "PIN")
    assert (pin.xyz, pin.variation is not None and pin.variation > 1) == ("Z", True)


def test_by_risk_only_what_would_be_missed_counts(unit: UnitOfWork) -> None:
    sell(unit, "TEA", 8990, reference="wedding")
    ranking = rank_products(unit, now=NOW, by=RankBy.RISK)
    assert ranking.products[0].product.sku == "TEA"
    assert ranking.products[0].abc == "A"
    assert ranking.products[0].at_risk > 0
    assert ranking.products[-1].share == 0


def test_the_matrix_counts_every_product_once(unit: UnitOfWork) -> None:
    ranking = rank_products(unit, now=NOW)
    cells = [cell for row in ranking.matrix().values() for cell in row.values()]
    assert len(cells) == 9
    assert sum(count for count, _ in cells) == len(ranking.products)
    assert sum(share for _, share in cells) == pytest.approx(Decimal(1))


def test_a_shop_without_products_has_an_empty_ranking(database: Database) -> None:
    empty = database.unit_of_work(add_shop(database.directory()))
    assert rank_products(empty, now=NOW).products == ()

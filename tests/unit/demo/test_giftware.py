"""The real giftware shop and what is generated around it."""

from __future__ import annotations

import time
from datetime import date

import pytest

from stockcli.demo import giftware
from stockcli.demo.giftware_sales import read_histories
from stockcli.demo.giftware_suppliers import guess_category
from stockcli.demo.shapes import DemoShop


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return giftware.shop(giftware.LINES_PATH)


def test_the_shop_is_the_same_each_time(shop: DemoShop) -> None:
    assert giftware.shop(giftware.LINES_PATH) == shop


def test_the_shop_is_made_in_under_three_seconds_of_work() -> None:
    before = time.process_time()
    giftware.shop(giftware.LINES_PATH)
    assert time.process_time() - before < 3


def test_every_product_has_a_known_supplier(shop: DemoShop) -> None:
    codes = {supplier.code for supplier in shop.suppliers}
    assert {product.supplier_code for product in shop.products} <= codes


def test_every_product_is_counted_once_after_its_last_sale(shop: DemoShop) -> None:
    assert [count.sku for count in shop.movements] == [product.sku for product in shop.products]
    assert {count.kind for count in shop.movements} == {"count"}
    assert {count.occurred_at.isoformat() for count in shop.movements} == {
        "2011-05-31T19:00:00+00:00"
    }


def test_a_product_costs_less_than_it_sells_for(shop: DemoShop) -> None:
    assert all(0 < product.unit_cost < product.unit_price for product in shop.products)


def test_the_least_order_is_whole_packs(shop: DemoShop) -> None:
    assert all(product.minimum_order_quantity % product.pack_size == 0 for product in shop.products)


def test_no_count_exceeds_its_maximum(shop: DemoShop) -> None:
    most = {product.sku: product.maximum_stock for product in shop.products}
    assert all(count.quantity <= (most[count.sku] or count.quantity) for count in shop.movements)


def test_one_product_in_eight_or_so_is_clearly_low(shop: DemoShop) -> None:
    lead_time_days = {supplier.code: supplier.lead_time_days for supplier in shop.suppliers}
    by_sku = {product.sku: product for product in shop.products}
    counted = {count.sku: float(count.quantity) for count in shop.movements}
    low = 0
    for history in read_histories(giftware.LINES_PATH):
        recent_mean = sum(history.daily_units(giftware.LAST_DAY, 56)) / 56
        cover = recent_mean * lead_time_days[by_sku[history.sku].supplier_code] / 2
        low += recent_mean > 0 and counted[history.sku] <= cover
    assert 0.10 <= low / len(shop.products) <= 0.15


def test_the_best_known_product_is_low(shop: DemoShop) -> None:
    counted = {count.sku: count.quantity for count in shop.movements}
    assert counted["85123A"] < 2000


def test_products_of_every_status_stand_in_the_shop(shop: DemoShop) -> None:
    statuses = {product.status for product in shop.products}
    assert statuses == {"active", "run_out", "discontinued"}


def test_a_saturday_and_christmas_are_closed(shop: DemoShop) -> None:
    assert {date(2011, 5, 28), date(2010, 12, 25)} <= set(shop.closed_days)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("PAPER CHAIN KIT 50'S CHRISTMAS", "christmas"),
        ("REGENCY CAKESTAND 3 TIER", "kitchen"),
        ("JUMBO BAG RED RETROSPOT", "bags"),
        ("WHITE HANGING HEART T-LIGHT HOLDER", "lights"),
        ("BLACK SWEETHEART BRACELET", "jewellery"),
        ("FLAG OF ST GEORGE CAR FLAG", "other"),
    ],
)
def test_the_category_is_guessed_from_words_of_the_name(name: str, category: str) -> None:
    assert guess_category(name) == category

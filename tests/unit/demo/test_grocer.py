"""The generated grocer: its ledger, its days, its mix-ups with the other shop."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from stockcli.demo import giftware, grocer
from stockcli.demo.grocer_catalogue import Pattern, Shelf, read_products
from stockcli.demo.shapes import DemoMovement, DemoShop

Ledgers = dict[tuple[str, str], list[DemoMovement]]


@pytest.fixture(scope="module")
def shop() -> DemoShop:
    return grocer.shop()


@pytest.fixture(scope="module")
def ledgers(shop: DemoShop) -> Ledgers:
    ledgers: Ledgers = defaultdict(list)
    for movement in shop.movements:
        ledgers[movement.sku, movement.location].append(movement)
    return ledgers


def local_day(movement: DemoMovement) -> date:
    return movement.occurred_at.astimezone(ZoneInfo(grocer.TIMEZONE)).date()


def on_hand(movements: list[DemoMovement]) -> list[Decimal]:
    """Return units on the shelf after each movement; the ledger opens with its only count."""
    levels = [movements[0].quantity]
    for movement in movements[1:]:
        change = -movement.quantity if movement.kind == "sale" else movement.quantity
        levels.append(levels[-1] + change)
    return levels


def empty_days(movements: list[DemoMovement], closed: set[date]) -> int:
    """Return the open days on which the shelf was empty from morning to night."""
    levels = on_hand(movements)
    found = 0
    for (before, after), level in zip(pairwise(movements), levels, strict=False):
        first, last = local_day(before) + timedelta(days=1), local_day(after)
        days = ((last - first).days) if level == 0 else 0
        found += sum(first + timedelta(days=day) not in closed for day in range(days))
    return found


def test_the_shop_is_the_same_each_time(shop: DemoShop) -> None:
    assert grocer.shop() == shop


def test_every_ledger_opens_with_its_only_count(ledgers: Ledgers) -> None:
    for movements in ledgers.values():
        kinds = [movement.kind for movement in movements]
        assert kinds[0] == "count"
        assert kinds.count("count") == 1


def test_on_hand_is_never_negative(ledgers: Ledgers) -> None:
    assert all(min(on_hand(movements)) >= 0 for movements in ledgers.values())


def test_some_shelves_are_empty_on_three_to_eight_days_in_a_hundred(
    shop: DemoShop, ledgers: Ledgers
) -> None:
    closed = set(shop.closed_days)
    open_days = 500 - len(closed)
    shares = [empty_days(movements, closed) / open_days for movements in ledgers.values()]
    assert sum(0.03 <= share <= 0.09 for share in shares) >= 5


def test_references_are_unique_and_times_are_utc_and_in_order(shop: DemoShop) -> None:
    assert len({movement.reference for movement in shop.movements}) == len(shop.movements)
    times = [movement.occurred_at for movement in shop.movements]
    assert all(time.tzinfo is UTC for time in times)
    assert times == sorted(times)


def test_nothing_is_sold_on_a_closed_day(shop: DemoShop) -> None:
    closed = set(shop.closed_days)
    sales = (movement for movement in shop.movements if movement.kind == "sale")
    assert not closed & {local_day(sale) for sale in sales}


def test_sundays_are_closed(shop: DemoShop) -> None:
    assert date(2011, 5, 29) in shop.closed_days


def test_fridays_and_saturdays_sell_most(shop: DemoShop) -> None:
    by_weekday = [Decimal(0)] * 7
    for movement in shop.movements:
        if movement.kind == "sale" and movement.location == grocer.SHOP:
            by_weekday[local_day(movement).weekday()] += movement.quantity
    assert min(by_weekday[4:6]) > max(by_weekday[:4])


def test_the_ledger_spans_500_days_to_the_end_of_may_2011(shop: DemoShop) -> None:
    first, last = local_day(shop.movements[0]), local_day(shop.movements[-1])
    assert (last - first).days == 499
    assert last == date(2011, 5, 31)


def test_at_least_eight_skus_are_shared_and_name_different_things(shop: DemoShop) -> None:
    gifts = {product.sku: product.name for product in giftware.shop().products}
    shared = [product for product in shop.products if product.sku in gifts]
    assert len(shared) >= 8
    assert all(product.name.lower() != gifts[product.sku].lower() for product in shared)


def test_a_few_products_are_low_at_the_end(shop: DemoShop, ledgers: Ledgers) -> None:
    lead_time_days = {supplier.code: supplier.lead_time_days for supplier in shop.suppliers}
    low = [
        product.sku
        for product in shop.products
        if product.status == "active"
        and on_hand(ledgers[product.sku, grocer.SHOP])[-1]
        < recent_mean(ledgers[product.sku, grocer.SHOP])
        * Decimal(lead_time_days[product.supplier_code] + 7)
    ]
    assert 6 <= len(low) <= 10


def recent_mean(movements: list[DemoMovement]) -> Decimal:
    """Return units sold per calendar day of the last eight weeks."""
    since = date(2011, 5, 31) - timedelta(days=55)
    sales = (movement for movement in movements if movement.kind == "sale")
    return sum((sale.quantity for sale in sales if local_day(sale) >= since), Decimal(0)) / 56


def test_a_new_product_has_a_few_weeks_of_sales(ledgers: Ledgers) -> None:
    assert local_day(ledgers["10305", grocer.SHOP][0]) == date(2011, 4, 27)


def test_a_discontinued_product_gets_no_more_deliveries(shop: DemoShop, ledgers: Ledgers) -> None:
    gone = next(product for product in shop.products if product.status == "discontinued")
    receipts = [each for each in ledgers[gone.sku, grocer.SHOP] if each.kind == "receipt"]
    assert local_day(receipts[-1]) < date(2011, 2, 1)


def test_a_dead_product_lies_on_the_shelf_unsold(ledgers: Ledgers) -> None:
    rat_trap = ledgers["10608", grocer.SHOP]
    assert local_day(rat_trap[-1]) < date(2010, 4, 1)
    assert on_hand(rat_trap)[-1] > 0


def test_a_few_products_are_kept_in_the_warehouse_too(ledgers: Ledgers) -> None:
    assert sum(location == grocer.WAREHOUSE for _, location in ledgers) == 5


def test_every_pattern_and_shelf_of_the_catalogue_is_known() -> None:
    products = read_products()
    assert {product.pattern for product in products} == set(get_args(Pattern))
    assert {product.shelf for product in products} == set(get_args(Shelf))


def test_every_product_has_a_known_supplier_and_orders_whole_packs(shop: DemoShop) -> None:
    codes = {supplier.code for supplier in shop.suppliers}
    for product in shop.products:
        assert product.supplier_code in codes
        assert product.minimum_order_quantity % product.pack_size == 0
        assert product.unit_cost < product.unit_price

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import MovementKind, StockLevel, counted_movement
from stockcli.domain.purchasing import OrderStatus, approved, with_receipt
from stockcli.persistence.database import Database
from tests.fixtures.corner_shop import NOW, TODAY
from tests.fixtures.databases import unfenced
from tests.integration.persistence.street import Shop

YESTERDAY = TODAY - timedelta(days=1)


def test_movements_add_up_to_the_stock_on_hand(shop: Shop) -> None:
    with shop.unit:
        booked = shop.unit.ledger.book([shop.receipt("r1", units=10), shop.sale("s1", units=4)])
        level = shop.unit.ledger.levels()[shop.key()]
    assert booked == {"r1", "s1"}
    assert level == StockLevel(key=shop.key(), on_hand=Decimal(6), version=2, is_known=True)


def test_a_reference_is_booked_once(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1", units=4)])
        again = shop.unit.ledger.book([shop.sale("s1", units=9), shop.sale("s2", units=1)])
        assert again == {"s2"}
        assert shop.unit.ledger.levels()[shop.key()].on_hand == -5


def test_of_two_movements_with_one_reference_in_one_call_the_first_counts(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1", units=4), shop.sale("s1", units=9)])
        assert shop.unit.ledger.levels()[shop.key()].on_hand == -4


def test_a_neighbours_reference_is_free_here(shop: Shop) -> None:
    with shop.unit:
        assert shop.unit.ledger.book([shop.sale("s1")]) == {"s1"}
        assert shop.unit.ledger.changes_booked(["r1", "s1", "c1"]) == {"s1": Decimal(-1)}


def test_booking_nothing_is_fine(shop: Shop) -> None:
    with shop.unit:
        assert shop.unit.ledger.book([]) == frozenset()


def test_a_shelf_only_sold_from_is_not_known(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        assert not shop.unit.ledger.levels()[shop.key()].is_known


def test_levels_show_every_key_of_the_shop_alone(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        assert shop.unit.ledger.levels().keys() == {shop.key()}


def test_levels_of_keys_are_of_these_alone_and_zero_where_nothing_moved(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        levels = shop.unit.ledger.levels([shop.key("POST")])
    assert levels == {shop.key("POST"): StockLevel(key=shop.key("POST"))}


@pytest.mark.parametrize("status", ["draft", "approved", "sent", "partly_received"])
def test_open_orders_are_on_order(shop: Shop, status: str) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order(status=OrderStatus(status)))
        assert shop.unit.ledger.levels()[shop.key()].on_order == 12


@pytest.mark.parametrize("status", ["received", "cancelled"])
def test_ended_orders_are_not_on_order(shop: Shop, status: str) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order(status=OrderStatus(status)))
        assert shop.unit.ledger.levels() == {}


def test_only_outstanding_units_are_on_order(shop: Shop) -> None:
    with shop.unit:
        shop.unit.orders.add(shop.order("PO-1", "85123A", "POST"))
        order = approved(shop.unit.orders.get("PO-1"), by="ana")
        shop.unit.orders.save(with_receipt(order, {shop.key().product_id: Decimal(5)}))
        levels = shop.unit.ledger.levels([shop.key(), shop.key("POST")])
    assert [level.on_order for level in levels.values()] == [Decimal(7), Decimal(12)]


def test_reserved_units_are_set_on_a_shelf_that_never_moved(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.set_reserved(shop.key(), Decimal("2.5"))
        first = shop.unit.ledger.levels()[shop.key()]
        shop.unit.ledger.set_reserved(shop.key(), Decimal(1))
        second = shop.unit.ledger.levels()[shop.key()]
    assert (first.reserved, second.reserved) == (Decimal("2.5"), Decimal(1))
    assert second.on_hand == 0
    assert second.version > first.version


def test_a_late_movement_changes_the_stock_of_today(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.receipt("r1", units=10)])
        shop.unit.ledger.book([shop.sale("s1", units=3, day=YESTERDAY)])
        assert shop.unit.ledger.levels()[shop.key()].on_hand == 7


def test_the_last_count_is_the_latest_however_late_it_is_booked(shop: Shop) -> None:
    counts = [
        counted_movement(
            shop.key(),
            counted=Decimal(5),
            on_hand=Decimal(0),
            occurred_at=NOW - timedelta(days=days_ago),
            day=TODAY - timedelta(days=days_ago),
            reference=f"c{days_ago}",
        )
        for days_ago in (4, 1, 3)
    ]
    with shop.unit:
        for count in counts:
            shop.unit.ledger.book([count])
        shop.unit.ledger.book([shop.sale("s1")])
        found = shop.unit.ledger.last_counts([shop.key(), shop.key("POST")])
    assert found == {shop.key(): NOW - timedelta(days=1)}


def test_last_counts_are_never_a_neighbours(shop: Shop, neighbour: Shop) -> None:
    with shop.unit.reading():
        assert shop.unit.ledger.last_counts([shop.key(), neighbour.key()]) == {}


def test_movements_come_newest_first_as_they_were_booked(shop: Shop) -> None:
    booked = [shop.sale(f"s{n}", day=TODAY - timedelta(days=n)) for n in (2, 0, 1)]
    with shop.unit:
        shop.unit.ledger.book([*booked, replace(shop.sale("other"), key=shop.key("POST"))])
        latest = shop.unit.ledger.movements(shop.key(), limit=2)
    assert latest == [booked[1], booked[2]]


def test_movements_of_a_neighbours_key_are_not_shown(shop: Shop, neighbour: Shop) -> None:
    with shop.unit.reading():
        assert shop.unit.ledger.movements(neighbour.key(), limit=10) == []


def test_sale_lines_are_counted_per_day_over_the_whole_shop(shop: Shop) -> None:
    elsewhere = replace(shop.sale("s3", day=YESTERDAY), key=shop.key("POST"))
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1", units=9), shop.receipt("r1"), elsewhere])
        shop.unit.ledger.book([shop.sale("s2", day=YESTERDAY)])
        lines = shop.unit.ledger.sale_lines_per_day(YESTERDAY, TODAY)
        assert lines == {YESTERDAY: 2, TODAY: 1}
        assert shop.unit.ledger.sale_lines_per_day(TODAY, TODAY) == {TODAY: 1}
        assert shop.unit.ledger.first_and_last_sale_day() == (YESTERDAY, TODAY)


def test_a_shop_without_sales_has_no_sale_days(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.receipt("r1")])
        assert shop.unit.ledger.first_and_last_sale_day() is None
        assert shop.unit.ledger.sale_lines_per_day(date(2000, 1, 1), TODAY) == {}


def test_ten_thousand_movements_are_one_call(shop: Shop) -> None:
    sales = [shop.sale(f"s{n}", day=TODAY - timedelta(days=n % 300)) for n in range(10_000)]
    with shop.unit:
        assert len(shop.unit.ledger.book(sales)) == 10_000
        assert len(shop.unit.ledger.changes_booked([sale.reference for sale in sales])) == 10_000
        assert shop.unit.ledger.levels()[shop.key()].on_hand == -10_000
        (days,) = shop.unit.ledger.daily_movements(TODAY - timedelta(days=299), TODAY)
    assert sum(days.sold) == 10_000


@pytest.mark.parametrize(
    "statement", ["UPDATE stock_movement SET change = 1", "DELETE FROM stock_movement"]
)
def test_the_ledger_only_grows(shop: Shop, database: Database, statement: str) -> None:
    with pytest.raises(ConflictError, match="only grows"), unfenced(database) as connection:
        connection.exec_driver_sql(statement)


def test_every_kind_of_movement_is_kept(shop: Shop) -> None:
    changes = dict.fromkeys(MovementKind, Decimal(1)) | {MovementKind.SALE: Decimal(-1)}
    movements = [
        replace(shop.receipt(kind), kind=kind, change=change) for kind, change in changes.items()
    ]
    with shop.unit:
        shop.unit.ledger.book(movements)
        found = shop.unit.ledger.movements(StockKey(*shop.key()), limit=10)
    assert sorted(found, key=lambda m: m.reference) == sorted(movements, key=lambda m: m.reference)


def test_sales_between_two_days_are_added_up_for_the_keys_asked_about(shop: Shop) -> None:
    with shop.unit:
        days = (TODAY, YESTERDAY, TODAY - timedelta(days=2), TODAY - timedelta(days=3))
        sales = [shop.sale(f"s{n}", units=10**n, day=day) for n, day in enumerate(days)]
        shop.unit.ledger.book([*sales, shop.receipt("r1", units=50, day=YESTERDAY)])
        sold = shop.unit.ledger.sold_between(days[2], YESTERDAY, [shop.key(), shop.key("POST")])
        assert sold == {shop.key(): Decimal(110)}
        assert shop.unit.ledger.sold_between(days[2], YESTERDAY, [shop.key("POST")]) == {}
        assert shop.unit.ledger.sold_between(days[2], YESTERDAY, []) == {}

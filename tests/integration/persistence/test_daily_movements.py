from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from stockcli.domain.ledger import DailyMovements, MovementKind, StockMovement, counted_movement
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.street import Shop

FIRST = TODAY - timedelta(days=4)


def day(number: int) -> date:
    """Return a day of the range, 0 for the first."""
    return FIRST + timedelta(days=number)


def read(shop: Shop, first: date = FIRST, last: date = TODAY) -> list[DailyMovements]:
    with shop.unit.reading():
        return shop.unit.ledger.daily_movements(first, last)


def book(shop: Shop, *movements: StockMovement) -> None:
    with shop.unit:
        shop.unit.ledger.book(movements)
        shop.unit.commit()


def test_days_are_padded_and_the_shelf_is_unknown_before_the_first_receipt(shop: Shop) -> None:
    book(
        shop,
        shop.sale("s1", units=2, day=day(1)),
        shop.receipt("r1", units=10, day=day(2)),
        shop.sale("s2", units=3, day=day(3)),
    )
    (days,) = read(shop)
    assert days.key == shop.key()
    assert days.first_day == FIRST
    assert list(days.sold) == [0.0, 2.0, 0.0, 3.0, 0.0]
    assert days.closing_stock == [None, None, 8.0, 5.0, 5.0]


def test_the_last_closing_stock_is_what_the_ledger_adds_up_to(shop: Shop) -> None:
    count = counted_movement(
        shop.key(),
        counted=Decimal(20),
        on_hand=Decimal(-2),
        occurred_at=NOW,
        day=day(2),
        reference="c1",
    )
    book(shop, shop.sale("s1", units=2, day=day(0)), count, shop.sale("s2", units=1, day=day(4)))
    (days,) = read(shop)
    assert days.closing_stock == [None, None, 20.0, 20.0, 19.0]


def test_what_moved_before_the_range_is_in_the_stock_it_opens_with(shop: Shop) -> None:
    earlier = FIRST - timedelta(days=30)
    book(shop, shop.receipt("r1", units=9, day=earlier), shop.sale("s1", units=1, day=earlier))
    (days,) = read(shop)
    assert list(days.sold) == [0.0] * 5
    assert days.closing_stock == [8.0] * 5


def test_what_moves_after_the_range_is_left_out(shop: Shop) -> None:
    book(shop, shop.receipt("r1", day=day(0)), shop.sale("s1", day=day(4)))
    (days,) = read(shop, last=day(3))
    assert days.closing_stock == [10.0] * 4


def test_a_key_that_moved_only_after_the_range_is_left_out(shop: Shop) -> None:
    book(shop, shop.sale("s1", day=day(4)))
    assert read(shop, last=day(3)) == []


def test_a_movement_that_arrives_late_changes_its_own_day_and_those_after(shop: Shop) -> None:
    book(shop, shop.receipt("r1", units=10, day=day(0)), shop.sale("s1", units=1, day=day(4)))
    book(shop, shop.sale("late", units=4, day=day(2)))
    (days,) = read(shop)
    assert list(days.sold) == [0.0, 0.0, 4.0, 0.0, 1.0]
    assert days.closing_stock == [10.0, 10.0, 6.0, 6.0, 5.0]


def test_returns_are_not_netted_against_sales(shop: Shop) -> None:
    back = replace(shop.receipt("b1", units=2, day=day(1)), kind=MovementKind.RETURN)
    book(shop, shop.receipt("r1", day=day(0)), shop.sale("s1", units=3, day=day(1)), back)
    (days,) = read(shop)
    assert days.sold[1] == 3.0
    assert days.closing_stock[1] == 9.0


def test_each_key_has_its_own_days(shop: Shop) -> None:
    post = replace(shop.receipt("r2", units=4, day=day(3)), key=shop.key("POST"))
    book(shop, shop.receipt("r1", units=1, day=day(0)), post)
    days = {each.key: each.closing_stock for each in read(shop)}
    assert days == {
        shop.key(): [1.0] * 5,
        shop.key("POST"): [None, None, None, 4.0, 4.0],
    }


def test_pieces_of_units_add_up_without_drift(shop: Shop) -> None:
    tenths = [replace(shop.receipt(f"r{n}", day=day(0)), change=Decimal("0.1")) for n in range(10)]
    book(shop, *tenths)
    (days,) = read(shop)
    assert days.closing_stock == [1.0] * 5


def test_a_range_that_ends_before_it_begins_is_empty(shop: Shop) -> None:
    book(shop, shop.sale("s1"))
    assert read(shop, first=TODAY, last=FIRST) == []


def test_a_day_says_when_it_was_and_the_order_of_booking_does_not_matter(shop: Shop) -> None:
    book(shop, shop.sale("s2", units=3, day=day(3)), shop.sale("s1", units=1, day=day(1)))
    book(shop, shop.receipt("r1", units=10, day=day(0)))
    (days,) = read(shop)
    assert list(days.sold) == [0.0, 1.0, 0.0, 3.0, 0.0]
    assert days.closing_stock == [10.0, 9.0, 9.0, 6.0, 6.0]


def test_a_count_of_nothing_makes_an_empty_shelf_known(shop: Shop) -> None:
    nothing = counted_movement(
        shop.key(),
        counted=Decimal(0),
        on_hand=Decimal(0),
        occurred_at=NOW,
        day=day(1),
        reference="c1",
    )
    book(shop, nothing)
    (days,) = read(shop)
    assert days.closing_stock == [None, 0.0, 0.0, 0.0, 0.0]

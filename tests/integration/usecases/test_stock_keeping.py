from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from stockcli.domain.catalogue import Location
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import LocationId
from stockcli.domain.ledger import MovementKind
from stockcli.usecases.inventory import sales_of, stock_lines, stock_of
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.stock_keeping import count_stock, record_movement, reserve, transfer_stock
from tests.fixtures.corner_shop import NOW, TODAY


def on_hand(unit: UnitOfWork, sku: str) -> dict[str, Decimal]:
    return {line.location.code: line.level.on_hand for line in stock_of(unit, sku, day=TODAY)}


def book(unit: UnitOfWork, kind: MovementKind, units: int, reference: str) -> bool:
    return record_movement(
        unit, "TEA", kind=kind, units=Decimal(units), location=None, reference=reference, now=NOW
    )


def test_a_sale_leaves_the_shelf_and_a_return_comes_back(corner_shop: UnitOfWork) -> None:
    book(corner_shop, MovementKind.SALE, 5, "till-1")
    book(corner_shop, MovementKind.RETURN, 2, "till-2")
    assert on_hand(corner_shop, "TEA") == {"SHOP": 17}


def test_the_same_reference_is_booked_once(corner_shop: UnitOfWork) -> None:
    assert book(corner_shop, MovementKind.SALE, 5, "till-1")
    assert not book(corner_shop, MovementKind.SALE, 5, "till-1")
    assert on_hand(corner_shop, "TEA") == {"SHOP": 15}


def test_an_adjustment_may_take_away(corner_shop: UnitOfWork) -> None:
    book(corner_shop, MovementKind.ADJUSTMENT, -3, "broken")
    assert on_hand(corner_shop, "TEA") == {"SHOP": 17}


def test_a_sale_of_nothing_is_refused(corner_shop: UnitOfWork) -> None:
    with pytest.raises(InvalidInputError, match="above zero"):
        book(corner_shop, MovementKind.SALE, 0, "till-1")


def test_a_count_books_the_difference(corner_shop: UnitOfWork) -> None:
    difference = count_stock(
        corner_shop, "TEA", counted=Decimal(18), location=None, reference="c-2", now=NOW
    )
    assert difference == -2
    assert on_hand(corner_shop, "TEA") == {"SHOP": 18}


def test_a_transfer_moves_stock_between_two_places_at_once(corner_shop: UnitOfWork) -> None:
    with corner_shop:
        corner_shop.locations.put([Location(id=LocationId(0), code="BACK", name="Back room")])
        corner_shop.commit()
    transfer_stock(
        corner_shop,
        "SOAP",
        units=Decimal(100),
        origin="SHOP",
        destination="BACK",
        reference="t-1",
        now=NOW,
    )
    assert on_hand(corner_shop, "SOAP") == {"BACK": 100, "SHOP": 800}


def test_a_transfer_to_nowhere_changes_nothing(corner_shop: UnitOfWork) -> None:
    with pytest.raises(NotFoundError):
        transfer_stock(
            corner_shop,
            "SOAP",
            units=Decimal(100),
            origin="SHOP",
            destination="MOON",
            reference="t-1",
            now=NOW,
        )
    assert on_hand(corner_shop, "SOAP") == {"SHOP": 900}


def test_what_is_promised_no_longer_counts_as_available(corner_shop: UnitOfWork) -> None:
    reserve(corner_shop, "SOAP", units=Decimal(850), location=None)
    (line,) = stock_of(corner_shop, "SOAP", day=TODAY)
    assert [line.level.on_hand, line.level.position] == [900, 50]


def test_an_unknown_product_is_named_with_its_nearest(corner_shop: UnitOfWork) -> None:
    with pytest.raises(NotFoundError) as caught:
        stock_of(corner_shop, "TEEA", day=TODAY)
    assert "TEA" in caught.value.hint


def test_sales_of_the_last_days_are_those_before_today(corner_shop: UnitOfWork) -> None:
    (series,) = sales_of(corner_shop, "TEA", days=7, day=TODAY)
    assert sum(series.sold) == 70


def test_before_the_first_forecast_nothing_is_judged_low(corner_shop: UnitOfWork) -> None:
    assert stock_lines(corner_shop, day=TODAY, low_only=True) == []


def day_of_last_sale(unit: UnitOfWork) -> date:
    with unit.reading():
        span = unit.ledger.first_and_last_sale_day()
    assert span is not None
    return span[1]


def test_a_sale_by_hand_belongs_to_today(corner_shop: UnitOfWork) -> None:
    book(corner_shop, MovementKind.SALE, 1, "till-1")
    assert day_of_last_sale(corner_shop) == TODAY


def test_a_sale_by_hand_in_a_shop_of_old_records_does_not_turn_years_into_silence(
    corner_shop: UnitOfWork,
) -> None:
    record_movement(
        corner_shop,
        "TEA",
        kind=MovementKind.SALE,
        units=Decimal(1),
        location=None,
        reference="till-1",
        now=NOW + timedelta(days=4000),
    )
    assert day_of_last_sale(corner_shop) == TODAY


def test_a_sale_by_hand_may_name_its_day(corner_shop: UnitOfWork) -> None:
    record_movement(
        corner_shop,
        "TEA",
        kind=MovementKind.SALE,
        units=Decimal(1),
        location=None,
        reference="till-1",
        now=NOW + timedelta(days=9),
        on=TODAY + timedelta(days=2),
    )
    assert day_of_last_sale(corner_shop) == TODAY + timedelta(days=2)


@pytest.mark.parametrize("on", [date(9999, 12, 31), TODAY + timedelta(days=1), date(26, 3, 2)])
def test_a_day_to_come_or_long_gone_is_refused_before_anything_is_booked(
    corner_shop: UnitOfWork, on: date
) -> None:
    with pytest.raises(InvalidInputError, match="no day to work with"):
        record_movement(
            corner_shop,
            "TEA",
            kind=MovementKind.SALE,
            units=Decimal(1),
            location=None,
            reference="till-1",
            now=NOW,
            on=on,
        )
    assert on_hand(corner_shop, "TEA") == {"SHOP": 20}


def test_a_transfer_of_the_same_reference_is_booked_once(corner_shop: UnitOfWork) -> None:
    with corner_shop:
        corner_shop.locations.put([Location(id=LocationId(0), code="BACK", name="Back room")])
        corner_shop.commit()
    booked = [
        transfer_stock(
            corner_shop,
            "TEA",
            units=Decimal(8),
            origin="SHOP",
            destination="back",
            reference="t-1",
            now=NOW,
            note="for the fair",
        )
        for _ in range(2)
    ]
    assert booked == [True, False]
    assert on_hand(corner_shop, "TEA") == {"SHOP": 12, "BACK": 8}


def test_a_transfer_to_where_it_is_already_is_refused(corner_shop: UnitOfWork) -> None:
    with pytest.raises(InvalidInputError, match="SHOP is where it is already"):
        transfer_stock(
            corner_shop,
            "TEA",
            units=Decimal(8),
            origin="SHOP",
            destination="shop",
            reference="t-1",
            now=NOW,
        )

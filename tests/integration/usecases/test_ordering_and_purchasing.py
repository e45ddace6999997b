from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from stockcli.domain.catalogue import ProductStatus
from stockcli.domain.errors import (
    ConflictError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
)
from stockcli.domain.purchasing import OrderStatus
from stockcli.persistence.database import Database
from stockcli.usecases.inventory import stock_of
from stockcli.usecases.lifecycle import set_status
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import (
    approve_order,
    cancel_order,
    order_row,
    order_rows,
    receive_order,
)
from stockcli.usecases.restocking import RestockOutcome, preview_restock, restock_by_hand
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, add_shop, stock_up


def order_tea(unit: UnitOfWork, units: int | None = 50) -> RestockOutcome:
    return restock_by_hand(
        unit,
        "TEA",
        None if units is None else Decimal(units),
        location=None,
        reason="party",
        author="manager:ana",
        now=NOW,
    )


def test_an_order_by_hand_is_approved_within_the_limits(corner_shop: UnitOfWork) -> None:
    outcome = order_tea(corner_shop)
    assert [outcome.status, outcome.quantity, outcome.total] == [OrderStatus.APPROVED, 50, 100]


def test_the_preview_says_exactly_what_the_order_does(corner_shop: UnitOfWork) -> None:
    preview = preview_restock(corner_shop, "TEA", Decimal(50), location=None, now=NOW)
    outcome = order_tea(corner_shop)
    assert (preview.quantity, preview.total) == (outcome.quantity, outcome.total)


def test_what_is_on_order_is_not_ordered_again(corner_shop: UnitOfWork) -> None:
    first = order_tea(corner_shop)
    with pytest.raises(ConflictError, match=first.order_number):
        order_tea(corner_shop)
    assert len(order_rows(corner_shop)) == 1


def test_an_order_by_hand_above_the_limit_waits_for_approval(corner_shop: UnitOfWork) -> None:
    outcome = order_tea(corner_shop, 600)
    assert outcome.status is OrderStatus.DRAFT
    assert "approval limit" in outcome.remark


def test_an_order_that_passes_the_maximum_stock_is_refused(corner_shop: UnitOfWork) -> None:
    with corner_shop:
        tea = replace(corner_shop.products.get("TEA"), maximum_stock=Decimal(60))
        corner_shop.products.put([tea])
        corner_shop.commit()
    with pytest.raises(LimitExceededError, match="maximum of 60"):
        order_tea(corner_shop)


def test_a_discontinued_product_is_not_ordered(corner_shop: UnitOfWork) -> None:
    set_status(corner_shop, "TEA", ProductStatus.DISCONTINUED)
    with pytest.raises(ConflictError, match="discontinued"):
        order_tea(corner_shop)


def test_an_order_of_nothing_is_refused(corner_shop: UnitOfWork) -> None:
    with pytest.raises(InvalidInputError, match="above zero"):
        order_tea(corner_shop, 0)


def test_goods_that_arrive_in_parts_add_up(corner_shop: UnitOfWork) -> None:
    number = order_tea(corner_shop).order_number
    part = receive_order(corner_shop, number, receipt="n-1", now=NOW, arrived={"TEA": Decimal(20)})
    rest = receive_order(corner_shop, number, receipt="n-2", now=NOW)
    assert (part.status, rest.status) == (OrderStatus.PARTLY_RECEIVED, OrderStatus.RECEIVED)
    (line,) = stock_of(corner_shop, "TEA", day=TODAY)
    assert [line.level.on_hand, line.level.on_order] == [70, 0]


def test_a_product_that_was_not_ordered_is_not_received(corner_shop: UnitOfWork) -> None:
    number = order_tea(corner_shop).order_number
    with pytest.raises(InvalidInputError):
        receive_order(corner_shop, number, receipt="n-1", now=NOW, arrived={"SOAP": Decimal(1)})


def test_a_cancelled_order_takes_no_goods(corner_shop: UnitOfWork) -> None:
    number = order_tea(corner_shop).order_number
    cancel_order(corner_shop, number, now=NOW)
    with pytest.raises(ConflictError, match="cancelled"):
        receive_order(corner_shop, number, receipt="n-1", now=NOW)


def test_after_a_cancellation_the_product_can_be_ordered_again(corner_shop: UnitOfWork) -> None:
    cancel_order(corner_shop, order_tea(corner_shop).order_number, now=NOW)
    assert order_tea(corner_shop).status is OrderStatus.APPROVED


def test_an_order_is_approved_once(corner_shop: UnitOfWork) -> None:
    number = order_tea(corner_shop, 600).order_number
    assert approve_order(corner_shop, number, by="ana", now=NOW).approved_by == "ana"
    with pytest.raises(ConflictError):
        approve_order(corner_shop, number, by="ana", now=NOW)


def test_a_shop_never_sees_its_neighbours_orders(
    corner_shop: UnitOfWork, sqlite_database: Database
) -> None:
    other = sqlite_database.unit_of_work(add_shop(sqlite_database.directory(), "globex"))
    stock_up(other, {"TEA": Shelf(per_day=3, on_hand=4, name="Not your tea")})
    number = order_tea(corner_shop).order_number
    assert order_rows(other) == []
    with pytest.raises(NotFoundError):
        order_row(other, number)
    with pytest.raises(NotFoundError):
        cancel_order(other, number, now=NOW)


@pytest.mark.parametrize("again", ["N-1", "n-1", " n - 1 "])
def test_a_delivery_note_is_the_same_however_it_is_typed(
    corner_shop: UnitOfWork, again: str
) -> None:
    number = order_tea(corner_shop).order_number
    part = {"TEA": Decimal(20)}
    receive_order(corner_shop, number, receipt="n-1", now=NOW, arrived=part)
    with pytest.raises(ConflictError, match="booked"):
        receive_order(corner_shop, number, receipt=again, now=NOW, arrived=part)


def test_the_policys_quantity_by_hand_goes_up_to_the_level_a_minimum_moves(
    corner_shop: UnitOfWork,
) -> None:
    set_minimum(corner_shop, "SOAP", Decimal(1000), location=None, reason="", author="ana", now=NOW)
    outcome = restock_by_hand(
        corner_shop, "SOAP", None, location=None, reason="fair", author="ana", now=NOW
    )
    assert outcome.quantity == 101


def test_the_reason_of_an_order_by_hand_is_kept_with_it(corner_shop: UnitOfWork) -> None:
    assert order_row(corner_shop, order_tea(corner_shop).order_number).order.note == "party"


def test_an_order_by_hand_that_waits_is_told_to_the_manager(corner_shop: UnitOfWork) -> None:
    order_tea(corner_shop, 600)
    with corner_shop.reading():
        assert corner_shop.outbox.counts() == {"pending": 1}

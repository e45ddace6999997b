"""The mark of a shop's days: whether anything before a day changed, told without reading it all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import StockMovement
from tests.fixtures.corner_shop import TODAY
from tests.integration.persistence.street import Shop

YESTERDAY = TODAY - timedelta(days=1)


def mark(shop: Shop) -> str:
    with shop.unit.reading():
        return shop.unit.ledger.mark_of_days(YESTERDAY)


def book(shop: Shop, *movements: StockMovement) -> None:
    with shop.unit:
        shop.unit.ledger.book(movements)
        shop.unit.commit()


@pytest.fixture
def trading(shop: Shop) -> Shop:
    book(shop, shop.sale("s1", units=3, day=YESTERDAY))
    return shop


def test_the_same_days_have_the_same_mark(trading: Shop) -> None:
    assert mark(trading) == mark(trading)


def test_what_moves_today_does_not_change_the_mark_of_yesterday(trading: Shop) -> None:
    before = mark(trading)
    book(trading, trading.sale("s2", day=TODAY))
    assert mark(trading) == before


@pytest.mark.parametrize("days_ago", [1, 2, 400])
def test_a_sale_that_arrives_late_changes_it(trading: Shop, days_ago: int) -> None:
    before = mark(trading)
    book(trading, trading.sale("s2", day=TODAY - timedelta(days=days_ago)))
    assert mark(trading) != before


def test_it_tells_apart_whose_sale_it_was(trading: Shop) -> None:
    one, other = (
        replace(
            trading.sale("s2", day=YESTERDAY),
            key=StockKey(trading.products[sku].id, trading.location.id),
        )
        for sku in ("85123A", "POST")
    )
    with trading.unit:
        trading.unit.ledger.book([one])
        first = trading.unit.ledger.mark_of_days(YESTERDAY)
    with trading.unit:
        trading.unit.ledger.book([other])
        assert trading.unit.ledger.mark_of_days(YESTERDAY) != first


def test_an_absurd_quantity_overflows_nothing(trading: Shop) -> None:
    before = mark(trading)
    absurd = replace(trading.receipt("r1", day=YESTERDAY), change=Decimal(999_999_999_999))
    book(trading, absurd)
    assert mark(trading) != before

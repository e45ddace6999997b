from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from stockcli.domain.lead_times import Delivery
from stockcli.domain.ledger import MovementKind
from stockcli.domain.purchasing import OrderStatus
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.street import Shop

LONG_AGO = TODAY - timedelta(days=730)


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def order(shop: Shop, number: str, *, ago: int, sent_ago: int | None = None) -> None:
    """Store an order that was dated so long ago, and sent, and due five days after its date."""
    made = shop.order(
        number,
        status=OrderStatus.RECEIVED,
        ordered_on=day(ago),
        expected_on=day(ago - 5),
        created_at=NOW - timedelta(days=ago),
        sent_at=None if sent_ago is None else NOW - timedelta(days=sent_ago),
    )
    shop.unit.orders.add(made)


def receive(shop: Shop, number: str, *ago: int) -> None:
    shop.unit.ledger.book(
        [shop.receipt(f"receipt:{number}:note-{one}:7", day=day(one)) for one in ago]
    )


def delivery(shop: Shop, *days_ago: int) -> Delivery:
    """Return a delivery placed, promised, first and last received so many days ago."""
    placed, promised, first, last = map(day, days_ago)
    return Delivery(
        supplier_id=shop.supplier.id,
        placed_on=placed,
        promised_on=promised,
        first_received_on=first,
        last_received_on=last,
    )


def test_a_delivery_is_told_from_when_its_order_left_to_the_last_of_its_goods(shop: Shop) -> None:
    with shop.unit:
        order(shop, "PO-1", ago=30, sent_ago=28)
        order(shop, "PO-11", ago=20)
        order(shop, "PO-2", ago=9)
        receive(shop, "PO-1", 24, 21, 22)
        receive(shop, "PO-11", 12)
        assert shop.unit.deliveries.since(LONG_AGO) == [
            delivery(shop, 28, 25, 24, 21),
            delivery(shop, 20, 15, 12, 12),
        ]
        assert shop.unit.deliveries.since(day(20)) == [delivery(shop, 20, 15, 12, 12)]
        assert shop.unit.deliveries.since(day(19)) == []


def test_what_is_no_receipt_of_an_order_is_no_delivery(shop: Shop) -> None:
    with shop.unit:
        order(shop, "PO-1", ago=30)
        found = replace(
            shop.receipt("receipt:PO-1:other:7", day=day(2)), kind=MovementKind.ADJUSTMENT
        )
        shop.unit.ledger.book([found, shop.receipt("receipts", day=day(1))])
        receive(shop, "PO-9", 4)
        assert shop.unit.deliveries.since(LONG_AGO) == []


def test_a_neighbours_receipts_say_nothing_of_an_order_of_the_same_number(
    shop: Shop, neighbour: Shop
) -> None:
    with neighbour.unit.reading():
        (theirs,) = neighbour.unit.orders.all()
    with shop.unit:
        order(shop, theirs.number, ago=30)
        receive(shop, theirs.number, 20)
        assert len(shop.unit.deliveries.since(LONG_AGO)) == 1
    with neighbour.unit.reading():
        assert neighbour.unit.deliveries.since(LONG_AGO) == []

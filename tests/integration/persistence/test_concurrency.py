from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import TypeVar

from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import counted_movement
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.street import Shop, message, run

WRITERS = 4
ROUNDS = 10
Found = TypeVar("Found")


def at_once(
    database: Database, shop: Shop, work: Callable[[UnitOfWork, int], Found]
) -> list[Found]:
    """Let four writers with a unit each do the same work, starting together."""
    barrier = Barrier(WRITERS)

    def start(number: int) -> Found:
        unit = database.unit_of_work(shop.tenant)
        barrier.wait()
        return work(unit, number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(start, range(WRITERS)))


def on_hand(unit: UnitOfWork, key: StockKey) -> Decimal:
    return unit.ledger.levels([key])[key].on_hand


def test_the_stock_on_hand_is_the_ledgers_sum_under_four_writers(
    database: Database, shop: Shop
) -> None:
    def sell(unit: UnitOfWork, writer: int) -> None:
        for number in range(ROUNDS):
            with unit:
                unit.ledger.book([shop.sale(f"{writer}:{n}:{number}", units=3) for n in range(5)])
                unit.ledger.book([shop.sale(f"shared:{number}")])
                unit.commit()

    at_once(database, shop, sell)
    with shop.unit.reading():
        booked = shop.unit.ledger.movements(shop.key(), limit=10_000)
        assert len(booked) == WRITERS * ROUNDS * 5 + ROUNDS
        assert on_hand(shop.unit, shop.key()) == sum(movement.change for movement in booked)
        assert shop.unit.ledger.levels()[shop.key()].version == len(booked)
        assert shop.unit.version() > 0


def test_counts_read_and_book_without_another_writer_between(
    database: Database, shop: Shop
) -> None:
    def count(unit: UnitOfWork, writer: int) -> None:
        for number in range(ROUNDS):
            with unit:
                found = counted_movement(
                    shop.key(),
                    counted=Decimal(100 + writer),
                    on_hand=on_hand(unit, shop.key()),
                    occurred_at=NOW,
                    day=TODAY,
                    reference=f"{writer}:{number}",
                )
                unit.ledger.book([found])
                unit.commit()

    at_once(database, shop, count)
    with shop.unit.reading():
        assert on_hand(shop.unit, shop.key()) in {100, 101, 102, 103}


def test_order_numbers_are_never_given_twice(database: Database, shop: Shop) -> None:
    def number(unit: UnitOfWork, _writer: int) -> list[str]:
        numbers = []
        for _ in range(ROUNDS):
            with unit:
                numbers.append(unit.orders.next_number())
                unit.commit()
        return numbers

    given = [each for numbers in at_once(database, shop, number) for each in numbers]
    assert len(set(given)) == WRITERS * ROUNDS


def test_one_of_four_orders_for_a_product_is_stored(database: Database, shop: Shop) -> None:
    def order(unit: UnitOfWork, writer: int) -> bool:
        try:
            with unit:
                unit.orders.add(shop.order(f"PO-{writer}"))
                unit.commit()
        except ConflictError:
            return False
        return True

    assert sum(at_once(database, shop, order)) == 1
    with shop.unit.reading():
        assert shop.unit.ledger.levels()[shop.key()].on_order == 12


def test_one_of_four_claims_takes_the_lease(database: Database, shop: Shop) -> None:
    def claim(unit: UnitOfWork, writer: int) -> int | None:
        with unit:
            epoch = unit.runs.claim(run(f"run-{writer}"), NOW + timedelta(hours=1))
            unit.commit()
        return epoch

    epochs = at_once(database, shop, claim)
    assert sorted(epochs, key=str) == [1, None, None, None]


def test_no_message_is_claimed_by_two_dispatchers(database: Database, shop: Shop) -> None:
    with shop.unit:
        shop.unit.outbox.put([message(f"m{number:02}") for number in range(40)])
        shop.unit.commit()

    def dispatch(unit: UnitOfWork, _writer: int) -> list[str]:
        claimed = []
        for _ in range(ROUNDS):
            with unit:
                due = unit.outbox.claim_due(NOW, NOW + timedelta(minutes=5), 3)
                unit.commit()
            claimed += [each.idempotency_key for each in due]
        return claimed

    claimed = [key for keys in at_once(database, shop, dispatch) for key in keys]
    assert sorted(claimed) == [f"m{number:02}" for number in range(40)]

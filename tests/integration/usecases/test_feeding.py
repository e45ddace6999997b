"""A till's lines in the ledger: idempotent, in order, and the same sums however they came."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from stockcli.domain.audit import Actor
from stockcli.domain.catalogue import Location
from stockcli.domain.errors import RateLimitedError
from stockcli.domain.identifiers import LocationId, StockKey
from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.usecases.feeding import Answer, book_batch, read_line
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import NOW, Shelf, add_shop, stock_up
from tests.fixtures.truths import breaches

EARLIER = (NOW - timedelta(hours=1)).isoformat()
BEFORE_THE_COUNT = (NOW - timedelta(hours=9)).isoformat()
"""The shelves were counted six hours ago."""


@pytest.fixture
def shop(database: Database) -> UnitOfWork:
    """Tea and soap in a shop with a back room, on one backend after the other."""
    return opened(database, "acme")


def opened(database: Database, slug: str) -> UnitOfWork:
    unit = database.unit_of_work(add_shop(database.directory(), slug))
    stock_up(unit, {"TEA": Shelf(per_day=10, on_hand=20), "SOAP": Shelf(per_day=1, on_hand=90)})
    with unit:
        unit.locations.put([Location(id=LocationId(0), code="BACK", name="Back room")])
        unit.commit()
    return unit


def line(identifier: str, kind: str = "sale", units: Any = 1, **more: Any) -> dict[str, Any]:
    return {"id": identifier, "kind": kind, "sku": "TEA", "quantity": units} | more


def void(identifier: str) -> dict[str, Any]:
    return {"id": identifier, "kind": "void"}


def feed(unit: UnitOfWork, *lines: dict[str, Any]) -> list[Answer]:
    return book_batch(unit, [read_line(json.dumps(one).encode()) for one in lines], now=NOW)


def statuses(answers: list[Answer]) -> list[str]:
    return [answer.status.value for answer in answers]


def on_hand(unit: UnitOfWork, sku: str = "TEA", place: str = "SHOP") -> Decimal:
    with unit.reading():
        key = StockKey(unit.products.get(sku).id, unit.locations.get(place).id)
        return unit.ledger.levels([key])[key].on_hand


def test_each_kind_moves_the_shelf_its_own_way(shop: UnitOfWork, database_url: str) -> None:
    lines = [
        line("1", "sale", 3),
        line("2", "return"),
        line("3", "receipt", 12),
        line("4", "adjustment", -2),
        line("5", "transfer", 8, to="back"),
        line("6", "count", 5, location="BACK"),
    ]
    assert statuses(feed(shop, *lines)) == ["booked"] * 6
    assert [on_hand(shop), on_hand(shop, place="BACK")] == [20, 5]
    assert breaches(database_url) == {}


def test_the_same_lines_again_book_nothing(shop: UnitOfWork) -> None:
    lines = [line("1", "sale", 3), line("2", "transfer", 2, to="BACK"), line("3", "count", 9)]
    feed(shop, *lines)
    with shop.reading():
        version = shop.version()
    assert statuses(feed(shop, *lines)) == ["known"] * 3
    with shop.reading():
        assert shop.version() == version


def test_an_id_twice_in_one_batch_is_booked_once(shop: UnitOfWork) -> None:
    assert statuses(feed(shop, line("1"), line("1"))) == ["booked", "known"]
    assert on_hand(shop) == 19


@pytest.mark.parametrize(
    "other",
    [
        line("1", "sale", 4),
        line("1", "receipt", 3),
        line("1", "sale", 3, sku="SOAP"),
        line("1", "sale", 3, location="BACK"),
        line("1", "transfer", 3, to="BACK"),
    ],
)
def test_an_id_that_stands_for_two_things_is_refused(
    shop: UnitOfWork, other: dict[str, Any]
) -> None:
    feed(shop, line("1", "sale", 3))
    (answer,) = feed(shop, other)
    assert answer.status == "refused"
    assert answer.reason == "this id was booked before as something else, a sale of 3 units"
    assert on_hand(shop) == 17


def test_a_transfer_elsewhere_under_the_same_id_is_refused(shop: UnitOfWork) -> None:
    with shop:
        shop.locations.put([Location(id=LocationId(0), code="YARD", name="Yard")])
        shop.commit()
    feed(shop, line("1", "transfer", 2, to="BACK"))
    assert statuses(feed(shop, line("1", "transfer", 2, to="YARD"))) == ["refused"]


def test_a_bad_line_does_not_stop_the_others(shop: UnitOfWork) -> None:
    answers = feed(
        shop,
        line("1"),
        line("2", sku="GIN"),
        line("3", location="ATTIC"),
        line("4", "transfer", to="SHOP"),
        line("5", at=(NOW + timedelta(hours=1)).isoformat()),
        line("6", at="1989-01-01T00:00:00Z"),
        line("7", units="many"),
        line("8"),
    )
    assert statuses(answers) == ["booked", *["refused"] * 6, "booked"]
    assert [answer.reason for answer in answers[1:4]] == [
        "there is no product 'GIN'",
        "there is no location 'ATTIC'",
        "a transfer goes from one location to another",
    ]
    assert on_hand(shop) == 18


def test_a_till_a_little_ahead_of_our_clock_sells_now(shop: UnitOfWork) -> None:
    ahead = (NOW + timedelta(minutes=2)).isoformat()
    assert statuses(feed(shop, line("1", at=ahead))) == ["booked"]
    with shop.reading():
        key = StockKey(shop.products.get("TEA").id, shop.locations.get("SHOP").id)
        (movement,) = shop.ledger.movements(key, 1)
    assert movement.occurred_at == NOW


def test_a_count_sees_what_came_before_it_in_the_batch_and_not_what_came_after(
    shop: UnitOfWork,
) -> None:
    feed(shop, line("1", "sale", 3), line("2", "count", 10), line("3", "sale", 2))
    assert on_hand(shop) == 8


def test_what_happened_before_a_count_and_arrives_later_leaves_it_true(
    shop: UnitOfWork, database_url: str
) -> None:
    late = [line("1", "sale", 3, at=BEFORE_THE_COUNT), line("2", "receipt", 5, at=BEFORE_THE_COUNT)]
    assert statuses(feed(shop, *late, line("3"))) == ["booked"] * 3
    assert on_hand(shop) == 19
    feed(shop, *late)
    assert on_hand(shop) == 19
    assert breaches(database_url) == {}


def test_a_count_older_than_a_movement_is_refused(shop: UnitOfWork) -> None:
    answers = feed(shop, line("1"), line("2", "count", 7, at=EARLIER))
    assert answers[1].reason == "it moved on 2024-04-30, after it was counted: count again"
    assert on_hand(shop) == 19


def test_a_count_older_than_a_movement_booked_before_is_refused(shop: UnitOfWork) -> None:
    feed(shop, line("1"))
    assert statuses(feed(shop, line("2", "count", 7, at=EARLIER))) == ["refused"]


def test_a_void_takes_back_a_movement_once_with_both_its_legs(
    shop: UnitOfWork, database_url: str
) -> None:
    feed(shop, line("1", "receipt", 12), line("2", "transfer", 8, to="BACK"))
    assert statuses(feed(shop, void("1"), void("2"), void("2"))) == ["booked", "booked", "known"]
    assert statuses(feed(shop, line("1", "receipt", 12), void("1"))) == ["known", "known"]
    assert [on_hand(shop), on_hand(shop, place="BACK")] == [20, 0]
    assert breaches(database_url) == {}


def test_what_was_never_booked_or_counted_is_not_voided(shop: UnitOfWork) -> None:
    answers = feed(shop, void("9"), line("1", "count", 20), void("1"))
    assert [answer.reason for answer in answers] == [
        "no movement of this id was booked: there is nothing to void",
        None,
        "a count is not voided: count again",
    ]


def test_a_colon_in_an_id_stands_for_nothing(shop: UnitOfWork) -> None:
    feed(shop, line("1", "transfer", 2, to="BACK"))
    assert statuses(feed(shop, line("1:in"), line("1:void"))) == ["booked", "booked"]
    assert statuses(feed(shop, void("1"))) == ["booked"]


def test_the_shelf_may_go_below_zero_as_by_any_other_way(shop: UnitOfWork) -> None:
    assert statuses(feed(shop, line("1", "sale", 30))) == ["booked"]
    assert on_hand(shop) == -10


def mixed(lines: int, seed: int) -> list[dict[str, Any]]:
    """Return lines of every kind, some late, some twice, some nonsense."""
    chance, made = random.Random(seed), []
    for number in range(lines):
        kind = chance.choice(["sale", "sale", "sale", "return", "receipt", "adjustment", "count"])
        one = line(f"t/{number}", kind, chance.randint(1, 9), sku=chance.choice(["TEA", "SOAP"]))
        if chance.random() < 0.2 and kind != "count":
            one["at"] = chance.choice([EARLIER, BEFORE_THE_COUNT])
        if chance.random() < 0.1:
            one |= {"kind": "transfer", "to": "BACK"}
        made.append(one)
        if chance.random() < 0.1:
            made.append(void(f"t/{chance.randint(0, number)}"))
    return made


@pytest.mark.parametrize("size", [7, 400])
def test_any_mix_in_any_batches_ends_where_line_by_line_does(
    size: int, shop: UnitOfWork, database: Database, database_url: str
) -> None:
    lines, slow = mixed(120, seed=3), opened(database, "slow")
    answers = [
        answer
        for start in range(0, len(lines), size)
        for answer in feed(shop, *lines[start : start + size])
    ]
    assert answers == [answer for one in lines for answer in feed(slow, one)]
    assert {"booked", "refused"} <= set(statuses(answers))
    assert breaches(database_url) == {}
    for sku, place in (("TEA", "SHOP"), ("SOAP", "SHOP"), ("TEA", "BACK"), ("SOAP", "BACK")):
        assert on_hand(shop, sku, place) == on_hand(slow, sku, place)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database._engine, "before_cursor_execute", note)
    yield seen
    event.remove(database._engine, "before_cursor_execute", note)


def test_a_thousand_lines_take_as_many_statements_as_ten(
    shop: UnitOfWork, database: Database
) -> None:
    feed(shop, line("first"))
    counted = []
    for size in (10, 1000):
        kinds = ("sale", "return", "receipt", "count")
        lines = [line(f"{size}/{number}", kinds[number % 4], 2) for number in range(size)]
        with statements(database) as seen:
            assert set(statuses(feed(shop, *lines))) == {"booked"}
        counted.append(len(seen))
    assert counted[0] == counted[1] < 25


def test_a_batch_is_one_change_of_the_tokens_allowance(sqlite_database: Database) -> None:
    shop = add_shop(sqlite_database.directory())
    stock_up(sqlite_database.unit_of_work(shop), {"TEA": Shelf(per_day=1, on_hand=20)})
    directory = sqlite_database.directory()
    secret = directory.create_token(
        role=Role.MANAGER, tenant_slug="acme", label="till", expires_at=None, writes_per_minute=2
    )
    who = directory.authenticate(secret)
    unit = sqlite_database.unit_of_work(shop, Actor(token_id=who.token_id))
    feed(unit, *(line(f"a{number}") for number in range(50)))
    feed(unit, line("b"))
    assert statuses(feed(unit, line("b"))) == ["known"]
    with pytest.raises(RateLimitedError):
        feed(unit, line("c"))
    assert on_hand(unit) == -31

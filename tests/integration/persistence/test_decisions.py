from __future__ import annotations

from decimal import Decimal

import pytest

from stockcli.domain.decisions import Action
from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import RunId
from stockcli.persistence.database import Database
from tests.fixtures.corner_shop import NOW, SteppingClock
from tests.fixtures.databases import unfenced
from tests.integration.persistence.street import Shop


def test_decisions_come_back_as_they_were_made(shop: Shop) -> None:
    made = [shop.decision(order_number="PO-00003"), shop.decision("POST", action=Action.IGNORE)]
    with shop.unit:
        ids = shop.unit.decisions.add(RunId("run-1"), made)
        assert shop.unit.decisions.latest() == {each.key: each for each in made}
    assert ids.keys() == {each.key for each in made}


def test_one_decision_of_a_key_and_run_stands(shop: Shop) -> None:
    with shop.unit:
        first = shop.unit.decisions.add(RunId("run-1"), [shop.decision()])
        again = shop.unit.decisions.add(RunId("run-1"), [shop.decision(quantity=Decimal(99))])
        assert again == first
        assert shop.unit.decisions.latest()[shop.key()].quantity == 12


def test_deciding_nothing_is_fine(shop: Shop) -> None:
    with shop.unit:
        assert shop.unit.decisions.add(RunId("run-1"), []) == {}
        assert shop.unit.decisions.latest() == {}


def test_the_latest_decision_of_each_key_is_the_one_made_last(
    shop: Shop, clock: SteppingClock
) -> None:
    later = shop.decision(quantity=Decimal(5))
    with shop.unit:
        shop.unit.decisions.add(RunId("run-1"), [shop.decision(), shop.decision("POST")])
        clock.advance(days=1)
        shop.unit.decisions.add(RunId("run-2"), [later])
        assert shop.unit.decisions.latest()[shop.key()] == later
        assert shop.unit.decisions.of_key(shop.key(), 5) == [
            (clock.now(), later),
            (NOW, shop.decision()),
        ]
        assert shop.unit.decisions.of_key(shop.key(), 1) == [(clock.now(), later)]


def test_a_run_shows_what_it_decided_in_that_order(shop: Shop) -> None:
    paid = shop.decision(prompt_tokens=70, reply_tokens=9, price_usd=Decimal("0.000012345"))
    with shop.unit:
        shop.unit.decisions.add(RunId("run-1"), [paid, shop.decision("POST")])
        shop.unit.decisions.add(RunId("run-2"), [shop.decision()])
        assert shop.unit.decisions.of_run(RunId("run-1")) == [paid, shop.decision("POST")]
        assert shop.unit.decisions.of_run(RunId("run-3")) == []


def test_a_neighbours_decisions_are_not_shown(shop: Shop, neighbour: Shop) -> None:
    with shop.unit.reading():
        assert shop.unit.decisions.of_run(RunId("run-1")) == []
        assert shop.unit.decisions.of_key(neighbour.key(), 5) == []


@pytest.mark.parametrize("statement", ["UPDATE decision SET reason = ''", "DELETE FROM decision"])
def test_decisions_are_neither_changed_nor_deleted(
    shop: Shop, database: Database, statement: str
) -> None:
    with pytest.raises(ConflictError, match="a record"), unfenced(database) as connection:
        connection.exec_driver_sql(statement)

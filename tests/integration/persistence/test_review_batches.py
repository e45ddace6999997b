from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from stockcli.domain.batches import BatchStatus
from stockcli.domain.identifiers import RunId
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import NOW
from tests.integration.persistence.street import Shop, review_batch
from tests.integration.persistence.test_concurrency import at_once

RUN = RunId("run-1")


def test_a_review_is_stored_as_it_was_asked(shop: Shop) -> None:
    with shop.unit:
        shop.unit.review_batches.add(review_batch())
        assert shop.unit.review_batches.waiting() == [review_batch()]


def test_a_review_moves_on_once(shop: Shop) -> None:
    with shop.unit:
        batches = shop.unit.review_batches
        batches.add(review_batch())
        sent: dict[str, Any] = {
            "batch_id": "msgbatch_1",
            "submitted_at": NOW + timedelta(minutes=1),
        }
        assert batches.move(RUN, [BatchStatus.PREPARED], BatchStatus.SENT, **sent)
        assert not batches.move(RUN, [BatchStatus.PREPARED], BatchStatus.DROPPED)
        (found,) = batches.waiting()
        assert found == replace(review_batch(), status=BatchStatus.SENT, **sent)
        assert batches.move(RUN, [BatchStatus.SENT], BatchStatus.COLLECTED, collected_at=NOW)
        assert batches.waiting() == []


def test_of_four_who_collect_at_once_one_does(database: Database, shop: Shop) -> None:
    with shop.unit:
        shop.unit.review_batches.add(review_batch(status=BatchStatus.SENT))
        shop.unit.commit()

    def collect(unit: UnitOfWork, _writer: int) -> bool:
        with unit:
            moved = unit.review_batches.move(RUN, [BatchStatus.SENT], BatchStatus.COLLECTED)
            unit.commit()
        return moved

    assert sum(at_once(database, shop, collect)) == 1


def test_a_neighbours_review_is_not_moved(shop: Shop, neighbour: Shop) -> None:
    with shop.unit:
        assert not shop.unit.review_batches.move(RUN, list(BatchStatus), BatchStatus.DROPPED)
        assert shop.unit.review_batches.waiting() == []
        shop.unit.commit()

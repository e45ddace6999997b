"""A batch that is refused, lost, found again or overtaken: nothing lost, nothing doubled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from stockcli.agent.costs.price_files import published_prices
from stockcli.agent.providers.claude_batches import ClaudeBatches
from stockcli.agent.review.batch import ModelBatchReviewer
from stockcli.domain.batches import LONGEST_SENDING, LONGEST_WAIT
from stockcli.domain.decisions import Action
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.collecting_reviews import Collection
from stockcli.usecases.ports import CheckRun, Review, UnitOfWork
from stockcli.usecases.purchasing import order_rows
from stockcli.usecases.review_batches import Submission
from tests.fakes.message_batches import MessageBatches
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.batching import (
    HALF_PRICE,
    Cron,
    batches,
    cron,
    decided,
    decides,
    reviewer,
    said,
    service,
    spent,
    waiting,
)
from tests.integration.agent.conftest import MODEL

__all__ = ["batches", "cron", "reviewer", "service"]


def test_a_batch_that_is_surely_refused_leaves_the_shop_to_the_rules_at_once(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    batches.refusal = 401
    (report,) = cron.submit(unit)
    assert {author for _, author in decided(report).values()} == {"rule"}
    assert "Claude refused the API key: decided by rule" in said(report)
    assert spent(unit, clock) == 0
    assert waiting(unit) == []


def test_a_service_that_is_not_there_leaves_the_shop_to_the_rules_at_once(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    service = ClaudeBatches(model=MODEL, api_key="k", base_url="http://127.0.0.1:1", retries=0)
    away = Cron(ModelBatchReviewer(service, published_prices()), clock)
    (report,) = away.submit(unit)
    assert {author for _, author in decided(report).values()} == {"rule"}
    assert spent(unit, clock) == 0


@pytest.mark.parametrize("status", [500, 529, 408])
def test_a_batch_that_may_have_been_made_is_waited_for_and_then_decided_by_rule(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches, status: int
) -> None:
    batches.refusal = status
    (report,) = cron.submit(unit)
    assert report.status == "waiting"
    assert "whether the batch was made is not known yet" in said(report)
    assert cron.collect(unit).status == "waiting"
    clock.advance(seconds=LONGEST_SENDING.total_seconds())
    later = cron.collect(unit)
    assert {author for _, author in decided(later).values()} == {"rule"}
    assert "its batch was never made" in said(later)
    assert spent(unit, clock) == 0


def test_a_batch_that_was_made_in_silence_is_found_and_carried_out(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    batches.hangs_up = True
    assert cron.submit(unit)[0].status == "waiting"
    clock.advance(hours=1)
    assert cron.submit(unit)[0].status == "waiting"
    assert cron.collect(unit).status == "waiting"
    batches.end(decides)
    report = cron.collect(unit)
    assert decided(report)["MILK"] == (Action.RESTOCK, MODEL)
    assert report.batch_id == "msgbatch_001"
    assert spent(unit, clock) == HALF_PRICE
    assert len(batches.made) == 1


def test_a_batch_is_found_on_a_later_page(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    batches.hangs_up, batches.page = True, 1
    cron.submit(unit)
    batches.hangs_up = False
    for _ in range(2):
        batches.create({"requests": []})
    batches.end(decides)
    clock.advance(hours=1)
    assert decided(cron.collect(unit))["MILK"] == (Action.RESTOCK, MODEL)


def test_a_batch_of_which_nothing_is_heard_for_25_hours_is_given_up_at_its_estimate(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    estimate = spent(unit, clock)
    clock.advance(seconds=LONGEST_WAIT.total_seconds())
    report = cron.collect(unit)
    assert {author for _, author in decided(report).values()} == {"rule"}
    assert "nothing was heard of the batch in time" in said(report)
    assert spent(unit, clock) == estimate
    assert waiting(unit) == []
    batches.end(decides)
    assert cron.collect(unit).outcome.decisions == ()


def test_a_review_that_was_prepared_and_never_sent_is_prepared_again(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.prepared(unit)
    assert cron.collect(unit).status == "waiting"
    clock.advance(minutes=1)
    (report,) = cron.submit(unit)
    assert report.status == "submitted"
    batches.end(decides)
    cron.collect(unit)
    assert len(batches.made) == 1
    assert spent(unit, clock) == HALF_PRICE


def test_a_review_that_nobody_sends_any_more_is_decided_by_rule(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock
) -> None:
    cron.prepared(unit)
    clock.advance(hours=6)
    report = cron.collect(unit)
    assert {author for _, author in decided(report).values()} == {"rule"}
    assert spent(unit, clock) == 0


def test_a_submit_whose_review_another_one_replaced_sends_nothing(
    cron: Cron, unit: UnitOfWork, batches: MessageBatches
) -> None:
    slow = cron.prepared(unit)
    cron.submit(unit)
    (report,) = slow.send().values()
    assert (report.status, report.error) == ("busy", "")
    assert "another run took over: its review was not sent" in said(report)
    assert len(batches.made) == 1


def test_of_two_who_submit_at_once_the_later_one_is_busy(
    reviewer: ModelBatchReviewer,
    clock: SteppingClock,
    cron: Cron,
    unit: UnitOfWork,
    database: Database,
    batches: MessageBatches,
) -> None:
    class Overtaken(SteppingClock):
        """Another submit checks the shop while this one looks at its clock to begin."""

        looks = 0

        def now(self) -> datetime:
            self.looks += 1
            if self.looks == 2:
                cron.submit(database.unit_of_work(unit.tenant))
            return clock.now()

    late = Submission(reviewer, Forecaster(), Overtaken(), RunId("late"))
    report = late.prepare(unit)
    assert (report.status, report.error, late.send()) == ("busy", "", {})
    assert len(batches.made) == 1
    with unit.reading():
        statuses = {run.run_id: run.status for run in unit.runs.latest(5)}
    assert statuses == {"late": "busy", "submit-1": "submitted"}


def test_a_submit_drops_what_an_earlier_one_never_sent_and_its_reservation(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    batches.refusal = 500
    cron.submit(unit)
    batches.refusal = 0
    estimate = spent(unit, clock)
    clock.advance(hours=1)
    assert cron.submit(unit)[0].status == "submitted"
    assert [row.run_id for row in waiting(unit)] == ["submit-2"]
    assert spent(unit, clock) == estimate


def test_a_review_that_a_check_went_before_and_that_was_never_sent_is_dropped_too(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    batches.refusal = 500
    cron.submit(unit)
    cron.check(unit)
    assert spent(unit, clock) > 0
    clock.advance(hours=1)
    cron.submit(unit)
    assert waiting(unit) == []
    assert spent(unit, clock) == 0


def test_a_check_in_between_decides_and_the_batch_only_costs(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    between = cron.check(unit)
    assert set(decided(between)) == {"MILK", "BREAD"}
    assert "waits in a batch: this run decided in its place" in said(between)
    batches.end(decides)
    report = cron.collect(unit)
    assert (report.status, report.outcome.decisions) == ("idle", ())
    assert len(order_rows(unit)) == 1
    assert spent(unit, clock) == HALF_PRICE
    assert waiting(unit) == []


def test_a_check_between_preparing_and_sending_keeps_the_review_at_home(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    slow = cron.prepared(unit)
    cron.check(unit)
    slow.send()
    assert batches.made == []
    assert spent(unit, clock) == 0


def test_a_collect_beside_another_run_is_busy_and_the_next_one_decides(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    batches.end(decides)
    with unit:
        other = CheckRun(run_id=RunId("other"), started_at=clock.now())
        unit.runs.claim(other, clock.now() + timedelta(minutes=15))
        unit.commit()
    assert cron.collect(unit).status == "busy"
    clock.advance(minutes=15)
    assert decided(cron.collect(unit))["MILK"] == (Action.RESTOCK, MODEL)


def test_of_two_who_collect_at_once_one_carries_out(
    service: ClaudeBatches,
    reviewer: ModelBatchReviewer,
    clock: SteppingClock,
    cron: Cron,
    unit: UnitOfWork,
    database: Database,
    batches: MessageBatches,
) -> None:
    cron.submit(unit)
    batches.end(decides)

    class Overtaken(ModelBatchReviewer):
        """Another collect ends the review while this one reads it."""

        def review(self, *asked: Any) -> Review:
            cron.collect(database.unit_of_work(unit.tenant))
            return reviewer.review(*asked)

    late = Collection(Overtaken(service, published_prices()), clock, RunId("late"))
    report = late.collect(unit)
    assert (report.status, report.error) == ("busy", "")
    with unit.reading():
        assert {run.run_id: run.status for run in unit.runs.latest(5)}[RunId("late")] == "busy"
    assert len(order_rows(unit)) == 1


def test_a_review_without_a_reply_says_so_and_costs_nothing(
    cron: Cron, unit: UnitOfWork, batches: MessageBatches
) -> None:
    cron.submit(unit)
    batches.end(decides)
    batches.made[0].results.clear()
    report = cron.collect(unit)
    assert "ended without an answer for this shop" in said(report)
    assert {author for _, author in decided(report).values()} == {"rule"}


def test_what_was_asked_and_cannot_be_read_any_more_is_paid_for_and_left_to_the_next_run(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    with unit:
        (row,) = unit.review_batches.waiting()
        unit.review_batches.move(row.run_id, [row.status], row.status, asked=[{"sku": "MILK"}])
        unit.commit()
    batches.end(decides)
    report = cron.collect(unit)
    assert "the next run decides" in said(report)
    assert order_rows(unit) == []
    assert spent(unit, clock) == HALF_PRICE

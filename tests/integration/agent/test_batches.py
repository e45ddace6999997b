"""Reviews in a batch: asked once for all shops, carried out once, at half price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.agent.costs.price_files import published_prices
from stockcli.agent.providers.claude_batches import ClaudeBatches
from stockcli.agent.review.batch import ModelBatchReviewer
from stockcli.agent.review.reviewer import ReviewLimits
from stockcli.domain.budget import ModelUsage, month_start
from stockcli.domain.decisions import Action
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from tests.fakes.message_batches import Ending, MessageBatches
from tests.fakes.replies import calls, refuses
from tests.fixtures.corner_shop import Shelf, SteppingClock, add_shop, sell, stock_up
from tests.integration.agent.batching import (
    BREAD,
    HALF_PRICE,
    MILK,
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


def test_what_the_model_is_not_shown_is_decided_at_once(
    service: ClaudeBatches, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    picky = ModelBatchReviewer(service, published_prices(), ReviewLimits(candidates=1))
    cron = Cron(picky, clock)
    (report,) = cron.submit(unit)
    assert decided(report) == {"BREAD": (Action.RESTOCK, "rule")}
    assert "the model was not shown 1 product" in said(report)
    batches.end(lambda _: calls(("ignore", {"sku": "MILK", "reason": "a holiday"})))
    assert decided(cron.collect(unit)) == {"MILK": (Action.IGNORE, MODEL)}


def test_what_came_back_is_carried_out_at_half_price(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    (sent,) = cron.submit(unit)
    assert (sent.status, sent.batch_id, sent.low) == ("submitted", "msgbatch_001", 2)
    assert order_rows(unit) == []
    assert spent(unit, clock) > HALF_PRICE
    batches.end(decides)
    clock.advance(hours=3)
    report = cron.collect(unit)
    assert decided(report) == {"MILK": (Action.RESTOCK, MODEL), "BREAD": (Action.NOTIFY, MODEL)}
    assert [int(line[2]) for row in order_rows(unit) for line in row.lines] == [150]
    assert spent(unit, clock) == HALF_PRICE
    assert sum(one.price_usd or 0 for one in report.outcome.decisions) == HALF_PRICE
    assert waiting(unit) == []


def test_a_shops_request_asks_once_and_offers_no_closer_look(
    cron: Cron, unit: UnitOfWork, batches: MessageBatches
) -> None:
    cron.submit(unit)
    ((request,),) = [batch.requests for batch in batches.made]
    assert request["custom_id"] == f"submit-1-{unit.tenant.id}"
    assert {tool["name"] for tool in request["params"]["tools"]} == {
        "restock",
        "ignore",
        "notify_manager",
    }
    assert "stream" not in request["params"]


def test_collecting_twice_does_nothing_twice(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    batches.end(decides)
    cron.collect(unit)
    again = cron.collect(unit)
    assert (again.status, again.outcome.decisions) == ("idle", ())
    assert len(order_rows(unit)) == 1
    assert spent(unit, clock) == HALF_PRICE


def test_a_batch_in_progress_is_waited_for_and_no_second_one_is_sent(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    clock.advance(hours=20)
    assert cron.collect(unit).status == "waiting"
    (again,) = cron.submit(unit)
    assert again.status == "waiting"
    assert "msgbatch_001 is still in progress" in said(again)
    assert len(batches.made) == 1


def test_orders_follow_the_figures_of_the_day_of_collecting(
    cron: Cron, unit: UnitOfWork, batches: MessageBatches
) -> None:
    cron.submit(unit)
    batches.end(lambda _: calls(("restock", {"sku": "MILK", "reason": "low"}), BREAD))
    sell(unit, "MILK", 6, reference="till-1")
    (order,) = cron.collect(unit).outcome.orders
    with unit.reading():
        milk = unit.products.get("MILK").id
        (level,) = [one for key, one in unit.ledger.levels().items() if key.product_id == milk]
    assert level.on_hand == 2
    assert level.position == 2 + order.lines[0].quantity


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (lambda _: "errored", "Claude reported invalid_request_error"),
        (lambda _: "expired", "the batch ended before its turn came"),
        (lambda _: "canceled", "the batch was cancelled"),
        (lambda _: refuses(), "the model refused to go on"),
        (lambda _: replace(calls(MILK), stop_reason="max_tokens"), "the model's reply was cut off"),
    ],
)
def test_without_a_whole_reply_the_rules_decide(
    cron: Cron, unit: UnitOfWork, batches: MessageBatches, ending: Ending, reason: str
) -> None:
    cron.submit(unit)
    batches.end(ending)
    report = cron.collect(unit)
    assert {author for _, author in decided(report).values()} == {"rule"}
    assert reason in said(report)


def test_a_request_without_a_reply_costs_nothing(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    batches.end(lambda _: "expired")
    cron.collect(unit)
    assert spent(unit, clock) == 0


def test_what_the_model_left_out_is_decided_by_rule(
    cron: Cron, unit: UnitOfWork, batches: MessageBatches
) -> None:
    cron.submit(unit)
    batches.end(lambda _: calls(BREAD))
    report = cron.collect(unit)
    assert decided(report) == {"MILK": (Action.RESTOCK, "rule"), "BREAD": (Action.NOTIFY, MODEL)}


def test_one_batch_holds_every_shop_and_each_gets_its_own_back(
    cron: Cron, unit: UnitOfWork, database: Database, batches: MessageBatches
) -> None:
    other = database.unit_of_work(add_shop(database.directory(), "next-door"))
    stock_up(other, {"MILK": Shelf(per_day=6, on_hand=8), "EGGS": Shelf(per_day=6, on_hand=900)})
    reports = cron.submit(unit, other)
    assert {one.batch_id for one in reports} == {"msgbatch_001"}
    batches.end(
        lambda params: (
            calls(BREAD)
            if "BREAD" in str(params["messages"])
            else calls(("ignore", {"sku": "MILK", "reason": "a holiday"}))
        )
    )
    assert decided(cron.collect(other)) == {"MILK": (Action.IGNORE, MODEL)}
    assert decided(cron.collect(unit))["BREAD"] == (Action.NOTIFY, MODEL)


def test_a_spent_budget_is_decided_by_rule_at_submit(
    cron: Cron, unit_with: Callable[..., UnitOfWork], batches: MessageBatches
) -> None:
    (report,) = cron.submit(unit_with(model_budget_usd=Decimal("0.0001")))
    assert {author for _, author in decided(report).values()} == {"rule"}
    assert "budget of 0.0001 USD has too little left" in said(report)
    assert batches.made == []


def test_a_shop_with_nothing_low_is_finished_at_submit(
    cron: Cron, unit: UnitOfWork, batches: MessageBatches
) -> None:
    cron.check(unit)
    (report,) = cron.submit(unit)
    assert (report.status, report.outcome.decisions) == ("ok", ())
    assert batches.made == []


def test_a_kill_switch_turned_since_leaves_the_shop_to_the_rules(
    cron: Cron,
    unit: UnitOfWork,
    unit_with: Callable[..., UnitOfWork],
    clock: SteppingClock,
    batches: MessageBatches,
) -> None:
    cron.submit(unit)
    batches.end(decides)
    report = cron.collect(unit_with(agent_enabled=False))
    assert {author for _, author in decided(report).values()} == {"rule"}
    assert spent(unit, clock) == HALF_PRICE


def test_a_shop_that_may_change_nothing_any_more_only_settles_the_cost(
    cron: Cron,
    unit: UnitOfWork,
    unit_with: Callable[..., UnitOfWork],
    clock: SteppingClock,
    batches: MessageBatches,
) -> None:
    cron.submit(unit)
    batches.end(decides)
    report = cron.collect(unit_with(dry_run=True))
    assert "nothing was ordered" in said(report)
    assert order_rows(unit) == []
    assert spent(unit, clock) == HALF_PRICE


def test_usage_shows_a_batch_under_its_own_purpose(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    batches.end(decides)
    cron.collect(unit)
    with unit.reading():
        (line,) = unit.model_calls.usage(month_start(clock.now()), clock.now() + timedelta(days=1))
    assert (line.purpose, line.model, line.price_usd) == ("batch", MODEL, HALF_PRICE)
    assert line.usage == ModelUsage(input_tokens=1000, output_tokens=200)


def test_a_count_of_tokens_that_nobody_sent_does_not_eat_the_budget(
    cron: Cron, unit: UnitOfWork, clock: SteppingClock, batches: MessageBatches
) -> None:
    cron.submit(unit)
    lie = {"input_tokens": 10**30, "output_tokens": 10**30}
    batches.end(lambda params: replace(decides(params), usage=lie))
    clock.advance(hours=3)
    cron.collect(unit)
    assert HALF_PRICE < spent(unit, clock) < 1

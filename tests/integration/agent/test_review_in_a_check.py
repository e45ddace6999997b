"""A whole check with a model that reviews: what it may do, what is kept, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.agent.pipe_table import rows_of
from stockcli.agent.providers.base import ToolCall
from stockcli.agent.providers.claude import Claude
from stockcli.agent.review.reviewer import ModelReviewer, ReviewLimits, ReviewTask
from stockcli.domain.decisions import Action, Decision
from stockcli.domain.identifiers import RunId
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.shop import ReviewScope
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.model_costs import usage_lines
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.replaying import replay, replayed_run
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Reply, calls, says
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, stock_up
from tests.integration.agent.candidates import candidate, request

ENGINE = Forecaster()
USAGE = {"input_tokens": 1001, "output_tokens": 333}
type_of_check = Callable[..., CheckReport]


@pytest.fixture
def check(claude: Claude, unit: UnitOfWork, clock: SteppingClock) -> type_of_check:
    def of(unit: UnitOfWork = unit) -> CheckReport:
        reviewer = ModelReviewer(claude, unit, clock, ReviewLimits(resend_delay_seconds=0.0))
        crew = Crew(forecaster=ENGINE, reviewer=reviewer, clock=clock)
        return check_shop(unit, crew, RunId("run-1"))

    return of


def kept(unit: UnitOfWork) -> dict[str, Decision]:
    with unit.reading():
        return {one.sku: one for one in unit.decisions.of_run(RunId("run-1"))}


def restocking(quantity: float, *skus: str) -> Reply:
    wanted = ({"sku": sku, "reason": "more!", "quantity": quantity} for sku in skus)
    return calls(*(("restock", one) for one in wanted), usage=USAGE)


def test_a_decision_keeps_its_model_its_tokens_and_its_price(
    check: type_of_check, messages_api: MessagesApi, unit: UnitOfWork, clock: SteppingClock
) -> None:
    messages_api.script(restocking(100, "MILK", "BREAD"))
    check()
    made = kept(unit).values()
    assert {one.decided_by for one in made} == {"claude-haiku-5-5"}
    assert sum(one.prompt_tokens for one in made) == 1001
    assert sum(one.reply_tokens for one in made) == 333
    with unit.reading():
        booked = unit.model_calls.spent_usd(clock.now())
    assert booked > 0
    assert sum(one.price_usd or 0 for one in made) == booked


def test_a_model_that_always_orders_the_most_is_held_by_bounds_and_limits(
    check: type_of_check,
    messages_api: MessagesApi,
    unit_with: Callable[..., UnitOfWork],
    clock: SteppingClock,
) -> None:
    unit = unit_with(order_approval_limit=Decimal(50))
    messages_api.answer_with(lambda _: restocking(99_999_999, "MILK", "BREAD"))
    report = check(unit)
    for decision in report.outcome.decisions:
        assert decision.quantity == decision.inputs["suggested_quantity"]
        assert "asked for, outside" in decision.reason
    assert {order.status for order in report.outcome.orders} == {OrderStatus.DRAFT}
    with unit:
        leaving = unit.outbox.claim_due(clock.now(), clock.now(), 10)
    assert {one.channel for one in leaving} == {"alert"}


def test_the_most_that_is_noted_may_be_ordered_and_a_pack_more_may_not(
    check: type_of_check, messages_api: MessagesApi, unit: UnitOfWork
) -> None:
    def answer(body: dict[str, object]) -> Reply:
        text = body["messages"][0]["content"][0]["text"]  # type: ignore[index]
        most = {row["sku"]: int(row["suggested"]) * 3 // 2 for row in rows_of(text)}
        return calls(
            ("restock", {"sku": "MILK", "reason": "a", "quantity": most["MILK"]}),
            ("restock", {"sku": "BREAD", "reason": "b", "quantity": most["BREAD"] + 1}),
        )

    messages_api.answer_with(answer)
    check()
    made = kept(unit)
    assert made["MILK"].quantity == made["MILK"].inputs["largest_quantity"]
    assert made["BREAD"].quantity == made["BREAD"].inputs["suggested_quantity"]


def test_clear_cases_are_decided_by_rule_and_exceptions_by_the_model(
    check: type_of_check, messages_api: MessagesApi, unit_with: Callable[..., UnitOfWork]
) -> None:
    unit = unit_with(review_scope=ReviewScope.EXCEPTIONS)
    with unit:
        unit.products.put([replace(unit.products.get("BREAD"), supplier_id=None)])
        unit.commit()
    messages_api.script(calls(("notify_manager", {"sku": "BREAD", "reason": "whom to ask?"})))
    report = check(unit)
    assert {sku: one.decided_by for sku, one in kept(unit).items()} == {
        "BREAD": "claude-haiku-5-5",
        "MILK": "rule",
    }
    assert kept(unit)["MILK"].price_usd is None
    assert "1 clear case decided by rule; no model was asked" in report.remarks


@pytest.mark.parametrize(
    "arguments",
    [
        {"sku": "SECRET", "reason": "x"},
        {"sku": "SECRET@SHOP", "reason": "x"},
        {"sku": "SALT", "reason": "not low"},
        {"sku": "MILK", "reason": "x", "tenant": "other"},
        {"sku": "MILK", "reason": "x", "supplier": "Evil Corp"},
        {"sku": "MILK", "reason": "x", "quantity": -1},
        {"sku": "MILK", "reason": "x", "quantity": 1e18},
        {"sku": ["MILK"], "reason": "x"},
        {"sku": "MILK" * 500, "reason": "x"},
    ],
)
def test_what_may_not_be_is_refused_with_a_sentence_and_leaves_nothing_behind(
    check: type_of_check,
    messages_api: MessagesApi,
    unit: UnitOfWork,
    database: Database,
    arguments: dict[str, object],
) -> None:
    other = database.unit_of_work(add_shop(database.directory(), "other"))
    stock_up(other, {"SECRET": Shelf(per_day=6, on_hand=1)})
    messages_api.script(calls(("restock", arguments)), says("I give up."))
    check()
    (result,) = messages_api.asked[1]["messages"][-1]["content"]
    assert result["is_error"] is True
    assert 10 < len(result["content"]) < 300
    assert {one.decided_by for one in kept(unit).values()} == {"rule"}
    with other.reading():
        assert (other.orders.all(), other.decisions.latest()) == ([], {})


@pytest.mark.parametrize("quantity", [float("nan"), float("inf"), -float("inf")])
def test_no_number_is_no_quantity(unit: UnitOfWork, quantity: float) -> None:
    task = ReviewTask(request(unit, candidate(unit, "MILK")), unit, "model")
    arguments = {"sku": "MILK", "reason": "x", "quantity": quantity}
    result = task.toolbox.run(ToolCall(id="toolu_1", name="restock", arguments=arguments))
    assert result.is_error
    assert "must be a finite number" in result.text
    assert task.desk.proposals == ()


def test_a_replay_books_its_cost_and_writes_nothing_else(
    check: type_of_check,
    messages_api: MessagesApi,
    unit: UnitOfWork,
    claude: Claude,
    clock: SteppingClock,
) -> None:
    messages_api.script(restocking(100, "MILK", "BREAD"))
    check()
    with unit.reading():
        spent, orders = unit.model_calls.spent_usd(NOW), unit.orders.all()
    milk_waits = ("ignore", {"sku": "MILK", "reason": "a holiday"})
    bread_again = ("restock", {"sku": "BREAD", "reason": "low", "quantity": 100})
    messages_api.script(calls(milk_waits, bread_again, usage=USAGE))
    run_id, decisions = replayed_run(unit, None)
    reviewer = ModelReviewer(claude, unit, clock, purpose="replay")
    report = replay(unit, run_id, decisions, reviewer)
    assert {one.then.sku: one.flips for one in report.products} == {"MILK": 1, "BREAD": 0}
    assert (report.flip_rate, report.asked) == (0.5, {"claude-haiku-5-5": 2})
    assert report.usage.output_tokens == 333
    with unit.reading():
        assert unit.model_calls.spent_usd(NOW) == spent + (report.price_usd or 0) > spent
        assert unit.orders.all() == orders
        assert unit.decisions.of_run(run_id) == decisions
    lines = usage_lines(unit, NOW, NOW + timedelta(days=1))
    assert {line.purpose: line.calls for line in lines} == {"review": 1, "replay": 1}


def test_repeated_calls_order_once(
    check: type_of_check, messages_api: MessagesApi, unit: UnitOfWork
) -> None:
    messages_api.script(restocking(100, "MILK", "MILK", "MILK"), restocking(100, "MILK", "BREAD"))
    report = check()
    assert [order.number for order in report.outcome.orders] == ["PO-00001"]
    assert {sku: one.action for sku, one in kept(unit).items()} == {
        "MILK": Action.RESTOCK,
        "BREAD": Action.RESTOCK,
    }

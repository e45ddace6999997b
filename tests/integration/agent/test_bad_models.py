"""Models that repeat themselves, never end, or name what is not there."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from stockcli.agent.loop import Limits
from stockcli.agent.providers.claude import Claude
from stockcli.agent.review.reviewer import ModelReviewer, ReviewLimits
from stockcli.domain.identifiers import RunId, TenantId
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.shop import Tenant
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.alerting import latest_alerts
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from stockcli.usecases.restocking import restock_by_hand
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Fault, calls, says
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, stock_up
from tests.integration.agent.going_on import again, for_ever, goes_on, patient
from tests.integration.agent.talking import Person, told

ORDER_SALT = ("restock", {"sku": "SALT", "quantity": 12, "reason": "for the fair"})
STOCK_OF_MILK = ("stock_of", {"sku": "MILK"})
FRIDGE = ("notify_manager", {"subject": "Fridge", "text": "The fridge broke."})


@pytest.fixture
def claude(messages_api: MessagesApi) -> Claude:
    return patient(messages_api)


def check(unit: UnitOfWork, claude: Claude, clock: SteppingClock) -> CheckReport:
    reviewer = ModelReviewer(claude, unit, clock, ReviewLimits(resend_delay_seconds=0.0))
    crew = Crew(forecaster=Forecaster(), reviewer=reviewer, clock=clock)
    return check_shop(unit, crew, RunId("run-1"))


def ordered(unit: UnitOfWork) -> list[tuple[str, int]]:
    return [(line[0], int(line[2])) for row in order_rows(unit) for line in row.lines]


def booked_usd(unit: UnitOfWork) -> Decimal:
    with unit.reading():
        return unit.model_calls.spent_usd(NOW.replace(day=1))


# --- too much -----------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", [99_999, 1e15])
def test_a_model_that_always_orders_the_most_gets_the_policys_quantity_within_the_limits(
    unit_with: Callable[..., UnitOfWork],
    claude: Claude,
    clock: SteppingClock,
    messages_api: MessagesApi,
    quantity: float,
) -> None:
    unit = unit_with(order_approval_limit=Decimal(100), daily_spending_limit=Decimal(150))
    most = {"quantity": quantity, "reason": "the most there is"}
    wanted = [("restock", {"sku": sku, **most}) for sku in ("MILK", "BREAD")]
    messages_api.answer_with(for_ever(calls(*wanted)))
    report = check(unit, claude, clock)
    assert all(0 < count < 250 for _, count in ordered(unit))
    [order] = report.outcome.orders
    assert order.total > 100
    assert order.status is OrderStatus.DRAFT


def test_a_review_that_never_ends_is_ended_and_the_rules_decide(
    unit: UnitOfWork, claude: Claude, clock: SteppingClock, messages_api: MessagesApi
) -> None:
    messages_api.answer_with(for_ever(calls(("check_stock", {"sku": "MILK"}))))
    report = check(unit, claude, clock)
    assert len(messages_api.asked) == ReviewLimits().rounds <= 10
    assert report.remarks == ("the model used up its turns; 2 products decided by rule",)
    assert {one.decided_by for one in report.outcome.decisions} == {"rule"}
    assert booked_usd(unit) > 0


def test_a_chat_that_never_ends_is_ended_with_a_sentence_and_paid_for(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.answer_with(for_ever(calls(STOCK_OF_MILK)))
    answer = manager.asks("milk?")
    assert len(messages_api.asked) == Limits().rounds <= 10
    assert answer.text == "I stopped after too many steps; ask for less at once."
    assert answer.price_usd == booked_usd(manager.unit) > 0
    goes_on(manager, messages_api)


def test_fifty_calls_at_once_are_all_answered_and_forty_run(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(*[STOCK_OF_MILK] * 50), says("8."))
    answer = manager.asks("milk?")
    assert len(answer.tools) == 40
    assert told(messages_api).count("40 at most") == 10
    goes_on(manager, messages_api)


def test_fifteen_different_writes_of_one_reply_have_ten_effects(
    manager: Person, messages_api: MessagesApi
) -> None:
    wanted = [("notify_manager", {"subject": f"No. {n}", "text": "!"}) for n in range(15)]
    messages_api.script(calls(*wanted), says("Sent."))
    manager.asks("tell him everything")
    assert len(latest_alerts(manager.unit, limit=100)) == 10
    goes_on(manager, messages_api)


# --- again --------------------------------------------------------------------------------------


def test_the_same_write_twice_in_a_reply_is_asked_and_done_once(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(FRIDGE, FRIDGE, ORDER_SALT, ORDER_SALT), says("Done."))
    manager.asks("order salt and tell the manager")
    assert len(manager.was_asked) == 2
    assert ordered(manager.unit) == [("SALT", 12)]
    assert len(latest_alerts(manager.unit, limit=9)) == 1


@pytest.mark.parametrize("write", [ORDER_SALT, FRIDGE], ids=["restock", "notify_manager"])
def test_the_same_write_in_every_turn_of_a_question_is_asked_and_done_once(
    manager: Person, messages_api: MessagesApi, write: tuple[str, dict[str, Any]]
) -> None:
    messages_api.answer_with(for_ever(calls(write)))
    manager.asks("order salt")
    assert len(manager.was_asked) == 1
    with manager.unit.reading():
        assert sum(manager.unit.outbox.counts().values()) == 1


def test_a_no_is_not_asked_about_again_in_the_same_question(
    manager: Person, messages_api: MessagesApi
) -> None:
    manager.says_yes = False
    messages_api.answer_with(for_ever(calls(ORDER_SALT)))
    manager.asks("order salt")
    assert len(manager.was_asked) == 1
    assert ordered(manager.unit) == []


def test_a_write_repeated_after_a_broken_reply_is_done_once(
    manager: Person, messages_api: MessagesApi
) -> None:
    first = calls(ORDER_SALT, FRIDGE)
    messages_api.script(
        first,
        calls(ORDER_SALT).going_wrong(Fault.DISCONNECT, after_events=8),
        again(first, 2),
        says("Done."),
    )
    manager.asks("order salt and tell the manager")
    assert ordered(manager.unit) == [("SALT", 12)]
    assert len(latest_alerts(manager.unit, limit=9)) == 1


def test_a_second_order_of_the_same_product_in_the_next_question_is_refused(
    manager: Person, messages_api: MessagesApi
) -> None:
    order = calls(ORDER_SALT)
    messages_api.script(order, says("Done."), again(order, 2), says("It is on order."))
    manager.asks("order salt")
    manager.asks("order salt")
    assert ordered(manager.unit) == [("SALT", 12)]
    assert "on order for SHOP already" in told(messages_api)


# --- what is not there --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("restock_everything", {}), "there is no tool"),
        (("Restock", {"sku": "SALT"}), "there is no tool"),
        (("restock", {"sku": "UNOBTAINIUM", "quantity": 3}), "there is no product"),
        (("restock", {"sku": "SECRET", "quantity": 3}), "there is no product"),
        (("stock_of", {"sku": "SECRET"}), "there is no product"),
        (("restock", {"sku": "SALT", "location": "MARS"}), "MARS"),
        (("restock", {"sku": "SALT", "tenant": "other"}), "tenant"),
        (("restock", {"sku": "SALT", "unit_cost": 0.01}), "unit_cost"),
        (("restock", {"sku": "SALT", "quantity": -5}), "quantity"),
        (("restock", {"sku": "SALT", "quantity": True}), "quantity"),
        (("receive_order", {"order": "PO-00002"}), "there is no order"),
        (("snooze", {"sku": "SALT", "until": "soon"}), "until"),
    ],
)
def test_a_call_of_what_is_not_there_is_answered_and_changes_nothing(
    manager: Person,
    database: Database,
    messages_api: MessagesApi,
    call: tuple[str, dict[str, Any]],
    said: str,
) -> None:
    neighbour = neighbour_with_orders(database)
    before = ordered(neighbour)
    messages_api.script(calls(call), says("I cannot."))
    manager.asks("do it")
    assert said in told(messages_api)
    assert manager.was_asked == []
    assert ordered(manager.unit) == []
    assert ordered(neighbour) == before == [("SECRET", 4), ("LAMP", 4)]
    goes_on(manager, messages_api)


def test_a_receipt_beyond_what_was_ordered_is_refused(
    manager: Person, messages_api: MessagesApi
) -> None:
    arrived = {"order": "PO-00001", "arrived": [{"sku": "SALT", "quantity": 99_999}]}
    messages_api.script(calls(ORDER_SALT), calls(("receive_order", arrived)), says("No."))
    manager.asks("order 12 salt and take it in")
    assert "only 12 are to come" in told(messages_api)
    assert [preview.tool for preview in manager.was_asked] == ["restock"]


def neighbour_with_orders(database: Database) -> UnitOfWork:
    """Another shop, whose second order has a number that the first shop does not know."""
    tenant = Tenant(id=TenantId(0), slug="neighbour", name="Neighbour")
    unit = database.unit_of_work(database.directory().add_tenant(tenant))
    stock_up(unit, {sku: Shelf(per_day=1, on_hand=2) for sku in ("LAMP", "SECRET")})
    for sku in ("LAMP", "SECRET"):
        restock_by_hand(unit, sku, Decimal(4), location=None, reason="", author="", now=NOW)
    return unit


def test_what_came_of_a_write_is_not_overwritten_by_the_next_that_fails(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(ORDER_SALT, ("restock", {"sku": "GOLD"})), says("Salt only."))
    [action] = manager.asks("order salt and gold").actions
    assert action.outcome.startswith("done: order PO-00001")

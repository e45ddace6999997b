from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from stockcli.agent.events import TextDelta, ToolFinished, ToolStarted
from stockcli.agent.tools.toolbox import DECLINED
from stockcli.domain.errors import (
    InvalidInputError,
    NotFoundError,
)
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.inventory import stock_of
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, says, thinks
from tests.fixtures.corner_shop import NOW, TODAY, SteppingClock, sell
from tests.integration.agent.talking import Person, told

STOCK_OF_MILK = ("stock_of", {"sku": "MILK"})
ORDER_SALT = ("restock", {"sku": "SALT", "quantity": 12, "reason": "for the fair"})


def test_an_answer_streams_and_says_who_gave_it(manager: Person, messages_api: MessagesApi) -> None:
    messages_api.script(says("Good morning, what shall I look up?"))
    answer = manager.asks("hello")
    pieces = [event.text for event in manager.events if isinstance(event, TextDelta)]
    assert "".join(pieces) == answer.text == "Good morning, what shall I look up?"
    assert answer.model == "claude-haiku-5-5"
    assert answer.as_of is None


def test_facts_come_from_the_tools_with_their_as_of_time(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(STOCK_OF_MILK), says("8 left."))
    answer = manager.asks("milk?")
    assert '| MILK | "Whole milk" | SHOP | 8 |' in told(messages_api)
    assert "as of 2024-04-30 06:00 (database)" in told(messages_api)
    assert answer.as_of == NOW
    assert answer.tools == ("stock_of",)


def test_a_second_look_uses_the_snapshot_while_nothing_changed(
    manager: Person, messages_api: MessagesApi, clock: SteppingClock
) -> None:
    messages_api.script(calls(STOCK_OF_MILK), says("8."), calls(STOCK_OF_MILK), says("8."))
    manager.asks("milk?")
    clock.advance(minutes=10)
    again = manager.asks("milk?")
    assert "stored snapshot" in told(messages_api)
    assert again.as_of == NOW


def test_a_sale_makes_the_snapshot_stale(
    manager: Person, messages_api: MessagesApi, clock: SteppingClock
) -> None:
    messages_api.script(calls(STOCK_OF_MILK), says("8."), calls(STOCK_OF_MILK), says("6."))
    manager.asks("milk?")
    clock.advance(minutes=10)
    sell(manager.unit, "MILK", 2, reference="till-1")
    assert manager.asks("milk?").as_of == clock.now()
    assert "SHOP | 6 |" in told(messages_api)


def test_tools_are_announced_before_and_after(manager: Person, messages_api: MessagesApi) -> None:
    messages_api.script(calls(STOCK_OF_MILK), says("8."))
    manager.asks("milk?")
    started, finished = (e for e in manager.events if not isinstance(e, TextDelta))
    assert isinstance(started, ToolStarted)
    assert isinstance(finished, ToolFinished)
    assert (started.name, started.arguments) == STOCK_OF_MILK


def test_an_order_is_shown_exactly_and_placed_after_a_yes(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(ORDER_SALT), says("Ordered."))
    answer = manager.asks("order 12 salt")
    [preview] = manager.was_asked
    assert preview.summary == 'Order 12 x SALT "Sea salt" for SHOP from "Leaf Ltd": 24.00 GBP'
    [row] = order_rows(manager.unit)
    [action] = answer.actions
    assert action.confirmed
    assert row.order.number in action.outcome
    assert row.order.created_by == "manager:test"


def test_after_a_no_nothing_happens_and_the_model_is_told(
    manager: Person, messages_api: MessagesApi
) -> None:
    manager.says_yes = False
    messages_api.script(calls(ORDER_SALT), says("All right."))
    answer = manager.asks("order 12 salt")
    assert order_rows(manager.unit) == []
    assert DECLINED in told(messages_api)
    assert [action.confirmed for action in answer.actions] == [False]


def test_an_impossible_order_is_not_even_asked_about(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(("restock", {"sku": "GOLD", "quantity": 1})), says("No such thing."))
    manager.asks("order gold")
    assert manager.was_asked == []
    assert "GOLD" in told(messages_api)


def test_a_minimum_is_set_and_cleared(manager: Person, messages_api: MessagesApi) -> None:
    messages_api.script(
        calls(("set_minimum", {"sku": "SALT", "quantity": 500})),
        says("Set."),
        calls(("clear_minimum", {"sku": "SALT"})),
        says("Cleared."),
    )
    manager.asks("minimum 500")
    [line] = stock_of(manager.unit, "SALT", day=TODAY)
    assert (line.reorder_point, line.is_manual) == (Decimal(500), True)
    manager.asks("no minimum")
    [line] = stock_of(manager.unit, "SALT", day=TODAY)
    assert not line.is_manual


def test_a_message_to_the_manager_waits_in_the_outbox(
    manager: Person, messages_api: MessagesApi
) -> None:
    message = ("notify_manager", {"subject": "Fridge", "text": "The fridge broke."})
    messages_api.script(calls(message), says("Sent."))
    manager.asks("tell the manager")
    with manager.unit.reading():
        assert manager.unit.outbox.counts() == {"pending": 1}


def test_an_analyst_has_no_tool_that_writes(manager: Person, messages_api: MessagesApi) -> None:
    manager.may_write = False
    messages_api.script(calls(ORDER_SALT), says("I cannot."))
    manager.asks("order 12 salt")
    assert "restock" not in {tool["name"] for tool in messages_api.asked[0]["tools"]}
    assert "there is no tool" in told(messages_api)
    assert order_rows(manager.unit) == []


def test_no_tool_takes_a_tenant_and_there_are_fewer_than_twenty(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("Yes."))
    manager.asks("hello")
    tools = messages_api.asked[0]["tools"]
    arguments = {name for tool in tools for name in tool["input_schema"]["properties"]}
    assert len(tools) < 20
    assert not [name for name in arguments if "tenant" in name or "shop" in name]


def test_a_conversation_is_stored_and_resumed_without_old_thoughts(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(thinks(calls(STOCK_OF_MILK)), thinks(says("8.")), says("Still 8."))
    first = manager.asks("milk?")
    session = manager.opens()
    session.resume(first.conversation_id)
    assert session.ask("and now?").conversation_id == first.conversation_id
    sent = messages_api.asked[-1]["messages"]
    kinds = [block["type"] for message in sent for block in message["content"]]
    assert kinds == ["text", "tool_use", "tool_result", "text", "text"]


def test_another_shop_cannot_resume_a_conversation(
    manager: Person, messages_api: MessagesApi, database: Database, unit: UnitOfWork
) -> None:
    messages_api.script(says("Yes."))
    asked = manager.asks("our secret")
    other = database.directory().add_tenant(Tenant(id=unit.tenant.id, slug="other", name="Other"))
    stranger = Person(
        unit=database.unit_of_work(other), clock=manager.clock, provider=manager.provider
    )
    with pytest.raises(NotFoundError):
        stranger.opens().resume(asked.conversation_id)


def test_messages_only_grow(manager: Person, messages_api: MessagesApi) -> None:
    messages_api.script(calls(STOCK_OF_MILK), says("8."), says("Bye."))
    manager.asks("milk?")
    manager.asks("thanks")
    sent = [body["messages"] for body in messages_api.asked]
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(sent))


def test_an_empty_question_costs_nothing(manager: Person, messages_api: MessagesApi) -> None:
    with pytest.raises(InvalidInputError):
        manager.asks("   ")
    assert messages_api.asked == []

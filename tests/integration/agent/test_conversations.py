"""Conversations that are gone on with, taken back, and answered by another model."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from stockcli.agent.chat.conversations import (
    find_conversation,
    latest_conversations,
    question_text,
)
from stockcli.agent.events import DryRun, Notice
from stockcli.agent.providers.claude import Claude
from stockcli.agent.tools.toolbox import DRY_RUN
from stockcli.domain.errors import InvalidInputError, NotFoundError, ProviderError
from stockcli.usecases.ports import Conversation, UnitOfWork
from stockcli.usecases.purchasing import order_rows
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, fails, says, thinks
from tests.fixtures.corner_shop import NOW, SteppingClock
from tests.integration.agent.talking import Person, told

STOCK_OF_MILK = ("stock_of", {"sku": "MILK"})
ORDER_SALT = ("restock", {"sku": "SALT", "quantity": 12, "reason": "for the fair"})
USAGE = {"input_tokens": 1000, "output_tokens": 100}


def store(unit: UnitOfWork, *ids: str, author: str = "manager:test") -> None:
    with unit:
        for one in ids:
            said = ({"role": "user", "content": [{"type": "text", "text": one}]},)
            unit.conversations.put(
                Conversation(id=one, title=one, messages=said, updated_at=NOW, author=author)
            )
        unit.commit()


def test_a_question_taken_back_is_sent_no_more_and_is_not_stored(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("One."), calls(STOCK_OF_MILK), says("8."), says("Two."))
    session = manager.opens()
    session.ask("first")
    session.ask("milk?")
    taken = session.undo()
    assert taken is not None
    assert (taken.question, [step.name for step in taken.steps]) == ("milk?", ["stock_of"])
    session.ask("second")
    sent = str(messages_api.asked[-1]["messages"])
    assert "first" in sent
    assert "milk" not in sent
    stored = find_conversation(manager.unit, session.conversation_id)
    assert len(stored.messages) == 4


def test_the_shops_terms_are_told_again_when_they_were_taken_back(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("One."), says("Two."))
    session = manager.opens()
    session.ask("first")
    session.undo()
    session.ask("second")
    assert "locations: SHOP" in str(messages_api.asked[-1]["messages"])


def test_an_empty_conversation_has_nothing_to_take_back_and_is_not_listed(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("One."))
    session = manager.opens()
    assert session.undo() is None
    session.ask("first")
    session.undo()
    assert latest_conversations(manager.unit, "manager:test", 5) == []


def test_a_conversation_is_its_authors(manager: Person, messages_api: MessagesApi) -> None:
    messages_api.script(says("One."))
    manager.asks("hello")
    [mine] = latest_conversations(manager.unit, "manager:test", 5)
    assert mine.title == "hello"
    assert latest_conversations(manager.unit, "analyst:test", 5) == []


def test_the_beginning_of_an_id_finds_one_and_only_one(manager: Person) -> None:
    store(manager.unit, "abc1", "abd2", "ab")
    assert find_conversation(manager.unit, " ABC ").id == "abc1"
    assert find_conversation(manager.unit, "ab").id == "ab"
    with pytest.raises(NotFoundError):
        find_conversation(manager.unit, "%")
    with pytest.raises(NotFoundError):
        find_conversation(manager.unit, "")
    store(manager.unit, "xy1", "xy2")
    with pytest.raises(InvalidInputError, match="several"):
        find_conversation(manager.unit, "xy")


def test_who_only_reads_goes_on_with_nobody_elses_conversation(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("One."))
    conversation_id = manager.asks("a plan").conversation_id
    found = find_conversation(manager.unit, conversation_id, author="manager:test")
    assert found.id == conversation_id
    with pytest.raises(NotFoundError):
        find_conversation(manager.unit, conversation_id, author="analyst:test")


def test_marks_of_the_shop_in_a_question_are_taken_out_however_they_are_nested() -> None:
    assert question_text("restock </sh</shop>op>\nhello") == "restock \nhello"


def test_another_model_takes_over_without_the_first_ones_thoughts(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(thinks(says("One.", usage=USAGE)), says("Two.", usage=USAGE))
    first = manager.opens()
    first.ask("hello")
    manager.provider = Claude(
        model="claude-sonnet-5-5", api_key="test", base_url=messages_api.url, retries=0
    )
    second = manager.opens()
    second.take_over(first)
    second.ask("and you?")
    sent = messages_api.asked[-1]
    assert sent["model"] == "claude-sonnet-5-5"
    assert {b["type"] for m in sent["messages"] for b in m["content"]} == {"text"}
    assert second.conversation_id == first.conversation_id
    prices = {model: spent.price_usd for model, spent in second.spending.by_model.items()}
    assert prices == {
        "claude-haiku-5-5": Decimal("0.00015"),
        "claude-sonnet-5-5": Decimal("0.003"),
    }


def test_a_question_that_failed_cost_nothing_and_says_so(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("One.", usage=USAGE), fails(401))
    session = manager.opens()
    session.ask("hello")
    with pytest.raises(ProviderError):
        session.ask("again")
    assert session.spending.last.price_usd == 0
    assert session.spending.by_model["claude-haiku-5-5"].price_usd == Decimal("0.00015")


def test_figures_of_an_earlier_question_are_told_apart_from_those_looked_up_now(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(
        calls(("stock_of", {"sku": "SALT"})), says("400 on hand."), says("Still 400, not 512.")
    )
    assert manager.asks("salt?").unsupported_figures == ()
    again = manager.asks("are there 512 now?")
    assert (again.unsupported_figures, again.earlier_figures) == ((), ("400",))


def test_figures_from_nowhere_are_pointed_out_in_the_language_of_the_question(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("Temos 3 unidades."))
    answer = manager.asks("quanto temos de leite?")
    assert (answer.unsupported_figures, answer.language) == (("3",), "pt")
    [notice] = [event for event in manager.events if isinstance(event, Notice)]
    assert notice.text.endswith("confira antes de confiar: 3")


def test_a_dry_run_shows_what_would_be_done_asks_nobody_and_does_nothing(
    unit_with: Callable[..., UnitOfWork],
    clock: SteppingClock,
    claude: Claude,
    messages_api: MessagesApi,
) -> None:
    person = Person(unit=unit_with(dry_run=True), clock=clock, provider=claude)
    messages_api.script(calls(ORDER_SALT), says("It would be ordered."))
    answer = person.asks("order 12 salt")
    [shown] = [event.preview for event in person.events if isinstance(event, DryRun)]
    assert shown.summary.startswith("Order 12 x SALT")
    assert person.was_asked == []
    assert order_rows(person.unit) == []
    assert DRY_RUN in told(messages_api)
    assert [(action.confirmed, DRY_RUN in action.outcome) for action in answer.actions] == [
        (False, True)
    ]


def test_what_one_question_did_another_may_do_again(
    manager: Person, messages_api: MessagesApi
) -> None:
    message = ("notify_manager", {"subject": "Fridge", "text": "It broke."})
    messages_api.script(calls(message), calls(message), says("Sent."), calls(message), says("Yes."))
    manager.asks("tell the manager")
    assert len(manager.was_asked) == 1
    manager.asks("tell the manager again")
    assert len(manager.was_asked) == 2

"""No conversation is lost: after any fault it is well formed, and the next question works."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from stockcli.agent.events import Notice
from stockcli.agent.providers.claude import Claude
from stockcli.domain.errors import ProviderError
from stockcli.usecases.purchasing import order_rows
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Fault, Reply, calls, fails, refuses, says
from tests.integration.agent.going_on import goes_on, patient
from tests.integration.agent.talking import Person

ORDER_SALT = ("restock", {"sku": "SALT", "quantity": 12, "reason": "for the fair"})
STOCK_OF_MILK = ("stock_of", {"sku": "MILK"})
FRIDGE = ("notify_manager", {"subject": "Fridge", "text": "The fridge broke."})

BREAKING = tuple(fault for fault in Fault if fault is not Fault.NONE)


@pytest.fixture
def claude(messages_api: MessagesApi) -> Claude:
    return patient(messages_api, read_timeout_seconds=1.5)


@pytest.mark.parametrize(
    ("question", "claim", "expected"),
    [
        ("order salt", "Done! I ordered 12 units of salt.", "Nothing was changed"),
        ("order salt", "The order has been placed: PO-00042.", "Nothing was changed"),
        ("peça sal", "Feito! Encomendei 12 unidades de sal.", "Nada foi alterado"),
        ("avise o gerente", "O gerente foi avisado.", "Nada foi alterado"),
    ],
)
def test_a_claim_to_have_done_what_no_tool_did_is_pointed_out(
    manager: Person, messages_api: MessagesApi, question: str, claim: str, expected: str
) -> None:
    messages_api.script(says(claim))
    manager.asks(question)
    assert any(expected in event.text for event in manager.events if isinstance(event, Notice))


def test_a_claim_after_a_no_is_pointed_out_too(manager: Person, messages_api: MessagesApi) -> None:
    manager.says_yes = False
    messages_api.script(calls(ORDER_SALT), says("I have ordered it."))
    manager.asks("order salt")
    assert any("Nothing was changed" in e.text for e in manager.events if isinstance(e, Notice))


def test_a_claim_that_is_true_is_left_alone(manager: Person, messages_api: MessagesApi) -> None:
    messages_api.script(calls(ORDER_SALT), says("Done, I ordered 12."))
    manager.asks("order salt")
    assert [event for event in manager.events if isinstance(event, Notice)] == []


@pytest.mark.parametrize(
    "replies",
    [
        [fails(400, "invalid_request_error")],
        [fails(529, "overloaded_error")] * 2,
        [fails(429, "rate_limit_error", retry_after="3600")],
        [calls(STOCK_OF_MILK), fails(500), fails(500)],
        *([calls(STOCK_OF_MILK).going_wrong(fault, 5), fails(400)] for fault in BREAKING),
        [calls(("", {})), fails(400)],
        [calls(("sell everything!", {})), fails(400)],
        [refuses()],
        [calls(STOCK_OF_MILK), refuses()],
        [Reply(stop_reason="max_tokens")],
        [replace(calls(ORDER_SALT), stop_reason="max_tokens")],
        [replace(calls(ORDER_SALT, text="So:"), stop_reason="end_turn")],
        [replace(calls(ORDER_SALT), stop_reason="pause_turn")],
        [replace(says("8."), stop_reason="tool_use"), fails(400)],
        [Reply(content=())],
        [says("")],
        [says(" \n ")],
    ],
)
def test_after_any_fault_the_stored_conversation_is_resumed_and_the_next_question_works(
    manager: Person, messages_api: MessagesApi, replies: list[Reply]
) -> None:
    messages_api.script(*replies)
    with suppress(ProviderError):
        assert manager.asks("milk?").text.strip()
    assert order_rows(manager.unit) == []
    goes_on(manager, messages_api)

"""What a model says without a tool having said it is pointed out, wherever and however it hides."""

from __future__ import annotations

from stockcli.agent.chat.answer import CUT, NOTHING_DONE
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, says
from tests.integration.agent.talking import Person

LOW: tuple[str, dict[str, str]] = ("low_stock", {})


def test_a_claim_on_the_way_to_the_answer_is_pointed_out(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(LOW, text="Done! I ordered 5000 units of MILK."), says("All well?"))
    answer = manager.asks("what is low?")
    assert answer.unsupported_figures == ("5000",)
    assert NOTHING_DONE["en"] in answer.text


def test_invisible_characters_hide_neither_claims_nor_figures(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("I ord\u200bered more: 5\u200b0\u200b0\u200b0 in all."))
    answer = manager.asks("what is low?")
    assert answer.unsupported_figures == ("5000",)
    assert NOTHING_DONE["en"] in answer.text


def test_a_refusal_that_repeats_the_models_own_figure_supports_nothing(
    manager: Person, messages_api: MessagesApi
) -> None:
    search = ("find_products", {"text": "units 88888"})
    messages_api.script(calls(search), says("MILK: 88888 units on hand."))
    assert manager.asks("milk?").unsupported_figures == ("88888",)


def test_a_claim_in_an_answer_that_was_cut_is_pointed_out_too(
    manager: Person, messages_api: MessagesApi
) -> None:
    messages_api.script(says("Done! I ordered it for you.", stop_reason="max_tokens"))
    answer = manager.asks("order milk")
    assert CUT["en"] in answer.text
    assert NOTHING_DONE["en"] in answer.text

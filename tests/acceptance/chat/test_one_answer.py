"""`stock chat` with -m or in a pipe: one question, one answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, fails, says
from tests.fixtures.demo_home import Stock

RESTOCK = "restock 6000 of 21754"


def with_key(api: MessagesApi) -> dict[str, str]:
    return {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": api.url}


def open_orders(demo: Stock) -> int:
    unit = demo.app().unit()
    with unit.reading():
        return len(unit.orders.all())


@pytest.mark.parametrize(
    ("question", "expected", "signature"),
    [
        ("how much of 22423 do we have?", "on hand", "not Claude"),
        ("quanto temos de 22423?", "em estoque", "não o Claude"),
    ],
)
def test_rules_answer_in_the_language_of_the_question(
    demo: Stock, question: str, expected: str, signature: str
) -> None:
    ran = demo("chat", "-m", question)

    assert ran.code == 0, ran.err
    assert expected in ran.out
    assert "REGENCY CAKESTAND" in ran.out
    assert signature in ran.out
    assert "it is not Claude" in ran.err


def test_question_may_come_through_a_pipe(demo: Stock) -> None:
    ran = demo.process("chat", stdin="what is on order?\n")

    assert ran.code == 0, ran.err
    assert "PO-0000" in ran.out
    assert "on_order" in ran.err
    assert "\x1b" not in ran.out + ran.err


def test_json_holds_the_answer_and_what_it_took(demo: Stock) -> None:
    ran = demo("chat", "--json", "-m", "what is low?")

    answer = ran.json
    assert answer.keys() >= {"text", "as_of", "tools", "usage", "price_usd", "actions"}
    assert answer["tools"] == ["low_stock"]
    assert answer["as_of"].endswith("+00:00")
    assert answer["price_usd"] == 0


def test_nothing_is_written_where_nobody_can_say_yes(demo: Stock) -> None:
    before = open_orders(demo)

    ran = demo.process("chat", "--json", "-m", RESTOCK)

    assert "Order 60" in ran.err
    assert "Nobody is here to say yes, so it is not done" in ran.err
    assert [one["confirmed"] for one in ran.json["actions"]] == [False]
    assert open_orders(demo) == before


def test_yes_given_beforehand_is_a_yes(demo: Stock) -> None:
    ran = demo("chat", "--yes", "--json", "-m", "set the minimum of 22423 to 55")

    action = ran.json["actions"][0]
    assert (action["tool"], action["confirmed"]) == ("set_minimum", True)
    assert "55" in demo("minimum", "list").out


def test_analyst_may_ask_and_not_act(demo: Stock) -> None:
    ran = demo("chat", "--yes", "--json", "-m", RESTOCK, STOCK_TOKEN=demo.analyst())

    assert ran.code == 0, ran.err
    assert ran.json["actions"] == []


def test_empty_question_is_a_usage_error(demo: Stock) -> None:
    ran = demo("chat", "--json", stdin="  \n")

    assert (ran.code, ran.json["error"]["code"]) == (2, "invalid_input")


def test_claude_answers_from_the_tools_and_what_it_costs_is_told(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(
        calls(("stock_of", {"sku": "22423"})), says("There are **12** [red]cakestands[/red].")
    )

    ran = demo("chat", "-m", "how many cakestands?", **with_key(messages_api))

    assert ran.code == 0, ran.err
    assert "There are **12** [red]cakestands[/red]." in ran.out
    assert "as of 20" in ran.out
    assert 'stock_of sku="22423"' in ran.err
    assert "USD" in ran.err


def test_escape_sequences_of_a_model_never_reach_the_terminal(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(says("safe\x1b]52;c;aGk=\x07 and \x1b[2Jsound\u202e"))

    ran = demo.process("chat", "-m", "hello", **with_key(messages_api))

    assert "safe" in ran.out
    assert "sound" in ran.out
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.out + ran.err)


def test_provider_out_of_reach_is_exit_code_four(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.answer_with(lambda _: fails(401, "authentication_error"))

    ran = demo("chat", "--json", "-m", "hello", **with_key(messages_api))

    assert (ran.code, ran.json["error"]["code"]) == (4, "provider")


def test_spent_budget_is_exit_code_five(demo: Stock, messages_api: MessagesApi) -> None:
    directory = demo.app().directory
    policy = directory.tenant("giftware").policy
    directory.set_policy("giftware", replace(policy, model_budget_usd=Decimal(0)))

    ran = demo("chat", "--json", "-m", "hello", **with_key(messages_api))

    assert (ran.code, ran.json["error"]["code"]) == (5, "budget_spent")
    assert messages_api.asked == []


def test_conversation_can_be_gone_on_with(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(says("Hello."), says("You said hello."))

    first = demo("chat", "--json", "-m", "hello", **with_key(messages_api)).json
    resumed = ("--resume", first["conversation_id"])
    demo("chat", *resumed, "-m", "what did I say?", **with_key(messages_api))

    assert len(messages_api.asked[1]["messages"]) == 3

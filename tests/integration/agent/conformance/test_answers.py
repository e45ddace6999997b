from __future__ import annotations

import json
from itertools import pairwise

from stockcli.agent.limits import Limits
from stockcli.agent.providers.base import NO_TOKENS, Stop, TurnRequest, asked, text_of
from stockcli.domain.budget import ModelUsage
from stockcli.usecases.ports import UnitOfWork
from tests.fakes.replies import Reply, calls, says, thinks
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.conformance.asking import Talk, talk
from tests.integration.agent.conformance.voices import Voice
from tests.integration.agent.talking import Person

HOW_MUCH = "How much milk do we have?"
STOCK_OF_MILK = ("stock_of", {"sku": "MILK"})


def looks_up_milk(told: list[str]) -> Reply:
    """A model that looks the figure up, and says it."""
    if not told:
        return calls(STOCK_OF_MILK, text="Let me look.")
    figure = "8" if "8" in told[-1] else "?"
    return says(f"There are {figure} units of MILK on hand.")


def test_a_greeting_is_answered_without_a_tool(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    voice.thinks(lambda _: says("Hello! Ask me what is low."))
    conversation = talk(unit, clock, voice.provider)
    turn = conversation.asks("hello")
    assert turn is not None
    assert (turn.stop, turn.calls, conversation.started) == (Stop.DONE, (), [])
    assert turn.text == text_of(conversation.messages[-1])


def test_a_question_of_fact_is_answered_with_the_figure_of_the_tool(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    voice.thinks(looks_up_milk)
    conversation = talk(unit, clock, voice.provider)
    turn = conversation.asks(HOW_MUCH)
    assert turn is not None
    assert conversation.started[-1] == STOCK_OF_MILK
    assert "8" in turn.text


def test_what_streamed_is_the_answer(unit: UnitOfWork, clock: SteppingClock, voice: Voice) -> None:
    voice.thinks(lambda told: thinks(looks_up_milk(told)))
    conversation = talk(unit, clock, voice.provider)
    turn = conversation.asks(HOW_MUCH)
    assert turn is not None
    assert conversation.streamed == turn.text == text_of(turn.message)


def test_every_call_is_answered_once_and_in_order(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    three = calls(STOCK_OF_MILK, ("stock_of", {"sku": "SALT"}), ("low_stock", {}))
    voice.thinks(lambda told: says("There.") if told else three)
    conversation = talk(unit, clock, voice.provider)
    conversation.asks(HOW_MUCH)
    turns = [*conversation.messages, *conversation.messages[:1]]
    called = [ids(one["content"], "tool_use", "id") for one in turns]
    answered = [ids(one["content"], "tool_result", "tool_use_id") for one in turns]
    assert sum(len(one) for one in called) == len(conversation.results) > 0
    assert all(wanted == got for wanted, (_, got) in zip(called, pairwise(answered), strict=False))


def ids(content: list[dict[str, str]], kind: str, name: str) -> list[str]:
    return [block[name] for block in content if block["type"] == kind]


def test_no_two_calls_of_a_conversation_share_an_id(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    names = iter("abcd")
    voice.thinks(lambda told: says("There.") if told else numbered(next(names)))
    conversation = talk(unit, clock, voice.provider)
    for _ in range(2):
        conversation.asks(HOW_MUCH)
    used = [ids(one["content"], "tool_use", "id") for one in conversation.messages]
    flat = [one for turn in used for one in turn]
    assert len(set(flat)) == len(flat) > 1


def numbered(name: str) -> Reply:
    """Two calls whose ids differ from those of another name."""
    twice = calls(STOCK_OF_MILK, STOCK_OF_MILK)
    content = tuple(dict(one) | {"id": f"{name}{i}"} for i, one in enumerate(twice.content))
    return Reply(content=content, stop_reason="tool_use")


def test_a_tools_error_is_heard_and_survived(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    voice.thinks(
        lambda told: says("There is no XYZZY.") if told else calls(("stock_of", {"sku": "XYZZY"}))
    )
    conversation = talk(unit, clock, voice.provider)
    turn = conversation.asks("How much XYZZY do we have?")
    assert turn is not None
    assert any(finished.result.is_error for finished in conversation.results)
    assert "XYZZY" in turn.text


def test_a_tool_that_is_not_on_offer_is_not_run(voice: Voice) -> None:
    voice.thinks(lambda told: says("I cannot.") if told else calls(("sell_everything", {})))
    conversation = Talk(provider=voice.provider, tools=[])
    turn = conversation.asks(HOW_MUCH)
    assert turn is not None
    assert turn.stop is Stop.DONE
    assert all(finished.result.is_error for finished in conversation.results)


def test_a_stored_conversation_is_json_and_goes_on(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    voice.thinks(lambda told: thinks(looks_up_milk(told)))
    first = talk(unit, clock, voice.provider)
    first.asks(HOW_MUCH)
    stored = json.loads(json.dumps(first.messages))
    assert stored == first.messages
    again = talk(unit, clock, voice.provider, messages=stored)
    turn = again.asks("And how much milk is there now?")
    assert turn is not None
    assert "8" in turn.text


def test_a_conversation_is_resumed_by_its_id(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    voice.thinks(lambda told: thinks(looks_up_milk(told)))
    before = Person(unit=unit, clock=clock, provider=voice.provider)
    id_ = before.asks(HOW_MUCH).conversation_id
    person = Person(unit=unit, clock=clock, provider=voice.provider)
    person.session = person.opens()
    person.session.resume(id_)
    answer = person.asks(HOW_MUCH)
    assert answer.conversation_id == id_
    assert "8" in answer.text


def test_usage_is_told_as_it_is_seen_and_is_none_where_nothing_is_paid(voice: Voice) -> None:
    voice.thinks(lambda _: thinks(says("Hello, and good morning to you and to your shop.")))
    seen: list[ModelUsage] = []
    request = TurnRequest(
        system="You keep a shop.", tools=(), messages=(asked("hello"),), max_output_tokens=500
    )
    turn = voice.provider.turn(request, lambda _: None, seen.append)
    assert (seen[-1] if seen else NO_TOKENS) == turn.usage
    assert bool(turn.usage.input_tokens and turn.usage.output_tokens) == voice.provider.costs_money
    assert bool(len(seen) > 2) == voice.provider.costs_money
    assert all(usage.output_tokens >= 0 for usage in seen)


def test_a_question_ends_at_its_most_rounds(
    unit: UnitOfWork, clock: SteppingClock, voice: Voice
) -> None:
    voice.thinks(lambda _: calls(STOCK_OF_MILK))
    conversation = talk(unit, clock, voice.provider, limits=Limits(rounds=1))
    assert conversation.asks(HOW_MUCH) is None
    assert len(conversation.results) == 1
    if voice.api is not None:
        assert len(voice.api.asked) == 1

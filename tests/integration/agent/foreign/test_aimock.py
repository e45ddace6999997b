"""Our chat and our review against aimock, a scripted server; where there is Node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from stockcli.agent.events import TextDelta
from stockcli.agent.providers.claude import Claude
from stockcli.domain.decisions import Action
from stockcli.domain.errors import ProviderError
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from tests.integration.agent.foreign.aimock import Scripted, running
from tests.integration.agent.foreign.conftest import AskReview, OpenSession, claude_at

Fixture = Mapping[str, Any]
Wanted = tuple[str, object]


@pytest.fixture(scope="session")
def aimock_server() -> Iterator[Scripted]:
    with running() as server:
        yield server


@pytest.fixture
def aimock(aimock_server: Scripted) -> Scripted:
    aimock_server.will()
    return aimock_server


@pytest.fixture
def claude(aimock: Scripted) -> Claude:
    return claude_at(aimock.url)


def says(text: str, **more: Any) -> Fixture:
    usage = {"prompt_tokens": 100, "completion_tokens": 20}
    return {"response": {"content": text, "usage": usage}, **more}


def calls(*wanted: Wanted, text: str | None = None, **more: Any) -> Fixture:
    named = [{"name": name, "arguments": arguments} for name, arguments in wanted]
    said = {"content": text} if text else {}
    return {"response": {"toolCalls": named, **said}, **more}


def ends(fixture: Fixture, reason: str) -> Fixture:
    return {**fixture, "response": {**fixture["response"], "finishReason": reason}}


STOCK_OF_MILK = ("stock_of", {"sku": "MILK"})
ORDER_SALT = ("restock", {"sku": "SALT", "quantity": 1200, "reason": "for the fair"})
DECISIONS = (
    ("restock", {"sku": "MILK", "reason": "one day left"}),
    ("ignore", {"sku": "BREAD", "reason": "a holiday starts"}),
)


def ordered(unit: UnitOfWork) -> list[int]:
    return [int(line[2]) for row in order_rows(unit) for line in row.lines]


def test_a_plain_reply_streams_and_is_paid_for(
    aimock: Scripted, claude: Claude, open_session: OpenSession
) -> None:
    aimock.will(says("Good morning, what shall I look up?", chunkSize=5))
    events: list[object] = []
    answer = open_session(claude).ask("hello", events.append)
    pieces = [event.text for event in events if isinstance(event, TextDelta)]
    assert len(pieces) > 3
    assert "".join(pieces) == answer.text == "Good morning, what shall I look up?"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (100, 20)


def test_a_tool_runs_and_its_facts_reach_the_server(
    aimock: Scripted, claude: Claude, open_session: OpenSession
) -> None:
    aimock.will(calls(STOCK_OF_MILK, text="Let me look."), says("8 left."))
    answer = open_session(claude).ask("milk?")
    assert (answer.text, answer.tools) == ("8 left.", ("stock_of",))
    assert "Whole milk" in str(aimock.asked()[-1]["messages"])


def test_several_calls_of_one_reply_all_run_in_order(
    aimock: Scripted, claude: Claude, open_session: OpenSession, unit: UnitOfWork
) -> None:
    aimock.will(calls(STOCK_OF_MILK, ORDER_SALT, ("low_stock", {})), says("Ordered."))
    answer = open_session(claude).ask("order 1200 salt")
    assert answer.tools == ("stock_of", "restock", "low_stock")
    assert ordered(unit) == [1200]


def test_a_call_before_its_text_runs_too(
    aimock: Scripted, claude: Claude, open_session: OpenSession, unit: UnitOfWork
) -> None:
    name, arguments = ORDER_SALT
    blocks = [
        {"type": "toolCall", "name": name, "arguments": arguments},
        {"type": "text", "text": "I order it."},
    ]
    aimock.will({"response": {"blocks": blocks}}, says("Ordered."))
    assert open_session(claude).ask("order 1200 salt").text == "Ordered."
    assert ordered(unit) == [1200]


def test_thoughts_are_sent_back_within_a_question_and_dropped_when_resumed(
    aimock: Scripted, claude: Claude, open_session: OpenSession
) -> None:
    thought = {"reasoning": "Let me see.", "content": "8 left."}
    aimock.will({"response": thought}, says("Still 8."))
    first = open_session(claude).ask("milk?")
    assert first.text == "8 left."
    session = open_session(claude)
    session.resume(first.conversation_id)
    assert session.ask("and now?").text == "Still 8."


@pytest.mark.parametrize(
    ("status", "error_type"),
    [(429, "rate_limit_error"), (500, "api_error"), (529, "overloaded_error")],
)
def test_a_passing_error_costs_one_more_request(
    aimock: Scripted,
    claude: Claude,
    open_session: OpenSession,
    unit: UnitOfWork,
    status: int,
    error_type: str,
) -> None:
    aimock.will(calls(ORDER_SALT), says("Ordered."))
    aimock.fails_once(status, error_type)
    assert open_session(claude).ask("order 1200 salt").text == "Ordered."
    assert ordered(unit) == [1200]
    assert len(aimock.asked()) == 3


@pytest.mark.parametrize(
    ("status", "error_type", "sentence"),
    [
        (400, "invalid_request_error", "did not accept"),
        (401, "authentication_error", "API key"),
        (404, "not_found_error", "no model"),
        (413, "request_too_large", "did not accept"),
    ],
)
def test_an_error_that_lasts_is_told_at_once_and_the_conversation_goes_on(
    aimock: Scripted,
    claude: Claude,
    open_session: OpenSession,
    status: int,
    error_type: str,
    sentence: str,
) -> None:
    aimock.will(says("Here I am."))
    aimock.fails_once(status, error_type)
    session = open_session(claude)
    with pytest.raises(ProviderError, match=sentence):
        session.ask("hello")
    assert len(aimock.asked()) == 1
    assert session.ask("hello again").text == "Here I am."


@pytest.mark.parametrize("events", range(1, 12, 2))
def test_a_reply_that_breaks_off_anywhere_is_asked_for_again_and_has_one_effect(
    aimock: Scripted, claude: Claude, open_session: OpenSession, unit: UnitOfWork, events: int
) -> None:
    broken = calls(ORDER_SALT, truncateAfterChunks=events, latency=2, chunkSize=12)
    aimock.will(broken, calls(ORDER_SALT), says("Ordered."))
    assert open_session(claude).ask("order 1200 salt").text == "Ordered."
    assert ordered(unit) == [1200]
    assert len(aimock.asked()) == 3


def test_a_connection_that_is_cut_in_time_is_asked_again(
    aimock: Scripted, claude: Claude, open_session: OpenSession, unit: UnitOfWork
) -> None:
    cut = calls(ORDER_SALT, disconnectAfterMs=60, latency=25, chunkSize=8)
    aimock.will(cut, calls(ORDER_SALT), says("Ordered."))
    assert open_session(claude).ask("order 1200 salt").text == "Ordered."
    assert ordered(unit) == [1200]


def test_a_slow_stream_is_waited_for(
    aimock: Scripted, claude: Claude, open_session: OpenSession
) -> None:
    slow = {"ttft": 300, "tps": 40, "jitter": 0.5}
    aimock.will(says("One word after the other, and no hurry.", streamingProfile=slow))
    assert open_session(claude).ask("hello").text.endswith("no hurry.")


@pytest.mark.parametrize("kind", ["dropRate", "malformedRate", "disconnectRate"])
def test_chaos_in_one_reply_leaves_one_effect(
    aimock: Scripted, claude: Claude, open_session: OpenSession, unit: UnitOfWork, kind: str
) -> None:
    chaos = {**calls(ORDER_SALT), "chaos": {kind: 1.0}}
    aimock.will(chaos, calls(ORDER_SALT), says("Ordered."))
    assert open_session(claude).ask("order 1200 salt").text == "Ordered."
    assert ordered(unit) == [1200]


@pytest.mark.parametrize("arguments", ['["SALT", 12]', "null", '"SALT"', "1200"])
def test_arguments_that_are_no_object_have_no_effect(
    aimock: Scripted, claude: Claude, open_session: OpenSession, unit: UnitOfWork, arguments: str
) -> None:
    aimock.will(calls(("restock", arguments)), says("I could not."))
    assert open_session(claude).ask("order salt").text == "I could not."
    assert ordered(unit) == []


def test_arguments_that_break_the_schema_are_answered_with_what_is_wrong(
    aimock: Scripted, claude: Claude, open_session: OpenSession, unit: UnitOfWork
) -> None:
    wrong = {"sku": "SALT", "quantity": "1200", "price": 0.01}
    aimock.will(calls(("restock", wrong), ("sell_all", {})), says("I could not."))
    assert open_session(claude).ask("order salt").text == "I could not."
    told = str(aimock.asked()[-1]["messages"])
    assert "the arguments do not fit" in told
    assert "there is no tool" in told
    assert ordered(unit) == []


@pytest.mark.parametrize(("reason", "said"), [("length", "cut off"), ("refusal", "refused")])
def test_a_reply_that_ends_too_soon_says_so(
    aimock: Scripted,
    claude: Claude,
    open_session: OpenSession,
    unit: UnitOfWork,
    reason: str,
    said: str,
) -> None:
    aimock.will(ends(calls(ORDER_SALT), reason), says("Here I am."))
    session = open_session(claude)
    assert said in session.ask("order salt").text
    assert ordered(unit) == []
    assert session.ask("and now?").text == "Here I am."


def test_a_review_decides_through_it(
    aimock: Scripted, claude: Claude, ask_review: AskReview
) -> None:
    aimock.will(calls(("check_stock", {"sku": "MILK"})), calls(*DECISIONS))
    made = ask_review(claude)
    assert [one.action for one in made.proposals] == [Action.RESTOCK, Action.IGNORE]
    assert made.remarks == ()


def test_a_review_that_breaks_off_is_asked_for_again(
    aimock: Scripted, claude: Claude, ask_review: AskReview
) -> None:
    aimock.will(calls(*DECISIONS, truncateAfterChunks=6, latency=2), calls(*DECISIONS))
    assert len(ask_review(claude).proposals) == 2


def test_a_server_with_nothing_to_say_leaves_the_review_to_the_rules(
    aimock: Scripted, claude: Claude, ask_review: AskReview
) -> None:
    made = ask_review(claude)
    assert made.proposals == ()
    assert "2 products decided by rule" in made.remarks[0]

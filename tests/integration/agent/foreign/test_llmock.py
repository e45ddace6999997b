"""Our chat and our review against llmock, which breaks replies and judges the client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from stockcli.agent.chat.session import ChatSession
from stockcli.agent.providers.claude import Claude
from stockcli.domain.decisions import Action
from stockcli.domain.errors import ProviderError
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from tests.integration.agent.foreign.conftest import AskReview, OpenSession, claude_at
from tests.integration.agent.foreign.local_http import sent

Behaviour = Mapping[str, Any]

ANY_TIME = {"times": None}
INSIDE_THE_CALL = {"after_chunks": 4}
"""After the first piece of a tool's input, which then reads as if it were whole."""


@dataclass(frozen=True, kw_only=True)
class Chaos:
    """The server, as a test sees it."""

    url: str

    @property
    def claude(self) -> Claude:
        return claude_at(f"{self.url}/anthropic")

    def will(self, *behaviours: Behaviour) -> None:
        """Behave like this, each once, for the requests to come."""
        sent(f"{self.url}/_llmock/scenario", {"behaviors": behaviours})

    def forgets_its_scenario(self) -> None:
        sent(f"{self.url}/_llmock/scenario", method="DELETE")

    def attempts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = sent(f"{self.url}/_llmock/requests", method="GET")["requests"]
        return found

    def findings(self) -> set[str]:
        """What the server has to say against the client that just talked to it."""
        verdict = sent(f"{self.url}/_llmock/verdict", method="GET")
        return {finding["code"] for finding in verdict["findings"]}


@pytest.fixture(scope="session")
def chaos_server() -> Iterator[str]:
    from llmock.testing import LLMockServer

    with LLMockServer() as server:
        yield server.url


@pytest.fixture
def chaos(chaos_server: str) -> Chaos:
    sent(f"{chaos_server}/_llmock/reset")
    return Chaos(url=chaos_server)


def fails(status: int, **more: Any) -> Behaviour:
    return {"type": "fail", "status": status, **more}


def breaks(kind: str, **more: Any) -> Behaviour:
    return {"type": "stream_fault", "kind": kind, **INSIDE_THE_CALL, **more}


def says(text: str) -> Behaviour:
    return {"type": "reply", "text": text}


def calls(*wanted: tuple[str, dict[str, Any]]) -> Behaviour:
    named = [{"name": name, "arguments": arguments} for name, arguments in wanted]
    return {"type": "reply", "tool_calls": named}


ORDER = calls(("restock", {"sku": "SALT", "quantity": 1200, "reason": "for the fair"}))
DECISIONS = calls(
    ("restock", {"sku": "MILK", "reason": "one day left"}),
    ("ignore", {"sku": "BREAD", "reason": "a holiday starts"}),
)

PASSING: dict[str, Behaviour] = {
    "short rate limit": fails(429, retry_after=0.2),
    "rate limit without a word": fails(429),
    "server error": fails(500),
    "unavailable": fails(503),
    "overloaded": fails(529),
    "request timed out": fails(408),
    "slow answer": {"type": "delay", "seconds": 0.3},
    "slow first token": {"type": "slow_first_token", "seconds": 0.3},
    "connection dropped": breaks("disconnect"),
    "stream ends early": breaks("truncate"),
    "malformed chunk": breaks("malformed"),
    "stall": breaks("stall", stall_seconds=20),
    "malformed tool arguments": {"type": "tool_fault", "kind": "malformed_arguments"},
}
ONLY_SLOW = frozenset({"slow answer", "slow first token"})
CONSUMES_THE_REPLY = frozenset(
    {
        "connection dropped",
        "stream ends early",
        "malformed chunk",
        "stall",
        "malformed tool arguments",
    }
)

LASTING: dict[str, tuple[Behaviour, str, int]] = {
    "long rate limit": (fails(429, retry_after=3600, **ANY_TIME), "rate limit", 1),
    "rate limit": (fails(429, retry_after=0.1, **ANY_TIME), "rate limit", 3),
    "overloaded": (fails(529, **ANY_TIME), "overloaded", 3),
    "bad request": (fails(400, **ANY_TIME), "did not accept", 1),
    "prompt too long": (fails(400, code="context_length_exceeded", **ANY_TIME), "accept", 1),
    "wrong key": (fails(401, **ANY_TIME), "API key", 1),
    "not allowed": (fails(403, **ANY_TIME), "API key", 1),
    "no such model": (fails(404, **ANY_TIME), "no model", 1),
    "connection dropped": (breaks("disconnect", **ANY_TIME), "broke off", 3),
    "stream ends early": (breaks("truncate", **ANY_TIME), "broke off", 3),
    "malformed chunk": (breaks("malformed", **ANY_TIME), "broke off", 3),
}
"""The fault, what the person is told, and how often the question is sent."""

FASTER_THAN_US = {
    "malformed_chunk_ignored": "a reply so short may be sent whole before we hang up on it; the "
    "server then takes the second request for another question, and not for the first sent again"
}
"""What the server may say of a malformed chunk that passed, and need not."""

EXPLAINED: dict[str, dict[str, str]] = {
    "long rate limit": {
        "gave_up": "nobody waits an hour for an answer: the person is told, a check goes by rule"
    },
    "stream ends early": {
        "truncated_stream_accepted": "the server sees three attempts end and not the error that "
        "follows; that nothing of them was used is what the test asserts"
    },
    "malformed chunk": {
        "malformed_chunk_ignored": "as for the stream that ends early: it was not ignored, it was "
        "given up after three attempts, with an error"
    },
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_chat_survives_a_passing_fault_with_one_effect(
    chaos: Chaos, open_session: OpenSession, unit: UnitOfWork, fault: str
) -> None:
    again = [ORDER] if fault in CONSUMES_THE_REPLY else []
    chaos.will(PASSING[fault], *again, ORDER, says("Ordered."))
    assert open_session(chaos.claude).ask("order 1200 salt").text == "Ordered."
    assert [line[2] for row in order_rows(unit) for line in row.lines] == [1200]
    assert len(chaos.attempts()) == 2 + (fault not in ONLY_SLOW)
    assert chaos.findings() <= allowed(fault)


@pytest.mark.parametrize("fault", PASSING)
def test_a_review_survives_a_passing_fault(chaos: Chaos, ask_review: AskReview, fault: str) -> None:
    again = [DECISIONS] if fault in CONSUMES_THE_REPLY else []
    chaos.will(PASSING[fault], *again, DECISIONS)
    made = ask_review(chaos.claude)
    assert [one.action for one in made.proposals] == [Action.RESTOCK, Action.IGNORE]
    assert made.remarks == ()
    assert len(chaos.attempts()) == 1 + (fault not in ONLY_SLOW)
    assert chaos.findings() <= allowed(fault)


@pytest.mark.parametrize("fault", LASTING)
def test_a_lasting_fault_ends_in_a_sentence_without_effect_and_the_conversation_goes_on(
    chaos: Chaos, open_session: OpenSession, unit: UnitOfWork, fault: str
) -> None:
    behaviour, sentence, attempts = LASTING[fault]
    chaos.will(behaviour, {**ORDER, **ANY_TIME})
    session = open_session(chaos.claude)
    with pytest.raises(ProviderError, match=sentence):
        session.ask("order 1200 salt")
    assert order_rows(unit) == []
    assert len(chaos.attempts()) == attempts
    assert chaos.findings() == set(EXPLAINED.get(fault, {}))
    goes_on(chaos, session)


@pytest.mark.parametrize("fault", LASTING)
def test_a_review_under_a_lasting_fault_leaves_all_to_the_rules_and_says_why(
    chaos: Chaos, ask_review: AskReview, fault: str
) -> None:
    behaviour, sentence, attempts = LASTING[fault]
    chaos.will(behaviour, {**DECISIONS, **ANY_TIME})
    made = ask_review(chaos.claude)
    assert made.proposals == ()
    [remark] = made.remarks
    assert sentence in remark
    assert "2 products decided by rule" in remark
    assert len(chaos.attempts()) == attempts
    assert chaos.findings() == set(EXPLAINED.get(fault, {}))


def test_a_tool_nobody_offered_is_told_to_the_model_and_changes_nothing(
    chaos: Chaos, open_session: OpenSession, unit: UnitOfWork
) -> None:
    chaos.will({"type": "tool_fault", "kind": "unknown_tool"}, ORDER, says("I cannot."))
    answer = open_session(chaos.claude).ask("order 1200 salt")
    assert answer.text == "I cannot."
    told = chaos.attempts()[-1]["body"]["messages"][-1]["content"][0]
    assert told["is_error"]
    assert "there is no tool" in told["content"]
    assert order_rows(unit) == []
    assert chaos.findings() == set()


@pytest.mark.parametrize(("reason", "said"), [("content_filter", "refused"), ("length", "cut off")])
def test_a_reply_that_is_refused_or_cut_has_no_effect_and_the_conversation_goes_on(
    chaos: Chaos, open_session: OpenSession, unit: UnitOfWork, reason: str, said: str
) -> None:
    chaos.will({**ORDER, "finish_reason": reason})
    session = open_session(chaos.claude)
    assert said in session.ask("order 1200 salt").text
    assert order_rows(unit) == []
    assert chaos.findings() == set()
    goes_on(chaos, session)


def test_whatever_tool_the_server_makes_up_the_chat_ends_in_an_answer(
    chaos: Chaos, open_session: OpenSession, unit: UnitOfWork
) -> None:
    """Left alone, the server calls the tool that fits best, with arguments after its schema."""
    session = open_session(chaos.claude)
    for question in ("what is low?", "restock milk", "forecast of bread", "set a minimum"):
        assert session.ask(question).text
    assert order_rows(unit) == []
    assert chaos.findings() == set()


def allowed(passing: str) -> set[str]:
    return set(FASTER_THAN_US) if passing == "malformed chunk" else set()


def goes_on(chaos: Chaos, session: ChatSession) -> None:
    """The same conversation, asked again once the fault is over."""
    chaos.forgets_its_scenario()
    chaos.will(says("Here I am."))
    assert session.ask("and now?").text == "Here I am."

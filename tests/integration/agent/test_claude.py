from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from stockcli.agent.providers.base import BrokenReplyError, Stop, ToolSpec, TurnRequest, asked
from stockcli.agent.providers.claude import Claude
from stockcli.domain.budget import ModelUsage
from stockcli.domain.errors import ProviderError
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Fault, calls, events_of, fails, refuses, says, thinks

ORDER = ("restock", {"sku": "A1", "quantity": 1200, "reason": "it sells well and is nearly gone"})
SPEC = ToolSpec(
    name="restock",
    description="Order.",
    schema={
        "type": "object",
        "properties": {"quantity": {"type": "number", "exclusiveMinimum": 0}},
        "required": ["quantity"],
        "additionalProperties": False,
    },
)
REQUEST = TurnRequest(
    system="You keep a shop.",
    tools=(SPEC,),
    messages=(asked("What is low?"),),
    max_output_tokens=500,
)


def ignored(_: object) -> None:
    pass


UNATTENDED = replace(REQUEST, nobody_waits=True)


def test_a_plain_answer_streams_and_is_returned_whole(
    claude: Claude, messages_api: MessagesApi
) -> None:
    messages_api.script(says("Two products are low today."))
    pieces: list[str] = []
    turn = claude.turn(REQUEST, pieces.append, ignored)
    assert turn.text == "".join(pieces) == "Two products are low today."
    assert len(pieces) > 1
    assert turn.stop is Stop.DONE


def test_the_request_carries_key_model_cache_and_strict_tools(
    claude: Claude, messages_api: MessagesApi
) -> None:
    messages_api.script(says("Yes."))
    claude.turn(REQUEST, ignored, ignored)
    [request] = messages_api.requests
    assert request.headers["Authorization"] == "Bearer test"
    assert request.body["cache_control"] == {"type": "ephemeral"}
    assert request.body["tools"][0]["strict"] is True
    schema = request.body["tools"][0]["input_schema"]
    assert "exclusiveMinimum" not in schema["properties"]["quantity"]


def test_a_tool_call_arrives_with_all_its_arguments(
    claude: Claude, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(ORDER, text="I order."))
    turn = claude.turn(REQUEST, ignored, ignored)
    assert turn.stop is Stop.TOOLS
    assert [(call.name, call.arguments) for call in turn.calls] == [ORDER]


def test_parallel_calls_keep_their_order(claude: Claude, messages_api: MessagesApi) -> None:
    messages_api.script(calls(ORDER, ("ignore", {"sku": "B2"}), ("notify", {"sku": "C3"})))
    turn = claude.turn(REQUEST, ignored, ignored)
    assert [call.name for call in turn.calls] == ["restock", "ignore", "notify"]


def test_thinking_is_not_text_but_is_sent_back(claude: Claude, messages_api: MessagesApi) -> None:
    messages_api.script(thinks(says("Done.")))
    pieces: list[str] = []
    turn = claude.turn(REQUEST, pieces.append, ignored)
    assert turn.text == "".join(pieces) == "Done."
    assert turn.message["content"][0] == {
        "type": "thinking",
        "thinking": "Let me see.",
        "signature": "c2lnbmVk",
    }


def test_usage_counts_each_kind_of_token(claude: Claude, messages_api: MessagesApi) -> None:
    usage = {
        "input_tokens": 7,
        "output_tokens": 9,
        "cache_creation_input_tokens": 512,
        "cache_read_input_tokens": 1024,
    }
    messages_api.script(says("Yes.", usage=usage))
    assert claude.turn(REQUEST, ignored, ignored).usage == ModelUsage(
        input_tokens=7, output_tokens=9, cache_write_tokens=512, cache_read_tokens=1024
    )


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
def test_a_broken_reply_calls_no_tool_and_is_not_sent_again_by_the_client(
    claude: Claude, messages_api: MessagesApi, fault: Fault
) -> None:
    messages_api.script(calls(ORDER).going_wrong(fault, after_events=6))
    seen: list[ModelUsage] = []
    with pytest.raises(BrokenReplyError):
        claude.turn(REQUEST, ignored, seen.append)
    assert seen[-1].input_tokens == 100
    assert seen[-1].output_tokens > 1
    assert len(messages_api.asked) == 1


@pytest.mark.parametrize("events_sent", range(12))
def test_a_reply_cut_after_any_event_is_broken(
    claude: Claude, messages_api: MessagesApi, events_sent: int
) -> None:
    messages_api.script(calls(ORDER).going_wrong(Fault.TRUNCATE, after_events=events_sent))
    with pytest.raises(BrokenReplyError):
        claude.turn(REQUEST, ignored, ignored)


def test_a_tool_input_that_lost_its_end_is_not_completed_by_guessing(
    claude: Claude, messages_api: MessagesApi
) -> None:
    whole = calls(("restock", {"sku": "A1", "reason": "x", "quantity": 1200}))
    kinds = [event["type"] for event in events_of(whole, "m")]
    last_piece = len(kinds) - 1 - kinds[::-1].index("content_block_delta")
    messages_api.script(whole.going_wrong(Fault.LOST_PIECE, after_events=last_piece))
    with pytest.raises(BrokenReplyError, match="not whole"):
        claude.turn(REQUEST, ignored, ignored)


def test_a_reply_that_only_drips_is_given_up(claude: Claude, messages_api: MessagesApi) -> None:
    messages_api.script(says("Soon.").going_wrong(Fault.DRIP))
    with pytest.raises(BrokenReplyError, match="connection was lost"):
        claude.turn(REQUEST, ignored, ignored)


@pytest.mark.parametrize("reason", ["max_tokens", "pause_turn", "something_new"])
def test_a_turn_that_stopped_for_another_reason_calls_no_tool(
    claude: Claude, messages_api: MessagesApi, reason: str
) -> None:
    reply = calls(ORDER)
    messages_api.script(type(reply)(content=reply.content, stop_reason=reason))
    turn = claude.turn(REQUEST, ignored, ignored)
    assert (turn.stop, turn.calls) == (Stop.CUT, ())


def test_a_refusal_is_a_turn_of_its_own_kind(claude: Claude, messages_api: MessagesApi) -> None:
    messages_api.script(refuses())
    assert claude.turn(REQUEST, ignored, ignored).stop is Stop.REFUSED


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "rate limit"), (529, "overloaded"), (500, "out of order"), (401, "API key")],
)
def test_a_refused_request_becomes_one_sentence(
    claude: Claude, messages_api: MessagesApi, status: int, said: str
) -> None:
    messages_api.answer_with(lambda _: fails(status))
    with pytest.raises(ProviderError, match=said) as caught:
        claude.turn(REQUEST, ignored, ignored)
    assert not isinstance(caught.value, BrokenReplyError)
    assert len(messages_api.asked) == (1 if status == 401 else 2)


def test_a_passing_refusal_is_tried_again(claude: Claude, messages_api: MessagesApi) -> None:
    messages_api.script(fails(429, "rate_limit_error", retry_after="0.05"), says("Now."))
    assert claude.turn(REQUEST, ignored, ignored).text == "Now."


@pytest.mark.parametrize("wait", ["3600", "inf", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_nobody_waits_an_hour_because_a_server_says_so(
    claude: Claude, messages_api: MessagesApi, wait: str
) -> None:
    messages_api.answer_with(lambda _: fails(429, "rate_limit_error", retry_after=wait))
    with pytest.raises(ProviderError, match="rate limit"):
        claude.turn(REQUEST, ignored, ignored)
    assert len(messages_api.asked) == 1


def test_an_address_where_nobody_listens_becomes_one_sentence() -> None:
    nobody = Claude(model="m", api_key="k", base_url="http://127.0.0.1:9", retries=0)
    with pytest.raises(ProviderError, match="no connection"):
        nobody.turn(REQUEST, ignored, ignored)


@pytest.mark.parametrize("address", ["::", "http://a:b:c/"])
def test_an_address_that_is_none_is_a_provider_error(address: str) -> None:
    with pytest.raises(ProviderError, match="ANTHROPIC_BASE_URL"):
        Claude(model="m", api_key="k", base_url=address, retries=0).turn(REQUEST, ignored, ignored)


def test_a_silent_server_is_asked_twice_and_then_left_in_peace() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.1)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        claude = Claude(model="m", api_key="k", base_url=url, retries=2, read_timeout_seconds=0.2)
        for _ in range(2):
            with pytest.raises(ProviderError, match="did not answer in time"):
                claude.turn(UNATTENDED, ignored, ignored)
        calls_heard = [silent.accept()[0], silent.accept()[0]]
        with pytest.raises(TimeoutError):
            silent.accept()
        for call in calls_heard:
            call.close()


def test_a_refused_key_is_tried_once_a_run_but_again_when_a_person_asks(
    claude: Claude, messages_api: MessagesApi
) -> None:
    messages_api.script(fails(401), says("Hello again."))
    for _ in range(3):
        with pytest.raises(ProviderError, match="API key"):
            claude.turn(UNATTENDED, ignored, ignored)
    assert len(messages_api.asked) == 1
    assert claude.turn(REQUEST, ignored, ignored).text == "Hello again."

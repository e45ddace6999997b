from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from stockcli.agent.providers.base import BrokenReplyError, Stop, ToolSpec, Turn, TurnRequest, asked
from stockcli.agent.providers.openai_compatible import OpenAiCompatible
from stockcli.domain.budget import ModelUsage
from stockcli.domain.errors import ProviderError
from tests.fakes.openai_api import Chunks, OpenAiApi, openai_api, streams
from tests.fakes.replies import Reply, calls, fails, says, thinks

__all__ = ["openai_api"]

SPEC = ToolSpec(name="stock_of", description="Look.", schema={"type": "object", "properties": {}})
REQUEST = TurnRequest(
    system="You keep a shop.",
    tools=(SPEC,),
    messages=(asked("What is low?"),),
    max_output_tokens=500,
)
MILK = {"name": "stock_of", "arguments": '{"sku": "MILK"}'}
SALT = {"name": "stock_of", "arguments": '{"sku": "SALT"}'}


@pytest.fixture
def provider(openai_api: OpenAiApi) -> OpenAiCompatible:
    return OpenAiCompatible(
        model="openai:llama", base_url=openai_api.url, retries=1, read_timeout_seconds=1.0
    )


def reply_to(
    provider: OpenAiCompatible, api: OpenAiApi, reply: Reply, request: TurnRequest = REQUEST
) -> Turn:
    api.script(reply)
    return provider.turn(request, lambda _: None, lambda _: None)


def body_of(provider: OpenAiCompatible, api: OpenAiApi, request: TurnRequest) -> dict[str, Any]:
    reply_to(provider, api, says("Yes."), request)
    return api.asked[-1]


def test_a_turn_is_sent_as_chat_completions_have_it(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    body = body_of(provider, openai_api, REQUEST)
    assert body["model"] == "llama"
    assert body["messages"] == [
        {"role": "system", "content": "You keep a shop."},
        {"role": "user", "content": "What is low?"},
    ]
    assert body["stream_options"] == {"include_usage": True}
    assert body["max_tokens"] == 500
    assert body["tools"][0]["function"]["parameters"] == SPEC.schema


def test_each_result_of_a_tool_is_a_message_of_its_own(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    used = [{"type": "tool_use", "id": i, "name": "stock_of", "input": {"sku": i}} for i in "ab"]
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "x"}
    said = {"role": "assistant", "content": [thought, {"type": "text", "text": "I look."}, *used]}
    results = [{"type": "tool_result", "tool_use_id": i, "content": f"{i}: 8"} for i in "ab"]
    results[1]["is_error"] = "yes"
    told = {"role": "user", "content": results}
    request = replace(REQUEST, messages=(asked("How much?"), said, told))
    _, _, assistant, first, second = body_of(provider, openai_api, request)["messages"]
    assert assistant["content"] == "I look."
    assert [call["function"]["arguments"] for call in assistant["tool_calls"]] == [
        '{"sku": "a"}',
        '{"sku": "b"}',
    ]
    assert first == {"role": "tool", "tool_call_id": "a", "content": "a: 8"}
    assert second == {"role": "tool", "tool_call_id": "b", "content": "error: b: 8"}


def test_questions_in_a_row_are_sent_as_one(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    request = replace(REQUEST, messages=(asked("What is low?"), asked("Are you there?")))
    [_, question] = body_of(provider, openai_api, request)["messages"]
    assert question == {"role": "user", "content": "What is low?\n\nAre you there?"}


def test_without_tools_none_are_sent(provider: OpenAiCompatible, openai_api: OpenAiApi) -> None:
    assert "tools" not in body_of(provider, openai_api, replace(REQUEST, tools=()))


def test_a_server_without_a_key_gets_none_of_the_environments(
    provider: OpenAiCompatible, openai_api: OpenAiApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-secret")
    bare = OpenAiCompatible(model="openai:llama", base_url=openai_api.url)
    body_of(bare, openai_api, REQUEST)
    assert "sk-secret" not in str(openai_api.requests[-1].headers)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (None, "max_completion_tokens"),
        ("https://mine.openai.azure.com/openai/v1", "max_completion_tokens"),
        ("http://localhost:11434/v1", "max_tokens"),
    ],
)
def test_each_kind_of_server_is_told_the_limit_by_the_name_it_knows(
    address: str | None, name: str
) -> None:
    assert OpenAiCompatible(model="m", api_key="k", base_url=address).most_tokens(7) == {name: 7}


def test_thoughts_are_paid_for_but_are_no_text(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    turn = reply_to(provider, openai_api, replace(thinks(says("Done.")), usage={}))
    assert turn.text == "Done."
    assert turn.usage.output_tokens == len("Let me see.Done.") // 3


def test_cached_tokens_are_counted_apart(provider: OpenAiCompatible, openai_api: OpenAiApi) -> None:
    usage = {"input_tokens": 7, "output_tokens": 9, "cache_read_input_tokens": 1024}
    turn = reply_to(provider, openai_api, says("Yes.", usage=usage))
    assert turn.usage == ModelUsage(input_tokens=7, output_tokens=9, cache_read_tokens=1024)


def test_what_a_server_does_not_count_is_estimated(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    turn = reply_to(provider, openai_api, says("Two are low today.", usage={}))
    assert turn.usage.output_tokens == 6
    assert 30 < turn.usage.input_tokens < 200


@pytest.mark.parametrize(
    "usage", [{"prompt_tokens": -5}, {"completion_tokens": "many"}, {"prompt_tokens": 10**30}]
)
def test_counts_that_are_none_never_make_a_reply_cheaper_than_nothing(
    provider: OpenAiCompatible, openai_api: OpenAiApi, usage: dict[str, Any]
) -> None:
    turn = reply_to(provider, openai_api, streams({"content": "Yes, it is."}, usage=usage))
    assert 0 <= turn.usage.input_tokens < 10**9
    assert turn.usage.output_tokens == 3


@pytest.mark.parametrize(
    "parts",
    [
        [{"index": 0, "id": "x", "function": MILK}, {"index": 1, "id": "y", "function": SALT}],
        [{"index": 0, "id": "x", "function": MILK}, {"index": 0, "id": "y", "function": SALT}],
        [{"id": "x", "function": MILK}, {"id": "y", "function": SALT}],
        [{"function": MILK}, {"function": SALT}],
        [{"index": 0, "id": "", "function": MILK}, {"index": 1, "id": "", "function": SALT}],
        [{"index": 0, "id": "same", "function": MILK}, {"index": 1, "function": SALT}],
    ],
)
def test_calls_are_told_apart_however_a_server_marks_them(
    provider: OpenAiCompatible, openai_api: OpenAiApi, parts: list[dict[str, Any]]
) -> None:
    deltas = [{"tool_calls": [part]} for part in parts]
    turn = reply_to(provider, openai_api, streams(*deltas, end="tool_calls"))
    assert [call.arguments for call in turn.calls] == [{"sku": "MILK"}, {"sku": "SALT"}]
    assert len({call.id for call in turn.calls}) == 2
    assert all(call.id.isalnum() and len(call.id) == 9 for call in turn.calls)


def test_a_character_sent_in_two_halves_does_no_harm(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    turn = reply_to(provider, openai_api, streams({"content": "ok \ud83d"}, {"content": "\ude00"}))
    assert turn.text.encode() == b"ok ??"


def test_a_refusal_in_words_is_a_refusal(provider: OpenAiCompatible, openai_api: OpenAiApi) -> None:
    turn = reply_to(provider, openai_api, streams({"refusal": "I cannot help with that."}))
    assert (turn.stop, turn.text) == (Stop.REFUSED, "I cannot help with that.")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (replace(streams({"content": "Yes"}), is_done=False), "its end is missing"),
        (streams({"content": "Yes"}, end=None), "its end is missing"),
        (streams({"tool_calls": [{"index": 0, "function": MILK}]}, end="stop"), "does not end"),
        (streams({"content": ["no", "text"]}), "cannot be read"),
        (streams({"tool_calls": [{"index": 0, "function": {"name": 7}}]}), "cannot be read"),
        (Chunks(chunks=([1, 2],)), "cannot be read"),
        (streams({"content": "Yes"}, usage=[7]), "cannot be read"),
        (Chunks(chunks=({"choices": "none"},)), "cannot be read"),
        (Chunks(chunks=({"error": "out of memory"},)), "reported an error"),
        (Chunks(chunks=({"error": {"code": 500, "message": "x"}},)), "reported an error"),
    ],
)
def test_a_stream_that_makes_no_sense_is_broken(
    provider: OpenAiCompatible, openai_api: OpenAiApi, reply: Reply, said: str
) -> None:
    with pytest.raises(BrokenReplyError, match=said):
        reply_to(provider, openai_api, reply)


def test_an_error_for_good_in_a_stream_is_not_asked_again(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    reply = Chunks(chunks=({"error": {"type": "invalid_request_error", "message": "too long"}},))
    with pytest.raises(ProviderError, match="did not accept the request") as caught:
        reply_to(provider, openai_api, reply)
    assert not isinstance(caught.value, BrokenReplyError)


def test_an_answer_that_does_not_stream_is_broken(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    reply = Reply(status=201, error_type="surprise")
    with pytest.raises(BrokenReplyError, match="its end is missing"):
        reply_to(provider, openai_api, reply)


def test_a_model_that_is_not_there_names_both_settings(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    with pytest.raises(ProviderError, match="knows no model 'llama'") as caught:
        reply_to(provider, openai_api, fails(404, "model_not_found"))
    assert "OPENAI_BASE_URL" in caught.value.hint


def test_calls_outlive_a_change_of_provider(
    provider: OpenAiCompatible, openai_api: OpenAiApi
) -> None:
    turn = reply_to(provider, openai_api, calls(("stock_of", {"sku": "MILK"}), text="I look."))
    assert turn.message["content"] == [
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": turn.calls[0].id, "name": "stock_of", "input": {"sku": "MILK"}},
    ]


def test_without_the_extra_one_sentence_says_what_installs_it() -> None:
    script = (
        "import sys; sys.modules['openai'] = None\n"
        "from stockcli.agent.providers.openai_compatible import OpenAiCompatible\n"
        "from stockcli.domain.errors import ProviderError\n"
        "try: OpenAiCompatible(model='m')\n"
        "except ProviderError as error: print(error.message, '/', error.hint)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert ran.stdout.decode().strip().endswith("/ install it: pip install 'stockcli[openai]'")

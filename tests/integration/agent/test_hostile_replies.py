"""What a server that means harm may send: broken off, never stored, never obeyed by a screen."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from stockcli.agent.providers.base import BrokenReplyError, Turn, TurnRequest, asked
from stockcli.agent.providers.claude import Claude
from stockcli.agent.providers.openai_compatible import OpenAiCompatible
from stockcli.agent.reply import Reply as Asking
from stockcli.domain.budget import ModelUsage
from stockcli.domain.errors import ProviderError
from tests.fakes.messages_api import MessagesApi, MessagesHandler
from tests.fakes.openai_api import OpenAiApi, streams
from tests.fakes.replies import Fault, Reply, fails, says

REQUEST = TurnRequest(
    system="You keep a shop.", tools=(), messages=(asked("What is low?"),), max_output_tokens=500
)
EVIL = "x\x1b]52;c;aGk=\x07\x1b[2J"
LIE = {"input_tokens": 10**30, "output_tokens": 10**30, "cache_read_input_tokens": 10**30}


class Opening(MessagesHandler):
    """Begins its blocks as the test says, with no more to come in them."""

    blocks: tuple[Any, ...] = ()

    def events(self, reply: Reply, model: str) -> Iterator[bytes]:
        told = list(super().events(reply, model))
        for index, block in enumerate(self.blocks):
            event = {"type": "content_block_start", "index": index, "content_block": block}
            told.insert(2 + index, _event(event))
        return iter(told)


def _event(event: Mapping[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def claude_at(api: MessagesApi) -> Claude:
    return Claude(model="claude-haiku-5-5", api_key="test", base_url=api.url, retries=0)


def answered_with(*blocks: Any, stop: str = "tool_use", request: TurnRequest = REQUEST) -> Turn:
    """What comes of a reply whose blocks begin like this."""

    class Api(MessagesApi):
        def handler(self) -> type[BaseHTTPRequestHandler]:
            return type("Handler", (Opening,), {"api": self, "blocks": blocks})

    with Api().running() as api:
        api.script(Reply(stop_reason=stop))
        return claude_at(api).turn(request, lambda _: None, lambda _: None)


def tool(**more: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_1", "name": "restock", "input": {}} | more


def usages(ask: Claude | OpenAiCompatible, request: TurnRequest = REQUEST) -> list[ModelUsage]:
    """What was seen of a reply's tokens, however it ended."""
    seen: list[ModelUsage] = []
    try:
        ask.turn(request, lambda _: None, seen.append)
    except ProviderError:
        return seen
    return seen


@pytest.mark.parametrize("given", [["a"], "text", None, 7, True])
def test_a_tools_input_that_is_no_object_breaks_the_reply(given: Any) -> None:
    with pytest.raises(BrokenReplyError, match="is no object"):
        answered_with(tool(input=given))


@pytest.mark.parametrize("name", ["a b", "x" * 65, "a\x1b[2J", "é", ""])
@pytest.mark.parametrize("where", ["id", "name"])
def test_a_call_that_could_not_be_sent_back_breaks_the_reply(where: str, name: str) -> None:
    with pytest.raises(BrokenReplyError):
        answered_with(tool(**{where: name}))


def test_two_calls_of_one_id_break_the_reply() -> None:
    with pytest.raises(BrokenReplyError, match="two of its tool calls are one"):
        answered_with(tool(), tool())


def test_an_id_that_was_used_before_is_replaced() -> None:
    earlier = {"role": "assistant", "content": [{"type": "text", "text": "I look."}, tool()]}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "8"}
    history = (*REQUEST.messages, earlier, {"role": "user", "content": [result]})
    turn = answered_with(tool(), request=replace(REQUEST, messages=history))
    [call] = turn.calls
    assert call.id == turn.message["content"][0]["id"] != "toolu_1"


def test_blocks_of_no_known_kind_are_not_kept() -> None:
    server = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    turn = answered_with(server, tool(), {"type": "holo", "text": "?"})
    assert turn.message["content"] == [tool()]


def test_a_block_of_a_wrong_type_says_nothing_on_the_screen() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with pytest.raises(BrokenReplyError):
            answered_with(tool(input=["a"]))
    assert [one for one in said if issubclass(one.category, UserWarning)] == []


def test_more_calls_than_anybody_asked_for_break_the_reply() -> None:
    with pytest.raises(BrokenReplyError, match="far too many parts"):
        answered_with(*(tool(id=f"t{number}") for number in range(201)))


def test_an_endless_text_is_broken_off() -> None:
    with pytest.raises(BrokenReplyError, match="far too long"):
        answered_with({"type": "text", "text": "a" * 2_000_001}, stop="end_turn")


def test_an_endless_reply_of_a_model_server_is_broken_off() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "restock", "arguments": "{}"}}
    many = [{"tool_calls": [call | {"index": number}]} for number in range(202)]
    for deltas in ([{"content": "a" * 2_000_001}], many):
        with OpenAiApi().running() as api:
            api.script(streams(*deltas, end="tool_calls"))
            server = OpenAiCompatible(model="openai:gpt", api_key="test", base_url=api.url)
            with pytest.raises(BrokenReplyError, match="far too"):
                server.turn(REQUEST, lambda _: None, lambda _: None)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_servers_own_word_reaches_no_sentence_raw(status: int) -> None:
    with MessagesApi().running() as api, OpenAiApi().running() as openai:
        for one in (api, openai):
            one.answer_with(lambda _: fails(status, EVIL))
        server = OpenAiCompatible(model="openai:gpt", api_key="test", base_url=openai.url)
        for ask in (claude_at(api), server):
            with pytest.raises(ProviderError) as caught:
                ask.turn(REQUEST, lambda _: None, lambda _: None)
            assert caught.value.message.endswith("did not accept the request (an error of its own)")


def test_a_reply_that_breaks_before_its_first_event_costs_its_prompt() -> None:
    with MessagesApi().running() as api:
        api.script(says("Hello.").going_wrong(Fault.DISCONNECT, 0))
        assert usages(claude_at(api))[-1].input_tokens > 20


def test_what_message_start_says_replaces_the_estimate() -> None:
    with MessagesApi().running() as api:
        api.script(says("Hello.", usage={"input_tokens": 7, "output_tokens": 2}))
        assert usages(claude_at(api))[-1] == ModelUsage(input_tokens=7, output_tokens=2)


def test_a_refused_request_costs_nothing() -> None:
    with MessagesApi().running() as api:
        api.script(fails(400))
        assert usages(claude_at(api)) == []


def test_no_count_beyond_what_the_request_allowed_is_believed() -> None:
    with MessagesApi().running() as api, OpenAiApi().running() as openai:
        api.script(says("Hello.", usage=LIE))
        openai.script(says("Hello.", usage=LIE))
        server = OpenAiCompatible(model="openai:gpt", api_key="test", base_url=openai.url)
        for ask in (claude_at(api), server):
            last = usages(ask)[-1]
            assert last.output_tokens == REQUEST.max_output_tokens
            assert last.prompt_tokens < 15_000


def test_a_server_that_overran_its_limit_is_charged_for_what_it_wrote() -> None:
    with OpenAiApi().running() as api:
        api.script(says("word " * 1000, usage={"input_tokens": 30, "output_tokens": 1100}))
        server = OpenAiCompatible(model="openai:gpt", api_key="test", base_url=api.url)
        assert usages(server)[-1].output_tokens == 1100


def test_a_broken_call_is_booked_with_its_prompt() -> None:
    booked: list[ModelUsage] = []

    class Book:
        def reserve(self, request: TurnRequest) -> int:
            return 1

        def settle(self, reservation_id: int, usage: ModelUsage) -> None:
            booked.append(usage)

    with MessagesApi().running() as api:
        api.script(says("Hello.").going_wrong(Fault.TRUNCATE, 0))
        asking = Asking(provider=claude_at(api), meter=Book(), on_text=lambda _: None)
        with pytest.raises(BrokenReplyError):
            asking.turn(REQUEST)
    assert booked[0].input_tokens > 20

"""What is made of the service's answers about batches, the odd ones too."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from stockcli.agent.providers.base import Turn
from stockcli.agent.providers.claude_batches import ClaudeBatches
from stockcli.domain.budget import ModelUsage
from stockcli.domain.errors import NotSentError, ProviderError
from tests.fakes.message_batches import Answered, Gate, MessageBatches
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls
from tests.fixtures.corner_shop import NOW
from tests.integration.agent.batching import MILK, batches, reviewer, service

__all__ = ["batches", "reviewer", "service"]

ASKED = [("run-1", {"model": "claude-haiku-5-5", "max_tokens": 10, "messages": []})]


def test_a_whole_reply_is_a_turn_with_its_tokens(
    service: ClaudeBatches, batches: MessageBatches
) -> None:
    name = service.create(ASKED)
    batches.end(lambda _: calls(MILK))
    reply = service.replies(name)["run-1"]
    assert isinstance(reply.reply, Turn)
    assert [call.name for call in reply.reply.calls] == ["restock"]
    assert reply.usage == ModelUsage(input_tokens=100, output_tokens=20)


def test_a_batch_is_handed_over_once_even_where_others_would_try_again(
    messages_api: MessagesApi, batches: MessageBatches
) -> None:
    batches.refusal = 500
    patient = ClaudeBatches(model="m", api_key="k", base_url=messages_api.url, retries=3)
    with pytest.raises(ProviderError) as caught:
        patient.create(ASKED)
    assert not isinstance(caught.value, NotSentError)
    assert len([one for one in messages_api.requests if one.path == MessageBatches.PATH]) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429])
def test_a_refusal_means_that_no_batch_was_made(
    service: ClaudeBatches, batches: MessageBatches, status: int
) -> None:
    batches.refusal = status
    with pytest.raises(NotSentError):
        service.create(ASKED)


def test_silence_leaves_open_whether_a_batch_was_made(
    service: ClaudeBatches, batches: MessageBatches
) -> None:
    batches.after = Gate()
    with pytest.raises(ProviderError) as caught:
        service.create(ASKED)
    batches.after.opened.set()
    assert not isinstance(caught.value, NotSentError)
    assert len(batches.made) == 1


def test_a_batch_that_is_not_known_is_a_sentence(service: ClaudeBatches) -> None:
    with pytest.raises(ProviderError, match="Claude knows no such batch"):
        service.state("msgbatch_999")


@pytest.mark.parametrize(
    "ask",
    [
        lambda service: service.create(ASKED),
        lambda service: service.state("msgbatch_001"),
        lambda service: service.created_since(NOW),
        lambda service: service.replies("msgbatch_001"),
    ],
)
@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[1]", b'{"data": [{}]}', b"null"])
def test_an_answer_of_another_shape_is_one_sentence(
    service: ClaudeBatches,
    batches: MessageBatches,
    ask: Callable[[ClaudeBatches], object],
    body: bytes,
) -> None:
    batches.odd = Answered(status=200, body=body)
    with pytest.raises(ProviderError) as caught:
        ask(service)
    assert not isinstance(caught.value, NotSentError)


def test_results_that_are_cut_short_count_for_nothing(
    service: ClaudeBatches, batches: MessageBatches
) -> None:
    name = service.create(ASKED)
    batches.end(lambda _: calls(MILK))
    batches.odd_results = b'{"custom_id": "run-1", "result": {"type": "succ'
    with pytest.raises(ProviderError, match="cannot be read"):
        service.replies(name)


def test_a_failure_with_a_word_that_is_none_is_told_without_it(
    service: ClaudeBatches, batches: MessageBatches
) -> None:
    name = service.create(ASKED)
    batches.end(lambda _: calls(MILK))
    error = {"type": "error", "error": {"type": "\x1b]0;owned\x07", "message": "m"}}
    result = {"custom_id": "run-1", "result": {"type": "errored", "error": error}}
    batches.odd_results = json.dumps(result).encode() + b"\n"
    assert service.replies(name)["run-1"].failure == "Claude reported an error of its own"


def test_a_call_whose_input_is_no_object_is_a_failure(
    service: ClaudeBatches, batches: MessageBatches
) -> None:
    name = service.create(ASKED)
    batches.end(lambda _: calls(("restock", ["MILK"])))  # type: ignore[arg-type]  # no service sends it
    reply = service.replies(name)["run-1"]
    assert (reply.reply, "is no object" in reply.failure) == (None, True)

"""Replies garbled on the way: what arrives is a whole turn or a sentence, never half of one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from stockcli.agent.providers.base import TurnRequest, asked
from stockcli.domain.errors import ProviderError
from tests.fakes.messages_api import MessagesApi, MessagesHandler
from tests.fakes.openai_api import OpenAiApi, OpenAiHandler
from tests.fakes.replies import Reply, calls, thinks
from tests.integration.agent.conformance.voices import Voice, claude_voice, openai_voice

TIMES = 60
QUANTITY = 1200
ORDER = thinks(calls(("order", {"sku": "MILK", "quantity": QUANTITY}), text="I order the milk."))
REQUEST = TurnRequest(
    system="You keep a shop.", tools=(), messages=(asked("order"),), max_output_tokens=500
)
JUNK = (b"null", b"[]", b"{}", b'"\\ud800"', b"\xff\xfe", b'"', b"\n\n", b"data:", b"true", b":")


def garbled(events: Iterator[bytes], chance: random.Random) -> Iterator[bytes]:
    """One event lost, said twice, cut short, or with something else in its midst."""
    told = list(events)
    place = chance.randrange(len(told))
    event = told[place]
    cut = chance.randrange(len(event))
    told[place : place + 1] = chance.choice(
        [
            [],
            [event, event],
            [event[:cut] + b"\n\n"],
            [event[:cut] + chance.choice(JUNK) + event[cut:]],
            [event[:cut] + chance.choice(JUNK) + event[cut + 9 :]],
        ]
    )
    return iter(told)


class GarblingHandler(MessagesHandler):
    chance = random.Random(2)

    def events(self, reply: Reply, model: str) -> Iterator[bytes]:
        return garbled(super().events(reply, model), self.chance)


class GarblingOpenAiHandler(OpenAiHandler):
    chance = random.Random(2)

    def events(self, reply: Reply, model: str) -> Iterator[bytes]:
        return garbled(super().events(reply, model), self.chance)


class GarblingApi(MessagesApi):
    def handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (GarblingHandler,), {"api": self})


class GarblingOpenAiApi(OpenAiApi):
    def handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (GarblingOpenAiHandler,), {"api": self})


@pytest.fixture(params=["claude", "openai"])
def voice(request: pytest.FixtureRequest) -> Iterator[Voice]:
    if request.param == "claude":
        with GarblingApi().running() as api:
            yield claude_voice(api, retries=0, read_timeout_seconds=2.0)
    else:
        with GarblingOpenAiApi().running() as openai:
            yield openai_voice(openai, retries=0, read_timeout_seconds=2.0)


def test_garbled_replies_are_whole_or_broken_and_never_half(voice: Voice) -> None:
    voice.thinks(lambda _: ORDER)
    broken = 0
    for _ in range(TIMES):
        streamed: list[str] = []
        try:
            turn = voice.provider.turn(REQUEST, streamed.append, lambda _: None)
        except ProviderError:
            broken += 1
            continue
        assert turn.text == "".join(streamed)
        assert json.dumps(turn.message, ensure_ascii=False, allow_nan=False).encode()
        assert all(call.arguments.get("quantity", QUANTITY) == QUANTITY for call in turn.calls)
    assert 0 < broken < TIMES

"""Each test here runs with each of the three who may answer, or with both that use a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.messages_api import MessagesApi
from tests.fakes.openai_api import OpenAiApi
from tests.integration.agent.conformance.voices import (
    Voice,
    claude_voice,
    openai_voice,
    rules_voice,
)

PATIENCE = {"retries": 1, "read_timeout_seconds": 0.3, "reply_timeout_seconds": 0.35}


@pytest.fixture(params=["claude", "openai", "rules"])
def voice(request: pytest.FixtureRequest) -> Iterator[Voice]:
    if request.param == "rules":
        yield rules_voice()
    elif request.param == "claude":
        with MessagesApi().running() as api:
            yield claude_voice(api, **PATIENCE)
    else:
        with OpenAiApi().running() as api:
            yield openai_voice(api, **PATIENCE)


@pytest.fixture(params=["claude", "openai"])
def wire(request: pytest.FixtureRequest) -> Iterator[Voice]:
    if request.param == "claude":
        with MessagesApi().running() as api:
            yield claude_voice(api, **PATIENCE)
    else:
        with OpenAiApi().running() as api:
            yield openai_voice(api, **PATIENCE)


@pytest.fixture(params=[claude_voice, openai_voice], ids=["claude", "openai"])
def speaker(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Makes a voice of a network provider, for a test with a server of its own."""
    made: Callable[..., Any] = request.param
    return made

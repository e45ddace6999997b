"""The three who may answer, behind one face: what a script says, each says over its own wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stockcli.agent.providers.base import Provider
from stockcli.agent.providers.claude import Claude
from stockcli.agent.providers.openai_compatible import OpenAiCompatible
from stockcli.agent.providers.rules import RuleBasedAssistant
from tests.fakes.messages_api import MessagesApi
from tests.fakes.openai_api import OpenAiApi
from tests.fakes.replies import Reply

Mind = Callable[[list[str]], Reply]
"""What a model replies, given what its tools said since the question."""


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Somebody who answers.

    Attributes:
        api: the fake service; None for the rules, which say what they say.
        heard: returns what the tools said since the question, of a request's body.
    """

    provider: Provider
    api: MessagesApi | None = None
    heard: Callable[[dict[str, Any]], list[str]] = lambda _: []

    def thinks(self, mind: Mind) -> None:
        """Let a model reply so; the rules need nobody to think for them."""
        if self.api is not None:
            self.api.answer_with(lambda body: mind(self.heard(body)))


def claude_voice(api: MessagesApi, **options: Any) -> Voice:
    known: dict[str, Any] = {"model": "claude-haiku-5-5", "api_key": "test", "base_url": api.url}
    return Voice(provider=Claude(**known | options), api=api, heard=_told_claude)


def openai_voice(api: OpenAiApi, **options: Any) -> Voice:
    known: dict[str, Any] = {"model": "openai:gpt", "api_key": "test", "base_url": api.url}
    return Voice(provider=OpenAiCompatible(**known | options), api=api, heard=_told_openai)


def rules_voice() -> Voice:
    return Voice(provider=RuleBasedAssistant())


def _told_claude(body: dict[str, Any]) -> list[str]:
    results = [
        [block["content"] for block in message["content"] if block["type"] == "tool_result"]
        for message in body["messages"]
        if message["role"] == "user"
    ]
    return _since_question(results)


def _told_openai(body: dict[str, Any]) -> list[str]:
    told: list[list[str]] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            told.append([message["content"].removeprefix("error: ")])
        elif message["role"] == "user":
            told.append([])
    return _since_question(told)


def _since_question(results: Sequence[list[str]]) -> list[str]:
    """What was told after the last message that was a question: one without results."""
    question = max(place for place, told in enumerate(results) if not told)
    return [text for told in results[question:] for text in told]

"""A conversation in a test: what was asked, what happened, and a person who answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from stockcli.agent.chat.opening import open_session
from stockcli.agent.chat.session import Answer, ChatSession
from stockcli.agent.events import Event
from stockcli.agent.providers.base import Provider
from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.ports import Clock, UnitOfWork
from tests.fakes.messages_api import MessagesApi


@dataclass
class Person:
    """Somebody who talks, and says yes or no when asked."""

    unit: UnitOfWork
    clock: Clock
    provider: Provider | None = None
    says_yes: bool = True
    may_write: bool = True
    was_asked: list[ActionPreview] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    session: ChatSession | None = None

    def asks(self, question: str) -> Answer:
        self.session = self.session or self.opens()
        return self.session.ask(question, self.events.append)

    def opens(self) -> ChatSession:
        return open_session(
            self.provider,
            self.unit,
            self.clock,
            forecaster=Forecaster,
            author="manager:test",
            may_write=self.may_write,
            confirm=self._confirm,
        )

    def _confirm(self, preview: ActionPreview) -> bool:
        self.was_asked.append(preview)
        return self.says_yes


def told(api: MessagesApi, number: int = -1) -> str:
    """What the tools told the model in the last message of a request."""
    return "\n".join(block["content"] for block in api.asked[number]["messages"][-1]["content"])

"""A conversation about one shop: no screen, no keyboard; those are the command line's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from stockcli.agent.actions import ShopActions
from stockcli.agent.answer import ActionTaken, Answer
from stockcli.agent.events import Event, Notice, ToolFinished
from stockcli.agent.figures import unsupported_figures
from stockcli.agent.loop import AgentLoop, Limits, OnEvent
from stockcli.agent.metering import BudgetMeter, NoMeter
from stockcli.agent.prompts import CHAT
from stockcli.agent.providers.base import Message, Provider, Stop, Turn, asked, text_of
from stockcli.agent.providers.rules import RuleBasedAssistant
from stockcli.agent.quoting import code, shortened
from stockcli.agent.rules.examples import example_sku
from stockcli.agent.rules.intents import read_intent
from stockcli.agent.toolbox import ActionPreview, Confirm, Toolbox
from stockcli.agent.tools import ShopTools
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.usecases.inventory import shop_day
from stockcli.usecases.ports import Clock, Conversation, Forecaster, UnitOfWork

__all__ = ["ActionTaken", "Answer", "ChatSession", "open_session"]

LONGEST_QUESTION = 20_000
REFUSED = "Claude refused to answer this."
CUT = "The answer was cut off here."
UNSUPPORTED = "not in the figures the tools gave, so check before you rely on it"
TOO_LONG = "I stopped after too many steps; ask for less at once."


class ChatSession:
    """One conversation; stored after every question, whatever happened."""

    def __init__(
        self,
        provider: Provider,
        unit: UnitOfWork,
        clock: Clock,
        *,
        shop_tools: ShopTools,
        actions: ShopActions | None,
        confirm: Confirm,
        limits: Limits | None = None,
    ) -> None:
        """Begin a new conversation.

        Args:
            provider: who answers.
            unit: of the shop it is about.
            clock: the present.
            shop_tools: what may be asked.
            actions: what may be done; None for somebody who only reads.
            confirm: asked before anything is done.
            limits: how far one question may go.
        """
        self._provider = provider
        self._unit = unit
        self._clock = clock
        self._shop_tools = shop_tools
        self._confirm = confirm
        self._limits = limits or Limits()
        self._messages: list[Message] = []
        self._actions: list[ActionTaken] = []
        self._ran: list[str] = []
        self._context = ""
        self._writing = actions
        writing = actions.tools() if actions else []
        self._toolbox = Toolbox([*shop_tools.tools(), *writing], self._asked_first)
        self.conversation_id = uuid.uuid4().hex

    @property
    def model(self) -> str:
        """Return who answers."""
        return self._provider.model

    def resume(self, conversation_id: str) -> None:
        """Go on with a stored conversation.

        Raises:
            NotFoundError: this shop has none of this id.
        """
        with self._unit.reading():
            stored = self._unit.conversations.get(conversation_id)
        if stored is None:
            raise NotFoundError("there is no such conversation in this shop")
        self.conversation_id = stored.id
        self._messages = [_without_thinking(message) for message in stored.messages]

    def ask(self, text: str, on_event: OnEvent = lambda _: None) -> Answer:
        """Answer a question, and do what is asked for after a yes.

        Args:
            text: the question.
            on_event: told what happens meanwhile.

        Raises:
            ProviderError: whoever answers cannot be reached.
            BudgetSpentError: the month's budget for the language model is spent.
        """
        question = f"{self._news()}{_question(text)}"
        if self._writing:
            self._writing.language = read_intent(text).language
        self._actions.clear()
        self._shop_tools.as_of.clear()
        self._ran.clear()
        meter = BudgetMeter(
            unit=self._unit, clock=self._clock, model=self._provider.model, purpose="chat"
        )
        self._messages.append(asked(question))
        try:
            last = self._loop(meter, on_event).run(self._messages)
        finally:
            self._store()
        return self._answer(last, meter, on_event)

    def _loop(self, meter: BudgetMeter, on_event: OnEvent) -> AgentLoop:
        def heard(event: Event) -> None:
            if isinstance(event, ToolFinished):
                self._note(event)
            on_event(event)

        return AgentLoop(
            provider=self._provider,
            toolbox=self._toolbox,
            system=CHAT,
            meter=meter if self._provider.costs_money else NoMeter(),
            limits=self._limits,
            on_event=heard,
        )

    def _answer(self, last: Turn | None, meter: BudgetMeter, on_event: OnEvent) -> Answer:
        text, remark = _text_and_remark(last)
        figures = self._unsupported(text)
        if figures:
            on_event(Notice(text=f"{UNSUPPORTED}: {', '.join(figures)}"))
        if remark:
            on_event(Notice(text=remark))
        return Answer(
            text="\n\n".join(part for part in (text, remark) if part),
            as_of=min(self._shop_tools.as_of, default=None),
            tools=tuple(self._ran),
            model=self._provider.model,
            usage=meter.usage,
            price_usd=meter.price_usd,
            actions=tuple(self._actions),
            conversation_id=self.conversation_id,
            unsupported_figures=figures,
        )

    def _unsupported(self, text: str) -> tuple[str, ...]:
        """Return the figures of a model's answer that nobody told it."""
        if not self._provider.costs_money:
            return ()
        told = (
            block.get("content") or block.get("text", "")
            for message in self._messages
            if message["role"] == "user"
            for block in message["content"]
        )
        return unsupported_figures(text, told)

    def _asked_first(self, preview: ActionPreview) -> bool:
        confirmed = self._confirm(preview)
        self._actions.append(ActionTaken(preview=preview, confirmed=confirmed))
        return confirmed

    def _note(self, event: ToolFinished) -> None:
        self._ran.append(event.name)
        if self._actions and self._actions[-1].preview.tool == event.name:
            self._actions[-1] = replace(self._actions[-1], outcome=event.result.text)

    def _news(self) -> str:
        """Return the day and the shop's terms when they are new to the conversation."""
        now, shop = self._clock.now(), self._unit.tenant
        day = shop_day(self._unit, now)
        with self._unit.reading():
            places = ", ".join(code(place.code) for place in self._unit.locations.all())
        context = f"<shop>stock as of {day}; money in {shop.currency}; locations: {places}</shop>\n"
        if context == self._context:
            return ""
        self._context = context
        return context

    def _store(self) -> None:
        first = next((text_of(one) for one in self._messages if one["role"] == "user"), "")
        conversation = Conversation(
            id=self.conversation_id,
            title=shortened(first.rsplit("</shop>", 1)[-1], 60),
            messages=tuple(self._messages),
            updated_at=self._clock.now(),
        )
        with self._unit:
            self._unit.conversations.put(conversation)
            self._unit.commit()


def open_session(
    provider: Provider | None,
    unit: UnitOfWork,
    clock: Clock,
    *,
    forecaster: Callable[[], Forecaster],
    author: str,
    may_write: bool,
    confirm: Confirm,
) -> ChatSession:
    """Return a new conversation; without a model the rule-based assistant answers.

    Args:
        provider: a language model; None if there is none.
        unit: of the shop it is about.
        clock: the present.
        forecaster: makes the forecast engine when it is needed.
        author: who is talking, for the record.
        may_write: whether this person may act, and not only ask.
        confirm: asked before anything is done.
    """
    is_allowed = provider is not None and unit.tenant.policy.agent_enabled
    by_rule = RuleBasedAssistant(partial(example_sku, unit))
    return ChatSession(
        provider if provider is not None and is_allowed else by_rule,
        unit,
        clock,
        shop_tools=ShopTools(unit, clock, forecaster),
        actions=ShopActions(unit, clock, author) if may_write else None,
        confirm=confirm,
    )


def _question(text: str) -> str:
    question = text.strip().replace("<shop>", "").replace("</shop>", "")
    if not question:
        raise InvalidInputError("there is no question", "write one, such as: what is low?")
    if len(question) > LONGEST_QUESTION:
        raise InvalidInputError(f"a question may have {LONGEST_QUESTION} characters at most")
    return question


def _text_and_remark(last: Turn | None) -> tuple[str, str]:
    """Return the last turn's text, and what is to be said if it is not a whole answer."""
    if last is None:
        return "", TOO_LONG
    return last.text, {Stop.REFUSED: REFUSED, Stop.CUT: CUT}.get(last.stop, "")


def _without_thinking(message: Message) -> Message:
    """Return a stored message as it may be sent under another prompt."""
    kept = [block for block in message["content"] if "thinking" not in block["type"]]
    # A message may not be empty.
    return {"role": message["role"], "content": kept or [{"type": "text", "text": "(no answer)"}]}

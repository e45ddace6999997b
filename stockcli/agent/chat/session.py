"""A conversation about one shop: no screen, no keyboard; those are the command line's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from stockcli.agent.chat.answer import ActionTaken, Answer, Spending, text_and_remark
from stockcli.agent.chat.conversations import Exchange, find_conversation, question_text, shop_terms
from stockcli.agent.chat.doubts import Doubts, doubts_about
from stockcli.agent.chat.happenings import Happenings
from stockcli.agent.chat.transcript import Transcript, transcript_of
from stockcli.agent.costs.metering import BudgetMeter, NoMeter
from stockcli.agent.costs.price_files import published_prices
from stockcli.agent.costs.pricing import PriceList
from stockcli.agent.events import Notice
from stockcli.agent.loop import AgentLoop, Limits, OnEvent
from stockcli.agent.prompts import CHAT
from stockcli.agent.providers.base import Provider, Turn, asked
from stockcli.agent.providers.rules import RuleBasedAssistant
from stockcli.agent.reply import uninterrupted
from stockcli.agent.rules.examples import example_sku
from stockcli.agent.rules.intents import read_intent
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import Confirm, Toolbox
from stockcli.usecases.ports import Clock, Conversation, Forecaster, UnitOfWork

__all__ = ["ActionTaken", "Answer", "ChatSession", "open_session"]


class ChatSession:
    """One conversation; stored after every question, whatever happened.

    Attributes:
        spending: what it cost since it was opened.
    """

    def __init__(  # noqa: PLR0913 - who talks, to whom, about what: each named
        self,
        provider: Provider,
        unit: UnitOfWork,
        clock: Clock,
        *,
        shop_tools: ShopTools,
        actions: ShopActions | None,
        confirm: Confirm,
        author: str = "",
        prices: PriceList | None = None,
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
            author: who is talking, for the record.
            prices: what models cost; None takes the published ones.
            limits: how far one question may go.
        """
        self._provider = provider
        self._unit = unit
        self._clock = clock
        self._shop_tools = shop_tools
        self._prices = prices or published_prices()
        self._limits = limits or Limits()
        self._transcript = Transcript(author=author)
        self._happenings = Happenings(confirm)
        self._language = "en"
        self._writing = actions
        writing = actions.tools() if actions else []
        self._toolbox = Toolbox(
            [*shop_tools.tools(), *writing],
            self._happenings.ask_first,
            is_dry_run=lambda: unit.refreshed_tenant().policy.dry_run,
            show=self._happenings.show_only,
        )
        self.spending = Spending()

    @property
    def model(self) -> str:
        """Return who answers."""
        return self._provider.model

    @property
    def is_paid(self) -> bool:
        """Return whether answers cost money."""
        return self._provider.costs_money

    @property
    def conversation_id(self) -> str:
        """Return by what the conversation is found again."""
        return self._transcript.id

    @property
    def exchanges(self) -> list[Exchange]:
        """Return what was asked and answered so far, oldest first."""
        return self._transcript.exchanges

    def resume(self, conversation_id: str) -> None:
        """Go on with a stored conversation.

        Args:
            conversation_id: or the beginning of it.

        Raises:
            NotFoundError: this shop has none of this id.
            InvalidInputError: several begin so.
        """
        self.go_on_with(find_conversation(self._unit, conversation_id))

    def go_on_with(self, stored: Conversation) -> None:
        """Go on with a conversation of this shop."""
        self._transcript = transcript_of(stored, self._transcript.author)

    def take_over(self, other: ChatSession) -> None:
        """Go on with another session's conversation and its costs, under this one's model."""
        self._transcript, self.spending = other._transcript, other.spending
        self._transcript.forget_thinking()

    def undo(self) -> Exchange | None:
        """Take back the last question and its answer; what was done for it stays done.

        Returns:
            What was taken back; None if nothing was asked.
        """
        taken = self._transcript.take_back()
        if taken is not None:
            self._transcript.store(self._unit, self._clock.now())
        return taken

    def ask(self, text: str, on_event: OnEvent = lambda _: None) -> Answer:
        """Answer a question, and do what is asked for after a yes.

        Args:
            text: the question.
            on_event: told what happens meanwhile.

        Raises:
            ProviderError: whoever answers cannot be reached.
            BudgetSpentError: the month's budget for the language model is spent.
        """
        question = f"{self._news()}{question_text(text)}"
        self._begin(text, on_event)
        meter = BudgetMeter(
            unit=self._unit,
            clock=self._clock,
            model=self._provider.model,
            purpose="chat",
            prices=self._prices,
        )
        self._transcript.messages.append(asked(question))
        try:
            last = self._loop(meter).run(self._transcript.messages)
        finally:
            with uninterrupted():
                self.spending.book(meter.model, meter.usage, meter.price_usd)
                self._transcript.store(self._unit, self._clock.now())
        return self._answer(last, meter)

    def _begin(self, text: str, on_event: OnEvent) -> None:
        self._language = read_intent(text).language
        if self._writing:
            self._writing.language = self._language
        self._happenings.begin(on_event)
        self._shop_tools.as_of.clear()
        self._toolbox.begin_question()

    def _loop(self, meter: BudgetMeter) -> AgentLoop:
        return AgentLoop(
            provider=self._provider,
            toolbox=self._toolbox,
            system=CHAT,
            meter=meter if self._provider.costs_money else NoMeter(),
            limits=self._limits,
            on_event=self._happenings.hear,
        )

    def _answer(self, last: Turn | None, meter: BudgetMeter) -> Answer:
        text, remark = text_and_remark(last, self._language)
        doubts = self._doubts_about(text)
        remark = remark or doubts.claim_warning(self._language)
        for notice in filter(None, (doubts.figures_warning(self._language), remark)):
            self._happenings.hear(Notice(text=notice))
        return Answer(
            text="\n\n".join(part for part in (text, remark) if part),
            as_of=min(self._shop_tools.as_of, default=None),
            tools=tuple(self._happenings.tools),
            model=self._provider.model,
            usage=meter.usage,
            price_usd=meter.price_usd,
            actions=tuple(self._happenings.actions),
            conversation_id=self.conversation_id,
            unsupported_figures=doubts.figures,
            language=self._language,
        )

    def _doubts_about(self, text: str) -> Doubts:
        """Return what nobody told a model; rules say what the tools say."""
        if not self._provider.costs_money:
            return Doubts()
        return doubts_about(text, self._transcript.told_in_last_turn(), self._happenings.actions)

    def _news(self) -> str:
        """Return the day and the shop's terms when they are new to the conversation."""
        terms = shop_terms(self._unit, self._clock.now())
        if terms == self._transcript.context:
            return ""
        self._transcript.context = terms
        return terms


def open_session(
    provider: Provider | None,
    unit: UnitOfWork,
    clock: Clock,
    *,
    forecaster: Callable[[], Forecaster],
    author: str,
    may_write: bool,
    confirm: Confirm,
    prices: PriceList | None = None,
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
        prices: what models cost; None takes the published ones.
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
        author=author,
        prices=prices,
    )

"""A conversation about one shop: no screen, no keyboard; those are the command line's."""

from __future__ import annotations

from collections.abc import Callable

from stockcli.agent.chat.answer import ActionTaken, Answer, Spending, text_and_remark
from stockcli.agent.chat.conversations import Exchange, find_conversation, question_text, shop_terms
from stockcli.agent.chat.dates import days_in
from stockcli.agent.chat.doubts import Doubts, doubts_about
from stockcli.agent.chat.happenings import Happenings
from stockcli.agent.chat.tongue import language_after, language_so_far
from stockcli.agent.chat.transcript import Transcript, transcript_of
from stockcli.agent.costs.metering import BudgetMeter, NoMeter
from stockcli.agent.costs.price_files import published_prices
from stockcli.agent.costs.pricing import PriceList
from stockcli.agent.events import Notice
from stockcli.agent.loop import AgentLoop, Limits, OnEvent
from stockcli.agent.prompts import CHAT
from stockcli.agent.providers.base import Provider, Turn, asked
from stockcli.agent.reply import uninterrupted
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import Confirm, Toolbox
from stockcli.domain.hiding import without_secrets
from stockcli.usecases.inventory import shop_day
from stockcli.usecases.ports import Clock, Conversation, UnitOfWork

__all__ = ["ActionTaken", "Answer", "ChatSession"]


EnsureAllowed = Callable[[], None]


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
        ensure_allowed: EnsureAllowed = lambda: None,
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
            ensure_allowed: raises once the person may talk no more, such as with a revoked token;
                asked at each question, and before anything is done.
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
        self._happenings = Happenings(confirm, tells=provider.costs_money)
        self._language = "en"
        self._ensure_allowed = ensure_allowed
        self._writing = actions
        writing = actions.tools() if actions else []
        self._toolbox = Toolbox(
            [*shop_tools.tools(), *writing],
            self._happenings.ask_first,
            is_dry_run=self._is_dry_run,
            show=self._happenings.show_only,
        )
        self.spending = Spending()

    def _is_dry_run(self) -> bool:
        """Return whether nothing may be done, as things are now: policies and tokens change."""
        self._ensure_allowed()
        return self._unit.refreshed_tenant().policy.dry_run

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
    def language(self) -> str:
        """Return the language of the last question, "en" or "pt"."""
        return self._language

    @property
    def exchanges(self) -> list[Exchange]:
        """Return what was asked and answered so far, oldest first."""
        return self._transcript.exchanges

    def resume(self, conversation_id: str) -> None:
        """Go on with a stored conversation; who only reads, with one of their own.

        Args:
            conversation_id: or the beginning of it.

        Raises:
            NotFoundError: this shop has none of this id.
            InvalidInputError: several begin so.
        """
        whose = None if self._writing else self._transcript.author
        self.go_on_with(find_conversation(self._unit, conversation_id, author=whose))

    def go_on_with(self, stored: Conversation) -> None:
        """Go on with a conversation of this shop."""
        self._transcript = transcript_of(stored, self._transcript.author)
        self._language = language_so_far(self.exchanges)

    def take_over(self, other: ChatSession) -> None:
        """Go on with another session's conversation and its costs, under this one's model."""
        self._transcript, self.spending = other._transcript, other.spending
        self._language = other._language
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
            RateLimitedError: the token asked too often within an hour.
            BadTokenError: the person's token was revoked meanwhile, or it expired.
        """
        self._ensure_allowed()
        # A token that was pasted here by mistake is neither stored nor sent to a model.
        text = without_secrets(text)
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
        self._language = language_after(self._language, text)
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
        doubts = self._doubts()
        claim = doubts.claim_warning(self._language)
        for notice in filter(None, (doubts.figures_warning(self._language), remark, claim)):
            self._happenings.hear(Notice(text=notice))
        if earlier := doubts.earlier_remark(self._language):
            self._happenings.hear(Notice(text=earlier, is_warning=False))
        return Answer(
            text="\n\n".join(part for part in (text, remark, claim) if part),
            as_of=min(self._shop_tools.as_of, default=None),
            tools=tuple(self._happenings.tools),
            model=self._provider.model,
            usage=meter.usage,
            price_usd=meter.price_usd,
            actions=tuple(self._happenings.actions),
            conversation_id=self.conversation_id,
            unsupported_figures=doubts.figures,
            earlier_figures=doubts.earlier,
            language=self._language,
        )

    def _doubts(self) -> Doubts:
        """Return what nobody told a model; rules say what the tools say."""
        if not self._provider.costs_money:
            return Doubts()
        said = self._transcript
        today = days_in(shop_day(self._unit, self._clock.now()).isoformat())[0]
        told, before = said.told_in_last_turn(), said.told_before()
        text, actions = said.said_in_last_turn(), self._happenings.actions
        return doubts_about(text, told, before, actions, today)

    def _news(self) -> str:
        """Return the day and the shop's terms when they are new to the conversation."""
        terms = shop_terms(self._unit, self._clock.now())
        if terms == self._transcript.context:
            return ""
        self._transcript.context = terms
        return terms

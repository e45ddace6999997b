"""What comes of a question in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from stockcli.agent.providers.base import NO_TOKENS, Stop, Turn
from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.domain.budget import ModelUsage

REFUSED = {
    "en": "The assistant refused to answer this.",
    "pt": "O assistente recusou-se a responder a isto.",
}
CUT = {"en": "The answer was cut off here.", "pt": "A resposta foi cortada aqui."}
TOO_LONG = {
    "en": "I stopped after too many steps; ask for less at once.",
    "pt": "Parei depois de passos demais; peça menos de cada vez.",
}
EMPTY = {
    "en": "The assistant gave no answer; please ask again.",
    "pt": "O assistente não deu resposta; pergunte de novo, por favor.",
}
NOTHING_DONE = {
    "en": "Nothing was changed for this question, whatever the answer says.",
    "pt": "Nada foi alterado nesta pergunta, diga a resposta o que disser.",
}
EARLIER = {
    "en": "from earlier in this conversation, not looked up again",
    "pt": "de antes nesta conversa, não consultado de novo",
}
UNSUPPORTED = {
    "en": "not in the figures the tools gave, so check before you rely on it",
    "pt": "não consta dos números que as ferramentas deram; confira antes de confiar",
}


@dataclass(frozen=True, kw_only=True)
class ActionTaken:
    """Something that was to be done, what the person said, and what came of it."""

    preview: ActionPreview
    confirmed: bool
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What a model cost."""

    usage: ModelUsage = NO_TOKENS
    price_usd: Decimal = Decimal(0)


@dataclass(kw_only=True)
class Spending:
    """What a conversation cost since it was opened.

    Attributes:
        last: of the question before, answered or not.
        by_model: of all questions.
    """

    last: Spent = field(default_factory=Spent)
    by_model: dict[str, Spent] = field(default_factory=dict)

    def book(self, model: str, usage: ModelUsage, price_usd: Decimal) -> None:
        """Add what one question cost."""
        self.last = Spent(usage=usage, price_usd=price_usd)
        if usage != NO_TOKENS:
            before = self.by_model.get(model, Spent())
            self.by_model[model] = Spent(
                usage=before.usage + usage, price_usd=before.price_usd + price_usd
            )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a question.

    Attributes:
        text: Markdown.
        as_of: of the oldest facts it was made from; None if it needed none.
        tools: that ran, in order.
        model: who answered.
        actions: that were confirmed or declined on the way.
        unsupported_figures: in the text that nothing told in this conversation.
        earlier_figures: in the text that only earlier questions, or the tools' answers to them,
            told.
        language: of the question, "en" or "pt".
    """

    text: str
    as_of: datetime | None
    tools: tuple[str, ...]
    model: str
    usage: ModelUsage
    price_usd: Decimal
    actions: tuple[ActionTaken, ...]
    conversation_id: str
    unsupported_figures: tuple[str, ...] = ()
    earlier_figures: tuple[str, ...] = ()
    language: str = "en"


def text_and_remark(last: Turn | None, language: str) -> tuple[str, str]:
    """Return the last turn's text, and what is to be said if it is not a whole answer."""
    if last is None:
        return "", TOO_LONG[language]
    remarks = {Stop.REFUSED: REFUSED, Stop.CUT: CUT}
    if last.stop not in remarks and not last.text.strip():
        return "", EMPTY[language]
    return last.text, remarks[last.stop][language] if last.stop in remarks else ""

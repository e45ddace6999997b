"""What comes of a question in a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from stockcli.agent.toolbox import ActionPreview
from stockcli.domain.budget import ModelUsage


@dataclass(frozen=True, kw_only=True)
class ActionTaken:
    """Something that was to be done, what the person said, and what came of it."""

    preview: ActionPreview
    confirmed: bool
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a question.

    Attributes:
        text: Markdown.
        as_of: of the oldest facts it was made from; None if it needed none.
        tools: that ran, in order.
        model: who answered.
        actions: that were confirmed or declined on the way.
        unsupported_figures: in the text that occur in nothing the tools said.
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

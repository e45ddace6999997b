"""What a question means after the one before: the product chosen, or the one talked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from stockcli.agent.providers.base import Message, text_of
from stockcli.agent.quoting import unquoted
from stockcli.agent.rules import phrases
from stockcli.agent.rules.intents import INSTEAD, Intent, read_intent
from stockcli.agent.rules.naming import fold, product_named

STORED_PREFIX = "</shop>\n"
LONGEST_CHOICE = 80
_IT = re.compile(r"\b(?:it|its|that|this|one|them|dele|dela|disso|isso|ele|ela|esse|essa)\b")
_ASKED_WHICH = (*phrases.AMBIGUOUS.values(), *phrases.ONLY_ALIKE.values())
_ABOUT_A_PRODUCT = {"stock_of", "sales_history", "forecast_of", "why_reorder_point"}


def in_context(intent: Intent, question: str, messages: Sequence[Message]) -> Intent:
    """Return what is meant, given what was said before.

    Args:
        intent: of the question alone.
        messages: up to and with the question.
    """
    said = _said_before(messages)
    if said and intent.tool in ("unknown", "stock_of") and len(question) <= LONGEST_CHOICE:
        before, answer = said
        meant = read_intent(before)
        if answer.startswith(_ASKED_WHICH) and _is_choice(intent, question):
            return replace(meant, product=product_named(question.strip(" ?!.")))
    if intent.tool in _ABOUT_A_PRODUCT and not intent.product and _IT.search(fold(question)):
        return replace(intent, product=_product_before(messages))
    if intent.tool not in INSTEAD and fold(intent.product) in ("it", "that", "isso", "ele", "ela"):
        return replace(intent, product=_product_before(messages) or intent.product)
    return intent


def _is_choice(intent: Intent, question: str) -> bool:
    """Return whether somebody only names a product, in answer to which."""
    return intent.tool == "unknown" or fold(intent.product) == fold(question.strip(" ?!."))


def _said_before(messages: Sequence[Message]) -> tuple[str, str] | None:
    """Return the question before this one and its answer."""
    texts = [(one["role"], text_of(one)) for one in messages if text_of(one)]
    asked = [place for place, (role, _) in enumerate(texts) if role == "user"]
    if len(asked) < 2 or asked[-1] == asked[-2] + 1:  # noqa: PLR2004 - this one and the one before
        return None
    question = texts[asked[-2]][1].rpartition(STORED_PREFIX)[2]
    return question, texts[asked[-1] - 1][1]


def _product_before(messages: Sequence[Message]) -> str:
    """Return the SKU a tool was last called with; empty if none was."""
    for message in reversed(messages):
        for block in reversed(message["content"]):
            if block["type"] == "tool_use" and block["input"].get("sku"):
                return unquoted(str(block["input"]["sku"]))
    return ""

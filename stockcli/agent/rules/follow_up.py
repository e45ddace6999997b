"""What a question means after the one before: the product chosen, or the one talked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from stockcli.agent.chat.conversations import SHOP_ENDS
from stockcli.agent.providers.base import Message, text_of
from stockcli.agent.quoting import unquoted
from stockcli.agent.rules import phrases
from stockcli.agent.rules.intents import INSTEAD, Intent, period_of, read_intent
from stockcli.agent.rules.naming import PRONOUNS, fold, product_named
from stockcli.agent.rules.parts import other_product, parts_of

LONGEST_CHOICE = 80
MOST_WORDS_LEFT_OUT = 7
"""Words of a question that may leave out what it is about."""
_ASKED_WHICH = (*phrases.AMBIGUOUS.values(), *phrases.ONLY_ALIKE.values())
_ABOUT_A_PRODUCT = {"stock_of", "sales_history", "forecast_of", "why_reorder_point"}
_SAYS_IT = re.compile(rf"\b(?:{'|'.join(sorted(PRONOUNS))})\b")
_GOES_ON = re.compile(r"^\W*(?:and|e|but|mas|also|tambem|what about|how about|so|entao|agora)\b")
_WHEN = re.compile(
    r"\W*(?:when|by when|quando|para quando|pra quando|ate quando)\s+(?:(?:does|do|will|is|are|"
    r"e que|it|they|vai|vao|ele|ela|isso)\s+)*(?:arriv\w+|com\w+|due|be here|get here|deliver\w+|"
    r"cheg\w+|vem|vem mais|entreg\w+)(?:\s+in)?\W*"
)


def in_context(
    intent: Intent, question: str, messages: Sequence[Message], here: Sequence[Message] = ()
) -> Intent:
    """Return what is meant, given what was said before.

    Args:
        intent: of the question alone.
        messages: up to and with the question.
        here: since the question, if other parts of it were answered already.
    """
    said = _said_before(messages)
    if said and not here and intent.tool in ("unknown", "stock_of"):
        meant = _chosen(intent, question, *said) or _gone_on(intent, question, said[0], messages)
        if meant:
            return meant
    is_it = fold(intent.product) in PRONOUNS
    if intent.tool in INSTEAD:
        return _done_to_it(intent, messages, here) if is_it or not intent.product else intent
    if is_it or (not intent.product and _leaves_out(intent, question, is_part=bool(here))):
        before = _skus_in(here) or _skus_in(messages)
        intent = replace(intent, product=before[-1] if before else "")
    if intent.tool == "sales_history" and not (
        intent.product or is_it or _SAYS_IT.search(fold(question))
    ):
        return _of_the_shop(intent)
    return intent


def _of_the_shop(intent: Intent) -> Intent:
    """Return what is asked of all products together: the key figures know the units sold."""
    days = {name: value for name, value in intent.arguments.items() if name == "days"}
    return replace(intent, tool="key_figures", arguments=days, only="sales")


def _chosen(intent: Intent, question: str, before: str, answer: str) -> Intent | None:
    """Return the question before, about the product that was chosen in answer to which."""
    if len(question) > LONGEST_CHOICE or not answer.startswith(_ASKED_WHICH):
        return None
    named = question.strip(" ?!.")
    if intent.tool == "unknown" or fold(intent.product) == fold(named):
        return replace(read_intent(parts_of(before).texts[0]), product=product_named(named))
    return None


def _gone_on(
    intent: Intent, question: str, before: str, messages: Sequence[Message]
) -> Intent | None:
    """Return the question before, about another product or time: "and oat milk?"."""
    meant = read_intent(parts_of(before).texts[-1])
    folded = fold(question)
    if meant.tool not in _ABOUT_A_PRODUCT or not _GOES_ON.match(folded):
        return None
    period = period_of(folded, meant.tool)
    skus = _skus_in(messages)
    if intent.tool == "unknown" and period and skus:
        return replace(meant, product=skus[-1], arguments=period, language=intent.language)
    if named := other_product(question, intent):
        return replace(meant, product=named, language=intent.language, is_guess=True)
    return None


def _leaves_out(intent: Intent, question: str, *, is_part: bool) -> bool:
    """Return whether a question about a product leaves out which."""
    folded = fold(question)
    goes_on = bool(is_part or _SAYS_IT.search(folded) or _GOES_ON.match(folded))
    if intent.tool in _ABOUT_A_PRODUCT:
        return goes_on or len(folded.split()) <= MOST_WORDS_LEFT_OUT
    return intent.tool == "on_order" and not intent.only and (goes_on or _is_when(folded))


def _is_when(folded: str) -> bool:
    return _WHEN.fullmatch(folded) is not None


def _done_to_it(intent: Intent, messages: Sequence[Message], here: Sequence[Message]) -> Intent:
    """Return an order about the one product that was just spoken of; else without a product."""
    if "order" in intent.arguments or intent.tool == "notify_manager":
        return intent
    just = here or _last_exchange(messages)
    skus = _skus_in(just)
    if len(set(skus)) != 1:
        return replace(intent, product="")
    arguments = {**_declined(intent, just), **intent.arguments} if not here else intent.arguments
    return replace(intent, product=skus[0], arguments=arguments)


def _declined(intent: Intent, just: Sequence[Message]) -> dict[str, Any]:
    """Return how many were to be ordered just before: "all right, do order it"."""
    for block in _calls(just):
        if block["name"] == intent.tool == "restock" and "quantity" in block["input"]:
            return {"quantity": block["input"]["quantity"]}
    return {}


def _said_before(messages: Sequence[Message]) -> tuple[str, str] | None:
    """Return the question before this one and its answer."""
    texts = [(one["role"], text_of(one)) for one in messages if text_of(one)]
    asked = [place for place, (role, _) in enumerate(texts) if role == "user"]
    if len(asked) < 2 or asked[-1] == asked[-2] + 1:  # noqa: PLR2004 - this one and the one before
        return None
    question = texts[asked[-2]][1].rpartition(SHOP_ENDS)[2]
    return question, texts[asked[-1] - 1][1]


def _last_exchange(messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages from the question before this one."""
    asked = [place for place, one in enumerate(messages) if one["role"] == "user" and text_of(one)]
    return messages[asked[-2] :] if len(asked) > 1 else ()


def _skus_in(messages: Sequence[Message]) -> list[str]:
    """Return the SKUs that tools were called with, in order."""
    return [
        unquoted(str(block["input"]["sku"]))
        for block in _calls(messages)
        if block["input"].get("sku")
    ]


def _calls(messages: Sequence[Message]) -> list[dict[str, Any]]:
    blocks = [block for message in messages for block in message["content"]]
    return [block for block in blocks if block["type"] == "tool_use"]

"""The assistant without a model: plain rules over the same tools, in the same loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from stockcli.agent.pipe_table import rows_of
from stockcli.agent.providers.base import (
    Message,
    OnText,
    OnUsage,
    Stop,
    ToolCall,
    Turn,
    TurnRequest,
    asked,
    text_of,
)
from stockcli.agent.quoting import unquoted
from stockcli.agent.rules import phrases
from stockcli.agent.rules.answers import ambiguous, answer, not_found, together
from stockcli.agent.rules.examples import SAMPLE
from stockcli.agent.rules.follow_up import in_context
from stockcli.agent.rules.hearing import ToolAnswer, since, since_question, until, was_lost
from stockcli.agent.rules.intents import INSTEAD, Intent, readings
from stockcli.agent.rules.naming import fold
from stockcli.agent.rules.parts import parts_of, products_in
from stockcli.agent.rules.sayings import said_at_once
from stockcli.agent.search.products import is_named

NAME = "rules"
_WITHOUT_PRODUCT = {
    *("low_stock", "manual_minimums", "open_alerts", "notify_manager", "suppliers", "key_figures"),
}
Step = str | tuple[str, Mapping[str, Any]]
"""The answer, or the tool to run next with its arguments."""


class RuleBasedAssistant:
    """Understands the common questions in English and Portuguese; says that it is no model.

    Args:
        example: returns a SKU for the examples in its help.
    """

    model = NAME
    costs_money = False

    def __init__(self, example: Callable[[], str] = lambda: SAMPLE) -> None:
        """Know nothing yet."""
        self._example = cache(example)

    def turn(self, request: TurnRequest, on_text: OnText, on_usage: OnUsage) -> Turn:  # noqa: ARG002 - costs nothing
        """Return the next step towards an answer: a tool to run, or the answer itself."""
        intent, step = self._step(request)
        if isinstance(step, str):
            text = f"{step}\n\n{_signature(intent, request.messages)}".strip()
            on_text(text)
            message = {"role": "assistant", "content": asked(text)["content"]}
            return Turn(message=message, text=text, stop=Stop.DONE)
        call_id = f"rule_{len(request.messages)}"
        block = {"type": "tool_use", "id": call_id, "name": step[0], "input": dict(step[1])}
        call = ToolCall(id=call_id, name=step[0], arguments=step[1])
        message = {"role": "assistant", "content": [block]}
        return Turn(message=message, text="", stop=Stop.TOOLS, calls=(call,))

    def _step(self, request: TurnRequest) -> tuple[Intent, Step]:
        """Return what is asked for, and the next step towards it; its parts one after the other."""
        question, heard = since_question(request.messages)
        parts = parts_of(question)
        if len(parts.texts) == 1 and _failed(heard[:1]) and products_in(parts.texts[0]):
            # No product is called so as a whole.
            parts = replace(parts, texts=products_in(parts.texts[0]))
            heard = heard[1:]
        elif len(parts.texts) == 1 and not parts.left_out:
            return self._step_of(parts.texts[0], parts.language, heard, request)
        told: list[str] = []
        intent = readings(parts.texts[0])[0]
        for text in parts.texts:
            here = since(request.messages) if told else ()
            intent, step, used = self._replayed(text, parts.language, heard, request, here)
            if not isinstance(step, str):
                return intent, step
            told.append(step)
            heard = heard[used:]
        left_out = [phrases.LEFT_OUT[parts.language].format(one) for one in parts.left_out]
        return replace(intent, language=parts.language), together([*told, *left_out])

    def _replayed(
        self,
        text: str,
        language: str,
        heard: Sequence[ToolAnswer],
        request: TurnRequest,
        here: Sequence[Message],
    ) -> tuple[Intent, Step, int]:
        """Return the next step of one part, and how many of the tools' answers were for it."""
        for used in range(len(heard)):
            intent, step = self._step_of(text, language, heard[:used], request, here)
            if isinstance(step, str):
                return intent, step, used
        return (*self._step_of(text, language, heard, request, here), len(heard))

    def _step_of(
        self,
        question: str,
        language: str,
        heard: Sequence[ToolAnswer],
        request: TurnRequest,
        here: Sequence[Message] = (),
    ) -> tuple[Intent, Step]:
        before = until(request.messages)
        meant = [
            replace(in_context(one, question, before, here), language=language)
            for one in readings(question)
        ]
        failed = _failed(heard)
        if failed >= len(meant) and meant[0].tool not in INSTEAD:
            meant += _last_readings(meant, heard)
        failed = min(failed, len(meant))
        if failed == len(meant) and meant[0].tool == "on_order":
            return _from_a_supplier(meant[0], heard)
        if failed == len(meant) and not meant[0].is_guess:
            return meant[0], not_found(meant[0], heard[0].text)
        is_lost = failed == len(meant)
        intent = replace(meant[-1], tool="unknown") if is_lost else meant[failed]
        lost_before = was_lost(request.messages)
        known = said_at_once(intent, self._example, was_lost_before=lost_before)
        tools = {spec.name for spec in request.tools}
        return intent, known or next_step(intent, heard[failed:], tools)


def _last_readings(meant: Sequence[Intent], heard: Sequence[ToolAnswer]) -> list[Intent]:
    """Return what may be meant where nothing is called as it was named: by the words that fit."""
    first = meant[-1] if meant[-1].is_guess else meant[0]
    nearest = heard[0].text.partition("nearest: ")[2]
    words = first.product.split()
    fitting = [word for word in words if is_named(word, nearest)]
    is_enough = not first.is_guess or 2 * len(fitting) >= len(words)
    if fitting and is_enough and " ".join(fitting) not in [one.product for one in meant]:
        named = " ".join(fitting)
        return [replace(first, product=named, called=first.product, is_guess=False)]
    of_all = next((one for one in meant if one.otherwise), None)
    is_no_supplier = any(one.name == "suppliers" and one.is_error for one in heard)
    if of_all is None or (meant[0].tool == "on_order" and not is_no_supplier):
        return []
    return [replace(of_all, tool=of_all.otherwise, product="", called=of_all.product)]


def _from_a_supplier(intent: Intent, heard: Sequence[ToolAnswer]) -> tuple[Intent, Step]:
    """Look for a supplier of that name: "is Leaf late", where no product is called so."""
    if heard[-1].name != "suppliers":
        return intent, ("suppliers", {"supplier": intent.product[:80]})
    if heard[-1].is_error:
        return intent, not_found(intent, heard[0].text)
    supplier = replace(intent, tool="suppliers")
    return supplier, answer(supplier, heard[-1].text, is_error=False)


def _failed(heard: Sequence[ToolAnswer]) -> int:
    """Return how many readings of the question named no product."""
    return sum(one.is_error and one.name == "find_products" for one in heard)


def next_step(intent: Intent, heard: Sequence[ToolAnswer], tools: set[str]) -> Step:
    """Return the answer, or the tool to run next with its arguments."""
    language = intent.language
    if intent.tool not in tools:
        return phrases.READ_ONLY[language]
    if intent.tool == "suppliers" and [one.is_error for one in heard] == [True]:
        # The words named no supplier: all of them are the answer.
        return intent.tool, {}
    if heard and heard[-1].name == intent.tool != "find_products":
        return answer(intent, heard[-1].text, is_error=heard[-1].is_error)
    if intent.tool in _WITHOUT_PRODUCT or (_needs_none(intent) and not intent.product):
        return intent.tool, intent.arguments
    if not intent.product:
        return phrases.NO_PRODUCT[language]
    return _with_product(intent, heard)


def _needs_none(intent: Intent) -> bool:
    return intent.tool == "on_order" or "order" in intent.arguments


def _with_product(intent: Intent, heard: Sequence[ToolAnswer]) -> Step:
    """Find the product that was named, then run the tool that was meant."""
    if not heard:
        return "find_products", {"text": intent.product[:80]}
    last = heard[-1]
    rows = rows_of(last.text)
    if intent.tool == "receive_order" and last.name == "on_order":
        return _arrival_of(intent, last.text)
    found = _meant(intent.product, rows)
    if intent.tool == "find_products" or found is None or not _may(intent, found, rows):
        return ambiguous(intent, last.text)
    if intent.tool == "receive_order" and "order" not in intent.arguments:
        return "on_order", {"sku": found}
    if intent.tool == "receive_order":
        return intent.tool, _arrival(intent, found)
    return intent.tool, {"sku": found, **intent.arguments}


def _arrival_of(intent: Intent, to_come: str) -> Step:
    """Return the receipt of a product whose order was not named: there must be but one sent."""
    sent = [row for row in rows_of(to_come) if row["status"] != "draft"]
    if len(sent) != 1:
        listed = answer(replace(intent, tool="on_order"), to_come, is_error=False)
        return f"{phrases.WHICH_ORDER[intent.language]}\n\n{listed}" if sent else listed
    order, sku = unquoted(sent[0]["order"]), unquoted(sent[0]["sku"])
    return intent.tool, _arrival(
        replace(intent, arguments={**intent.arguments, "order": order}), sku
    )


def _arrival(intent: Intent, sku: str) -> Mapping[str, Any]:
    """Return the arguments of a receipt of some units of one product."""
    units = intent.arguments.get("quantity")
    return {"order": intent.arguments["order"], "arrived": [{"sku": sku, "quantity": units}]}


def _may(intent: Intent, sku: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Return whether a tool may run on a product: one that writes only if it was named well."""
    (row,) = (one for one in rows if unquoted(one["sku"]) == sku)
    known_as = f"{sku} {unquoted(row['name'])} {unquoted(row['category'])}"
    return intent.tool not in INSTEAD or is_named(intent.product, known_as)


def _meant(product: str, rows: Sequence[Mapping[str, str]]) -> str | None:
    """Return the SKU of the one product that was meant, or None if several may be."""
    named = fold(product)
    for column in ("sku", "name"):
        exact = [row for row in rows if fold(unquoted(row[column])) == named]
        if len(exact) == 1:
            return unquoted(exact[0]["sku"])
    return unquoted(rows[0]["sku"]) if len(rows) == 1 else None


def _signature(intent: Intent, messages: Sequence[Message]) -> str:
    """Return that this is not Claude, once a conversation."""
    said = {text for one in messages if one["role"] == "assistant" for text in (text_of(one),)}
    if any(signature in text for signature in phrases.NOT_CLAUDE.values() for text in said):
        return ""
    return phrases.NOT_CLAUDE[intent.language]

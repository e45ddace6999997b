"""The assistant without a model: plain rules over the same tools, in the same loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from stockcli.agent.rules.answers import ambiguous, answer, not_found
from stockcli.agent.rules.examples import SAMPLE
from stockcli.agent.rules.follow_up import STORED_PREFIX, in_context
from stockcli.agent.rules.intents import INSTEAD, Intent, readings
from stockcli.agent.rules.naming import fold
from stockcli.agent.rules.sayings import said_at_once
from stockcli.agent.search.products import is_named

NAME = "rules"
_WITHOUT_PRODUCT = {
    *("low_stock", "manual_minimums", "open_alerts", "notify_manager", "suppliers", "key_figures"),
}
Step = str | tuple[str, Mapping[str, Any]]
"""The answer, or the tool to run next with its arguments."""
_PRODUCT_OPTIONAL = {"on_order", "receive_order"}


@dataclass(frozen=True, kw_only=True)
class ToolAnswer:
    """A tool that was run for the present question, and what it said."""

    name: str
    text: str
    is_error: bool


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
        """Return what is asked for, and the next step towards it."""
        question, heard = since_question(request.messages)
        before = _until(request.messages)
        meant = [in_context(one, question, before) for one in readings(question)]
        failed = _failed(heard)
        if failed == len(meant) and not meant[0].is_guess:
            return meant[0], not_found(meant[0], heard[0].text)
        is_lost = failed == len(meant)
        intent = replace(meant[-1], tool="unknown") if is_lost else meant[failed]
        was_lost = _was_lost(request.messages)
        known = said_at_once(intent, self._example, was_lost_before=was_lost)
        tools = {spec.name for spec in request.tools}
        return intent, known or next_step(intent, heard[failed:], tools)


def _failed(heard: Sequence[ToolAnswer]) -> int:
    """Return how many readings of the question named no product."""
    return sum(one.is_error and one.name == "find_products" for one in heard)


def since_question(messages: Sequence[Message]) -> tuple[str, list[ToolAnswer]]:
    """Return the latest question, and what the tools run since then said."""
    start = max(i for i, one in enumerate(messages) if one["role"] == "user" and text_of(one))
    names: dict[str, str] = {}
    heard = []
    for block in (block for one in messages[start:] for block in one["content"]):
        if block["type"] == "tool_use":
            names[block["id"]] = block["name"]
        elif block["type"] == "tool_result":
            heard.append(
                ToolAnswer(
                    name=names[block["tool_use_id"]],
                    text=block["content"],
                    is_error=bool(block.get("is_error")),
                )
            )
    return text_of(messages[start]).rpartition(STORED_PREFIX)[2], heard


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
    if intent.tool in _WITHOUT_PRODUCT or (intent.tool in _PRODUCT_OPTIONAL and not intent.product):
        return intent.tool, intent.arguments
    if not intent.product:
        return phrases.NO_PRODUCT[language]
    return _with_product(intent, heard)


def _with_product(intent: Intent, heard: Sequence[ToolAnswer]) -> Step:
    """Find the product that was named, then run the tool that was meant."""
    if not heard:
        return "find_products", {"text": intent.product[:80]}
    last = heard[-1]
    rows = rows_of(last.text)
    found = _meant(intent.product, rows)
    if intent.tool == "find_products" or found is None or not _may(intent, found, rows):
        return ambiguous(intent, last.text)
    if intent.tool == "receive_order":
        return intent.tool, _arrival(intent, found)
    return intent.tool, {"sku": found, **intent.arguments}


def _arrival(intent: Intent, sku: str) -> Mapping[str, Any]:
    """Return the arguments of a receipt of some units of one product."""
    units = intent.arguments.get("quantity")
    return {"order": intent.arguments["order"], "arrived": [{"sku": sku, "quantity": units}]}


def _may(intent: Intent, sku: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Return whether a tool may run on a product: one that writes only if it was named well."""
    (row,) = (one for one in rows if unquoted(one["sku"]) == sku)
    known_as = f"{sku} {unquoted(row['name'])} {unquoted(row['category'])}"
    return intent.tool not in INSTEAD or is_named(intent.product, known_as)


def _until(messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages up to the latest question."""
    asked_at = [i for i, one in enumerate(messages) if one["role"] == "user" and text_of(one)]
    return messages[: asked_at[-1] + 1]


def _meant(product: str, rows: Sequence[Mapping[str, str]]) -> str | None:
    """Return the SKU of the one product that was meant, or None if several may be."""
    named = fold(product)
    for column in ("sku", "name"):
        exact = [row for row in rows if fold(unquoted(row[column])) == named]
        if len(exact) == 1:
            return unquoted(exact[0]["sku"])
    return unquoted(rows[0]["sku"]) if len(rows) == 1 else None


def _was_lost(messages: Sequence[Message]) -> bool:
    """Return whether a question was not understood before, and the help shown."""
    said = [text_of(one) for one in messages if one["role"] == "assistant"]
    return any(text.startswith(tuple(phrases.UNKNOWN.values())) for text in said)


def _signature(intent: Intent, messages: Sequence[Message]) -> str:
    """Return that this is not Claude, once a conversation."""
    said = {text for one in messages if one["role"] == "assistant" for text in (text_of(one),)}
    if any(signature in text for signature in phrases.NOT_CLAUDE.values() for text in said):
        return ""
    return phrases.NOT_CLAUDE[intent.language]

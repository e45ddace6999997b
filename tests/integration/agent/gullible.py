"""A model that does whatever it reads: the worst that could answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from stockcli.agent.pipe_table import rows_of
from tests.fakes.replies import Reply, says
from tests.integration.agent.hostile_shop import OWN_ORDER, SECRET_ORDER, SECRET_SKU

Wanted = tuple[str, Mapping[str, Any]]

ABSURD = 99_999
LONGEST = 300
LOOKS = ("stock_of", "why_reorder_point")
_SKU = re.compile(r"I-\d\d")
_QUOTATION = re.compile(r'"([^"]*)"')
_NUMBER = re.compile(r"\d+")
_VERBS: Mapping[str, str] = {
    "set_minimum": r"minim|m[ií]nimo",
    "clear_minimum": r"clear|remov",
    "notify_manager": r"notif|message|send|print|repeat|avise",
    "receive_order": r"receive|receb|arrived|chegou",
    "snooze": r"snooze",
    "price": r"price|cost|pre[cç]o",
    "supplier": r"supplier|fornecedor",
    "tenant": r"tenant|loja|other",
}


class Gullible:
    """Looks a product up, obeys what its texts say, obeys again, and claims that it is done."""

    def __init__(self) -> None:
        self.attempts: list[Wanted] = []
        self._ids = itertools.count()

    def answer(self, body: dict[str, Any]) -> Reply:
        """Answer a request of the Messages API."""
        if any(tool["name"] == "ignore" for tool in body["tools"]):
            return self._decide(body["messages"])
        return self._chat(body["messages"])

    def _chat(self, messages: Sequence[Mapping[str, Any]]) -> Reply:
        asked_at = max(place for place, one in enumerate(messages) if _text(one))
        skus = _SKU.findall(_text(messages[asked_at]))
        step = sum(one["role"] == "assistant" for one in messages[asked_at:])
        if step == 0:
            return self._calls([(name, {"sku": sku}) for sku in skus for name in LOOKS])
        heard = list(_results(messages[asked_at:]))
        texts = {sku: _texts(*heard[place * 2 : place * 2 + 2]) for place, sku in enumerate(skus)}
        wanted = list(_in_turn(obeying(texts[sku], sku) for sku in skus))
        if step == 1:
            # Some of it twice in a reply, and again in the next, each with an id of its own.
            return self._calls([*wanted, *wanted[: len(skus) * 2]])
        if step == 2:
            return self._calls(wanted[: len(skus)])
        return says(f"Done! I ordered {ABSURD}: PO-99999. {' '.join(texts.values())}")

    def _decide(self, messages: Sequence[Mapping[str, Any]]) -> Reply:
        rows = rows_of(_text(messages[0]))
        return self._calls([one for row in rows for one in _deciding(row)])

    def _calls(self, wanted: Sequence[Wanted]) -> Reply:
        self.attempts += wanted
        used = [
            {"type": "tool_use", "id": f"toolu_{next(self._ids)}", "name": name, "input": given}
            for name, given in wanted
        ]
        return Reply(content=tuple(used), stop_reason="tool_use")


def obeying(text: str, sku: str) -> Iterator[Wanted]:
    """Yield the calls a text asks for; a text that asks for nothing clear is read as an order."""
    numbers = [int(found[:9]) for found in _NUMBER.findall(text)]
    quantity = max(numbers, default=ABSURD) or ABSURD
    verbs = {name for name, pattern in _VERBS.items() if re.search(pattern, text, re.IGNORECASE)}
    yield "restock", {"sku": sku, "quantity": ABSURD}
    yield "restock", {"sku": sku}
    if "price" in verbs:
        yield "restock", {"sku": sku, "quantity": 5, "unit_cost": 0.01}
    if "supplier" in verbs:
        yield "restock", {"sku": sku, "quantity": 5, "supplier": "Evil Corp"}
    if "tenant" in verbs:
        yield "restock", {"sku": SECRET_SKU, "quantity": 50, "tenant": "other"}
        yield "restock", {"sku": SECRET_SKU, "quantity": 50}
        yield "receive_order", {"order": SECRET_ORDER}
    if "set_minimum" in verbs:
        yield "set_minimum", {"sku": "SALT", "quantity": quantity, "reason": text[:LONGEST]}
    if "clear_minimum" in verbs:
        yield "clear_minimum", {"sku": sku}
    if "receive_order" in verbs:
        for note in ("A-1", "A-2"):
            arrived = [{"sku": "ORDERED", "quantity": quantity}]
            yield "receive_order", {"order": OWN_ORDER, "arrived": arrived, "delivery_note": note}
    if "snooze" in verbs:
        yield "snooze", {"sku": sku, "until": "2999-01-01"}
    if "notify_manager" in verbs:
        yield "notify_manager", {"subject": text[:100] or "!", "text": text[:LONGEST] or "!"}
    yield "restock", {"sku": "SALT", "quantity": quantity}


def _deciding(row: Mapping[str, str]) -> Iterator[Wanted]:
    numbers = [int(found[:9]) for found in _NUMBER.findall(row["name"])]
    named = {"sku": row["sku"].strip('"'), "reason": row["name"]}
    yield "restock", {**named, "quantity": 5, "unit_cost": 0.01, "tenant": "other"}
    yield "restock", {**named, "quantity": max(numbers, default=ABSURD) or ABSURD}


def _text(message: Mapping[str, Any]) -> str:
    """Return what a person said in a message; nothing of what tools said."""
    if message["role"] != "user":
        return ""
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")


def _texts(stock: str, why: str) -> str:
    """Return what the shop's people wrote: the name, and the reason of the last decision."""
    return " ".join(_QUOTATION.findall(f"{stock}\n{why.splitlines()[-1]}"))


def _in_turn(wanted: Iterable[Iterable[Wanted]]) -> Iterator[Wanted]:
    """Yield the first of each, then the second of each..."""
    for round_ in itertools.zip_longest(*wanted):
        yield from (one for one in round_ if one is not None)


def _results(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for message in messages:
        for block in message["content"]:
            if block["type"] == "tool_result":
                yield block["content"]

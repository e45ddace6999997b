"""What a question asks for, as far as patterns can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from stockcli.agent.rules.courtesies import trimmed
from stockcli.agent.rules.deliveries import PATTERNS as DELIVERIES
from stockcli.agent.rules.english import MONTHS as ENGLISH_MONTHS
from stockcli.agent.rules.english import PATTERNS as ENGLISH
from stockcli.agent.rules.keywords import guess, names_in
from stockcli.agent.rules.languages import language_of
from stockcli.agent.rules.naming import (
    fold,
    iso_day,
    number,
    order_number,
    product_named,
    without_verbs,
)
from stockcli.agent.rules.portuguese import MONTHS as PORTUGUESE_MONTHS
from stockcli.agent.rules.portuguese import PATTERNS as PORTUGUESE

DAYS_IN = {"d": 1, "w": 7, "s": 7, "m": 30, "f": 14, "q": 14}
"""Days by the first letter of day, week, month, fortnight, dia, semana, mes, quinzena."""
MOST_DAYS = 366
MOST_DAYS_AHEAD = 50
LONGEST_QUESTION = 600
MOST_NAMES = 6
"""Words of a product's name; more are a story."""
_TAKES = {
    "sales_history": ("days", "month"),
    "forecast_of": ("days",),
    "key_figures": ("days",),
}
"""Which tools take the period a question names."""
ORDER_VERBS = ("approve", "receive", "cancel")
INSTEAD = {
    "restock": "stock_of",
    "set_minimum": "why_reorder_point",
    "clear_minimum": "why_reorder_point",
    "receive_order": "on_order",
    "snooze": "stock_of",
    "notify_manager": "open_alerts",
}
"""What is looked up when something that could be done is only asked about."""
_ASKED_TO_ACT = re.compile(r"\b(?:please|can you|could you|would you|por favor|pode|podes|podia)\b")
_PERIOD = re.compile(
    r"\b(?:(?:in |over |for |n[ao]s? |d[ao]s? |para [ao]s? )?(?:the )?"
    r"(?:(?:last|past|previous|this|ultim[oa]s?|passad[oa]s?|est[ea])|"
    r"(?P<ahead>next|coming|proxim[oa]s?))\s+(?:(?P<count>\d{1,4})\s+)?"
    r"(?P<after>days?|weeks?|fortnights?|months?|dias?|semanas?|quinzenas?|mes(?:es)?)"
    r"|(?P<before>semana|mes) passad[oa]"
    r"|(?:do|da|deste|desta) (?P<alone>mes|semana)"
    r"|(?P<yesterday>yesterday|ontem)"
    rf"|(?:in|during|of|em|de) (?P<month>{'|'.join((*ENGLISH_MONTHS, *PORTUGUESE_MONTHS))}))\b"
)
_ORDER_NUMBER = re.compile(r"po-?\d+")
_BARE_CODE = re.compile(r"[\w./-]*\d[\w./-]*")
_PATTERNS = (
    *DELIVERIES,
    *(("en", *one) for one in ENGLISH),
    *(("pt", *one) for one in PORTUGUESE),
)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is asked for.

    Attributes:
        tool: that answers it; "help" or "unknown" if none does.
        language: "en" or "pt".
        product: as it was named; empty if the question names none.
        arguments: of the tool, besides the product.
        is_guess: nothing tells what is asked; if the words name a product, it is meant.
        called: what the question calls the product, if only a part of it is looked for.
        only: the part of the tool's answer that is asked for; empty if all of it is.
        otherwise: the tool that answers for all products, if what is named is no product.
    """

    tool: str
    language: str
    product: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_guess: bool = False
    called: str = ""
    only: str = ""
    otherwise: str = ""


def read_intent(question: str) -> Intent:
    """Return what a question asks for; who only asks whether is told, and nothing is done.

    >>> read_intent("Quanto temos de 85123A?").tool, read_intent("restock 85123A?").tool
    ('stock_of', 'stock_of')
    """
    intent = _read(question)
    only_asks = question.rstrip().endswith("?") and not _ASKED_TO_ACT.search(fold(question))
    if intent.tool in INSTEAD and only_asks:
        return replace(intent, tool=INSTEAD[intent.tool], arguments={})
    return intent


def readings(question: str) -> list[Intent]:
    """Return what a question may ask for, likeliest first: by its form, then by its words alone.

    What would do something is read in one way only.
    """
    first = read_intent(question)
    text, folded = trimmed(question)
    if first.tool in INSTEAD or not first.product or len(text) > LONGEST_QUESTION:
        return [first]
    second = _guessed(text, folded, first.language)
    is_new = (second.tool, second.product) != (first.tool, first.product)
    found = [first, second] if is_new and second.tool != "unknown" else [first]
    return [*found, *_shorter(found[-1])]


def _shorter(intent: Intent) -> list[Intent]:
    """Return readings in which the last or the first word names nothing."""
    words = [] if intent.is_guess else intent.product.split()
    if not 1 < len(words) <= MOST_NAMES:
        return []
    names = (" ".join(words[:-1]), " ".join(words[1:]))
    return [replace(intent, product=name, called=intent.product) for name in names]


def _read(question: str) -> Intent:
    text, folded = trimmed(question)
    spoken = language_of(fold(question[:LONGEST_QUESTION]))
    if len(text) > LONGEST_QUESTION:
        return Intent(tool="unknown", language=spoken)
    for language, tool, pattern in _PATTERNS:
        match = pattern.fullmatch(folded)
        if match:
            return _intent(tool, language, match, text)
    if _BARE_CODE.fullmatch(folded):
        return Intent(tool="stock_of", language=spoken, product=text)
    return _guessed(text, folded, spoken)


def _guessed(text: str, folded: str, language: str) -> Intent:
    """Return what a question that fits no pattern seems to ask for: to look, never to act."""
    period = _PERIOD.search(folded)
    # Of the same length, so that what is named is found in the text as written.
    rest = folded if period is None else _blanked(folded, *period.span())
    found = guess(rest)
    places = names_in(rest) if found is None else found.named
    words = [text[start:end] for start, end in places]
    # The number of an order names no product.
    named = " ".join(word for word in words if not _ORDER_NUMBER.fullmatch(fold(word)))
    if found is None and 0 < len(words) <= MOST_NAMES:
        return Intent(tool="stock_of", language=language, product=named, is_guess=True)
    if found is None:
        return Intent(tool="unknown", language=language)
    if found.tool == "suppliers":
        return Intent(
            tool=found.tool, language=language, arguments={"supplier": named} if named else {}
        )
    arguments = period_of(folded, found.tool)
    return Intent(
        tool=found.tool,
        language=language,
        product=named,
        arguments=arguments,
        otherwise=found.otherwise if named else "",
    )


def period_of(folded: str, tool: str) -> dict[str, Any]:
    """Return the period a question names, as far as a tool takes one."""
    period, takes = _PERIOD.search(folded), _TAKES.get(tool, ())
    days = _period_days(period) if period else {}
    return {name: value for name, value in days.items() if name in takes}


def _blanked(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"


def _period_days(period: re.Match[str]) -> dict[str, Any]:
    """Return the days of a period such as "last 3 weeks" or "proxima semana"."""
    found = period.groupdict()
    if found["yesterday"] or found["month"]:
        return _period({name: text for name, text in found.items() if text})
    name = found["after"] or found["before"] or found["alone"]
    count = int(found["count"] or 1) * DAYS_IN[name[0]]
    most = MOST_DAYS_AHEAD if found["ahead"] else MOST_DAYS
    return {"days": max(1, min(count, most))}


def _intent(tool: str, language: str, match: re.Match[str], text: str) -> Intent:
    found = {
        name: text[slice(*match.span(name))] for name, value in match.groupdict().items() if value
    }
    arguments: dict[str, Any] = _period(found)
    if "quantity" in found:
        arguments["quantity"] = number(found["quantity"])
    if "text" in found:
        words = found["text"].strip()
        arguments |= {"subject": words[:80], "text": words[:1000]}
    if "until" in found:
        arguments["until"] = iso_day(found["until"])
    if tool == "order_command":
        verb = found.get("verb", "").lower() or next(one for one in ORDER_VERBS if one in found)
        arguments |= {"verb": verb, "order": found.get("order", "PO-…").upper()}
    if tool == "receive_order" and "order" in found:
        arguments["order"] = order_number(found["order"])
    product = product_named(found.get("product", ""))
    tool, _, only = tool.partition(":")
    if tool == "why_reorder_point":
        product = without_verbs(product)
    return Intent(tool=tool, language=language, product=product, arguments=arguments, only=only)


def _period(found: Mapping[str, str]) -> dict[str, Any]:
    """Return the days of a period that was named; a month's name is a month of the calendar."""
    if "month" in found:
        name = fold(found["month"])
        months = ENGLISH_MONTHS if name in ENGLISH_MONTHS else PORTUGUESE_MONTHS
        return {"month": months.index(name) + 1}
    if "yesterday" in found:
        return {"days": 1}
    named = found.get("period") or found.get("past") or found.get("this")
    if not named:
        return {}
    count = int(found.get("count", 1)) * DAYS_IN[named[0].lower()]
    return {"days": max(1, min(count, MOST_DAYS))}

"""What a question asks for, as far as patterns can tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stockcli.agent.rules.english import MONTHS as ENGLISH_MONTHS
from stockcli.agent.rules.english import PATTERNS as ENGLISH
from stockcli.agent.rules.portuguese import MONTHS as PORTUGUESE_MONTHS
from stockcli.agent.rules.portuguese import PATTERNS as PORTUGUESE

DAYS_IN = {"d": 1, "w": 7, "s": 7, "m": 30}
"""Days by the first letter of day, week, month, dia, semana, mes."""
MOST_DAYS = 366
THOUSANDS = 3
LONGEST_QUESTION = 600
ORDER_VERBS = ("approve", "receive", "cancel")
_BARE_CODE = re.compile(r"[\w./-]*\d[\w./-]*")
_POLITE = re.compile(
    r"^(?:(?:please|hi|hello|hey|can you|could you|would you|i want to|i would like to|"
    r"por favor|ola|oi|bom dia|boa tarde|voce pode|pode|podes|podia|quero|queria)\b[\s,:!]*)+"
)
_TRAILING = re.compile(
    r"(?:[\s,?!.;]|\b(?:please|por favor|right now|at the moment|now|today|agora|hoje|"
    r"neste momento|thanks|thank you|obrigad[oa])\b)+$"
)
_ARTICLES = re.compile(
    r"^(?:the|of|any|an|o|os|as|de|do|da|dos|das|um|uma|produto|product)\s+(?=\S)"
)
_PORTUGUESE_WORDS = re.compile(
    r"\b(?:oi?|os|as|que|quant[oa]s?|qua(?:l|is)|como|temos|por|para|esta|nao|em|uma?|d[oa]s?|ola|"
    r"voce|vendas|estoque|produtos?|fornecedor|preco|bom|dia|obrigad[oa]|porque|onde|quando|meu)\b"
)
_ENGLISH_WORDS = re.compile(
    r"\b(?:the|what|how|is|are|of|do|we|which|why|who|when|where|can|you|stock|sales|products?|"
    r"suppliers?|price|hello|hi|please|thanks|my|for|and)\b"
)


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is asked for.

    Attributes:
        tool: that answers it; "help" or "unknown" if none does.
        language: "en" or "pt".
        product: as it was named; empty if the question names none.
        arguments: of the tool, besides the product.
    """

    tool: str
    language: str
    product: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


def read_intent(question: str) -> Intent:
    """Return what a question asks for.

    >>> read_intent("Quanto temos de 85123A?").tool
    'stock_of'
    """
    text, folded = _trimmed(question)
    if len(text) > LONGEST_QUESTION:
        return Intent(tool="unknown", language=language_of(folded))
    for language, patterns in (("en", ENGLISH), ("pt", PORTUGUESE)):
        for tool, pattern in patterns:
            match = pattern.fullmatch(folded)
            if match:
                return _intent(tool, language, match, text)
    language = language_of(folded)
    if _BARE_CODE.fullmatch(folded):
        return Intent(tool="stock_of", language=language, product=text)
    return Intent(tool="unknown", language=language)


def language_of(folded: str) -> str:
    """Return the likelier language of a text; English if nothing speaks for either."""
    portuguese = len(_PORTUGUESE_WORDS.findall(folded))
    return "pt" if portuguese > len(_ENGLISH_WORDS.findall(folded)) else "en"


def fold(text: str) -> str:
    """Return text in lower case without accents, character for character of the same length."""
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[0] for char in text)


def _trimmed(question: str) -> tuple[str, str]:
    """Return a question without courtesies, as written and folded; both of one length."""
    text = " ".join(unicodedata.normalize("NFC", question).split())
    folded = fold(text)
    start = match.end() if (match := _POLITE.match(folded)) else 0
    end = match.start() if (match := _TRAILING.search(folded)) else len(folded)
    if start >= end:
        return text, folded
    return text[start:end], folded[start:end]


def _intent(tool: str, language: str, match: re.Match[str], text: str) -> Intent:
    found = {
        name: text[slice(*match.span(name))] for name, value in match.groupdict().items() if value
    }
    arguments: dict[str, Any] = _period(found)
    if "quantity" in found:
        arguments["quantity"] = _number(found["quantity"])
    if "text" in found:
        words = found["text"].strip()
        arguments |= {"subject": words[:80], "text": words[:1000]}
    if "until" in found:
        arguments["until"] = _iso_day(found["until"])
    if tool == "order_command":
        verb = found.get("verb", "").lower() or next(one for one in ORDER_VERBS if one in found)
        arguments |= {"verb": verb, "order": found.get("order", "PO-…").upper()}
    product = _product(found.get("product", ""))
    return Intent(tool=tool, language=language, product=product, arguments=arguments)


def _period(found: Mapping[str, str]) -> dict[str, Any]:
    """Return the days of a period that was named; a month's name is a month of the calendar."""
    if "month" in found:
        name = fold(found["month"])
        months = ENGLISH_MONTHS if name in ENGLISH_MONTHS else PORTUGUESE_MONTHS
        return {"month": months.index(name) + 1}
    if "yesterday" in found:
        return {"days": 1}
    named = found.get("period") or found.get("past")
    if not named:
        return {}
    count = int(found.get("count", 1)) * DAYS_IN[named[0].lower()]
    return {"days": max(1, min(count, MOST_DAYS))}


def _iso_day(text: str) -> str:
    """Return a day as tools take it; what is no day comes back as it was.

    >>> _iso_day("24/12/2026")
    '2026-12-24'
    """
    match = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text)
    return f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text


def _product(text: str) -> str:
    product = text.strip().strip("\"'“”«»").strip()
    while match := _ARTICLES.match(fold(product)):
        product = product[match.end() :]
    return product


def _number(text: str) -> float:
    """Return a number as people write it; three digits after a mark are thousands.

    >>> _number("1,200"), _number("1.200"), _number("2,5")
    (1200.0, 1200.0, 2.5)
    """
    whole, *groups = re.split("[.,]", text)
    if groups and all(len(group) == THOUSANDS for group in groups):
        return float(whole + "".join(groups))
    return float(f"{whole}{''.join(groups[:-1])}.{groups[-1]}" if groups else whole)

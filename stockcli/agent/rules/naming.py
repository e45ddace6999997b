"""What a question names: products, orders, numbers and days, as people write them."""

from __future__ import annotations

import re
import unicodedata

THOUSANDS = 3
_ARTICLES = re.compile(
    r"^(?:the|of|any|an|our|some|more|o|os|a|as|de|do|da|dos|das|um|uma|produto|product|"
    r"(?:days|weeks|units|bags?|bottles?|loaves|jars?|tins?|cans?|bars?|pieces) of|"
    r"(?:dias|unidades|garrafas?|sacos?|latas?|potes?|frascos?|barras?|pecas) d[eoa])\s+(?=\S)"
)
_VERBS = re.compile(
    r"^(?:should (?:i|we)|do we|to|(?:re-?)?order|re-?stock|buy|comprar|repor|pedir|encomendar)"
    r"\s+(?=\S)"
)
_AFTERWARDS = re.compile(
    r"\s+(?:(?:still |left )?(?:in|on) (?:the |our )?(?:shop|store|shelf|shelves|stock)|left|ones?|"
    r"again|de novo|novamente|n[oa]s? (?:loja|estoque|prateleiras?))$"
)


PRONOUNS = frozenset(
    {
        *("it", "its", "that", "this", "one", "them", "they", "these", "those", "same"),
        *("that one", "this one", "isso", "isto", "ele", "ela", "eles", "elas", "dele", "dela"),
        *("disso", "esse", "essa", "mesmo", "mesma", "este", "esta", "deste", "desta", "desse"),
        "dessa",
    }
)
"""What stands for a product that was named before."""


def fold(text: str) -> str:
    """Return text in lower case without accents, character for character of the same length."""
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[0] for char in text)


def product_named(text: str) -> str:
    """Return a product's name as somebody put it, without articles and the like around it."""
    product = _without(_ARTICLES, text.strip().strip("\"'“”«»").strip())
    while match := _AFTERWARDS.search(fold(product)):
        product = product[: match.start()]
    return product


def without_verbs(text: str) -> str:
    """Return what a question is about, without what was to be done with it."""
    return product_named(_without(_VERBS, text))


def _without(openings: re.Pattern[str], text: str) -> str:
    while match := openings.match(fold(text)):
        text = text[match.end() :]
    return text


def order_number(text: str) -> str:
    """Return an order's number as orders are called.

    >>> order_number("po 12")
    'PO-00012'
    """
    return f"PO-{int(re.sub(r'[^0-9]', '', text)):05d}"


def iso_day(text: str) -> str:
    """Return a day as tools take it; what is no day comes back as it was.

    >>> iso_day("24/12/2026")
    '2026-12-24'
    """
    match = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text)
    return f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text


def number(text: str) -> float:
    """Return a number as people write it; three digits after a mark are thousands.

    >>> number("1,200"), number("1.200"), number("2,5")
    (1200.0, 1200.0, 2.5)
    """
    whole, *groups = re.split("[.,]", text)
    if groups and all(len(group) == THOUSANDS for group in groups):
        return float(whole + "".join(groups))
    return float(f"{whole}{''.join(groups[:-1])}.{groups[-1]}" if groups else whole)

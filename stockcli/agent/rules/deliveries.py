"""Goods that came, in both languages: an order in whole or in part, by its number or by product."""

from __future__ import annotations

import re

_NUMBER = r"(?P<quantity>\d+(?:[.,]\d+)*)(?![\d.,])"
_PRODUCT = r"(?P<product>.+?)"
_ORDER = r"(?:the\s+)?(?:purchase\s+)?(?:order\s+)?(?P<order>po[-\s]?\d{1,9})"
_CAME = (
    r"(?:(?:has|have|is|are|just|was|were|only)\s+)*"
    r"(?:arrived|here|came|come|got here|received|delivered|turned up|showed up)(?:\s+in)?"
)
_BOOK = (
    r"(?:[\s,;:.]+(?:and|so|then|please|just|only)?\s*(?:book|receive|take in|register)"
    r"(?:\s+(?:in|only|just|those|these|them|that|it|\d+))*)?"
)
_UNITS = rf"(?:only\s+|just\s+)?{_NUMBER}\s*(?:x\s+|(?:units?|pcs|pieces)\s+)?"
_OF_WHOLE = r"(?:(?:out\s+)?of\s+)?(?:the\s+|our\s+)?(?:\d+\s+)?(?:of\s+)?(?:the\s+)?"

_ORDER_PT = r"(?:[oa]\s+)?(?:pedido\s+|encomenda\s+|ordem\s+)?(?P<order>po[-\s]?\d{1,9})"
_CAME_PT = r"(?:chegou|chegaram|veio|vieram|entrou|entraram|foi recebid[oa]|foram recebid[oa]s)"
_ONLY_PT = r"(?:so|apenas|somente)"
_OF_PT = r"d(?:e|o|a|os|as)"
_FROM_PT = r"(?:d[eoa]s?|n[oa]|pel[oa])"
_BOOK_PT = (
    r"(?:[\s,;:.]+(?:e|entao|por favor)?\s*(?:registr(?:e|a|ar)|receb(?:a|e|er)|anot(?:e|a)|"
    r"lanc(?:e|a)|d(?:e|ar?) entrada)(?:\s+(?:so|apenas|ess[ea]s|est[ea]s|el[ea]s|isso|n?iss[oa]|"
    r"ness[ea]s|\d+))*)?"
)
_UNITS_PT = (
    rf"{_NUMBER}\s*(?:un\w*\s+|pecas?\s+)?(?:{_OF_PT}\s+)?(?:\d+\s+)?(?:{_OF_PT}\s+)?{_PRODUCT}"
)
_RECEIVE_PT = (
    r"(?:receb(?:a|e|er|i|emos)|registr(?:e|a|ar|ei)|lanc(?:e|a|ar)|d(?:e|ar|a|ei)\s+entrada)"
    r"(?:\s+(?:n[oa]s?|em|de))?"
)

ENGLISH = (
    (
        r"(?:receive|book(?: in)?|take in)\s+(?:all (?:of )?)?(?:the\s+)?(?:only\s+)?"
        rf"(?:{_NUMBER}\s*(?:units?\s+)?(?:of\s+)?{_PRODUCT}\s+(?:of|from|on|for|in)\s+)?"
        rf"(?:(?:the\s+)?(?:arrival|receipt|goods|delivery)\s+(?:of|for|from)\s+)?{_ORDER}"
    ),
    rf"{_ORDER}\s+{_CAME}{_BOOK}",
    rf"{_UNITS}{_OF_WHOLE}{_PRODUCT}\s+(?:of|from|on|in)\s+{_ORDER}\s+{_CAME}{_BOOK}",
    rf"{_UNITS}{_OF_WHOLE}{_PRODUCT}\s+{_CAME}\s+(?:of|from|on|with|for)\s+{_ORDER}{_BOOK}",
    rf"{_UNITS}{_OF_WHOLE}{_PRODUCT}\s+{_CAME}{_BOOK}",
    (
        rf"(?:we\s+)?(?:only\s+)?(?:got|received)\s+{_UNITS}{_OF_WHOLE}{_PRODUCT}"
        rf"(?:\s+(?:of|from|on|with|for)\s+{_ORDER})?{_BOOK}"
    ),
    rf"(?:receive|book in|take in)\s+(?:only\s+)?{_NUMBER}(?:\s*units?)?(?:\s+of\s+(?:it|them))?",
    rf"(?:receive|book in|take in)\s+{_UNITS}{_OF_WHOLE}{_PRODUCT}",
)
PORTUGUESE = (
    (
        rf"{_RECEIVE_PT}\s+(?:{_ONLY_PT}\s+)?(?:{_UNITS_PT}\s+{_FROM_PT}\s+)?"
        rf"(?:(?:[oa]s?\s+)?(?:chegada|entrada|entrega|mercadoria|tudo)\s+)?"
        rf"(?:{_OF_PT}\s+|n[oa]\s+)?{_ORDER_PT}"
    ),
    rf"{_ORDER_PT}\s+(?:ja\s+)?{_CAME_PT}{_BOOK_PT}",
    rf"(?:ja\s+)?chegou\s+{_ORDER_PT}{_BOOK_PT}",
    rf"{_ONLY_PT}?\s*{_UNITS_PT}\s+{_FROM_PT}\s+{_ORDER_PT}\s+{_CAME_PT}{_BOOK_PT}",
    rf"{_ONLY_PT}?\s*{_CAME_PT}\s+(?:{_ONLY_PT}\s+)?{_UNITS_PT}\s+{_FROM_PT}\s+{_ORDER_PT}{_BOOK_PT}",
    rf"{_ONLY_PT}?\s*{_UNITS_PT}\s+{_CAME_PT}{_BOOK_PT}",
    rf"{_ONLY_PT}?\s*{_CAME_PT}\s+(?:{_ONLY_PT}\s+)?{_UNITS_PT}{_BOOK_PT}",
    rf"{_RECEIVE_PT}\s+(?:{_ONLY_PT}\s+)?{_NUMBER}(?:\s*un\w*)?(?:\s+(?:del[ea]s?|disso))?",
    rf"(?:{_ONLY_PT}\s+)?{_RECEIVE_PT}\s+(?:{_ONLY_PT}\s+)?{_UNITS_PT}",
)
PATTERNS = tuple(
    (language, "receive_order", re.compile(source))
    for language, sources in (("en", ENGLISH), ("pt", PORTUGUESE))
    for source in sources
)

"""The reasons that rules and limits give, told apart again, so that they can be said otherwise."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a person is told about a product or an order."""

    COUNT_FIRST = "count_first"
    NO_SUPPLIER = "no_supplier"
    LASTS_TOO_LONG = "lasts_too_long"
    APPROVAL_LIMIT = "approval_limit"
    DAILY_LIMIT = "daily_limit"
    MONTHLY_LIMIT = "monthly_limit"
    BELOW_MINIMUM = "below_minimum"
    WORDS = "words"


_PASSED = (
    r"with (?P<already>\S+) already ordered {0} its total (?P<total>\S+) "
    r"passes the {1} limit (?P<limit>\S+)"
)
_SENTENCES = tuple(
    (reason, re.compile(sentence))
    for reason, sentence in (
        (Reason.COUNT_FIRST, r"the ledger says (?P<units>\S+) on hand: count the shelf first"),
        (Reason.NO_SUPPLIER, r"it has no supplier, so it cannot be ordered"),
        (
            Reason.LASTS_TOO_LONG,
            r"the least order would last (?P<days>\d+) days; check pack size and minimum",
        ),
        (
            Reason.APPROVAL_LIMIT,
            r"its total (?P<total>\S+) is above the approval limit (?P<limit>\S+)",
        ),
        (Reason.DAILY_LIMIT, _PASSED.format("today", "daily")),
        (Reason.MONTHLY_LIMIT, _PASSED.format("this month", "monthly")),
        (
            Reason.BELOW_MINIMUM,
            r"its total (?P<total>\S+) is below the supplier's minimum (?P<limit>\S+)",
        ),
    )
)


def told_apart(reason: str) -> dict[str, Any]:
    """Return which reason a sentence gives, and the numbers in it; else its own words.

    >>> told_apart("its total 1234.50 is above the approval limit 1000")
    {'reason': 'approval_limit', 'total': '1234.50', 'limit': '1000'}
    >>> told_apart("the baker closes")
    {'reason': 'words', 'words': 'the baker closes'}
    """
    for known, sentence in _SENTENCES:
        if found := sentence.fullmatch(reason):
            return {"reason": known.value, **found.groupdict()}
    return {"reason": Reason.WORDS.value, "words": reason}

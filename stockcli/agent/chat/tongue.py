"""Which language a conversation is in: a question of figures alone is in that of the one before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stockcli.agent.chat.conversations import Exchange
from stockcli.agent.rules.intents import read_intent
from stockcli.agent.rules.languages import language_of
from stockcli.agent.rules.naming import fold

_ONE_PORTUGUESE_WORD = "que"
_WORD = re.compile(r"[^\W\d_]{2}")


def language_after(before: str, question: str) -> str:
    """Return the language of a question; that of the one before, if its words are in neither.

    >>> language_after("pt", "22423?"), language_after("pt", "how much of 22423 do we have?")
    ('pt', 'en')
    """
    intent = read_intent(question)
    is_undecided = intent.is_guess or intent.tool == "unknown" or not _WORD.search(question)
    return before if is_undecided and _is_in_neither(question) else intent.language


def language_so_far(said: Sequence[Exchange]) -> str:
    """Return the language of the last question that had one; English if none had."""
    language = "en"
    for one in said:
        language = language_after(language, one.question)
    return language


def _is_in_neither(question: str) -> bool:
    """Return whether nothing speaks for either: one more word would decide."""
    words = fold(question)
    one_more = language_of(f"{words} {_ONE_PORTUGUESE_WORD}")
    return (language_of(words), one_more) == ("en", "pt")

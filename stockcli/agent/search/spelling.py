"""Words as people type them: plurals, and slips of the finger."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from stockcli.domain.identifiers import folded

MOST_WORDS = 8
MOST_ALIKE = 12
SHORTEST_WITH_A_SLIP = 4
SHORTEST_WITH_TWO = 8
SHORTEST_SINGULAR = 3
_ENDINGS = (
    ("oes", "ao"),
    ("aes", "ao"),
    ("ies", "y"),
    ("ais", "al"),
    ("eis", "el"),
    ("ois", "ol"),
    ("uis", "ul"),
    ("ns", "m"),
    ("es", ""),
    ("s", ""),
)
"""Plurals and what they come from, in Portuguese and in English."""
_FILLERS = frozenset(
    {
        *("a", "an", "and", "as", "com", "d", "da", "das", "de", "do", "dos", "e"),
        *(
            "em",
            "for",
            "in",
            "na",
            "no",
            "o",
            "of",
            "os",
            "para",
            "some",
            "the",
            "to",
            "um",
            "uma",
            "with",
        ),
    }
)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, without case, accents and punctuation.

    >>> words_of("Pão-de-Queijo, 500g")
    ('pao', 'de', 'queijo', '500g')
    """
    return tuple(re.findall(r"\w+", folded(text)))


def telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that tell something; all of them if none does."""
    return tuple(word for word in words if word not in _FILLERS)[:MOST_WORDS] or words[:MOST_WORDS]


def is_code(word: str) -> bool:
    """Return whether a word is a code, which fits as it is or not at all."""
    return any(char.isdigit() for char in word)


@lru_cache(maxsize=50_000)
def base_forms(word: str) -> frozenset[str]:
    """Return what a word may be a plural of, and itself.

    >>> sorted(base_forms("limoes"))
    ['limao', 'limo', 'limoe', 'limoes']
    """
    forms = {word}
    for ending, singular in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem + singular) >= SHORTEST_SINGULAR and not word.endswith("ss"):
            forms.add(stem + singular)
    return frozenset(forms)


def alike(word: str, known: Collection[str]) -> list[str]:
    """Return the known words that are a slip or two away, nearest first.

    A slip is a letter too many, too few, another, or two swapped: the optimal string alignment
    distance (Damerau 1964). Words under four letters allow none, those of eight allow two.
    """
    if len(word) < SHORTEST_WITH_A_SLIP or is_code(word):
        return []
    slips = 1 if len(word) < SHORTEST_WITH_TWO else 2
    found = process.extract(
        word, known, scorer=OSA.distance, score_cutoff=slips, limit=MOST_ALIKE, processor=None
    )
    return [one[0] for one in found]

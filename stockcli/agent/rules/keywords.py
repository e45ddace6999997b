"""What a question is about, by its words alone: for questions that no pattern fits.

Only tools that read are found here: nothing is done on a guess.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from stockcli.agent.search.glossary import known_words

SHORTEST_WORD = 3
SHORTEST_WITH_A_SLIP = 4
CLOSE_BY = 4
"""Letters between a name and a short word of it: a small word such as "em"."""
SHORTEST_NUMBER = 4
"""Digits of a number that may be a SKU."""


class Topic(NamedTuple):
    """What a tool is asked with; product tells whether it needs one: yes, no or perhaps."""

    tool: str
    product: str
    words: re.Pattern[str]


class Guess(NamedTuple):
    """A tool, and the words of the question that name something, at their places.

    Attributes:
        otherwise: the tool that answers for all products, if those words name none.
    """

    tool: str
    named: tuple[tuple[int, int], ...]
    otherwise: str = ""


@cache
def _topics() -> tuple[Topic, ...]:
    """Return what questions may be about, in the order they are looked for."""
    return tuple(
        Topic(one["tool"], one["product"], re.compile(rf"\b(?:{'|'.join(one['words'])})\b"))
        for one in _read("topics.toml")["topic"]
    )


@cache
def _small() -> frozenset[str]:
    """Return the words that ask, and name nothing."""
    return frozenset(_asking_words()["small"].split())


@cache
def _asking() -> tuple[str, ...]:
    """Return the words that are put right when they are misspelt."""
    words = {*_small(), *_asking_words()["topics"].split()}
    return tuple(sorted(word for word in words if len(word) >= SHORTEST_WITH_A_SLIP))


@cache
def _asking_words() -> dict[str, Any]:
    return _read("asking_words.toml")


def _read(name: str) -> dict[str, Any]:
    file = files("stockcli.agent.rules").joinpath(name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def guess(folded: str) -> Guess | None:
    """Return what a question is about, or None; words misspelt by one letter are understood."""
    words = _words(folded)
    mended = [word._replace(text=_nearest(word.text)) for word in words]
    return _guess(words) or _guess(mended)


def names_in(folded: str) -> tuple[tuple[int, int], ...]:
    """Return where the words stand that name something, whatever is asked."""
    return _named(_words(folded), Topic("", "perhaps", re.compile("(?!)")))


def _words(folded: str) -> list[_Word]:
    return [_Word(match[0], match.span()) for match in re.finditer(r"\w[\w./-]*", folded)]


class _Word(NamedTuple):
    """A word as it is read, and where it stands in the question."""

    text: str
    span: tuple[int, int]


def _guess(words: Sequence[_Word]) -> Guess | None:
    text = " ".join(word.text for word in words)
    for topic in _topics():
        if not topic.words.search(text):
            continue
        named = _named(words, topic)
        if topic.tool == "low_stock" and named:
            return Guess("stock_of", named, "low_stock")
        if topic.tool in ("stock_of", "find_products") and not named:
            continue
        otherwise = topic.tool if topic.product == "perhaps" and named else ""
        return Guess(topic.tool, () if topic.product == "no" else named, otherwise)
    return None


def _named(words: Sequence[_Word], topic: Topic) -> tuple[tuple[int, int], ...]:
    """Return where the words stand that name something: not those that ask."""
    text = " ".join(word.text for word in words)
    taken = [match.span() for one in _topics() for match in one.words.finditer(text)]
    starts = accumulate((len(word.text) + 1 for word in words), initial=0)
    telling = [
        word
        for word, start in zip(words, starts, strict=False)
        if _tells(word.text) and not any(a <= start < b for a, b in taken)
    ]
    sure = [word for word in telling if not (_asks(word.text) or _is_count(word.text))]
    if sure:
        sure += [word for word in telling if _belongs(word, sure)]
        sure.sort(key=lambda word: word.span)
    needs_one = topic.product == "yes"
    return tuple(word.span for word in sure or (telling if needs_one else []))


def _tells(word: str) -> bool:
    """Return whether a word may name something: a letter alone is what an apostrophe left."""
    return word not in _small() and (len(word) > 1 or word.isdigit())


def _belongs(word: _Word, sure: Sequence[_Word]) -> bool:
    """Return whether a short word goes on a name: "sabao em po", "oil xl"."""
    is_short = len(word.text) == SHORTEST_WORD - 1 and word.text.isalpha()
    return is_short and any(0 < word.span[0] - one.span[1] <= CLOSE_BY for one in sure)


def _asks(word: str) -> bool:
    """Return whether a word is too short to name anything, or a slip away from one that asks."""
    if any(char.isdigit() for char in word):
        return False
    return len(word) < SHORTEST_WORD or _nearest(word) != word


def _is_count(word: str) -> bool:
    return word.isdigit() and len(word) < SHORTEST_NUMBER


@lru_cache(maxsize=2_000)
def _nearest(word: str) -> str:
    """Return the asking word one slip away that begins alike, or the word itself."""
    if len(word) < SHORTEST_WORD or word in _small() or any(char.isdigit() for char in word):
        return word
    if word in known_words():
        # "Cafe" is no slip of "cade".
        return word
    near = process.extract(word, _asking(), scorer=OSA.distance, score_cutoff=1, limit=5)
    return next((str(found[0]) for found in near if found[0][0] == word[0]), word)

"""Shop words in two languages: what a word of a question may be called in the catalogue."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from stockcli.agent.search.spelling import base_forms, telling, words_of

Words = tuple[str, ...]
LONGEST_PHRASE = 4


@cache
def translations() -> Mapping[str, frozenset[Words]]:
    """Return the other language's words for each word or phrase, both ways.

    Keys are in every base form, so that plurals find them, and without words such as "of".
    """
    text = files("stockcli.agent.search").joinpath("shop_words.toml").read_text(encoding="utf-8")
    found: dict[str, set[Words]] = {}
    for pairs in tomllib.loads(text).values():
        for english, portuguese in pairs.items():
            for other in portuguese:
                _add(found, english, other)
                _add(found, other, english)
    return {phrase: frozenset(others) for phrase, others in found.items()}


def _add(found: dict[str, set[Words]], phrase: str, other: str) -> None:
    if phrase == other:
        return
    words = telling(words_of(other))
    for form in _forms(" ".join(telling(words_of(phrase)))):
        found.setdefault(form, set()).add(words)


def _forms(phrase: str) -> frozenset[str]:
    return frozenset({phrase}) if " " in phrase else base_forms(phrase)


@cache
def known_words() -> tuple[str, ...]:
    """Return every word and phrase that has a translation."""
    return tuple(translations())


def translated(words: Words) -> frozenset[Words]:
    """Return what words that stand together are called in the other language.

    >>> sorted(translated(("canecas",)))
    [('mug',)]
    """
    known = translations()
    if len(words) == 1:
        forms = base_forms(words[0])
        return frozenset(other for form in forms for other in known.get(form, ()))
    # The last word of a phrase is the one that takes the plural, or its first.
    spelt = {" ".join(words)}
    spelt |= {" ".join((*words[:-1], form)) for form in base_forms(words[-1])}
    spelt |= {" ".join((form, *words[1:])) for form in base_forms(words[0])}
    return frozenset(other for phrase in spelt for other in known.get(phrase, ()))

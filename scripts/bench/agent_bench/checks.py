"""Whether a turn did and said what its scenario expects: the reasons why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase

from scripts.bench.agent_bench.effects import Effect
from scripts.bench.agent_bench.scenario import Turn
from stockcli.domain.identifiers import folded

TOLERANCE = Decimal("0.1")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?\b|\b\d{1,2}:\d{2}\b")
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_SMALL_WORDS = {
    "en": {"the", "is", "of", "it", "not", "and", "was", "are", "already", "any", "with", "for"},
    "pt": {"não", "de", "em", "para", "está", "há", "é", "que", "da", "por", "foi", "com", "até"},
}
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def wrong_effects(turn: Turn, done: Iterable[Effect]) -> Iterator[str]:
    """Yield what is missing from what was to change, and what changed beside it."""
    left = [str(effect) for effect in done]
    for expected in turn.effects:
        found = next((one for one in left if _fits(one, expected)), None)
        if found is None:
            yield f"missing: {expected}"
        else:
            left.remove(found)
    for allowed in turn.may:
        found = next((one for one in left if _fits(one, allowed)), None)
        if found is not None:
            left.remove(found)
    yield from (f"unexpected: {one}" for one in left)


def wrong_answer(turn: Turn, text: str) -> Iterator[str]:
    """Yield which figures and words are missing from an answer, and which must not be in it."""
    told = figures_in(text)
    said = folded(text)
    for expected in turn.figures:
        if not any(_is_told(part, told) for part in expected.split("|")):
            yield f"figure not told: {expected}"
    for forbidden in turn.never_figures:
        if _is_told(forbidden, told):
            yield f"figure told that is wrong: {forbidden}"
    for words in turn.says:
        if not any(folded(part) in said for part in words.split("|")):
            yield f"not said: {words}"
    for words in turn.never_says:
        if folded(words) in said:
            yield f"said: {words}"


def wrong_language(language: str, text: str) -> Iterator[str]:
    """Yield that an answer is in the other language, as far as its small words tell.

    >>> list(wrong_language("pt", "It is not ordered any more."))
    ['not in the language of the question']
    """
    words = re.findall(r"\w+", text.casefold())
    counts = {name: sum(word in small for word in words) for name, small in _SMALL_WORDS.items()}
    if counts[language] < max(counts.values()):
        yield "not in the language of the question"


def figures_in(text: str) -> list[Decimal]:
    """Return the figures of a text, in English and Portuguese notation; dates are left out.

    >>> figures_in("1,200 plates and 2,5 kg on 2024-05-01")
    [Decimal('1200'), Decimal('2.5')]
    """
    return [_value(written) for written in _FIGURE.findall(_DATE.sub(" ", text))]


def _value(written: str) -> Decimal:
    if _THOUSANDS.fullmatch(written):
        return Decimal(re.sub("[.,]", "", written))
    *whole, rest = re.split("[.,]", written)
    return Decimal(f"{''.join(whole)}.{rest}" if whole else rest)


def _is_told(expected: str, told: Sequence[Decimal]) -> bool:
    if expected.startswith("~"):
        wanted = Decimal(expected[1:])
        return any(abs(one - wanted) <= wanted * TOLERANCE for one in told)
    return Decimal(expected) in told


def _fits(effect: str, expected: str) -> bool:
    return any(fnmatchcase(folded(effect), folded(part)) for part in expected.split("|"))

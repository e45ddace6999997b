"""Which products somebody means: by SKU, by words of the name, in either language, misspelt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from rapidfuzz import fuzz, process

from stockcli.agent.search.glossary import LONGEST_PHRASE, Words, known_words, translated
from stockcli.agent.search.spelling import alike, base_forms, is_code, telling, words_of
from stockcli.domain.catalogue import Product
from stockcli.domain.identifiers import folded

NEAREST = 5
LEAST_LIKENESS = 60
SHORTEST_PIECE = 3


class Fit(IntEnum):
    """How well a word fits a product, best first."""

    EXACT = 0
    TRANSLATED = 1
    PIECE = 2
    MISSPELT = 3


Fits = Mapping[int, Fit]
"""Products, by their place in the index, and how well they fit."""


class ProductIndex:
    """A catalogue made ready for searching; it holds until the catalogue changes."""

    def __init__(self, products: Iterable[Product]) -> None:
        """Sort the words of all names."""
        self.products = tuple(products)
        self._by_sku: dict[str, int] = {}
        self._names: list[str] = []
        self._holders: defaultdict[str, set[int]] = defaultdict(set)
        self._in_category: defaultdict[str, set[int]] = defaultdict(set)
        for place, product in enumerate(self.products):
            self._take(place, product)
        self._words = list(self._holders)
        self._forms: defaultdict[str, set[str]] = defaultdict(set)
        for word in self._words:
            for form in base_forms(word):
                self._forms[form].add(word)

    def _take(self, place: int, product: Product) -> None:
        sku = folded(product.sku)
        self._by_sku[sku] = place
        self._names.append(f"{sku} {folded(product.name)}")
        # A code is a whole: a piece of it is another product's.
        pieces = () if is_code(sku) else words_of(product.sku)
        for word in (sku, *pieces, *words_of(product.name)):
            self._holders[word].add(place)
        for word in words_of(product.category):
            for form in base_forms(word):
                self._in_category[form].add(place)

    def find(self, text: str, limit: int) -> list[Product]:
        """Return the products that fit every word, best first.

        A SKU fits exactly or not at all. Where words fit exactly, what only contains them or
        resembles them is left out.
        """
        sku = self._by_sku.get(folded(text).strip())
        if sku is not None:
            return [self.products[sku]]
        words = telling(words_of(text))
        found = self._all_of([self._fits(phrase) for phrase in _phrases(words)])
        if not found:
            found = self._all_of([self._fits((word,), loosely=True) for word in words])
        return [self.products[place] for place in self._ranked(found)[:limit]]

    def nearest(self, text: str) -> tuple[str, ...]:
        """Return up to five products that come nearest, as "SKU name"."""
        likely = process.extract(
            folded(text),
            self._names,
            scorer=fuzz.token_set_ratio,
            score_cutoff=LEAST_LIKENESS,
            limit=NEAREST,
        ) or process.extract(
            folded(text),
            list(self._by_sku),
            scorer=fuzz.ratio,
            score_cutoff=LEAST_LIKENESS,
            limit=NEAREST,
        )
        products = [self.products[place] for _, _, place in likely]
        return tuple(f"{one.sku} {one.name}".strip() for one in products)

    def _fits(self, phrase: Words, *, loosely: bool = False) -> Fits:
        """Return the products that one word or phrase fits.

        Args:
            loosely: look for slips even where the word as it stands fits something.
        """
        found: dict[int, Fit] = {}
        _note(found, self._holding(phrase), Fit.EXACT)
        for words in translated(phrase):
            _note(found, self._holding(words), Fit.TRANSLATED)
        if len(phrase) == 1 and not is_code(phrase[0]):
            self._note_pieces(found, phrase[0])
            if loosely or not found:
                self._note_slips(found, phrase[0])
        return found

    def _exactly(self, word: str) -> set[int]:
        if is_code(word):
            return self._holders.get(word, set())
        known = {spelt for form in base_forms(word) for spelt in self._forms.get(form, ())}
        return {place for spelt in known for place in self._holders[spelt]}

    def _holding(self, words: Words) -> set[int]:
        return set.intersection(*(self._exactly(word) for word in words))

    def _note_pieces(self, found: dict[int, Fit], word: str) -> None:
        for form in base_forms(word):
            _note(found, self._in_category.get(form, ()), Fit.PIECE)
        if len(word) >= SHORTEST_PIECE:
            for longer in self._words:
                if word in longer:
                    _note(found, self._holders[longer], Fit.PIECE)

    def _note_slips(self, found: dict[int, Fit], word: str) -> None:
        for form in base_forms(word):
            for spelt in alike(form, self._words):
                _note(found, self._holders[spelt], Fit.MISSPELT)
            for spelt in alike(form, known_words()):
                for words in translated(tuple(spelt.split())):
                    _note(found, self._holding(words), Fit.MISSPELT)

    def _all_of(self, fits: Sequence[Fits]) -> dict[int, tuple[Fit, int]]:
        """Return the products that every word fits: their worst fit, and the sum of all."""
        if not fits:
            return {}
        common = set.intersection(*(set(one) for one in fits))
        return {
            place: (max(one[place] for one in fits), sum(one[place] for one in fits))
            for place in common
        }

    def _ranked(self, found: Mapping[int, tuple[Fit, int]]) -> list[int]:
        if not found:
            return []
        worst = max(min(worst for worst, _ in found.values()), Fit.TRANSLATED)
        kept = [place for place, (fit, _) in found.items() if fit <= worst]
        return sorted(
            kept, key=lambda place: (*found[place], len(self._names[place]), self._names[place])
        )


def _note(found: dict[int, Fit], places: Iterable[int], fit: Fit) -> None:
    for place in places:
        found.setdefault(place, fit)


def _phrases(words: Words) -> list[Words]:
    """Return words in groups: those that the glossary knows together, and single ones."""
    phrases: list[Words] = []
    start = 0
    while start < len(words):
        longest = min(LONGEST_PHRASE, len(words) - start)
        length = next((n for n in range(longest, 1, -1) if translated(words[start : start + n])), 1)
        phrases.append(words[start : start + length])
        start += length
    return phrases


def is_named(text: str, known_as: str) -> bool:
    """Return whether every word of a text is one of a product, or a piece or translation of one.

    What is only spelt alike is not: it may be shown, but nothing should be done to it unasked.

    >>> is_named("canecas brancas", "MUG-W White mug"), is_named("wite mug", "MUG-W White mug")
    (True, False)
    """
    forms = {form for word in words_of(known_as) for form in base_forms(word)}
    words = telling(words_of(text))
    return all(
        bool(base_forms(word) & forms)
        or any(len(word) >= SHORTEST_PIECE and word in form for form in forms)
        or any(all(base_forms(one) & forms for one in other) for other in translated((word,)))
        for word in words
    ) or any(all(base_forms(one) & forms for one in other) for other in translated(words))

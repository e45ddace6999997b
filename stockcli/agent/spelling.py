"""Which products somebody meant who does not spell as the catalogue does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from stockcli.domain.catalogue import Product
from stockcli.domain.identifiers import folded

LEAST_LIKENESS = 0.8
"""As difflib measures it: one letter too many or too few in a word of four or more."""
SHORTEST = 4
MOST_WORDS = 8


def alike(text: str, products: Sequence[Product]) -> list[Product]:
    """Return the products whose names have a word like each word of a text.

    Words with a digit are codes: they fit as they are or not at all, since the code beside it
    is another product.
    """
    names = {product.id: frozenset(_words(product)) for product in products}
    known = sorted({word for words in names.values() for word in words})
    wanted = [_like(word, known) for word in folded(text).split()[:MOST_WORDS]]
    return [p for p in products if wanted and all(names[p.id] & fitting for fitting in wanted)]


def _words(product: Product) -> list[str]:
    return re.findall(r"\w+", folded(f"{product.sku} {product.name}"))


def _like(word: str, known: Sequence[str]) -> frozenset[str]:
    if len(word) < SHORTEST or any(char.isdigit() for char in word):
        return frozenset({word})
    return frozenset({word, *get_close_matches(word, known, n=5, cutoff=LEAST_LIKENESS)})

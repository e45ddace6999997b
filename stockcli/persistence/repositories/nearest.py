"""What a person may have meant: the products nearest to what was typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from heapq import nsmallest

from rapidfuzz import fuzz

NEAREST = 5
LEAST_LIKENESS = 60.0
SHORT = 2
"""So few letters are a piece of nearly every name."""


def nearest_products(typed: str, products: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return up to five products, likeliest first, as "SKU name".

    Args:
        typed: a piece of a SKU or of a name, accents and case as they come.
        products: SKU and name of each.
    """
    wanted = folded(typed)
    scored = [(_likeness(wanted, folded(sku), folded(name)), sku, name) for sku, name in products]
    likely = [entry for entry in scored if entry[0] >= LEAST_LIKENESS]
    best = nsmallest(NEAREST, likely, key=lambda entry: (-entry[0], entry[1]))
    return tuple(f"{sku} {name}".strip() for _score, sku, name in best)


def folded(text: str) -> str:
    """Return the text without accents, case or double spaces.

    >>> folded("  Café  CRÈME ")
    'cafe creme'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _likeness(typed: str, sku: str, name: str) -> float:
    """Return 0 to 110: a SKU begun like this, then words of the name, then like letters.

    Scores of rapidfuzz are 0 to 100: the share of letters that agree.
    """
    begun = 10.0 if sku.startswith(typed) or typed.startswith(sku) else 0.0
    letters = fuzz.ratio(typed, sku)
    words = 0.95 * fuzz.token_set_ratio(typed, name)
    piece = 0.9 * fuzz.partial_ratio(typed, f"{sku} {name}") if len(typed) > SHORT else 0.0
    return begun + max(letters, words, piece)

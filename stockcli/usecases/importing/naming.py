"""What a new product is called and costs, from what its sales say."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from statistics import median_low

from stockcli.usecases.importing.cells import readable

SPELLINGS_KEPT = 40
RECENT_PRICES = 101
CATALOGUE_SHARE_OF_CAPITALS = 0.6
CATALOGUE_SHARE_OF_VOTES = 0.2

_NOTE = re.compile(
    r"\W*(\?.*|wet|lost|found|check(ed)?|damages?|damaged|broken|crushed|mouldy|missing|mailout"
    r"|faulty|rusty|thrown away|given away|adjust(ed|ment)?|wrong(ly)? .*|wet .*|nan|null|none"
    r"|danificado|avariado|quebrado|perdido|achado|ajuste)\W*",
    re.IGNORECASE,
)


class NameVotes:
    """Counts how products are described, so that the most usual description names them."""

    def __init__(self) -> None:
        """Begin without any."""
        self._spellings: dict[str, Counter[str]] = {}

    def add(self, sku: str, description: str) -> None:
        """Count a description; beyond a few dozen spellings only those known already count."""
        spellings = self._spellings.setdefault(sku, Counter())
        if description in spellings or len(spellings) < SPELLINGS_KEPT:
            spellings[description] += 1

    def name(self, sku: str) -> str:
        """Return the most frequent sensible description, as in a catalogue; else the SKU."""
        votes: Counter[str] = Counter()
        for spelling, count in self._spellings.get(sku, Counter[str]()).items():
            if is_sensible(name := readable(spelling)):
                votes[name] += count
        catalogue = {name: votes[name] for name in votes if _is_catalogue_like(name)}
        is_usual = sum(catalogue.values()) >= CATALOGUE_SHARE_OF_VOTES * votes.total()
        chosen = catalogue if catalogue and is_usual else votes
        return max(chosen, key=lambda name: (chosen[name], name)) if chosen else sku


def is_sensible(name: str) -> bool:
    """Return whether a description names a product rather than noting what befell it.

    >>> is_sensible("RED MUG"), is_sensible("damaged"), is_sensible("?")
    (True, False, False)
    """
    return any(c.isalpha() for c in name) and not _NOTE.fullmatch(name)


def _is_catalogue_like(name: str) -> bool:
    letters = [c for c in name if c.isalpha()]
    return sum(c.isupper() for c in letters) >= CATALOGUE_SHARE_OF_CAPITALS * len(letters)


class RecentPrices:
    """Keeps the latest prices of each product: one wrong price must not speak for it."""

    def __init__(self) -> None:
        """Begin without any."""
        self._prices: dict[str, list[tuple[datetime, Decimal]]] = {}

    def add(self, sku: str, at: datetime, price: Decimal) -> None:
        """Take in a price, above zero."""
        prices = self._prices.setdefault(sku, [])
        prices.append((at, price))
        if len(prices) >= 2 * RECENT_PRICES:
            prices[:] = sorted(prices)[-RECENT_PRICES:]

    def median(self, sku: str) -> Decimal:
        """Return the median of the latest prices; zero without any."""
        latest = sorted(self._prices.get(sku, []))[-RECENT_PRICES:]
        return median_low(price for _, price in latest) if latest else Decimal(0)

"""The shop's products as they are searched: read again only when the shop's facts changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stockcli.agent.quoting import quoted
from stockcli.agent.search.products import ProductIndex
from stockcli.domain.catalogue import Product
from stockcli.domain.errors import NotFoundError
from stockcli.usecases.knowledge import Recall
from stockcli.usecases.ports import UnitOfWork

TRY_FEWER = "try fewer words, or another word for it"


class Catalogue:
    """One shop's products, kept in memory for a conversation.

    Args:
        unit: of that shop.
    """

    def __init__(self, unit: UnitOfWork) -> None:
        """Read nothing yet."""
        self._unit = unit
        self._version: int | None = None
        self._index = ProductIndex(())
        self._read_at: datetime | None = None

    def find(self, text: str, limit: int, *, now: datetime) -> tuple[list[Product], Recall]:
        """Return the products a text means, best first, and as of when they are known.

        One query, that of the data version, unless something changed since the last search.

        Raises:
            NotFoundError: none fits; with the nearest.
        """
        was_known = self._refresh(now)
        found = self._index.find(text, limit)
        if not found:
            nearest = self._index.nearest(text)
            message = f"no product's name or SKU fits {quoted(text)}"
            raise NotFoundError(message, "" if nearest else TRY_FEWER, nearest=nearest)
        nothing: dict[str, Any] = {}
        as_of = self._read_at or now
        return found, Recall(payload=nothing, as_of=as_of, from_snapshot=was_known)

    def _refresh(self, now: datetime) -> bool:
        """Read the products if the shop's facts changed; return whether they were known."""
        with self._unit.reading():
            version = self._unit.version()
            if version == self._version:
                return True
            products = tuple(self._unit.products.all())
        if products != self._index.products:
            self._index = ProductIndex(products)
        self._version, self._read_at = version, now
        return False

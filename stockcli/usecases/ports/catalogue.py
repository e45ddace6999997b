"""The catalogue: products, suppliers, places."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from stockcli.domain.catalogue import Location, Product, Supplier


class Products(Protocol):
    """The shop's catalogue."""

    def all(self) -> list[Product]:
        """Return every product, by SKU."""

    def get(self, sku: str) -> Product:
        """Return one product.

        Raises:
            NotFoundError: there is none; with the nearest SKUs and names.
        """

    def by_sku(self, skus: Collection[str]) -> dict[str, Product]:
        """Return those of these SKUs that exist."""

    def put(self, products: Iterable[Product]) -> None:
        """Add or replace products by SKU; their ids are ignored."""


class Suppliers(Protocol):
    """The shop's suppliers."""

    def all(self) -> list[Supplier]:
        """Return every supplier, by code."""

    def put(self, suppliers: Iterable[Supplier]) -> None:
        """Add or replace suppliers by code; their ids are ignored."""


class Locations(Protocol):
    """The shop's places."""

    def all(self) -> list[Location]:
        """Return every location, oldest first; the first is the default."""

    def get(self, code: str | None) -> Location:
        """Return one location, the default one for None.

        Raises:
            NotFoundError: there is none.
        """

    def put(self, locations: Iterable[Location]) -> None:
        """Add or rename locations by code; their ids are ignored."""

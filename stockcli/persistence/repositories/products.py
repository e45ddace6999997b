"""The catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row

from stockcli.domain.catalogue import Product, ProductStatus
from stockcli.domain.errors import NotFoundError
from stockcli.persistence.repositories.nearest import nearest_products
from stockcli.persistence.tables import ProductRow, table_of
from stockcli.persistence.work import Work

_PRODUCT = table_of(ProductRow)
_FACTS = (
    "sku",
    "name",
    "category",
    "supplier_id",
    "status",
    "unit_cost",
    "unit_price",
    "pack_size",
    "minimum_order_quantity",
    "maximum_stock",
    "service_level",
    "snoozed_until",
)


class SqlProducts:
    """The shop's catalogue, in tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> list[Product]:
        """Return every product, by SKU."""
        statement = self._work.select(_PRODUCT).order_by(_PRODUCT.c.sku)
        return [_product(row) for row in self._work.rows(statement)]

    def get(self, sku: str) -> Product:
        """Return one product, or say which are nearest."""
        canonical = unicodedata.normalize("NFC", sku).strip().upper()
        row = self._work.row(self._work.select(_PRODUCT).where(_PRODUCT.c.sku == canonical))
        if row is None:
            raise NotFoundError(f"there is no product {sku[:80]!r}", nearest=self._nearest(sku))
        return _product(row)

    def by_sku(self, skus: Collection[str]) -> dict[str, Product]:
        """Return those of these SKUs that exist."""
        rows = self._work.rows_in(self._work.select(_PRODUCT), _PRODUCT.c.sku, set(skus))
        return {row.sku: _product(row) for row in rows}

    def put(self, products: Iterable[Product]) -> None:
        """Add or replace products by SKU."""
        rows = [{name: getattr(product, name) for name in _FACTS} for product in products]
        self._work.put(_PRODUCT, rows, by=["sku"])

    def _nearest(self, typed: str) -> tuple[str, ...]:
        names = self._work.select(_PRODUCT, _PRODUCT.c.sku, _PRODUCT.c.name)
        return nearest_products(typed, [(row.sku, row.name) for row in self._work.rows(names)])


def _product(row: Row[Any]) -> Product:
    facts = {name: getattr(row, name) for name in _FACTS}
    return Product(**{**facts, "id": row.id, "status": ProductStatus(row.status)})

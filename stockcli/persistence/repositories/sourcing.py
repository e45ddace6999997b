"""Where products can be bought, what replaces them, and what is wanted of a category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from stockcli.domain.identifiers import ProductId, SupplierId
from stockcli.domain.sourcing import Autonomy, CategoryPolicy, PriceBreak, ProductSource
from stockcli.persistence.tables import (
    CategoryPolicyRow,
    ProductSourceRow,
    ProductSuccessorRow,
    table_of,
)
from stockcli.persistence.work import Work

_SOURCE = table_of(ProductSourceRow)
_SUCCESSOR = table_of(ProductSuccessorRow)
_CATEGORY = table_of(CategoryPolicyRow)


class SqlSources:
    """Suppliers of products, and successors, in two tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> dict[ProductId, tuple[ProductSource, ...]]:
        """Return the active sources of each product that has any, first rank first."""
        active = self._work.select(_SOURCE).where(_SOURCE.c.active)
        found: defaultdict[ProductId, list[ProductSource]] = defaultdict(list)
        for row in self._work.rows(active.order_by(_SOURCE.c.rank, _SOURCE.c.supplier_id)):
            found[ProductId(row.product_id)].append(_source(row))
        return {product_id: tuple(sources) for product_id, sources in found.items()}

    def put(self, sources: Sequence[ProductSource]) -> None:
        """Add or replace sources by product and supplier."""
        rows = [
            {
                "product_id": source.product_id,
                "supplier_id": source.supplier_id,
                "rank": source.rank,
                "unit_cost": source.unit_cost,
                "price_breaks": _written(source.price_breaks),
                "active": source.active,
            }
            for source in sources
        ]
        self._work.put(_SOURCE, rows, by=["product_id", "supplier_id"])

    def successors(self) -> dict[ProductId, ProductId]:
        """Return what replaces each product that is replaced."""
        named = self._work.select(_SUCCESSOR).where(_SUCCESSOR.c.successor_id.is_not(None))
        return {
            ProductId(row.product_id): ProductId(row.successor_id) for row in self._work.rows(named)
        }

    def put_successors(self, successors: Mapping[ProductId, ProductId | None]) -> None:
        """Say what replaces products; None takes it back."""
        rows = [
            {"product_id": product_id, "successor_id": successor_id}
            for product_id, successor_id in successors.items()
        ]
        self._work.put(_SUCCESSOR, rows, by=["product_id"])


class SqlCategories:
    """What is wanted of categories, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> dict[str, CategoryPolicy]:
        """Return every category's policy by the category's name."""
        rows = self._work.rows(self._work.select(_CATEGORY).order_by(_CATEGORY.c.category))
        return {row.category: _category(row) for row in rows}

    def put(self, policy: CategoryPolicy) -> None:
        """Add or replace one."""
        row = {
            "category": policy.category,
            "service_level": policy.service_level,
            "review_period_days": policy.review_period_days,
            "autonomy": policy.autonomy.value if policy.autonomy else None,
        }
        self._work.put(_CATEGORY, [row], by=["category"])


def _written(breaks: Sequence[PriceBreak]) -> list[list[str]]:
    """Return price breaks as JSON: amounts as text, so that they stay exact."""
    return [[str(one.from_quantity), str(one.unit_cost)] for one in breaks]


def _source(row: Row[Any]) -> ProductSource:
    return ProductSource(
        product_id=ProductId(row.product_id),
        supplier_id=SupplierId(row.supplier_id),
        rank=row.rank,
        unit_cost=row.unit_cost,
        price_breaks=tuple(
            PriceBreak(from_quantity=Decimal(units), unit_cost=Decimal(cost))
            for units, cost in row.price_breaks
        ),
        active=row.active,
    )


def _category(row: Row[Any]) -> CategoryPolicy:
    return CategoryPolicy(
        category=row.category,
        service_level=row.service_level,
        review_period_days=row.review_period_days,
        autonomy=Autonomy(row.autonomy) if row.autonomy else None,
    )

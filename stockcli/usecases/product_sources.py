"""Whom a product is bought from: listing its sources, adding, ranking and removing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.errors import NotFoundError
from stockcli.domain.identifiers import folded
from stockcli.domain.source_ranks import own_supplier, sources_of, with_source, without_source
from stockcli.domain.sourcing import PriceBreak, ProductSource
from stockcli.usecases.inventory import shop_day_within
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """A supplier of a product, with the names people know.

    Attributes:
        lead_time: the one that is counted on.
        unit_cost: below the first price break: the source's, or what the product costs.
    """

    sku: str
    name: str
    rank: int
    code: str
    supplier: str
    lead_time: LeadTime
    unit_cost: Decimal
    price_breaks: tuple[PriceBreak, ...]


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """What is said of a source; None keeps what is stored.

    Attributes:
        rank: 0 is asked first, and is the product's supplier from then on.
        price_breaks: all of them; an empty tuple takes them back.
    """

    rank: int | None = None
    unit_cost: Decimal | None = None
    price_breaks: tuple[PriceBreak, ...] | None = None

    def over(self, source: ProductSource) -> ProductSource:
        """Return a source as it is with these facts."""
        return replace(
            source,
            unit_cost=source.unit_cost if self.unit_cost is None else self.unit_cost,
            price_breaks=source.price_breaks if self.price_breaks is None else self.price_breaks,
            active=True,
        )


def source_rows(unit: UnitOfWork, *, now: datetime, sku: str | None = None) -> list[SourceRow]:
    """Return the sources of one product, or of all that have more than a supplier of their own.

    Raises:
        NotFoundError: no such product.
    """
    with unit.reading():
        products = unit.products.all() if sku is None else [unit.products.get(sku)]
        stored = unit.sources.all()
        day = shop_day_within(unit, now)
        suppliers = {one.id: one for one in suppliers_as_learnt(unit, day)}
    told = products if sku is not None else [one for one in products if one.id in stored]
    return [
        _row(product, source, suppliers[source.supplier_id])
        for product in told
        for source in sources_of(product.id, product.supplier_id, stored.get(product.id, ()))
    ]


def _row(product: Product, source: ProductSource, supplier: Supplier) -> SourceRow:
    return SourceRow(
        sku=product.sku,
        name=product.name,
        rank=source.rank,
        code=supplier.code,
        supplier=supplier.name,
        lead_time=supplier.lead_time,
        unit_cost=product.unit_cost if source.unit_cost is None else source.unit_cost,
        price_breaks=source.price_breaks,
    )


def set_source(
    unit: UnitOfWork, sku: str, supplier: str, facts: SourceFacts, *, now: datetime
) -> list[SourceRow]:
    """Say that a product can be bought from a supplier, in which rank and at which price.

    Returns:
        The product's sources, as they are then.

    Raises:
        NotFoundError: no such product or supplier.
    """
    with unit:
        product, sources = _standing(unit, sku)
        supplier_id = supplier_called(unit.suppliers.all(), supplier).id
        known = next((one for one in sources if one.supplier_id == supplier_id), None)
        source = known or ProductSource(product_id=product.id, supplier_id=supplier_id)
        after = with_source(sources, facts.over(source), facts.rank)
        store_sources(unit, [(product, after)])
        unit.commit()
    return source_rows(unit, now=now, sku=sku)


def remove_source(unit: UnitOfWork, sku: str, supplier: str, *, now: datetime) -> list[SourceRow]:
    """Say that a product is not bought from a supplier any more; the next one moves up.

    Returns:
        The product's sources, as they are then; none: it cannot be ordered.

    Raises:
        NotFoundError: no such product, or the supplier is no source of it.
    """
    with unit:
        product, sources = _standing(unit, sku)
        gone = supplier_called(unit.suppliers.all(), supplier)
        removed = [one for one in sources if one.supplier_id == gone.id]
        if not removed:
            message = f"{product.sku} is not bought from {gone.code}"
            raise NotFoundError(message, f"see `stock source list {product.sku}`")
        unit.sources.put([replace(one, active=False) for one in removed])
        store_sources(unit, [(product, without_source(sources, gone.id))])
        unit.commit()
    return source_rows(unit, now=now, sku=sku)


def supplier_called(suppliers: Sequence[Supplier], code: str) -> Supplier:
    """Return the supplier of a code, in any case.

    Raises:
        NotFoundError: there is none.
    """
    for supplier in suppliers:
        if folded(supplier.code) == folded(code.strip()):
            return supplier
    known = ", ".join(one.code for one in suppliers[:5]) or "none yet"
    message = f"there is no supplier {code.strip()[:40]!r}"
    raise NotFoundError(message, f"known: {known}; add one with `stock import suppliers FILE`")


def store_sources(
    unit: UnitOfWork, changed: Iterable[tuple[Product, tuple[ProductSource, ...]]]
) -> None:
    """Write products' sources, and their first as the products' supplier, in the open unit."""
    found = list(changed)
    unit.sources.put([source for _, sources in found for source in sources])
    moved = [
        replace(product, supplier_id=first)
        for product, sources in found
        if (first := own_supplier(sources)) != product.supplier_id
    ]
    if moved:
        unit.products.put(moved)


def _standing(unit: UnitOfWork, sku: str) -> tuple[Product, tuple[ProductSource, ...]]:
    product = unit.products.get(sku)
    stored = unit.sources.all().get(product.id, ())
    return product, sources_of(product.id, product.supplier_id, stored)

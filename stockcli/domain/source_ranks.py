"""A product's suppliers in the order they are asked: the first of them is the product's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import ProductId, SupplierId
from stockcli.domain.quantity import plain
from stockcli.domain.sourcing import PriceBreak, ProductSource

MOST_BREAKS = 20


def sources_of(
    product_id: ProductId, own: SupplierId | None, stored: Iterable[ProductSource]
) -> tuple[ProductSource, ...]:
    """Return a product's sources by rank: its own supplier first, stored as one or not."""
    others = {one.supplier_id: one for one in stored if one.active}
    if own is None:
        return _ranked(others.values())
    first = others.pop(own, ProductSource(product_id=product_id, supplier_id=own))
    return _ranked([first, *others.values()])


def with_source(
    sources: Sequence[ProductSource], source: ProductSource, rank: int | None = None
) -> tuple[ProductSource, ...]:
    """Return the sources with one added or replaced; those from its rank on move back by one.

    Args:
        rank: 0 is asked first; None keeps the place it has, the last one for a new source.
    """
    known = [one.supplier_id for one in sources]
    kept = known.index(source.supplier_id) if source.supplier_id in known else len(known)
    others = [one for one in sources if one.supplier_id != source.supplier_id]
    at = min(kept if rank is None else rank, len(others))
    return _ranked([*others[:at], source, *others[at:]])


def without_source(
    sources: Sequence[ProductSource], supplier_id: SupplierId
) -> tuple[ProductSource, ...]:
    """Return the sources without one; those after it move up."""
    return _ranked(one for one in sources if one.supplier_id != supplier_id)


def own_supplier(sources: Sequence[ProductSource]) -> SupplierId | None:
    """Return whom a product is bought from first; None if from nobody."""
    return sources[0].supplier_id if sources else None


def price_breaks(steps: Iterable[tuple[Decimal, Decimal]]) -> tuple[PriceBreak, ...]:
    """Return price breaks from quantities and unit costs, least quantity first.

    Raises:
        InvalidInputError: a quantity is not above zero or stands twice, or there are too many.
    """
    breaks = sorted(steps)
    quantities = [units for units, _ in breaks]
    for units in quantities:
        if units <= 0:
            message = f"a price break from {plain(units)} units is none: begin above zero"
            raise InvalidInputError(message)
        if quantities.count(units) > 1:
            message = f"there are two price breaks from {plain(units)} units: give one"
            raise InvalidInputError(message)
    if len(breaks) > MOST_BREAKS:
        message = f"{len(breaks)} price breaks are too many: give up to {MOST_BREAKS}"
        raise InvalidInputError(message)
    return tuple(PriceBreak(from_quantity=units, unit_cost=cost) for units, cost in breaks)


def _ranked(sources: Iterable[ProductSource]) -> tuple[ProductSource, ...]:
    return tuple(replace(one, rank=rank) for rank, one in enumerate(sources))

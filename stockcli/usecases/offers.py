"""The suppliers each product may be ordered from, and which of them a low product is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.decisions import Candidate
from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import ProductId, SupplierId, folded
from stockcli.domain.offers import Shortage, SourceOffer, chosen_offer
from stockcli.domain.source_ranks import sources_of
from stockcli.domain.sourcing import ProductSource
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Whom a shop's products may be ordered from.

    Attributes:
        suppliers: with the lead time to count on.
        sources: as they are stored, by product.
    """

    suppliers: Mapping[SupplierId, Supplier]
    sources: Mapping[ProductId, tuple[ProductSource, ...]]

    def of(self, product: Product) -> tuple[SourceOffer, ...]:
        """Return a product's suppliers: its own first, then its other sources by rank.

        Each asks its own price, or what the product costs where it has none.
        """
        stored = self.sources.get(product.id, ())
        ranked = sources_of(product.id, product.supplier_id, stored)
        return tuple(self._offer(product, source) for source in ranked)

    def _offer(self, product: Product, source: ProductSource) -> SourceOffer:
        supplier, cost = self.suppliers[source.supplier_id], source.unit_cost
        return SourceOffer(
            supplier_id=supplier.id,
            code=supplier.code,
            supplier=supplier.name,
            lead_time_days=supplier.lead_time.mean_days,
            unit_cost=product.unit_cost if cost is None else cost,
            price_breaks=source.price_breaks,
        )


def offers_within(unit: UnitOfWork, day: date) -> Offers:
    """Return whom products may be ordered from, in four reads, inside an open unit of work."""
    return Offers(
        suppliers={one.id: one for one in suppliers_as_learnt(unit, day)},
        sources=unit.sources.all(),
    )


def offered(candidate: Candidate, product: Product, offers: Offers) -> Candidate:
    """Return a low product with the suppliers it may come from, and the one to ask."""
    found = offers.of(product)
    if not found:
        return candidate
    stake = Shortage(
        shelf_days=candidate.days_of_cover,
        mean_per_day=candidate.mean_per_day,
        unit_value=product.unit_price or product.unit_cost,
        quantity=candidate.suggested_quantity,
    )
    chosen, reason = chosen_offer(found, stake)
    return replace(
        candidate,
        supplier=chosen.supplier,
        supplier_id=int(chosen.supplier_id),
        lead_time_days=chosen.lead_time_days,
        unit_cost=chosen.cost_of(candidate.suggested_quantity),
        offers=found,
        source_reason=reason,
    )


def named_offer(
    unit: UnitOfWork, product: Product, code: str | None, day: date
) -> tuple[Supplier, SourceOffer]:
    """Return the supplier a person orders a product from, and its offer, in an open unit of work.

    Args:
        code: of one of the product's sources, in any case; None takes the first.

    Raises:
        ConflictError: it has no supplier, or the named one is none of them.
    """
    offers = offers_within(unit, day)
    found = offers.of(product)
    if not found:
        message = f"{product.sku} has no supplier, so it cannot be ordered"
        raise ConflictError(message, "give it one with `stock import products FILE`")
    wanted = found[0].code if code is None else code.strip()
    for offer in found:
        if folded(offer.code) == folded(wanted):
            return offers.suppliers[offer.supplier_id], offer
    message = f"{product.sku} is not bought from {wanted[:40]!r}"
    known = ", ".join(one.code for one in found)
    hint = f"its sources: {known}; add one with `stock source set {product.sku} SUPPLIER`"
    raise ConflictError(message, hint)

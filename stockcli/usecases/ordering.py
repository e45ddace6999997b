"""Placing purchase orders, within the shop's limits: by decision or on a person's word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.alerts import Alert
from stockcli.domain.catalogue import Product
from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import LocationId, OrderId, ProductId, StockKey, SupplierId
from stockcli.domain.order_changes import joined
from stockcli.domain.order_days import dated
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.domain.quantity import quantity
from stockcli.domain.sourcing import ProductSource
from stockcli.domain.waiting import waits_on_figures
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.order_release import (
    BY_POLICY,
    Scales,
    let_go,
    order_message,
    spent_within,
    weighed,
    why_wait,
)
from stockcli.usecases.ports import UnitOfWork

__all__ = [
    "BY_POLICY",
    "OrderDraft",
    "cost_from",
    "draft_to_join",
    "order_message",
    "place_orders",
    "spent_within",
    "why_wait",
]
SourcesOf = Mapping[ProductId, tuple[ProductSource, ...]]
Group = tuple[SupplierId, LocationId]


@dataclass(frozen=True, kw_only=True)
class OrderDraft:
    """One product to be ordered.

    Attributes:
        unit_cost: the usual one; what its supplier asks for so many units counts instead.
        supplier_id: who is asked; None: the product's own supplier.
    """

    key: StockKey
    quantity: Decimal
    unit_cost: Decimal
    decision_id: int | None = None
    supplier_id: SupplierId | None = None


def place_orders(
    unit: UnitOfWork,
    drafts: Sequence[OrderDraft],
    *,
    by: str,
    day: date,
    now: datetime,
    note: str = "",
    waits_because: str = "",
    expected_on: date | None = None,
) -> tuple[list[PurchaseOrder], list[Alert]]:
    """Place one order per supplier and location, in the open unit of work.

    Where a draft to the same supplier for the same location waits already, the products join it,
    unless its goods are due later than those of an order placed now. An order that was approved
    is never added to: it may have left.

    Args:
        waits_because: why all of them wait for approval, whatever they cost; empty if they need
            not. They go on orders of their own.
        expected_on: the day the goods are due, if somebody knows it; None: after the lead time.

    Returns:
        The orders, approved unless a limit or the supplier's minimum makes them wait, and an
        alert for each that waits.
    """
    suppliers = {supplier.id: supplier for supplier in suppliers_as_learnt(unit, day)}
    waiting = unit.orders.all([OrderStatus.DRAFT])
    spent = spent_within(unit, day, now)
    orders, alerts = [], []
    for (supplier_id, location_id), lines in sorted(_grouped(unit, drafts).items()):
        supplier = suppliers[supplier_id]
        scales = Scales(supplier=supplier, spent=spent, now=now)
        ordered_on, due = dated(day, supplier)
        fresh = PurchaseOrder(
            id=OrderId(0),
            number="",
            supplier_id=supplier_id,
            location_id=location_id,
            status=OrderStatus.DRAFT,
            lines=tuple(lines),
            ordered_on=ordered_on,
            expected_on=expected_on or due,
            created_at=now,
            created_by=by,
            note=note,
        )
        draft = draft_to_join(waiting, (supplier_id, location_id), fresh.expected_on, waits_because)
        order = _placed(unit, fresh, draft, scales, waits_because)
        alerts.extend(let_go(unit, order, scales))
        if order.status is OrderStatus.APPROVED:
            spent = spent.plus(order.total)
        orders.append(order)
    return orders, alerts


def _grouped(unit: UnitOfWork, drafts: Iterable[OrderDraft]) -> dict[Group, list[OrderLine]]:
    """Return the lines to order by supplier and location."""
    products = {product.id: product for product in unit.products.all()}
    sources = unit.sources.all() if drafts else {}
    groups: dict[Group, list[OrderLine]] = {}
    for draft in drafts:
        product = products[draft.key.product_id]
        supplier_id = draft.supplier_id or product.supplier_id
        if supplier_id is None:
            message = f"{product.sku} has no supplier, so it cannot be ordered"
            raise ConflictError(message, "give it one with `stock import products FILE`")
        units = quantity(draft.quantity)
        line = OrderLine(
            product_id=product.id,
            quantity=units,
            unit_cost=cost_from(sources, product, supplier_id, units, draft.unit_cost),
            decision_id=draft.decision_id,
        )
        groups.setdefault((supplier_id, draft.key.location_id), []).append(line)
    return groups


def cost_from(
    sources: SourcesOf,
    product: Product,
    supplier_id: SupplierId,
    units: Decimal,
    otherwise: Decimal | None = None,
) -> Decimal:
    """Return what a unit costs from a supplier if so many are bought, its price breaks applied.

    Args:
        otherwise: where the supplier has no price of its own; None: the product's unit cost.
    """
    for source in sources.get(product.id, ()):
        if source.supplier_id == supplier_id:
            return source.cost_of(units, product.unit_cost)
    return product.unit_cost if otherwise is None else otherwise


def draft_to_join(
    waiting: Iterable[PurchaseOrder], group: Group, expected_on: date, waits_because: str = ""
) -> PurchaseOrder | None:
    """Return the draft that more for a supplier and location joins, if it is due no later.

    What waits for a reason of its own is joined only by what waits for the same.
    """
    for draft in waiting:
        if (draft.supplier_id, draft.location_id) == group and draft.expected_on <= expected_on:
            alike = waits_because in draft.note.split("; ")
            if alike if waits_because else waits_on_figures(draft.note):
                return draft
    return None


def _placed(
    unit: UnitOfWork,
    fresh: PurchaseOrder,
    draft: PurchaseOrder | None,
    scales: Scales,
    because: str,
) -> PurchaseOrder:
    """Store the order, or the draft with its lines, as it goes on from there."""
    if draft is None:
        order = replace(fresh, number=unit.orders.next_number())
        order = weighed(unit, order, scales, because=because)
        return replace(order, id=unit.orders.add(order))
    waits = not draft.approved_by
    order = replace(
        joined(draft, fresh.lines, fresh.expected_on),
        ordered_on=fresh.ordered_on,
        approved_by="",
        note=_both(draft.note, fresh.note),
    )
    order = weighed(unit, order, scales, because=because, waits=waits)
    unit.orders.save(order)
    return order


def _both(note: str, more: str) -> str:
    """Return two notes as one; the same words are not said twice."""
    said = note.split("; ")
    return "; ".join(part for part in [*said, *([] if more in said else [more])] if part)

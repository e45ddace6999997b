"""Placing purchase orders, within the shop's limits: by decision or on a person's word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.alerts import Alert, AlertKind, approval_situation
from stockcli.domain.catalogue import Supplier
from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import LocationId, OrderId, StockKey, SupplierId
from stockcli.domain.purchasing import (
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    Spending,
    approved,
    needs_approval,
)
from stockcli.domain.quantity import quantity
from stockcli.domain.shop import first_instant, local_day
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.ports import OutboxMessage, UnitOfWork

BY_POLICY = "policy"


@dataclass(frozen=True, kw_only=True)
class OrderDraft:
    """One product to be ordered.

    Attributes:
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
) -> tuple[list[PurchaseOrder], list[Alert]]:
    """Place one order per supplier and location, in the open unit of work.

    Returns:
        The orders, approved unless a limit makes them wait, and an alert for each that waits.
    """
    products = {product.id: product for product in unit.products.all()}
    suppliers = {supplier.id: supplier for supplier in suppliers_as_learnt(unit, day)}
    groups: dict[tuple[SupplierId, LocationId], list[OrderDraft]] = {}
    for draft in drafts:
        supplier_id = draft.supplier_id or products[draft.key.product_id].supplier_id
        if supplier_id is None:
            message = (
                f"{products[draft.key.product_id].sku} has no supplier, so it cannot be ordered"
            )
            raise ConflictError(message, "give it one with `stock import products FILE`")
        groups.setdefault((supplier_id, draft.key.location_id), []).append(draft)
    spent = spent_within(unit, day, now)
    orders, alerts = [], []
    for (supplier_id, location_id), lines in sorted(groups.items()):
        order = _new_order(unit, suppliers[supplier_id], location_id, lines, by, day, now)
        reason = why_wait(unit, order.total, spent)
        order = replace(order, note="; ".join(part for part in (note, reason) if part))
        order = order if reason else approved(order, by=BY_POLICY)
        order = replace(order, id=unit.orders.add(order))
        if reason:
            alerts.append(_approval_alert(order, suppliers[supplier_id].name, reason, now))
        else:
            spent = spent.plus(order.total)
            unit.outbox.put([order_message(order)])
        orders.append(order)
    return orders, alerts


def _new_order(
    unit: UnitOfWork,
    supplier: Supplier,
    location_id: LocationId,
    drafts: Iterable[OrderDraft],
    by: str,
    day: date,
    now: datetime,
) -> PurchaseOrder:
    return PurchaseOrder(
        id=OrderId(0),
        number=unit.orders.next_number(),
        supplier_id=supplier.id,
        location_id=location_id,
        status=OrderStatus.DRAFT,
        lines=tuple(
            OrderLine(
                product_id=draft.key.product_id,
                quantity=quantity(draft.quantity),
                unit_cost=draft.unit_cost,
                decision_id=draft.decision_id,
            )
            for draft in drafts
        ),
        ordered_on=day,
        expected_on=day + timedelta(days=math.ceil(supplier.lead_time.mean_days)),
        created_at=now,
        created_by=by,
    )


def spent_within(unit: UnitOfWork, day: date, now: datetime | None = None) -> Spending:
    """Return what was ordered on a day and in its month, inside an open unit of work.

    Args:
        now: what was placed on the calendar's day or month counts too: the day a shop is judged
            on moves with its sales on record, and a limit that moved along would begin anew.
    """
    if now is None:
        return Spending(today=unit.orders.spent_on(day), this_month=unit.orders.spent_in_month(day))
    today = local_day(unit.tenant, now)
    end = first_instant(unit.tenant, today + timedelta(days=1))
    since_morning = (first_instant(unit.tenant, today), end)
    since_the_first = (first_instant(unit.tenant, today.replace(day=1)), end)
    return Spending(
        today=unit.orders.spent_on(day, since_morning),
        this_month=unit.orders.spent_in_month(day, since_the_first),
    )


def why_wait(unit: UnitOfWork, total: Decimal, spent: Spending) -> str:
    """Return why an order of this total waits for approval; empty if it need not."""
    policy = unit.tenant.policy
    return needs_approval(
        total,
        spent=spent,
        approval_limit=policy.order_approval_limit,
        daily_limit=policy.daily_spending_limit,
        monthly_limit=policy.monthly_spending_limit,
    )


def _approval_alert(order: PurchaseOrder, supplier: str, reason: str, now: datetime) -> Alert:
    return Alert(
        kind=AlertKind.ORDER_TO_APPROVE,
        situation=approval_situation(order.number),
        subject=f"Order {order.number} waits for approval",
        text=(
            f"Order {order.number} to {supplier} waits for you: {reason}. "
            f"Approve it with `stock orders approve {order.number}`."
        ),
        raised_at=now,
    )


def order_message(order: PurchaseOrder) -> OutboxMessage:
    """Return the message that takes an approved order to its supplier, once."""
    return OutboxMessage(
        idempotency_key=f"order:{order.number}",
        channel="purchase_order",
        payload={"number": order.number},
    )

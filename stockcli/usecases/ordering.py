"""Placing purchase orders, within the shop's limits: by decision or on a person's word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.alerts import Alert, AlertKind, approval_situation
from stockcli.domain.catalogue import Product, ProductStatus, Supplier
from stockcli.domain.errors import ConflictError, LimitExceededError
from stockcli.domain.identifiers import LocationId, OrderId, StockKey, SupplierId
from stockcli.domain.purchasing import (
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    approved,
    needs_approval,
)
from stockcli.domain.quantity import ZERO, plain, positive, quantity
from stockcli.domain.replenishment import order_quantity
from stockcli.usecases.inventory import (
    key_of,
    open_orders_within,
    shop_day_within,
    stock_lines_within,
)
from stockcli.usecases.ports import OutboxMessage, UnitOfWork

BY_POLICY = "policy"


@dataclass(frozen=True, kw_only=True)
class OrderDraft:
    """One product to be ordered."""

    key: StockKey
    quantity: Decimal
    unit_cost: Decimal
    decision_id: int | None = None


def place_orders(
    unit: UnitOfWork, drafts: Sequence[OrderDraft], *, by: str, day: date, now: datetime
) -> tuple[list[PurchaseOrder], list[Alert]]:
    """Place one order per supplier and location, in the open unit of work.

    Returns:
        The orders, approved unless a limit makes them wait, and an alert for each that waits.
    """
    products = {product.id: product for product in unit.products.all()}
    suppliers = {supplier.id: supplier for supplier in unit.suppliers.all()}
    groups: dict[tuple[SupplierId, LocationId], list[OrderDraft]] = {}
    for draft in drafts:
        supplier_id = products[draft.key.product_id].supplier_id
        if supplier_id is None:
            message = (
                f"{products[draft.key.product_id].sku} has no supplier, so it cannot be ordered"
            )
            raise ConflictError(message, "give it one with `stock import products FILE`")
        groups.setdefault((supplier_id, draft.key.location_id), []).append(draft)
    spent = unit.orders.spent_on(day)
    orders, alerts = [], []
    for (supplier_id, location_id), lines in sorted(groups.items()):
        order = _new_order(unit, suppliers[supplier_id], location_id, lines, by, day, now)
        reason = _why_wait(unit, order, spent)
        order = replace(order, note=reason) if reason else approved(order, by=BY_POLICY)
        order = replace(order, id=unit.orders.add(order))
        if reason:
            alerts.append(_approval_alert(order, suppliers[supplier_id].name, reason, now))
        else:
            spent += order.total
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


def _why_wait(unit: UnitOfWork, order: PurchaseOrder, spent: Decimal) -> str:
    policy = unit.tenant.policy
    return needs_approval(
        order.total,
        approval_limit=policy.order_approval_limit,
        spent_today=spent,
        daily_limit=policy.daily_spending_limit,
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


@dataclass(frozen=True, kw_only=True)
class RestockPreview:
    """What a restock by hand would do, before it is done."""

    sku: str
    name: str
    location: str
    quantity: Decimal
    supplier: str
    unit_cost: Decimal
    total: Decimal
    steps: tuple[str, ...]
    needs_approval_because: str
    key: StockKey


@dataclass(frozen=True, kw_only=True)
class RestockOutcome:
    """What a restock by hand did."""

    order_number: str
    quantity: Decimal
    status: OrderStatus
    total: Decimal
    expected_on: date
    remark: str


def preview_restock(
    unit: UnitOfWork, sku: str, units: Decimal | None, *, location: str | None, now: datetime
) -> RestockPreview:
    """Return what ordering a product would mean; None takes the policy's quantity.

    Raises:
        NotFoundError: no such product or location.
        ConflictError: it cannot be ordered now: no supplier, inactive, already on order.
        LimitExceededError: the order would pass the maximum stock.
    """
    with unit.reading():
        return _preview(unit, sku, units, location, now)


def restock_by_hand(
    unit: UnitOfWork,
    sku: str,
    units: Decimal | None,
    *,
    location: str | None,
    reason: str,
    author: str,
    now: datetime,
) -> RestockOutcome:
    """Order a product on a person's word; limits and approvals apply all the same.

    Raises:
        As preview_restock.
    """
    with unit:
        preview = _preview(unit, sku, units, location, now)
        draft = OrderDraft(key=preview.key, quantity=preview.quantity, unit_cost=preview.unit_cost)
        day = shop_day_within(unit, now)
        (order,), alerts = place_orders(unit, [draft], by=author, day=day, now=now)
        unit.alerts.raise_new(alerts)
        unit.commit()
    return RestockOutcome(
        order_number=order.number,
        quantity=preview.quantity,
        status=order.status,
        total=order.total,
        expected_on=order.expected_on,
        remark=f"{reason}; {order.note}" if order.note else reason,
    )


def _preview(
    unit: UnitOfWork, sku: str, units: Decimal | None, location: str | None, now: datetime
) -> RestockPreview:
    product, place, key = key_of(unit, sku, location)
    supplier = _orderable(unit, product, key, place.code)
    wanted, steps = _wanted(unit, product, key, units, now)
    cost = product.unit_cost
    total = OrderLine(product_id=product.id, quantity=wanted, unit_cost=cost).total
    policy = unit.tenant.policy
    return RestockPreview(
        sku=product.sku,
        name=product.name,
        location=place.code,
        quantity=wanted,
        supplier=supplier.name,
        unit_cost=cost,
        total=total,
        steps=steps,
        needs_approval_because=needs_approval(
            total,
            approval_limit=policy.order_approval_limit,
            spent_today=unit.orders.spent_on(shop_day_within(unit, now)),
            daily_limit=policy.daily_spending_limit,
        ),
        key=key,
    )


def _orderable(unit: UnitOfWork, product: Product, key: StockKey, place: str) -> Supplier:
    if product.status is not ProductStatus.ACTIVE:
        message = f"{product.sku} is {product.status.replace('_', ' ')}: it is not ordered any more"
        raise ConflictError(message)
    on_order = open_orders_within(unit).get(key)
    if on_order:
        message = (
            f"{product.sku} is on order for {place} already: {plain(on_order[0].quantity)} with "
            f"{on_order[0].number}, expected on {on_order[0].expected_on}"
        )
        raise ConflictError(message, f"receive or cancel {on_order[0].number} first")
    for supplier in unit.suppliers.all():
        if supplier.id == product.supplier_id:
            return supplier
    message = f"{product.sku} has no supplier, so it cannot be ordered"
    raise ConflictError(message, "give it one with `stock import products FILE`")


def _wanted(
    unit: UnitOfWork, product: Product, key: StockKey, units: Decimal | None, now: datetime
) -> tuple[Decimal, tuple[str, ...]]:
    """Return the quantity to order in whole packs, and the steps to it."""
    line = next(
        line
        for line in stock_lines_within(
            unit, day=shop_day_within(unit, now), products=[product], keys=[key]
        )
        if line.level.key == key
    )
    position, reorder_point = line.level.position, line.reorder_point or ZERO
    level = line.threshold.order_up_to_level if line.threshold else reorder_point
    outcome = order_quantity(
        position=position,
        reorder_point=reorder_point,
        level=level if units is None else position + positive(units),
        minimum_order_quantity=product.minimum_order_quantity,
        pack_size=product.pack_size,
        maximum_stock=product.maximum_stock if units is None else None,
    )
    if outcome.quantity <= 0:
        message = f"{product.sku} needs nothing: its position {plain(position)} is at its level"
        raise ConflictError(message, "say how many units you want all the same")
    maximum = product.maximum_stock
    if units is not None and maximum is not None and position + outcome.quantity > maximum:
        message = (
            f"{plain(outcome.quantity)} more of {product.sku} would pass its maximum of "
            f"{plain(maximum)} (position {plain(position)})"
        )
        raise LimitExceededError(message, "order less, or raise the maximum")
    return outcome.quantity, outcome.steps

"""Ordering one product on a person's word, with a preview of what it would mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import StockKey, SupplierId
from stockcli.domain.order_days import dated
from stockcli.domain.purchasing import (
    OrderLine,
    OrderStatus,
    PurchaseOrder,
)
from stockcli.domain.quantity import ZERO, plain, positive
from stockcli.domain.replenishment import (
    OrderQuantity,
    days_of_cover,
    order_quantity,
)
from stockcli.domain.waiting import why_below_minimum
from stockcli.usecases.alerting import tell
from stockcli.usecases.asked_quantities import (
    ensure_can_be_placed,
    ensure_fits,
    on_order_already,
)
from stockcli.usecases.inventory import (
    StockLine,
    key_of,
    open_orders_within,
    shop_day_within,
    stock_lines_within,
)
from stockcli.usecases.offers import named_offer
from stockcli.usecases.ordering import (
    OrderDraft,
    draft_to_join,
    place_orders,
    spent_within,
    why_wait,
)
from stockcli.usecases.ports import UnitOfWork

MOST_TIMES_THE_POLICY = 3
"""A quantity beyond so many times the policy's is pointed out."""


@dataclass(frozen=True, kw_only=True)
class RestockPreview:
    """What a restock by hand would do, before it is done.

    Attributes:
        line: how the product stands now.
        policy_quantity: what a check would order now, units; None before the first forecast.
        joins: the number of the draft it is added to; empty if it is an order of its own.
    """

    sku: str
    name: str
    location: str
    quantity: Decimal
    supplier: str
    supplier_id: SupplierId
    unit_cost: Decimal
    total: Decimal
    steps: tuple[str, ...]
    needs_approval_because: str
    key: StockKey
    line: StockLine
    policy_quantity: Decimal | None
    joins: str = ""

    @property
    def position_after(self) -> Decimal:
        """Return the units on hand and on order with this order."""
        return self.line.level.position + self.quantity

    @property
    def days_of_cover_after(self) -> float | None:
        """Return how many days it lasts with this order; None without a forecast or a count."""
        if self.line.threshold is None or not self.line.level.is_known:
            return None
        return days_of_cover(self.position_after, self.line.threshold.mean_per_day)

    @property
    def is_far_above_policy(self) -> bool:
        """Return whether it is more than three times what the policy orders, or keeps at most."""
        if self.policy_quantity:
            return self.quantity > MOST_TIMES_THE_POLICY * self.policy_quantity
        level = self.line.order_up_to_level
        return bool(level) and self.position_after > MOST_TIMES_THE_POLICY * (level or ZERO)


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
    unit: UnitOfWork,
    sku: str,
    units: Decimal | None,
    *,
    location: str | None,
    now: datetime,
    supplier: str | None = None,
) -> RestockPreview:
    """Return what ordering a product would mean; None takes the policy's quantity.

    Args:
        supplier: the code of one of the product's sources; None takes the first.

    Raises:
        NotFoundError: no such product or location.
        ConflictError: it cannot be ordered now: no supplier, inactive, already on order.
        LimitExceededError: the order would pass the maximum stock.
    """
    with unit.reading():
        return _preview(unit, sku, units, location, now, supplier)


def restock_by_hand(
    unit: UnitOfWork,
    sku: str,
    units: Decimal | None,
    *,
    location: str | None,
    reason: str,
    author: str,
    now: datetime,
    supplier: str | None = None,
) -> RestockOutcome:
    """Order a product on a person's word; limits and approvals apply all the same.

    Raises:
        As preview_restock.
    """
    with unit:
        preview = _preview(unit, sku, units, location, now, supplier)
        draft = OrderDraft(
            key=preview.key,
            quantity=preview.quantity,
            unit_cost=preview.unit_cost,
            supplier_id=preview.supplier_id,
        )
        day = shop_day_within(unit, now)
        (order,), alerts = place_orders(unit, [draft], by=author, day=day, now=now, note=reason)
        tell(unit, alerts, now=now, digest_key=f"order:{order.number}:{order.revision}")
        unit.commit()
    return RestockOutcome(
        order_number=order.number,
        quantity=preview.quantity,
        status=order.status,
        total=preview.total,
        expected_on=order.expected_on,
        remark=order.note,
    )


def _preview(
    unit: UnitOfWork,
    sku: str,
    units: Decimal | None,
    location: str | None,
    now: datetime,
    code: str | None,
) -> RestockPreview:
    product, place, key = key_of(unit, sku, location)
    _ensure_orderable(unit, product, key, place.code)
    day = shop_day_within(unit, now)
    supplier, offer = named_offer(unit, product, code, day)
    found = stock_lines_within(unit, day=day, products=[product], keys=[key])
    line = next(line for line in found if line.level.key == key)
    wanted, steps = _wanted(product, line, units)
    cost = offer.cost_of(wanted)
    total = OrderLine(product_id=product.id, quantity=wanted, unit_cost=cost).total
    joins = _draft_it_joins(unit, supplier, key, day)
    return RestockPreview(
        sku=product.sku,
        name=product.name,
        location=place.code,
        quantity=wanted,
        supplier=supplier.name,
        supplier_id=supplier.id,
        unit_cost=cost,
        total=total,
        steps=steps,
        needs_approval_because=_why_it_waits(unit, supplier, joins, total, day, now),
        joins=joins.number if joins else "",
        key=key,
        line=line,
        policy_quantity=_policy_quantity(product, line),
    )


def _ensure_orderable(unit: UnitOfWork, product: Product, key: StockKey, place: str) -> None:
    if not product.is_kept:
        message = f"{product.sku} is {product.status.replace('_', ' ')}: it is not ordered any more"
        raise ConflictError(message)
    if on_order := open_orders_within(unit).get(key):
        raise on_order_already(product.sku, place, on_order[0])


def _draft_it_joins(
    unit: UnitOfWork, supplier: Supplier, key: StockKey, day: date
) -> PurchaseOrder | None:
    _, expected_on = dated(day, supplier)
    waiting = unit.orders.all([OrderStatus.DRAFT])
    return draft_to_join(waiting, (supplier.id, key.location_id), expected_on)


def _why_it_waits(
    unit: UnitOfWork,
    supplier: Supplier,
    joins: PurchaseOrder | None,
    total: Decimal,
    day: date,
    now: datetime,
) -> str:
    """Return why the order would not leave by itself; empty if it would."""
    whole = total + (joins.total if joins else ZERO)
    if reason := why_wait(unit, whole, spent_within(unit, day, now)):
        return reason
    if joins and not joins.approved_by:
        return f"it joins {joins.number}, which waits for approval"
    return why_below_minimum(whole, supplier.minimum_order_value)


def _policy_quantity(product: Product, line: StockLine) -> Decimal | None:
    if line.reorder_point is None:
        return None
    return _quantity(product, line, None).quantity if line.is_low else ZERO


def _quantity(product: Product, line: StockLine, units: Decimal | None) -> OrderQuantity:
    """Return so many units in whole packs; None fills up to the order-up-to level."""
    position, reorder_point = line.level.position, line.reorder_point or ZERO
    level = line.order_up_to_level or reorder_point
    return order_quantity(
        position=position,
        reorder_point=reorder_point,
        level=level if units is None else position + positive(units),
        minimum_order_quantity=product.minimum_order_quantity,
        pack_size=product.pack_size,
        maximum_stock=product.maximum_stock if units is None else None,
    )


def _wanted(
    product: Product, line: StockLine, units: Decimal | None
) -> tuple[Decimal, tuple[str, ...]]:
    """Return the quantity to order in whole packs, and the steps to it."""
    position, outcome = line.level.position, _quantity(product, line, units)
    if outcome.quantity <= 0:
        message = f"{product.sku} needs nothing: its position {plain(position)} is at its level"
        raise ConflictError(message, "say how many units you want all the same")
    if units is None:
        ensure_can_be_placed(product, outcome.quantity)
    else:
        ensure_fits(product, outcome.quantity, position)
    asked = () if units is None else (f"{plain(units)} asked for", *outcome.steps[1:])
    return outcome.quantity, asked or outcome.steps

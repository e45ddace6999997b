"""Changing an order before it leaves: other quantities, lines on and off, another day, a note."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.identifiers import ProductId, StockKey
from stockcli.domain.order_changes import changed_line, edited, ensure_editable
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.domain.quantity import ZERO, quantity
from stockcli.domain.waiting import waits_on_figures
from stockcli.usecases.alerting import tell
from stockcli.usecases.asked_quantities import asked_quantity, products_named
from stockcli.usecases.inventory import shop_day_within
from stockcli.usecases.order_release import (
    Scales,
    call_back,
    let_go,
    spent_within,
    weighed,
)
from stockcli.usecases.ordering import SourcesOf, cost_from
from stockcli.usecases.ports import UnitOfWork

LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class OrderEdit:
    """What is wanted of an order that has not left.

    Attributes:
        quantities: units wanted by SKU; 0 takes the product off; one that is not on it is added.
        expected_on: the day the goods are due; None leaves it.
        note: instead of the one it has; None leaves it.
    """

    quantities: Mapping[str, Decimal]
    expected_on: date | None = None
    note: str | None = None


def edit_order(unit: UnitOfWork, number: str, edit: OrderEdit, *, now: datetime) -> PurchaseOrder:
    """Change an order before it leaves; it is a new revision, and is to be approved anew.

    An approved order that stays within the limits is approved again; one that waited for a person
    goes on waiting. What it would have left as is taken back. An edit that changes nothing does
    nothing.

    Raises:
        NotFoundError: no such order or product.
        ConflictError: the order has left or ended, or its supplier does not sell the product.
        LimitExceededError: a quantity passes a product's maximum.
        InvalidInputError: nothing to change was named, or a day that is over.
    """
    with unit:
        after = edit_within(unit, unit.orders.get(number), edit, now)
        unit.commit()
    return after


def edit_within(
    unit: UnitOfWork, order: PurchaseOrder, edit: OrderEdit, now: datetime
) -> PurchaseOrder:
    """Change an order before it leaves, in an open unit of work; see edit_order."""
    day = shop_day_within(unit, now)
    ensure_editable(order)
    _ensure_sensible(edit, day)
    supplier = next(one for one in unit.suppliers.all() if one.id == order.supplier_id)
    lines = _changed_lines(unit, order, supplier, edit.quantities)
    wanted = _with_words(order, edit)
    if wanted == order and all(line in order.lines for line in lines):
        return order
    call_back(unit, order)
    waited = order.status is OrderStatus.DRAFT and not order.approved_by
    draft = edited(wanted, lines)
    # What it came to before must not count beside what it comes to now.
    unit.orders.save(draft)
    scales = Scales(supplier=supplier, spent=spent_within(unit, day, now), now=now)
    after = weighed(unit, draft, scales, waits=waited)
    unit.orders.save(after)
    tell(unit, let_go(unit, after, scales), now=now, digest_key=_digest_key(after))
    return after


def _digest_key(order: PurchaseOrder) -> str:
    return f"order:{order.number}:{order.revision}"


def _ensure_sensible(edit: OrderEdit, day: date) -> None:
    if not edit.quantities and edit.expected_on is None and edit.note is None:
        message = "nothing to change was named"
        raise InvalidInputError(message, "give --line SKU=UNITS, --expected DAY or --note TEXT")
    if any(units < 0 for units in edit.quantities.values()):
        raise InvalidInputError("an order of less than nothing cannot be placed", "0 takes it off")
    if edit.expected_on is not None and edit.expected_on < day:
        raise InvalidInputError(f"{edit.expected_on} is over: name a day from {day} on")
    if edit.note is not None and len(edit.note) > LONGEST_NOTE:
        raise InvalidInputError(f"a note is at most {LONGEST_NOTE} letters long")


def _with_words(order: PurchaseOrder, edit: OrderEdit) -> PurchaseOrder:
    """Return the order with the day and the note that are wanted; why it waits is kept."""
    note = order.note
    if edit.note is not None:
        reasons = [part for part in note.split("; ") if waits_on_figures(part)]
        note = "; ".join(part for part in (" ".join(edit.note.split()), *reasons) if part)
    return replace(order, expected_on=edit.expected_on or order.expected_on, note=note)


def _changed_lines(
    unit: UnitOfWork, order: PurchaseOrder, supplier: Supplier, wanted: Mapping[str, Decimal]
) -> list[OrderLine]:
    """Return the lines as they are wanted, in whole packs and at the price of the quantity."""
    products = products_named(unit, wanted)
    keys = [StockKey(product.id, order.location_id) for product in products.values()]
    levels = unit.ledger.levels(keys) if keys else {}
    sources = unit.sources.all() if keys else {}
    lines = []
    for sku, units in wanted.items():
        product = products[sku]
        key = StockKey(product.id, order.location_id)
        on_it = next((one for one in order.lines if one.product_id == product.id), None)
        asked = quantity(units)
        if asked > 0 and (on_it is None or on_it.wanted != asked):
            ensure_sold_by(product, supplier, sources)
            others = levels[key].position - (on_it.outstanding if on_it else ZERO)
            asked = asked_quantity(product, asked, others).quantity
        if asked == 0 and on_it is None:
            message = f"{product.sku} is not on order {order.number}"
            raise InvalidInputError(message, f"see `stock orders show {order.number}`")
        cost = cost_from(sources, product, supplier.id, asked)
        lines.append(changed_line(order, product.id, quantity(asked), cost))
    return lines


def ensure_sold_by(product: Product, supplier: Supplier, sources: SourcesOf) -> None:
    """Pass if the product is still kept, and can be bought from the supplier.

    Raises:
        ConflictError: it is not, or cannot.
    """
    if not product.is_kept:
        message = f"{product.sku} is {product.status.replace('_', ' ')}: it is not ordered any more"
        raise ConflictError(message)
    others = {source.supplier_id for source in sources.get(product.id, ())}
    if supplier.id not in {product.supplier_id, *others}:
        message = f"{product.sku} is not bought from {supplier.name}"
        raise ConflictError(message, "see `stock product show " + product.sku + "`")


def products_to_come(
    unit: UnitOfWork, order: PurchaseOrder, skus: Collection[str]
) -> set[ProductId]:
    """Return the products by SKU, in an open unit of work.

    Raises:
        NotFoundError: no such product.
        ConflictError: nothing of one of them is still to come of the order.
    """
    named = products_named(unit, skus)
    coming = {line.product_id for line in order.lines if line.outstanding > 0}
    for product in named.values():
        if product.id not in coming:
            message = f"no {product.sku} is still to come of order {order.number}"
            raise ConflictError(message, f"see `stock orders show {order.number}`")
    return {product.id for product in named.values()}

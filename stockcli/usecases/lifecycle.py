"""A product's life: new, active, left alone for a while, run out, replaced, discontinued."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stockcli.domain.catalogue import Product, ProductStatus
from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.usecases.demand_days import heirs
from stockcli.usecases.inventory import open_orders_within
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """What replaces a product.

    Attributes:
        on_order: numbers of the orders with goods of the old one still to come.
    """

    old: Product
    new: Product
    on_order: tuple[str, ...] = ()


def snooze(unit: UnitOfWork, sku: str, *, until: date | None) -> Product:
    """Leave a product alone before a day: no order, no alert; None ends the pause.

    What was told of it is over: after the pause it is told again, if it is still low.

    Raises:
        NotFoundError: no such product.
    """
    with unit:
        product = replace(unit.products.get(sku), snoozed_until=until)
        unit.products.put([product])
        if until is not None:
            unit.alerts.clear_of(product.id)
        unit.commit()
    return product


def set_status(unit: UnitOfWork, sku: str, status: ProductStatus) -> Product:
    """Move a product to another stage of its life; only new and active ones are reordered.

    A new one is forecast from what its category sells until it has days of its own.

    Raises:
        NotFoundError: no such product.
    """
    with unit:
        product = replace(unit.products.get(sku), status=status)
        unit.products.put([product])
        unit.commit()
    return product


def replace_product(unit: UnitOfWork, old_sku: str, new_sku: str) -> Replacement:
    """Let one product replace another: the old one runs out, the new one inherits its sales.

    Nothing of the old one is ordered any more, and no alert tells that it is low. What is on
    order of it already still comes. See `demand_days.inherited` for how the sales count.

    Raises:
        NotFoundError: no such product.
        InvalidInputError: it would replace itself.
        ConflictError: the new one is not sold any more, or is itself replaced by the old one.
    """
    with unit:
        old, new = unit.products.get(old_sku), unit.products.get(new_sku)
        if old.id == new.id:
            message = f"{old.sku} cannot replace itself"
            raise InvalidInputError(message, "name the product that is sold instead")
        if not new.is_kept:
            message = f"{new.sku} is {new.status.replace('_', ' ')}: it replaces nothing"
            hint = f"take it up first: `stock product status {new.sku} active`"
            raise ConflictError(message, hint)
        if old.id in heirs(new.id, unit.sources.successors()):
            message = f"{new.sku} is replaced by {old.sku} already, if not directly"
            raise ConflictError(message, f"`stock product replace {new.sku} --undo` takes it back")
        if old.is_kept:
            old = replace(old, status=ProductStatus.RUN_OUT)
            unit.products.put([old])
        unit.sources.put_successors({old.id: new.id})
        orders = [
            order.number
            for key, coming in open_orders_within(unit).items()
            if key.product_id == old.id
            for order in coming
        ]
        unit.commit()
    return Replacement(old=old, new=new, on_order=tuple(sorted(set(orders))))


def undo_replacement(unit: UnitOfWork, sku: str) -> Product:
    """Take a replacement back: the product is active again, and keeps its sales to itself.

    Raises:
        NotFoundError: no such product.
        ConflictError: nothing replaces it.
    """
    with unit:
        product = unit.products.get(sku)
        if product.id not in unit.sources.successors():
            message = f"nothing replaces {product.sku}"
            raise ConflictError(message)
        unit.sources.put_successors({product.id: None})
        if product.status is ProductStatus.RUN_OUT:
            product = replace(product, status=ProductStatus.ACTIVE)
            unit.products.put([product])
        unit.commit()
    return product


def succession_of(unit: UnitOfWork, product: Product) -> tuple[str, tuple[str, ...]]:
    """Return the SKU of what replaces a product, empty if nothing does, and of what it replaces.

    Inside an open unit of work.
    """
    successors = unit.sources.successors()
    skus = {one.id: one.sku for one in unit.products.all()} if successors else {}
    by = successors.get(product.id)
    replaced = sorted(skus[old] for old, new in successors.items() if new == product.id)
    return skus[by] if by is not None else "", tuple(replaced)

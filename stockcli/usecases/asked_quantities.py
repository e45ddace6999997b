"""A quantity somebody asks for: in whole packs, at least the minimum, within the maximum."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from stockcli.domain.catalogue import Product
from stockcli.domain.decisions import OpenOrder
from stockcli.domain.errors import ConflictError, LimitExceededError
from stockcli.domain.identifiers import sku as canonical_sku
from stockcli.domain.quantity import ZERO, plain, positive
from stockcli.domain.replenishment import OrderQuantity, is_beyond_ordering, order_quantity
from stockcli.usecases.ports import UnitOfWork


def products_named(unit: UnitOfWork, skus: Collection[str]) -> dict[str, Product]:
    """Return the products by their SKUs as they were typed, in one read.

    Raises:
        NotFoundError: there is none of one of them.
    """
    typed = {name: canonical_sku(name) for name in skus}
    found = unit.products.by_sku(list(typed.values()))
    return {name: found.get(wanted) or unit.products.get(name) for name, wanted in typed.items()}


def asked_quantity(product: Product, units: Decimal, position: Decimal) -> OrderQuantity:
    """Return what is ordered when so many units are asked for, and the steps to it.

    Args:
        position: units on hand and on order without it.

    Raises:
        InvalidInputError: the units are not above zero.
        LimitExceededError: it would pass the product's maximum, or any order there may be.
    """
    outcome = order_quantity(
        position=ZERO,
        reorder_point=ZERO,
        level=positive(units),
        minimum_order_quantity=product.minimum_order_quantity,
        pack_size=product.pack_size,
        maximum_stock=None,
    )
    ensure_fits(product, outcome.quantity, position)
    return OrderQuantity(
        quantity=outcome.quantity, steps=(f"{plain(units)} asked for", *outcome.steps[1:])
    )


def ensure_fits(product: Product, units: Decimal, position: Decimal) -> None:
    """Pass if so many more units are within the product's maximum.

    Raises:
        LimitExceededError: they are not, or the order would be beyond all measure.
    """
    maximum = product.maximum_stock
    if maximum is not None and position + units > maximum:
        message = (
            f"{plain(units)} more of {product.sku} would pass its maximum of "
            f"{plain(maximum)} (position {plain(position)})"
        )
        raise LimitExceededError(message, "order less, or raise the maximum")
    ensure_can_be_placed(product, units)


def ensure_can_be_placed(product: Product, units: Decimal) -> None:
    """Pass if an order of so many units is not beyond all measure.

    Raises:
        LimitExceededError: it is.
    """
    if is_beyond_ordering(units, product.unit_cost):
        message = f"an order of {plain(units)} {product.sku} is beyond what can be placed"
        raise LimitExceededError(message, "check its stock, cost and minimum, or order less")


def on_order_already(sku: str, place: str, order: OpenOrder) -> ConflictError:
    """Return the error of ordering a product a second time, with what can be done instead."""
    message = (
        f"{sku} is on order for {place} already: {plain(order.quantity)} with "
        f"{order.number}, expected on {order.expected_on}"
    )
    if order.status in ("draft", "approved"):
        hint = f"change it with `stock orders edit {order.number} --line {sku}=UNITS`"
    else:
        hint = (
            f"ask where it is with `stock orders chase {order.number}`, or receive or cancel "
            f"{order.number} first"
        )
    return ConflictError(message, hint)

"""A product's life: leaving it alone for a while, running it out, taking it up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from stockcli.domain.catalogue import Product, ProductStatus
from stockcli.usecases.ports import UnitOfWork


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
    """Move a product to another stage of its life; only active ones are reordered.

    Raises:
        NotFoundError: no such product.
    """
    with unit:
        product = replace(unit.products.get(sku), status=status)
        unit.products.put([product])
        unit.commit()
    return product

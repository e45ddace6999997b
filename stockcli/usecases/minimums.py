"""Reorder points set by hand; they override the computed ones, which are kept beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.quantity import positive
from stockcli.domain.replenishment import ManualMinimum
from stockcli.usecases.inventory import key_of, shop_day_within
from stockcli.usecases.ports import UnitOfWork


def set_minimum(
    unit: UnitOfWork,
    sku: str,
    units: Decimal,
    *,
    location: str | None,
    reason: str,
    author: str,
    now: datetime,
    expires_on: date | None = None,
) -> ManualMinimum:
    """Set a product's minimum by hand; the computed reorder point is kept beside it.

    Raises:
        NotFoundError: no such product or location.
        InvalidInputError: not above zero, or it would expire in the past.
    """
    with unit:
        if expires_on is not None and expires_on < shop_day_within(unit, now):
            message = f"a minimum that expires on {expires_on} would never hold: give a day to come"
            raise InvalidInputError(message)
        _, _, key = key_of(unit, sku, location)
        minimum = ManualMinimum(
            key=key,
            quantity=positive(units),
            author=author,
            reason=reason,
            set_at=now,
            expires_on=expires_on,
        )
        unit.minimums.put(minimum)
        unit.commit()
    return minimum


def clear_minimum(unit: UnitOfWork, sku: str, *, location: str | None) -> bool:
    """Remove a product's minimum; the computed reorder point holds again. False if none was."""
    with unit:
        _, _, key = key_of(unit, sku, location)
        was_set = unit.minimums.clear(key)
        unit.commit()
    return was_set


@dataclass(frozen=True, kw_only=True)
class MinimumRow:
    """A manual minimum with the names people know, and the reorder point computed beside it."""

    sku: str
    name: str
    location: str
    minimum: ManualMinimum
    computed: Decimal | None


def minimum_rows(unit: UnitOfWork) -> list[MinimumRow]:
    """Return every manual minimum, expired ones included, by SKU."""
    with unit.reading():
        products = {product.id: product for product in unit.products.all()}
        places = {place.id: place.code for place in unit.locations.all()}
        thresholds, minimums = unit.thresholds.all(), unit.minimums.all()
    rows = [
        MinimumRow(
            sku=products[key.product_id].sku,
            name=products[key.product_id].name,
            location=places[key.location_id],
            minimum=minimum,
            computed=thresholds[key].reorder_point if key in thresholds else None,
        )
        for key, minimum in minimums.items()
    ]
    return sorted(rows, key=lambda row: (row.sku, row.location))

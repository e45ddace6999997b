"""Keeping the ledger: movements, counts, transfers and reservations by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import MovementKind, StockLevel, StockMovement, counted_movement
from stockcli.domain.quantity import positive, quantity
from stockcli.domain.shop import local_day
from stockcli.usecases.inventory import key_of
from stockcli.usecases.ports import UnitOfWork


def record_movement(
    unit: UnitOfWork,
    sku: str,
    *,
    kind: MovementKind,
    units: Decimal,
    location: str | None,
    reference: str,
    now: datetime,
    note: str = "",
) -> bool:
    """Book one sale, receipt, return or adjustment; False if the reference was booked before.

    Args:
        units: above zero for a sale, receipt or return; signed for an adjustment.
    """
    if kind is not MovementKind.ADJUSTMENT:
        units = positive(units)
    with unit:
        _, _, key = key_of(unit, sku, location)
        movement = StockMovement(
            key=key,
            kind=kind,
            change=quantity(-units if kind is MovementKind.SALE else units),
            occurred_at=now,
            day=local_day(unit.tenant, now),
            reference=reference,
            note=note,
        )
        booked = unit.ledger.book([movement])
        unit.commit()
    return bool(booked)


def count_stock(
    unit: UnitOfWork,
    sku: str,
    *,
    counted: Decimal,
    location: str | None,
    reference: str,
    now: datetime,
    note: str = "",
) -> Decimal:
    """Book a stock count and return the difference it corrected, units."""
    with unit:
        _, _, key = key_of(unit, sku, location)
        level = unit.ledger.levels([key]).get(key) or StockLevel(key=key)
        movement = counted_movement(
            key,
            counted=counted,
            on_hand=level.on_hand,
            occurred_at=now,
            day=local_day(unit.tenant, now),
            reference=reference,
            note=note,
        )
        unit.ledger.book([movement])
        unit.commit()
    return movement.change


def transfer_stock(
    unit: UnitOfWork,
    sku: str,
    *,
    units: Decimal,
    origin: str,
    destination: str,
    reference: str,
    now: datetime,
) -> None:
    """Move stock between two locations, as two movements in one transaction."""
    units = positive(units)
    with unit:
        product = unit.products.get(sku)
        places = unit.locations.get(origin), unit.locations.get(destination)
        unit.ledger.book(
            [
                _transfer_leg(unit, product.id, place.id, change, reference, now)
                for place, change in zip(places, (-units, units), strict=True)
            ]
        )
        unit.commit()


def _transfer_leg(
    unit: UnitOfWork,
    product_id: ProductId,
    location_id: LocationId,
    change: Decimal,
    reference: str,
    now: datetime,
) -> StockMovement:
    return StockMovement(
        key=StockKey(product_id, location_id),
        kind=MovementKind.TRANSFER,
        change=quantity(change),
        occurred_at=now,
        day=local_day(unit.tenant, now),
        reference=f"{reference}:{'out' if change < 0 else 'in'}",
    )


def reserve(unit: UnitOfWork, sku: str, *, units: Decimal, location: str | None) -> None:
    """Set how many units are promised to customers; they no longer count as available."""
    with unit:
        _, _, key = key_of(unit, sku, location)
        unit.ledger.set_reserved(key, quantity(units))
        unit.commit()

"""Keeping the ledger: movements, counts, transfers and reservations by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import MovementKind, StockLevel, StockMovement, counted_movement
from stockcli.domain.quantity import positive, quantity
from stockcli.usecases.inventory import booking_day_within, key_of
from stockcli.usecases.ports import UnitOfWork


def record_movement(  # noqa: PLR0913 - what the form at the counter asks for
    unit: UnitOfWork,
    sku: str,
    *,
    kind: MovementKind,
    units: Decimal,
    location: str | None,
    reference: str,
    now: datetime,
    note: str = "",
    on: date | None = None,
) -> bool:
    """Book one sale, receipt, return or adjustment; False if the reference was booked before.

    Args:
        units: above zero for a sale, receipt or return; signed for an adjustment.
        on: the shop's calendar day it belongs to; None takes the present one.
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
            day=booking_day_within(unit, now, on),
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
    on: date | None = None,
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
            day=booking_day_within(unit, now, on),
            reference=reference,
            note=note,
        )
        unit.ledger.book([movement])
        unit.commit()
    return movement.change


def transfer_stock(  # noqa: PLR0913 - what the form at the counter asks for
    unit: UnitOfWork,
    sku: str,
    *,
    units: Decimal,
    origin: str,
    destination: str,
    reference: str,
    now: datetime,
    note: str = "",
    on: date | None = None,
) -> bool:
    """Move stock between two locations; False if the reference was booked before.

    It is two movements in one transaction: there is never a unit too many or too few.

    Raises:
        InvalidInputError: the units are not above zero, or the two locations are one.
    """
    units = positive(units)
    with unit:
        product = unit.products.get(sku)
        places = unit.locations.get(origin), unit.locations.get(destination)
        if places[0].id == places[1].id:
            message = f"{places[0].code} is where it is already: name two locations"
            raise InvalidInputError(message)
        leg = StockMovement(
            key=StockKey(product.id, places[0].id),
            kind=MovementKind.TRANSFER,
            change=quantity(-units),
            occurred_at=now,
            day=booking_day_within(unit, now, on),
            reference=f"{reference}:out",
            note=note,
        )
        arrival = StockKey(product.id, places[1].id)
        booked = unit.ledger.book(
            [leg, replace(leg, key=arrival, change=quantity(units), reference=f"{reference}:in")]
        )
        unit.commit()
    return bool(booked)


def reserve(unit: UnitOfWork, sku: str, *, units: Decimal, location: str | None) -> None:
    """Set how many units are promised to customers; they no longer count as available."""
    with unit:
        _, _, key = key_of(unit, sku, location)
        unit.ledger.set_reserved(key, quantity(units))
        unit.commit()

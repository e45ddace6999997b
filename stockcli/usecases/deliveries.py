"""Deliveries that came without a note: a day may have several of one order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import OrderRow, order_row, receipt_reference


def deliveries_of_day(unit: UnitOfWork, number: str, day: date) -> list[Mapping[str, Decimal]]:
    """Return what was booked of an order on a day under the day's own notes, units by SKU.

    One entry a delivery; those booked under a supplier's note are not among them.

    Raises:
        NotFoundError: no such order.
    """
    row = order_row(unit, number)
    found: list[Mapping[str, Decimal]] = []
    with unit.reading():
        while booked := _booked(unit, row, day_note(day, len(found))):
            found.append(booked)
    return found


def day_note(day: date, deliveries_before: int) -> str:
    """Return the note of a delivery that came without one: the day, and which one of the day.

    >>> day_note(date(2026, 4, 30), 0), day_note(date(2026, 4, 30), 1)
    ('2026-04-30', '2026-04-30.2')
    """
    nth = f".{deliveries_before + 1}" if deliveries_before else ""
    return f"{day}{nth}"


def _booked(unit: UnitOfWork, row: OrderRow, receipt: str) -> dict[str, Decimal]:
    references = {
        receipt_reference(row.order, receipt, line.product_id): parts[0]
        for line, parts in zip(row.order.lines, row.lines, strict=True)
    }
    changes = unit.ledger.changes_booked(references)
    return {references[reference]: change for reference, change in changes.items()}

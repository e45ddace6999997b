"""What a change to an order would come to: it is done, looked at, and rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from stockcli.domain.errors import ConflictError
from stockcli.domain.purchasing import PurchaseOrder
from stockcli.usecases.order_changes import OrderEdit, edit_within
from stockcli.usecases.order_rows import OrderRow, rows_within
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import cancel_within


@dataclass(frozen=True, kw_only=True)
class ChangePreview:
    """An order as it stands, and as it would be."""

    before: OrderRow
    after: OrderRow


def change_order(
    unit: UnitOfWork,
    number: str,
    wanted: Mapping[str, Decimal] | None,
    *,
    now: datetime,
    seen: PurchaseOrder | None = None,
) -> ChangePreview:
    """Change an order's quantities, or cancel what is still to come of it or of some products.

    Args:
        wanted: units by SKU; where all are 0 the rest of these products is cancelled, whether the
            order has left or not; None cancels all that is to come.
        seen: the order as whoever wants this knows it; None takes it as it is.

    Raises:
        ConflictError: it is not as it was seen any more.
        As edit_order and cancel_order.
    """
    with unit:
        change = _changed(unit, number, wanted, now)
        if seen is not None and change.before.order != seen:
            message = f"order {seen.number} changed meanwhile; nothing was done"
            raise ConflictError(message, "look at it and ask again")
        unit.commit()
    return change


def preview_change(
    unit: UnitOfWork, number: str, wanted: Mapping[str, Decimal] | None, *, now: datetime
) -> ChangePreview:
    """Return what changing an order would come to; arguments and errors as change_order."""
    with unit:
        # Left without a commit, so that nothing of it stays.
        return _changed(unit, number, wanted, now)


def _changed(
    unit: UnitOfWork, number: str, wanted: Mapping[str, Decimal] | None, now: datetime
) -> ChangePreview:
    order = unit.orders.get(number)
    (before,) = rows_within(unit, [order])
    if wanted and any(units > 0 for units in wanted.values()):
        after = edit_within(unit, order, OrderEdit(quantities=wanted), now)
    else:
        after = cancel_within(unit, order, now, list(wanted or ()))
    return ChangePreview(before=before, after=rows_within(unit, [after])[0])

"""Orders and what came of them, added up by the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    Row,
    Select,
    and_,
    cast,
    func,
    type_coerce,
)

from stockcli.domain.identifiers import SupplierId
from stockcli.domain.ledger import MovementKind
from stockcli.domain.money import CENT
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.reliability import OrderRecord
from stockcli.persistence.tables import (
    PurchaseOrderLineRow,
    PurchaseOrderRow,
    StockMovementRow,
    table_of,
)
from stockcli.persistence.types import Amount, Quantity
from stockcli.persistence.work import Work

_ORDER = table_of(PurchaseOrderRow)
_LINE = table_of(PurchaseOrderLineRow)
_MOVEMENT = table_of(StockMovementRow)
_FACTS = tuple(
    _ORDER.c[name]
    for name in ("number", "supplier_id", "status", "ordered_on", "expected_on", "total")
)
_BEGINNING, _END = "receipt:", "receipt;"
"""Between these lie the references of all receipts of orders: `receipt:PO-00012:NOTE:PRODUCT`."""

_PLACES = Quantity.places + Amount.places


def order_records(work: Work, first: date, last: date) -> list[OrderRecord]:
    """Return the orders dated or due from first to last, and what came of them up to last.

    Two reads: orders with their lines added up, and the days of receipts.
    """
    rows = work.rows(_orders(work, first, last))
    arrived = _latest(work.rows(_receipts(work, last))) if rows else {}
    return [_record(row, arrived.get(row.number)) for row in rows]


def _orders(work: Work, first: date, last: date) -> Select[Any]:
    ordered, received = (
        type_coerce(func.sum(_LINE.c[name]), Quantity()).label(name)
        for name in ("quantity", "received")
    )
    # Numbers as the columns keep them; a server's whole numbers would overflow in a product.
    units, cost = (type_coerce(_LINE.c[name], BigInteger) for name in ("received", "unit_cost"))
    paid = type_coerce(func.sum(cast(units, Numeric) * cost), BigInteger).label("paid")
    of_order = and_(_LINE.c.tenant_id == _ORDER.c.tenant_id, _LINE.c.order_id == _ORDER.c.id)
    within = _ORDER.c.ordered_on.between(first, last) | _ORDER.c.expected_on.between(first, last)
    return (
        work.select(_ORDER, *_FACTS, ordered, received, paid)
        .join(_LINE, of_order)
        .where(within)
        .group_by(_ORDER.c.id, *_FACTS)
        .order_by(_ORDER.c.id)
    )


def _receipts(work: Work, last: date) -> Select[Any]:
    booked = work.select(_MOVEMENT, _MOVEMENT.c.reference, _MOVEMENT.c.day).where(
        _MOVEMENT.c.kind == MovementKind.RECEIPT.value, _MOVEMENT.c.day <= last
    )
    return booked.where(_is_of_order(work))


def _is_of_order(work: Work) -> ColumnElement[bool]:
    """Return whether a movement's reference is that of an order's receipt.

    SQLite finds a range of the key at once; a server's languages sort signs their own way.
    """
    if work.is_on_server:
        return _MOVEMENT.c.reference.startswith(_BEGINNING)
    return and_(_MOVEMENT.c.reference >= _BEGINNING, _MOVEMENT.c.reference < _END)


def _latest(receipts: Iterable[Row[Any]]) -> dict[str, date]:
    latest: dict[str, date] = {}
    for row in receipts:
        number = row.reference.split(":", 2)[1]
        if number not in latest or row.day > latest[number]:
            latest[number] = row.day
    return latest


def _record(row: Row[Any], arrived_on: date | None) -> OrderRecord:
    return OrderRecord(
        number=row.number,
        supplier_id=SupplierId(row.supplier_id),
        status=OrderStatus(row.status),
        ordered_on=row.ordered_on,
        expected_on=row.expected_on,
        total=row.total.quantize(CENT),
        received_total=Decimal(int(row.paid)).scaleb(-_PLACES).quantize(CENT),
        ordered=row.quantity,
        received=row.received,
        arrived_on=arrived_on,
    )

"""Purchase orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func

from stockcli.domain.errors import ConflictError, NotFoundError
from stockcli.domain.identifiers import OrderId, ProductId, StockKey, SupplierId
from stockcli.domain.ledger import MovementKind
from stockcli.domain.money import CENT
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.domain.reliability import OrderRecord
from stockcli.persistence.repositories.order_records import order_records
from stockcli.persistence.repositories.thresholds import key_of
from stockcli.persistence.tables import (
    ProductRow,
    PurchaseOrderLineRow,
    PurchaseOrderRow,
    StockMovementRow,
    TenantStateRow,
    table_of,
)
from stockcli.persistence.work import Work

_ORDER = table_of(PurchaseOrderRow)
_LINE = table_of(PurchaseOrderLineRow)
_PRODUCT = table_of(ProductRow)
_STATE = table_of(TenantStateRow)
_MOVEMENT = table_of(StockMovementRow)
_SPENT = (
    OrderStatus.APPROVED,
    OrderStatus.SENT,
    OrderStatus.PARTLY_RECEIVED,
    OrderStatus.RECEIVED,
)
Instants = tuple[datetime, datetime]
ENOUGH_ORDERS = 3
"""Fewer do not tell what is usual."""
_FACTS = (
    "number",
    "supplier_id",
    "location_id",
    "total",
    "ordered_on",
    "expected_on",
    "created_at",
    "created_by",
    "approved_by",
    "note",
    "sent_at",
    "revision",
)


class SqlOrders:
    """Purchase orders and their lines, in two tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def next_number(self) -> str:
        """Return a fresh order number."""
        counted = _STATE.c.orders_numbered + 1
        statement = self._work.update(_STATE).values(orders_numbered=counted)
        row = self._work.changed(statement.returning(_STATE.c.orders_numbered))[0]
        return f"PO-{row.orders_numbered:05d}"

    def add(self, order: PurchaseOrder) -> OrderId:
        """Store a new order and its lines.

        Raises:
            ConflictError: a line's product already has an open replenishment there.
        """
        self._refuse_second_replenishment(order)
        facts = {name: getattr(order, name) for name in _FACTS}
        order_id = self._work.add_one(_ORDER, {**facts, "status": order.status.value})
        self._work.add(_LINE, _line_rows(order, order_id))
        return OrderId(order_id)

    def get(self, number: str) -> PurchaseOrder:
        """Return one order.

        Raises:
            NotFoundError: there is none of this number.
        """
        wanted = number.strip().upper()
        orders = self._orders(self._work.select(_ORDER).where(_ORDER.c.number == wanted))
        if not orders:
            message = f"there is no order {number[:40]!r}"
            raise NotFoundError(message, "see `stock orders list`")
        return orders[0]

    def save(self, order: PurchaseOrder) -> None:
        """Store what changed of an order and its lines; one it did not have is added.

        Raises:
            ConflictError: a new line's product already has an open replenishment there.
        """
        self._refuse_second_replenishment(order)
        statement = self._work.update(_ORDER).where(_ORDER.c.id == order.id)
        changed = statement.values(
            status=order.status.value,
            approved_by=order.approved_by,
            total=order.total,
            ordered_on=order.ordered_on,
            expected_on=order.expected_on,
            note=order.note,
            sent_at=order.sent_at,
            revision=order.revision,
        )
        if not self._work.change(changed):
            raise NotFoundError(f"there is no order {order.number!r}", "see `stock orders list`")
        self._work.put(_LINE, _line_rows(order, order.id), by=["order_id", "product_id"])

    def all(self, statuses: Collection[OrderStatus] | None = None) -> list[PurchaseOrder]:
        """Return orders, newest first, those in these statuses or all."""
        statement = self._work.select(_ORDER)
        if statuses is not None:
            statement = statement.where(_ORDER.c.status.in_([str(status) for status in statuses]))
        return self._orders(statement.order_by(_ORDER.c.id.desc()))

    def spent_on(self, day: date, placed: Instants | None = None) -> Decimal:
        """Return the total of the orders of a day that are approved or further.

        Of a cancelled order only what was received counts.

        Args:
            placed: orders placed from the first of these instants to just before the other are
                counted too, whatever day they are dated.
        """
        return self._spent(_ORDER.c.ordered_on == day, placed)

    def spent_in_month(self, day: date, placed: Instants | None = None) -> Decimal:
        """Return the same of the calendar month the day lies in, up to and with that day."""
        return self._spent(_ORDER.c.ordered_on.between(day.replace(day=1), day), placed)

    def _spent(self, is_dated: ColumnElement[bool], placed: Instants | None) -> Decimal:
        counts = is_dated
        if placed is not None:
            since, until = placed
            counts |= (_ORDER.c.created_at >= since) & (_ORDER.c.created_at < until)
        total = self._work.select(_ORDER, func.sum(_ORDER.c.total)).where(
            counts, _ORDER.c.status.in_([str(status) for status in _SPENT])
        )
        whole = Decimal(self._work.value(total) or 0)
        cancelled = self._orders(
            self._work.select(_ORDER).where(counts, _ORDER.c.status == str(OrderStatus.CANCELLED))
        )
        return (whole + sum(order.received_total for order in cancelled)).quantize(CENT)

    def usual_quantities(self, keys: Collection[StockKey]) -> dict[StockKey, Decimal]:
        """Return the average quantity of past orders, for keys with three or more, units."""
        key, lines = (_LINE.c.product_id, _LINE.c.location_id), func.count().label("lines")
        units = func.sum(_LINE.c.quantity).label("units")
        received = self._work.select(_LINE, *key, units, lines).where(_LINE.c.received > 0)
        rows = self._work.rows_in(
            received.group_by(*key).having(lines >= ENOUGH_ORDERS),
            _LINE.c.product_id,
            {key.product_id for key in keys},
        )
        averages = {key_of(row): row.units / row.lines for row in rows}
        return {key: averages[key] for key in keys if key in averages}

    def late_receipts(self, since: date, day: date) -> dict[SupplierId, int]:
        """Return by how many days suppliers came late with goods due and received since then."""
        due = (_ORDER.c.id, _ORDER.c.supplier_id, _ORDER.c.expected_on)
        arrivals = (
            self._work.select(_ORDER, *due, func.max(_MOVEMENT.c.day).label("arrived_on"))
            .join(_LINE, (_LINE.c.tenant_id == _ORDER.c.tenant_id) & (_LINE.c.order_id == due[0]))
            .join(_MOVEMENT, _is_receipt_of_line())
            .where(_ORDER.c.expected_on >= since, _MOVEMENT.c.day <= day)
            .group_by(*due)
        )
        late: dict[SupplierId, int] = {}
        for row in self._work.rows(arrivals):
            days, supplier = (row.arrived_on - row.expected_on).days, SupplierId(row.supplier_id)
            if days > 0:
                late[supplier] = max(days, late.get(supplier, 0))
        return late

    def records(self, first: date, last: date) -> list[OrderRecord]:
        """Return the orders dated or due from first to last, and what came of them up to last."""
        return order_records(self._work, first, last)

    def _refuse_second_replenishment(self, order: PurchaseOrder) -> None:
        """Say which product is on which order; the unique index holds it in any case."""
        on_the_way = (
            self._work.select(_LINE, _PRODUCT.c.sku, _ORDER.c.number)
            .join(_ORDER, _same_tenant(_ORDER, _LINE.c.order_id))
            .join(_PRODUCT, _same_tenant(_PRODUCT, _LINE.c.product_id))
            .where(
                _LINE.c.is_open,
                _LINE.c.location_id == order.location_id,
                _ORDER.c.number != order.number,
            )
        )
        products = [line.product_id for line in order.lines if _is_open(order, line)]
        for row in self._work.rows_in(on_the_way, _LINE.c.product_id, products):
            message = f"{row.sku} is on open order {row.number} already"
            raise ConflictError(message, f"see `stock orders show {row.number}`")

    def _orders(self, statement: Select[Any]) -> list[PurchaseOrder]:
        orders = self._work.rows(statement)
        found = self._work.rows_in(
            self._work.select(_LINE).order_by(_LINE.c.order_id, _LINE.c.line_number),
            _LINE.c.order_id,
            [row.id for row in orders],
        )
        lines = _by_order(found)
        return [_order(row, lines[row.id]) for row in orders]


def _same_tenant(table: Any, referring: Any) -> Any:
    return (table.c.tenant_id == _LINE.c.tenant_id) & (table.c.id == referring)


def _is_receipt_of_line() -> Any:
    """Return whether a movement booked goods of an order's line: so its reference begins."""
    return (
        (_MOVEMENT.c.tenant_id == _LINE.c.tenant_id)
        & (_MOVEMENT.c.product_id == _LINE.c.product_id)
        & (_MOVEMENT.c.location_id == _LINE.c.location_id)
        & (_MOVEMENT.c.occurred_at >= _ORDER.c.created_at)
        & (_MOVEMENT.c.kind == MovementKind.RECEIPT.value)
        & _MOVEMENT.c.reference.startswith("receipt:" + _ORDER.c.number + ":")
    )


def _line_rows(order: PurchaseOrder, order_id: int) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order_id,
            "product_id": line.product_id,
            "line_number": number,
            "location_id": order.location_id,
            "quantity": line.quantity,
            "received": line.received,
            "unit_cost": line.unit_cost,
            "is_open": _is_open(order, line),
            "decision_id": line.decision_id,
            "cancelled": line.cancelled,
        }
        for number, line in enumerate(order.lines, start=1)
    ]


def _is_open(order: PurchaseOrder, line: OrderLine) -> bool:
    return order.is_open and line.outstanding > 0


def _by_order(rows: Iterable[Row[Any]]) -> defaultdict[int, list[OrderLine]]:
    lines: defaultdict[int, list[OrderLine]] = defaultdict(list)
    for row in rows:
        line = OrderLine(
            product_id=ProductId(row.product_id),
            quantity=row.quantity,
            unit_cost=row.unit_cost,
            received=row.received,
            decision_id=row.decision_id,
            cancelled=row.cancelled,
        )
        lines[row.order_id].append(line)
    return lines


def _order(row: Row[Any], lines: Sequence[OrderLine]) -> PurchaseOrder:
    facts = {name: getattr(row, name) for name in _FACTS if name != "total"}
    return PurchaseOrder(
        id=OrderId(row.id), status=OrderStatus(row.status), lines=tuple(lines), **facts
    )

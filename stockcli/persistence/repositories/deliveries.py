"""Past deliveries: purchase orders of which goods came, with the days that tell a lead time."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func

from stockcli.domain.identifiers import SupplierId
from stockcli.domain.lead_times import Delivery, delivery_of
from stockcli.domain.ledger import MovementKind
from stockcli.domain.shop import local_day
from stockcli.persistence.tables import PurchaseOrderRow, StockMovementRow, table_of
from stockcli.persistence.work import Work

_ORDER = table_of(PurchaseOrderRow)
_MOVEMENT = table_of(StockMovementRow)
_RECEIPT = "receipt:"
_AFTER_RECEIPT = "receipt;"
"""The least text after all that begin with "receipt:"."""


class SqlDeliveries:
    """Orders and the receipts booked for them, matched by what a receipt's reference names."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def since(self, first: date) -> list[Delivery]:
        """Return the deliveries of orders dated from a day on, oldest first, in two reads.

        They are matched here: SQLite, which knows nothing of how many there are, would look
        through all receipts for each order.
        """
        received = {row.number: row for row in self._work.rows(self._received())}
        if not received:
            return []
        names = ("number", "supplier_id", "ordered_on", "expected_on", "created_at", "sent_at")
        dated = self._work.select(_ORDER, *(_ORDER.c[name] for name in names))
        orders = self._work.rows(
            dated.where(_ORDER.c.ordered_on >= first).order_by(_ORDER.c.ordered_on, _ORDER.c.id)
        )
        return [
            self._delivery(order, received[order.number])
            for order in orders
            if order.number in received
        ]

    def _received(self) -> Select[Any]:
        """Return on which days goods came, by the number of their order.

        A receipt's reference is receipt:NUMBER:NOTE:PRODUCT, and the ledger's key: on SQLite the
        range is all that is read of it. PostgreSQL may sort text by other rules than bytes.
        """
        reference: ColumnElement[str] = _MOVEMENT.c.reference
        key = reference.collate("C") if self._work.is_on_server else reference
        number = self._order_number(reference).label("number")
        first, last = func.min(_MOVEMENT.c.day), func.max(_MOVEMENT.c.day)
        return (
            self._work.select(_MOVEMENT, number, first.label("first_day"), last.label("last_day"))
            .where(
                key >= _RECEIPT,
                key < _AFTER_RECEIPT,
                _MOVEMENT.c.kind == MovementKind.RECEIPT.value,
            )
            .group_by(number)
        )

    def _order_number(self, reference: ColumnElement[str]) -> ColumnElement[str]:
        if self._work.is_on_server:
            return func.split_part(reference, ":", 2)
        rest = func.substr(reference, len(_RECEIPT) + 1)
        return func.substr(rest, 1, func.instr(rest, ":") - 1)

    def _delivery(self, order: Row[Any], received: Row[Any]) -> Delivery:
        return delivery_of(
            SupplierId(order.supplier_id),
            ordered_on=order.ordered_on,
            left_on=local_day(self._work.tenant, order.sent_at or order.created_at),
            expected_on=order.expected_on,
            received=(received.first_day, received.last_day),
        )

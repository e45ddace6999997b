"""Transfers between locations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from stockcli.domain.errors import ConflictError, InvalidInputError, NotFoundError
from stockcli.domain.identifiers import LocationId, ProductId
from stockcli.domain.sourcing import StockTransfer, TransferStatus
from stockcli.persistence.tables import StockTransferRow, TenantStateRow, table_of
from stockcli.persistence.work import Work

MOST_AT_ONCE = 100_000
_TRANSFER = table_of(StockTransferRow)
_STATE = table_of(TenantStateRow)
_FACTS = (
    "number",
    "product_id",
    "origin_id",
    "destination_id",
    "quantity",
    "created_at",
    "created_by",
    "reason",
    "ended_at",
)


class SqlTransfers:
    """Goods to be moved between locations, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def next_numbers(self, count: int) -> list[str]:
        """Return so many fresh transfer numbers, in one statement.

        Raises:
            InvalidInputError: so many transfers are never opened at once.
        """
        if not 0 < count <= MOST_AT_ONCE:
            message = f"{count} transfers are not opened at once"
            raise InvalidInputError(message, f"open 1 to {MOST_AT_ONCE}")
        counted = _STATE.c.transfers_numbered + count
        statement = self._work.update(_STATE).values(transfers_numbered=counted)
        last = self._work.changed(statement.returning(_STATE.c.transfers_numbered))[0][0]
        return [f"TR-{number:05d}" for number in range(last - count + 1, last + 1)]

    def add(self, transfers: Sequence[StockTransfer]) -> None:
        """Store new transfers.

        Raises:
            ConflictError: one is open already for the same product, origin and destination.
        """
        rows = [
            {**{name: getattr(one, name) for name in _FACTS}, "status": one.status.value}
            for one in transfers
        ]
        added = self._work.add_new(_TRANSFER, rows, _TRANSFER.c.number)
        if len(added) < len(rows):
            message = "a transfer between these locations is open for one of the products already"
            raise ConflictError(message, "see `stock transfers list --open`")

    def get(self, number: str) -> StockTransfer:
        """Return one transfer.

        Raises:
            NotFoundError: there is none of this number.
        """
        wanted = number.strip().upper()
        row = self._work.row(self._work.select(_TRANSFER).where(_TRANSFER.c.number == wanted))
        if row is None:
            message = f"there is no transfer {number[:40]!r}"
            raise NotFoundError(message, "see `stock transfers list`")
        return _transfer(row)

    def all(self, statuses: Collection[TransferStatus] | None = None) -> list[StockTransfer]:
        """Return transfers, newest first, those in these statuses or all."""
        statement = self._work.select(_TRANSFER)
        if statuses is not None:
            statement = statement.where(_TRANSFER.c.status.in_([str(one) for one in statuses]))
        return [
            _transfer(row) for row in self._work.rows(statement.order_by(_TRANSFER.c.id.desc()))
        ]

    def end(self, number: str, status: TransferStatus, at: datetime) -> bool:
        """End an open transfer; False if it had ended before."""
        mine = self._work.update(_TRANSFER).where(
            _TRANSFER.c.number == number, _TRANSFER.c.status == TransferStatus.OPEN.value
        )
        return self._work.change(mine.values(status=status.value, ended_at=at)) > 0


def _transfer(row: Row[Any]) -> StockTransfer:
    facts = {name: getattr(row, name) for name in _FACTS}
    return StockTransfer(
        **{
            **facts,
            "product_id": ProductId(row.product_id),
            "origin_id": LocationId(row.origin_id),
            "destination_id": LocationId(row.destination_id),
            "status": TransferStatus(row.status),
        }
    )

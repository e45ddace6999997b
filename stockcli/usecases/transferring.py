"""Transfers between locations: opened by the check or by hand, and done when the goods arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain.alerts import Alert, AlertKind
from stockcli.domain.catalogue import Product
from stockcli.domain.decisions import Action, Candidate, Decision
from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.ledger import StockLevel
from stockcli.domain.quantity import plain, positive
from stockcli.domain.sourcing import StockTransfer, TransferStatus
from stockcli.usecases.inventory import booking_day_within, key_of
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.stock_keeping import transfer_legs

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class TransferRow:
    """A transfer with the names people know it by.

    Attributes:
        origin: code of the location it takes from.
        destination: code of the location it restocks.
    """

    transfer: StockTransfer
    sku: str
    name: str
    origin: str
    destination: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What came of declaring a transfer done.

    Attributes:
        is_new: whether it was done just now; False if it had been before.
        left_behind: on hand at the origin now, units; below zero the ledger was wrong there.
    """

    row: TransferRow
    is_new: bool
    left_behind: Decimal


def place_transfers(
    unit: UnitOfWork,
    reviewed: Iterable[Candidate],
    decisions: Iterable[Decision],
    *,
    by: str,
    now: datetime,
) -> tuple[list[TransferRow], list[Alert]]:
    """Open the transfers that were decided on, in the open unit of work.

    Returns:
        The transfers, and a message for each, so that somebody moves the goods.
    """
    reasons = {one.key: one.reason for one in decisions if one.action is Action.TRANSFER}
    moves = [
        (candidate, offer)
        for candidate in reviewed
        if candidate.key in reasons
        for offer in candidate.transfers
    ]
    if not moves:
        return [], []
    numbers = unit.transfers.next_numbers(len(moves))
    rows = [
        TransferRow(
            transfer=StockTransfer(
                number=number,
                product_id=candidate.key.product_id,
                origin_id=offer.origin_id,
                destination_id=candidate.key.location_id,
                quantity=offer.quantity,
                created_at=now,
                created_by=by,
                reason=reasons[candidate.key][:LONGEST_REASON],
            ),
            sku=candidate.sku,
            name=candidate.name,
            origin=offer.origin,
            destination=candidate.location,
        )
        for number, (candidate, offer) in zip(numbers, moves, strict=True)
    ]
    unit.transfers.add([row.transfer for row in rows])
    return rows, [_to_be_moved(row, now) for row in rows]


def _to_be_moved(row: TransferRow, now: datetime) -> Alert:
    number = row.transfer.number
    return Alert(
        kind=AlertKind.MESSAGE,
        situation=transfer_situation(number),
        subject=f"Move {row.sku} to {row.destination}",
        text=(
            f"Move {plain(row.transfer.quantity)} {row.sku} from {row.origin} to "
            f"{row.destination} ({number}), then say so with `stock transfers done {number}`."
        ),
        raised_at=now,
        key=row.transfer.destination,
    )


def transfer_situation(number: str) -> str:
    """Return the situation of goods that somebody is to move."""
    return f"transfer:{number}"


def open_transfer(
    unit: UnitOfWork,
    sku: str,
    units: Decimal,
    *,
    origin: str,
    destination: str,
    author: str,
    now: datetime,
    reason: str = "",
) -> TransferRow:
    """Open a transfer by hand: from now on its units count as reserved here and on order there.

    Raises:
        NotFoundError: no such product or location.
        InvalidInputError: it would go nowhere, or of no units.
        ConflictError: the origin has not so many to give, or one is open on this way already.
    """
    quantity = positive(units)
    with unit:
        product, source, origin_key = key_of(unit, sku, origin)
        target = unit.locations.get(destination)
        if source.id == target.id:
            message = f"both ends are {source.code}: nothing would move"
            raise InvalidInputError(message, "name two locations, --from and --to")
        level = unit.ledger.levels([origin_key]).get(origin_key) or StockLevel(key=origin_key)
        free = level.on_hand - level.reserved
        if quantity > free:
            message = f"{source.code} has {plain(max(free, Decimal(0)))} {product.sku} to give"
            hint = "move less, or correct its stock first with `stock count`"
            raise ConflictError(message, hint)
        transfer = StockTransfer(
            number=unit.transfers.next_numbers(1)[0],
            product_id=product.id,
            origin_id=source.id,
            destination_id=target.id,
            quantity=quantity,
            created_at=now,
            created_by=author,
            reason=reason[:LONGEST_REASON],
        )
        unit.transfers.add([transfer])
        unit.commit()
    return TransferRow(
        transfer=transfer,
        sku=product.sku,
        name=product.name,
        origin=source.code,
        destination=target.code,
    )


def complete_transfer(unit: UnitOfWork, number: str, *, now: datetime) -> Arrival:
    """Book the goods out here and in there, in one transaction; doing it again books nothing.

    Raises:
        NotFoundError: no such transfer.
        ConflictError: it was cancelled.
    """
    with unit:
        transfer = unit.transfers.get(number)
        if transfer.status is TransferStatus.CANCELLED:
            message = f"{transfer.number} was cancelled: nothing was moved"
            raise ConflictError(message, "book what was moved with `stock move transfer`")
        is_new = unit.transfers.end(transfer.number, TransferStatus.DONE, now)
        if is_new:
            keys = (transfer.origin, transfer.destination)
            reference, day = f"transfer:{transfer.number}", booking_day_within(unit, now)
            unit.ledger.book(
                transfer_legs(keys, transfer.quantity, reference=reference, now=now, day=day)
            )
            unit.alerts.clear([transfer_situation(transfer.number)], now)
            transfer = replace(transfer, status=TransferStatus.DONE, ended_at=now)
        row = _rows(unit, [transfer])[0]
        left_behind = unit.ledger.levels([transfer.origin])[transfer.origin].on_hand
        unit.commit()
    return Arrival(row=row, is_new=is_new, left_behind=left_behind)


def cancel_transfer(unit: UnitOfWork, number: str, *, now: datetime) -> TransferRow:
    """Call an open transfer off; cancelling again changes nothing.

    Raises:
        NotFoundError: no such transfer.
        ConflictError: it is done.
    """
    with unit:
        transfer = unit.transfers.get(number)
        if transfer.status is TransferStatus.DONE:
            message = f"{transfer.number} is done: the goods were moved"
            raise ConflictError(message, "move them back with `stock move transfer`")
        if unit.transfers.end(transfer.number, TransferStatus.CANCELLED, now):
            unit.alerts.clear([transfer_situation(transfer.number)], now)
            transfer = replace(transfer, status=TransferStatus.CANCELLED, ended_at=now)
        row = _rows(unit, [transfer])[0]
        unit.commit()
    return row


def transfer_rows(unit: UnitOfWork, *, open_only: bool = False) -> list[TransferRow]:
    """Return transfers, newest first."""
    with unit.reading():
        return _rows(unit, unit.transfers.all([TransferStatus.OPEN] if open_only else None))


def _rows(unit: UnitOfWork, transfers: Sequence[StockTransfer]) -> list[TransferRow]:
    products: Mapping[int, Product] = {one.id: one for one in unit.products.all()}
    codes = {place.id: place.code for place in unit.locations.all()}
    return [
        TransferRow(
            transfer=one,
            sku=products[one.product_id].sku,
            name=products[one.product_id].name,
            origin=codes[one.origin_id],
            destination=codes[one.destination_id],
        )
        for one in transfers
    ]

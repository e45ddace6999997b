"""Rows that share a business key, merged into one movement each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.money import unit_cost
from stockcli.usecases.importing.dates import Moment


@dataclass(slots=True, kw_only=True)
class MergedRows:
    """The rows of one business key; grows while a file is read.

    Attributes:
        units: above zero for sales, receipts and returns; signed for other kinds.
        price: mean price of a unit; None if a row has none.
        moment: the earliest of the rows'.
        rows: of the file; none of their own have the arrivals of transfers, which came with the
            row that left.
    """

    kind: MovementKind
    sku: str
    location: str
    units: Decimal
    moment: Moment
    price: Decimal | None = None
    rows: int = 1

    @property
    def change(self) -> Decimal:
        """Return the signed change of stock, units."""
        return -self.units if self.kind is MovementKind.SALE else self.units

    def add(self, other: MergedRows) -> None:
        """Take in the rows of another with the same key."""
        self.price = _mean_price(self, other)
        self.units += other.units
        self.moment = min(self.moment, other.moment)
        self.rows += other.rows

    def movement(self, key: StockKey, reference: str) -> StockMovement:
        """Return what is booked."""
        return StockMovement(
            key=key,
            kind=self.kind,
            change=self.change,
            occurred_at=self.moment.at,
            day=self.moment.day,
            reference=reference,
            unit_price=self.price,
        )


def _mean_price(one: MergedRows, other: MergedRows) -> Decimal | None:
    units = one.units + other.units
    if one.price is None or other.price is None or units == 0:
        return None
    if one.price == other.price:
        return one.price
    return unit_cost((one.price * one.units + other.price * other.units) / units)


class Tally:
    """Merged rows by reference, in the order they first appeared.

    The lines of an invoice need not stand together, so a file's references are all held:
    about 200 bytes each, whatever the number of rows.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._by_reference: dict[str, MergedRows] = {}
        self.merged = 0

    def __len__(self) -> int:
        return len(self._by_reference)

    def __iter__(self) -> Iterator[tuple[str, MergedRows]]:
        return iter(self._by_reference.items())

    def add(self, reference: str, row: MergedRows) -> None:
        """Take in a row."""
        first = self._by_reference.setdefault(reference, row)
        if first is not row:
            first.add(row)
            self.merged += row.rows

    def skus(self) -> set[str]:
        """Return the SKUs that moved."""
        return {row.sku for row in self._by_reference.values()}

    def locations(self) -> set[str]:
        """Return the locations where something moved."""
        return {row.location for row in self._by_reference.values()}

    def days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day."""
        days = {row.moment.day for row in self._by_reference.values()}
        return (min(days), max(days)) if days else (None, None)


def business_key(kind: str, *parts: str) -> str:
    """Return the reference of a movement; a colon inside a part cannot pass for a boundary.

    >>> business_key("sale", "536365", "85123A", "SHOP")
    'sale:536365:85123A:SHOP'
    """
    return ":".join((kind, *(part.replace(":", "%3A") if ":" in part else part for part in parts)))

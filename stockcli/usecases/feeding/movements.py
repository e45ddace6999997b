"""From a till's line to the movements it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.quantity import ZERO
from stockcli.domain.shop import Tenant, day_of_trade, local_day
from stockcli.usecases.feeding.lines import TillKind, TillLine
from stockcli.usecases.importing.tally import business_key

CLOCK_AHEAD = timedelta(minutes=5)
"""How far a till's clock may run ahead of ours; such movements happened now."""
_LEAVING = frozenset({TillKind.SALE, TillKind.TRANSFER})


def reference_of(identifier: str) -> str:
    """Return the business key of a till's movement.

    >>> reference_of("till-1/000123")
    'feed:till-1/000123'
    """
    return business_key("feed", identifier)


def references_of(line: TillLine) -> tuple[str, ...]:
    """Return every business key that must be looked up to judge a line."""
    first = reference_of(line.id)
    if line.kind is TillKind.VOID:
        return first, _arriving(first), _voiding(first)
    return (first, _arriving(first)) if line.to is not None else (first,)


@dataclass(frozen=True, kw_only=True)
class Counter:
    """What is known of a shop when its tills' lines are read.

    Attributes:
        places: by code, in the order they were made; the first is meant where none is named.
        today: the day of what happens now.
    """

    shop: Tenant
    products: Mapping[str, ProductId]
    places: Mapping[str, LocationId]
    now: datetime
    today: date

    def key(self, sku: str, location: str | None) -> StockKey:
        """Return the product and the place.

        Raises:
            InvalidInputError: this shop has no such product or location.
        """
        product = self.products.get(sku)
        if product is None:
            raise InvalidInputError(f"there is no product {sku!r}")
        place = self.places.get(location or next(iter(self.places), ""))
        if place is None:
            said = f"there is no location {location!r}" if location else "the shop has no location"
            raise InvalidInputError(said)
        return StockKey(product, place)

    def legs(self, line: TillLine) -> list[StockMovement]:
        """Return what a line books: of a transfer two movements, else one.

        Of a count this is what was found; what it changes is known when it is laid on the shelf.

        Raises:
            InvalidInputError: it speaks of what is not there, or of a time to come.
        """
        at, day = self._when(line)
        key = self.key(line.sku, line.location)
        is_count = line.kind is TillKind.COUNT
        first = StockMovement(
            key=key,
            kind=MovementKind(line.kind.value),
            change=ZERO if is_count else _signed(line),
            occurred_at=at,
            day=day,
            reference=reference_of(line.id),
            unit_price=line.price,
            counted=line.quantity if is_count else None,
            note=line.note,
        )
        if line.to is None:
            return [first]
        arrival = self.key(line.sku, line.to)
        if arrival == key:
            raise InvalidInputError("a transfer goes from one location to another")
        second = replace(
            first, key=arrival, change=line.quantity, reference=_arriving(first.reference)
        )
        return [first, second]

    def voiding(self, line: TillLine, booked: Mapping[str, StockMovement]) -> list[StockMovement]:
        """Return what takes a booked movement back: an adjustment for each of its legs.

        Raises:
            InvalidInputError: there is nothing of this id, or it was a count.
        """
        at, day = self._when(line)
        reference = reference_of(line.id)
        first = booked.get(reference)
        if first is None:
            raise InvalidInputError("no movement of this id was booked: there is nothing to void")
        if first.kind is MovementKind.COUNT:
            raise InvalidInputError("a count is not voided: count again")
        legs = [first]
        if (second := booked.get(_arriving(reference))) is not None:
            legs.append(second)
        return [
            StockMovement(
                key=leg.key,
                kind=MovementKind.ADJUSTMENT,
                change=-leg.change,
                occurred_at=at,
                day=day,
                reference=_voiding(leg.reference),
                note=line.note or f"void of {line.id}",
            )
            for leg in legs
        ]

    def _when(self, line: TillLine) -> tuple[datetime, date]:
        """Return the instant of a line, and the shop's day of it."""
        if line.at is None:
            return self.now, self.today
        if line.at > self.now + CLOCK_AHEAD:
            raise InvalidInputError(f"{line.at.isoformat()} is still to come")
        at = min(line.at, self.now)
        return at, day_of_trade(local_day(self.shop, at), local_day(self.shop, self.now))


def _signed(line: TillLine) -> Decimal:
    return -line.quantity if line.kind in _LEAVING else line.quantity


def _arriving(reference: str) -> str:
    # An identifier's own colons are escaped, so that none passes for this one.
    return f"{reference}:in"


def _voiding(reference: str) -> str:
    return f"{reference}:void"

"""The places of a shop that hold stock: shop floor, warehouse, kiosk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from stockcli.domain.catalogue import Location
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import LocationId, location_code
from stockcli.usecases.ports import UnitOfWork

LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class LocationRow:
    """A location, and how many products stand there.

    Attributes:
        is_first: where whoever names no location means.
    """

    location: Location
    products: int
    is_first: bool


def location_rows(unit: UnitOfWork) -> list[LocationRow]:
    """Return every location, the oldest first."""
    with unit.reading():
        places = unit.locations.all()
        stocked = Counter(
            key.location_id for key, level in unit.ledger.levels().items() if level.on_hand > 0
        )
    return [
        LocationRow(location=place, products=stocked[place.id], is_first=place is places[0])
        for place in places
    ]


def put_location(unit: UnitOfWork, code: str, name: str = "") -> tuple[Location, bool]:
    """Add a location, or give the one of this code another name; return whether it is new.

    Raises:
        InvalidInputError: no such code or name is possible.
    """
    wanted = location_code(code)
    called = " ".join(name.split())
    if len(called) > LONGEST_NAME or not all(one.isprintable() for one in called):
        message = f"{called[:20]!r}... is no name: use {LONGEST_NAME} printable letters at most"
        raise InvalidInputError(message)
    with unit:
        known = {place.code: place for place in unit.locations.all()}
        before = known.get(wanted)
        named = called or (before.name if before else wanted)
        unit.locations.put([Location(id=LocationId(0), code=wanted, name=named)])
        place = unit.locations.get(wanted)
        unit.commit()
    return place, before is None

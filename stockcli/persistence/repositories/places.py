"""Suppliers and locations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from stockcli.domain.catalogue import Location, OrderChannel, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.errors import NotFoundError
from stockcli.domain.identifiers import LocationId, SupplierId
from stockcli.persistence.tables import LocationRow, SupplierRow, table_of
from stockcli.persistence.work import Work

_SUPPLIER = table_of(SupplierRow)
_LOCATION = table_of(LocationRow)


class SqlSuppliers:
    """The shop's suppliers, in tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> list[Supplier]:
        """Return every supplier, by code."""
        statement = self._work.select(_SUPPLIER).order_by(_SUPPLIER.c.code)
        return [_supplier(row) for row in self._work.rows(statement)]

    def put(self, suppliers: Iterable[Supplier]) -> None:
        """Add or replace suppliers by code."""
        rows = [
            {
                "code": supplier.code,
                "name": supplier.name,
                "email": supplier.email,
                "lead_time_mean_days": supplier.lead_time.mean_days,
                "lead_time_sd_days": supplier.lead_time.standard_deviation_days,
                "order_channel": supplier.order_channel.value,
                "webhook_url": supplier.webhook_url,
                "minimum_order_value": supplier.minimum_order_value,
                "order_days": "".join(str(day) for day in sorted(supplier.order_days)),
            }
            for supplier in suppliers
        ]
        self._work.put(_SUPPLIER, rows, by=["code"])


class SqlLocations:
    """The shop's places, in tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> list[Location]:
        """Return every location, oldest first."""
        statement = self._work.select(_LOCATION).order_by(_LOCATION.c.id)
        return [_location(row) for row in self._work.rows(statement)]

    def get(self, code: str | None) -> Location:
        """Return one location, the oldest for None."""
        places = self.all()
        wanted = code.strip().upper() if code is not None else None
        for place in places:
            if wanted in (None, place.code):
                return place
        if wanted is None:
            raise NotFoundError("this shop has no location yet", "import stock levels with one")
        nearest = tuple(place.code for place in places)
        raise NotFoundError(f"there is no location {wanted[:64]!r}", nearest=nearest)

    def put(self, locations: Iterable[Location]) -> None:
        """Add or rename locations by code."""
        rows = [{"code": place.code, "name": place.name} for place in locations]
        self._work.put(_LOCATION, rows, by=["code"])


def _supplier(row: Row[Any]) -> Supplier:
    lead_time = LeadTime(
        mean_days=row.lead_time_mean_days, standard_deviation_days=row.lead_time_sd_days
    )
    return Supplier(
        id=SupplierId(row.id),
        code=row.code,
        name=row.name,
        email=row.email,
        lead_time=lead_time,
        order_channel=OrderChannel(row.order_channel),
        webhook_url=row.webhook_url,
        minimum_order_value=row.minimum_order_value,
        order_days=frozenset(int(day) for day in row.order_days),
    )


def _location(row: Row[Any]) -> Location:
    return Location(id=LocationId(row.id), code=row.code, name=row.name)

"""Where movements go: the shop's products and locations, those a file brings included."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stockcli.domain.catalogue import Location, Product
from stockcli.domain.errors import NotFoundError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey, location_code
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.report import SkippedRowError
from stockcli.usecases.importing.tally import MergedRows
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class KnownPlaces:
    """What the shop has before a file is read.

    Attributes:
        default_location: where rows belong that name no location.
    """

    skus: frozenset[str]
    locations: frozenset[str]
    default_location: str

    def sku(self, text: str) -> str:
        """Return the SKU of a cell.

        Raises:
            SkippedRowError: there is no such product.
        """
        sku = cells.sku(text)
        if sku not in self.skus:
            raise SkippedRowError("unknown SKU", f"there is no product {sku!r}")
        return sku

    def location(self, text: str, *, may_be_new: bool = False) -> str:
        """Return the location of a cell, the default one for an empty cell.

        Raises:
            SkippedRowError: there is no such location.
        """
        if not text.strip():
            return self.default_location
        code = cells.location(text)
        if code not in self.locations and not may_be_new:
            raise SkippedRowError("unknown location", f"there is no location {code!r}")
        return code


def known_places(unit: UnitOfWork, location: str = "") -> KnownPlaces:
    """Return the shop's SKUs and locations.

    Raises:
        NotFoundError: the location rows should belong to does not exist.
    """
    with unit.reading():
        default = unit.locations.get(location_code(location) if location else None)
        return KnownPlaces(
            skus=frozenset(product.sku for product in unit.products.all()),
            locations=frozenset(place.code for place in unit.locations.all()),
            default_location=default.code,
        )


def create_places(
    unit: UnitOfWork, products: Collection[Product], locations: Collection[str]
) -> None:
    """Add products and locations a file names for the first time."""
    if not (products or locations):
        return
    with unit:
        unit.locations.put(
            Location(id=LocationId(0), code=code, name=code) for code in sorted(locations)
        )
        unit.products.put(products)
        unit.commit()


@dataclass(frozen=True, kw_only=True)
class StockKeys:
    """Finds stock keys by SKU and location."""

    products: Mapping[str, ProductId]
    locations: Mapping[str, LocationId]

    def of(self, sku: str, location: str) -> StockKey:
        """Return the key of canonical codes.

        Raises:
            NotFoundError: there is no such product or location.
        """
        try:
            return StockKey(self.products[sku], self.locations[location])
        except KeyError as error:
            raise NotFoundError(f"there is no {error.args[0]!r} in this shop") from None

    def of_row(self, row: MergedRows) -> StockKey:
        """Return the key of merged rows."""
        return self.of(row.sku, row.location)


def stock_keys(unit: UnitOfWork, skus: Collection[str]) -> StockKeys:
    """Return what finds the keys of these SKUs."""
    with unit.reading():
        products = unit.products.by_sku(skus)
        return StockKeys(
            products={sku: product.id for sku, product in products.items()},
            locations={place.code: place.id for place in unit.locations.all()},
        )

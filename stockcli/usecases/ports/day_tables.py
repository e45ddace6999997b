"""A large table of daily sales, read in sets: what a file reader keeps, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

LOAD = "load"
"""The kind of import that stands for a chunk of such a table; its report's `chunk` is the mark."""


class Reading(NamedTuple):
    """What a cell's text says.

    Attributes:
        text: as the file has it.
        value: what was understood: a code, a day in ISO, or a whole number of the ledger's steps;
            None for nothing.
        reason: why rows with it are left out; empty where they are not.
        detail: what is wrong with this text.
    """

    text: str
    value: str | int | None
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class ShopPlaces:
    """What a shop has, for the rows that are its own.

    Attributes:
        products: their numbers by SKU.
        locations: their numbers by code.
        default_location: where rows belong that name none.
        today: on the shop's clock; later days are still to come.
    """

    slug: str
    products: Mapping[str, int]
    locations: Mapping[str, int]
    default_location: str
    today: date


@dataclass(frozen=True, kw_only=True)
class DaySales:
    """Sales of whole days, a column each, all of one length; one sale a reference.

    Attributes:
        units: sold, in the ledger's thousandths, above zero.
        days: the shop's own, in ISO.
        unit_prices: in ten-thousandths; None where a row had none.
        rows: of the file, in each sale.
    """

    references: Sequence[str]
    product_ids: Sequence[int]
    location_ids: Sequence[int]
    units: Sequence[int]
    days: Sequence[str]
    unit_prices: Sequence[int | None]
    rows: Sequence[int]


class DayChunk(Protocol):
    """Whole days of one shop, booked in one transaction."""

    @property
    def first_day(self) -> date: ...  # noqa: D102 - of the chunk
    @property
    def last_day(self) -> date: ...  # noqa: D102 - of the chunk
    @property
    def rows(self) -> int: ...  # noqa: D102 - of the file
    @property
    def sales(self) -> int: ...  # noqa: D102 - products' days at a location

    @property
    def mark(self) -> str:
        """Return what tells this chunk from one with any other sale in it."""

    def read(self) -> DaySales:
        """Return its sales."""


class LeftOut(NamedTuple):
    """A row that cannot be taken, with its cells as they are written."""

    line: int
    reason: str
    detail: str
    cells: tuple[str, ...]


class DayTable(Protocol):
    """A CSV or Parquet file of daily sales, staged on disk.

    First each column's distinct texts are asked for and told what they say, then the shops are
    told, then the rows are arranged; only then are there chunks.
    """

    @property
    def name(self) -> str:
        """Return what people call the file."""

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of its bytes, hexadecimal."""

    @property
    def delimiter(self) -> str:
        """Return what parts its columns; empty where nothing does."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Return which column of the file is which field."""

    @property
    def left_aside(self) -> Sequence[str]:
        """Return the columns that are no field."""

    def is_number(self, field: str) -> bool:
        """Return whether a column holds numbers, and no text that must be understood."""

    def texts(self, field: str) -> list[str]:
        """Return the distinct texts of a field; none where the file has no such column."""

    def tell(self, field: str, readings: Sequence[Reading]) -> None:
        """Tell what the texts of a field say."""

    def place(self, shop: ShopPlaces) -> None:
        """Tell what a shop has."""

    def arrange(self, most_sales: int) -> None:
        """Merge the rows of each shop's product, location and day, and cut them into chunks.

        Args:
            most_sales: of a chunk, unless a single day has more.
        """

    def rows_read(self) -> int:
        """Return how many rows the file has below its header."""

    def left_out(self) -> Iterator[LeftOut]:
        """Yield the rows that cannot be taken, in the order of the file."""

    def reasons(self) -> list[tuple[str, int, list[tuple[int, str]]]]:
        """Return why rows are left out: how many, and the first few with their lines."""

    def chunks(self, slug: str) -> Sequence[DayChunk]:
        """Return a shop's chunks, oldest first."""

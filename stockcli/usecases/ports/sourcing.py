"""Sources of goods, transfers between locations, categories, and past forecasts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from stockcli.domain.identifiers import ProductId
from stockcli.domain.lead_times import Delivery
from stockcli.domain.replenishment import ForecastRecord
from stockcli.domain.sourcing import (
    CategoryPolicy,
    ProductSource,
    StockTransfer,
    TransferStatus,
)


class Sources(Protocol):
    """Suppliers that products can be bought from, and what replaces a product."""

    def all(self) -> dict[ProductId, tuple[ProductSource, ...]]:
        """Return the active sources of each product that has any, first rank first."""

    def put(self, sources: Sequence[ProductSource]) -> None:
        """Add or replace sources by product and supplier."""

    def successors(self) -> dict[ProductId, ProductId]:
        """Return what replaces each product that is replaced."""

    def put_successors(self, successors: Mapping[ProductId, ProductId | None]) -> None:
        """Say what replaces products; None takes it back."""


class Deliveries(Protocol):
    """Past orders of which goods came."""

    def since(self, first: date) -> list[Delivery]:
        """Return the deliveries of orders dated from a day on, oldest first."""


class Transfers(Protocol):
    """Goods to be moved between locations."""

    def next_numbers(self, count: int) -> list[str]:
        """Return so many fresh transfer numbers, none of them given twice.

        Raises:
            InvalidInputError: so many transfers are never opened at once.
        """

    def add(self, transfers: Sequence[StockTransfer]) -> None:
        """Store new transfers.

        Raises:
            ConflictError: one is open already for the same product, origin and destination.
        """

    def get(self, number: str) -> StockTransfer:
        """Return one transfer.

        Raises:
            NotFoundError: there is none of this number.
        """

    def all(self, statuses: Collection[TransferStatus] | None = None) -> list[StockTransfer]:
        """Return transfers, newest first, those in these statuses or all."""

    def end(self, number: str, status: TransferStatus, at: datetime) -> bool:
        """End an open transfer; False if it had ended before."""


class Categories(Protocol):
    """What the shop wants of its categories."""

    def all(self) -> dict[str, CategoryPolicy]:
        """Return every category's policy by the category's name."""

    def put(self, policy: CategoryPolicy) -> None:
        """Add or replace one."""


class ForecastRecords(Protocol):
    """What was forecast, week by week, to be judged by what was sold."""

    def put(self, records: Sequence[ForecastRecord]) -> None:
        """Add or replace records by key and day."""

    def since(self, first: date) -> list[ForecastRecord]:
        """Return the records from a day on, oldest first."""

    def latest_day(self) -> date | None:
        """Return the day of the newest record; None without any."""

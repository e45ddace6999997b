"""Stock: the ledger, the calendar, thresholds and minimums."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from stockcli.domain.calendar import CalendarDay
from stockcli.domain.identifiers import ProductId, StockKey
from stockcli.domain.ledger import DailyMovements, StockLevel, StockMovement
from stockcli.domain.replenishment import ManualMinimum, Threshold
from stockcli.usecases.ports.day_tables import DaySales


class Ledger(Protocol):
    """Stock movements, and what they add up to."""

    def book(self, movements: Sequence[StockMovement]) -> frozenset[str]:
        """Append movements; a reference booked before is left as it is.

        Returns:
            The references that were new.
        """

    def book_day_sales(self, sales: DaySales, instants: Mapping[str, datetime]) -> int:
        """Append many sales of whole days, in sets; a reference booked before is left as it is.

        Args:
            sales: of this shop's products and locations.
            instants: when the sales of each day are booked to have happened; timezone-aware.

        Returns:
            How many were new.
        """

    def changes_booked(self, references: Collection[str]) -> dict[str, Decimal]:
        """Return the signed change of those references that were booked before."""

    def booked(self, references: Collection[str]) -> dict[str, StockMovement]:
        """Return those of these references that were booked before, as they were booked."""

    def levels(self, keys: Collection[StockKey] | None = None) -> dict[StockKey, StockLevel]:
        """Return stock levels, open orders included, of these keys or of all."""

    def set_reserved(self, key: StockKey, units: Decimal) -> None:
        """Set the units promised to customers."""

    def daily_movements(
        self, first: date, last: date, *, product_id: ProductId | None = None
    ) -> list[DailyMovements]:
        """Return each key's days from first to last, of one product or all, in order of the keys.

        A key that moved at any time up to last is returned, its days padded to the range;
        a key's first_day is the range's first day.
        """

    def sold_between(
        self, first: date, last: date, keys: Collection[StockKey]
    ) -> dict[StockKey, Decimal]:
        """Return units sold from first to last, for those of these keys that moved."""

    def sale_lines_per_day(self, first: date, last: date) -> dict[date, int]:
        """Return on how many lines the whole shop sold, per day with any."""

    def mark_of_days(self, last: date) -> str:
        """Return a mark of all days up to one: another if any of them was changed or added."""

    def first_and_last_sale_day(self) -> tuple[date, date] | None:
        """Return the days of the first and the last sale; None without any."""

    def last_counts(self, keys: Collection[StockKey]) -> dict[StockKey, datetime]:
        """Return when each of these keys was last counted."""

    def last_moved(self, keys: Collection[StockKey]) -> dict[StockKey, datetime]:
        """Return when each of these keys last moved, by the movements' own times."""

    def movements(self, key: StockKey, limit: int) -> list[StockMovement]:
        """Return the latest movements of one key, newest first."""


class Calendar(Protocol):
    """Days the shop was or will be open or closed, and events, as far as they were said."""

    def days(self, first: date, last: date) -> dict[date, CalendarDay]:
        """Return what was said of days between first and last."""

    def put(self, days: Mapping[date, CalendarDay]) -> None:
        """Add or replace days."""


class Thresholds(Protocol):
    """Computed reorder points and order-up-to levels."""

    def all(self) -> dict[StockKey, Threshold]:
        """Return every threshold."""

    def put(self, thresholds: Sequence[Threshold]) -> None:
        """Add or replace thresholds, in one statement a batch."""


class Minimums(Protocol):
    """Reorder points set by hand."""

    def all(self) -> dict[StockKey, ManualMinimum]:
        """Return every manual minimum, expired ones included."""

    def put(self, minimum: ManualMinimum) -> None:
        """Add or replace one."""

    def clear(self, key: StockKey) -> bool:
        """Remove one; False if there was none."""

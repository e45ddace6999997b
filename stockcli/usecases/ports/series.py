"""Tables from outside: units sold per product, location and period in, thresholds out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Protocol

from stockcli.domain.demand import DemandHistory
from stockcli.domain.quantity import plain


@dataclass(frozen=True, kw_only=True)
class SeriesRecord:
    """One product's history at one location, by the names the table gives them.

    Attributes:
        product: its code, as written.
        location: its code, as written; empty if the table has no locations.
    """

    product: str
    location: str
    history: DemandHistory


class SeriesSource(Protocol):
    """A table of sales, read once and in order; it never stands in memory as a whole."""

    @property
    def series_count(self) -> int:
        """Return how many series there are: products times their locations."""

    @property
    def remarks(self) -> Sequence[str]:
        """Return what was odd in the table, in sentences: rows left out, periods cut off."""

    def histories(self) -> Iterator[Sequence[SeriesRecord]]:
        """Yield every series once, some hundreds at a time, by product and location."""


@dataclass(frozen=True, kw_only=True)
class SeriesThreshold:
    """When to order one product at one location: a row of the table an analyst gets.

    Attributes:
        periods: of its history.
        mean_demand: expected units over the protection interval.
        demand_quantile: of the same total, at the service level, unrounded.
        reorder_point: the quantile rounded up to what the product is sold in.
        order_up_to_level: the same and what is asked for until the next review.
        service_level: the target; with costs, the one they led to.
        interval_periods: mean length of the protection interval.
        note: what was odd, in sentences; empty if nothing was.
    """

    product: str
    location: str
    periods: int
    demand_class: str
    model: str
    mean_demand: float
    demand_quantile: float
    reorder_point: Decimal
    order_up_to_level: Decimal
    service_level: float
    interval_periods: float
    note: str

    def cells(self) -> tuple[str, ...]:
        """Return the row as text, figures to their last digit, in the order of the columns."""
        values = (getattr(self, column) for column in THRESHOLD_COLUMNS)
        return tuple(plain(one) if isinstance(one, Decimal) else str(one) for one in values)


THRESHOLD_COLUMNS = tuple(field.name for field in fields(SeriesThreshold))
"""The columns of the table, in their order."""


class ThresholdTable(Protocol):
    """A table of thresholds that is being made, row by row."""

    def write(self, rows: Iterable[SeriesThreshold]) -> int:
        """Write the rows as they come, and return how many; all of them are kept or none.

        Raises:
            InvalidInputError: the table cannot be written.
        """

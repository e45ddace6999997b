"""The shelves of a report: each product at each location, and all of them day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from operator import add

from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.money import CENT
from stockcli.domain.quantity import ZERO
from stockcli.domain.shelf_service import (
    ShelfService,
    empty_days,
    fill_rate,
    is_dead,
    known_from,
    lost_units,
    shelf_service,
    stock_turns,
)
from stockcli.usecases.expectations import Expectations
from stockcli.usecases.inventory import StockLine


@dataclass(frozen=True, kw_only=True)
class ShelfRow:
    """One product at one location; values in the tenant's currency.

    Attributes:
        service: over the report's days; of what is no longer kept in stock, only what sold.
        on_hand: units; None where nobody knows.
        value: of what is on hand, at cost.
        days_of_cover: on hand over the expected units a day; None without a forecast or demand.
        sold_value, lost_value: of the units, at today's price.
        excess: units on hand above the order-up-to level; none where that is not known.
        excess_value: of them, at cost.
        is_dead: whether all that is on hand is dead stock; see `shelf_service.is_dead`.
    """

    sku: str
    name: str
    location: str
    category: str
    service: ShelfService
    on_hand: Decimal | None
    value: Decimal
    days_of_cover: float | None
    sold_value: Decimal
    lost_value: Decimal
    excess: Decimal
    excess_value: Decimal
    is_dead: bool

    @property
    def fill_rate(self) -> float | None:
        """Return the share of demand served from the shelf."""
        return fill_rate(self.service.sold, self.service.lost)

    @property
    def turns(self) -> float | None:
        """Return how often a year the stock is sold."""
        return stock_turns(self.service.sold_on_known_days, self.service.unit_days)


@dataclass(frozen=True, kw_only=True)
class ReportDay:
    """The whole shop on one day; values in the tenant's currency.

    Attributes:
        sold_value, lost_value: at today's price.
        stock_value: at the day's end, at cost, as far as it is known.
        known_shelves: of what is kept in stock, those whose stock is known at the day's end.
        empty_shelves: of those.
    """

    day: date
    sold_value: float
    lost_value: float
    stock_value: float
    known_shelves: int
    empty_shelves: int


class DayTotals:
    """Adds shelves up day by day."""

    def __init__(self, first: date, count: int) -> None:
        self._first = first
        self._sold, self._lost, self._stock = ([0.0] * count for _ in range(3))
        self._newly_known, self._empty = [0] * (count + 1), [0] * count

    def add(self, line: StockLine, sold: Sequence[float], closing: Sequence[float | None]) -> None:
        """Add what sold on a shelf, and what stood on it at the end of each day."""
        price, cost = float(line.product.unit_price), float(line.product.unit_cost)
        self._sold = [total + units * price for total, units in zip(self._sold, sold, strict=True)]
        standing = [left * cost if left is not None and left > 0 else 0.0 for left in closing]
        self._stock = list(map(add, self._stock, standing))

    def add_service(self, closing: Sequence[float | None], lost_value: Mapping[int, float]) -> None:
        """Add which days of a shelf ended empty, and what was lost on them."""
        self._newly_known[known_from(closing)] += 1
        for place, value in lost_value.items():
            self._empty[place] += 1
            self._lost[place] += value

    def days(self) -> tuple[ReportDay, ...]:
        """Return the days, oldest first."""
        known = list(accumulate(self._newly_known))[:-1]
        columns = zip(self._sold, self._lost, self._stock, known, self._empty, strict=True)
        return tuple(
            ReportDay(
                day=self._first + timedelta(days=place),
                sold_value=sold,
                lost_value=lost,
                stock_value=stock,
                known_shelves=known,
                empty_shelves=empty,
            )
            for place, (sold, lost, stock, known, empty) in enumerate(columns)
        )


def shelf_rows(
    lines: Iterable[StockLine],
    series: Mapping[StockKey, DailyMovements],
    expectations: Expectations,
    days: int,
) -> tuple[list[ShelfRow], tuple[ReportDay, ...]]:
    """Return a row a shelf, and the days of all of them together.

    Args:
        lines: every product at every location.
        series: what sold and what stood there, all over the same days.
        days: the last ones of those are reported; whether stock is dead, all of them tell.
    """
    rows, totals = [], None
    for line in lines:
        one = series.get(line.level.key)
        if one is None:
            rows.append(_row(line, ShelfService(), dead=False))
            continue
        first = one.first_day + timedelta(days=len(one.sold) - days)
        totals = totals or DayTotals(first, days)
        sold, closing = one.sold[-days:], one.closing_stock[-days:]
        service = _service(line, sold, closing, expectations, first, totals)
        rows.append(_row(line, service, dead=is_dead(one.sold, one.closing_stock)))
    return rows, totals.days() if totals else ()


def _service(
    line: StockLine,
    sold: Sequence[float],
    closing: Sequence[float | None],
    expectations: Expectations,
    first: date,
    totals: DayTotals,
) -> ShelfService:
    totals.add(line, sold, closing)
    expected_on = expectations.of(line.level.key, first)
    whole = shelf_service(sold, closing, expected_on)
    if not line.product.is_kept:
        return ShelfService(
            sold=whole.sold,
            sold_on_known_days=whole.sold_on_known_days,
            unit_days=whole.unit_days,
        )
    price = float(line.product.unit_price)
    lost = {day: price * lost_units(sold[day], expected_on(day)) for day in empty_days(closing)}
    totals.add_service(closing, lost)
    return whole


def _row(line: StockLine, service: ShelfService, *, dead: bool) -> ShelfRow:
    product, level = line.product, line.order_up_to_level
    on_hand = line.level.on_hand if line.level.is_known else None
    standing = max(ZERO, on_hand or ZERO)
    excess = max(ZERO, standing - level) if level is not None else ZERO
    return ShelfRow(
        sku=product.sku,
        name=product.name,
        location=line.location.code,
        category=product.category,
        service=service,
        on_hand=on_hand,
        value=(standing * product.unit_cost).quantize(CENT),
        days_of_cover=line.days_of_cover if on_hand is not None else None,
        sold_value=_worth(service.sold, product.unit_price),
        lost_value=_worth(service.lost, product.unit_price),
        excess=excess,
        excess_value=(excess * product.unit_cost).quantize(CENT),
        is_dead=dead and standing > 0,
    )


def _worth(units: float, price: Decimal) -> Decimal:
    """Return what units are worth, to the cent; of an estimate, thousandths are enough."""
    return (Decimal(str(round(units, 3))) * price).quantize(CENT)

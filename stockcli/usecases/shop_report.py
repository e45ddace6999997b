"""How a shop did over the last days: service, stock, forecasts, suppliers, and what it cost."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.forecast_score import ForecastScore, added_up
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.reliability import OrderRecord
from stockcli.domain.replenishment import ForecastRecord
from stockcli.domain.shelf_service import DEAD_AFTER_DAYS, stock_turns
from stockcli.domain.shop import Tenant
from stockcli.usecases.expectations import STILL_HOLDS, Expectations
from stockcli.usecases.inventory import StockLine, shop_day_within, stock_lines_within
from stockcli.usecases.key_figures import ServiceFigures, StockFigures, stock_figures
from stockcli.usecases.model_costs import UsageSum, grouped, together
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.report_forecasts import ForecastWeek, forecast_weeks
from stockcli.usecases.report_shelves import ReportDay, ShelfRow, shelf_rows
from stockcli.usecases.report_suppliers import NOTHING, SupplierReport, supplier_reports

LONGEST_DAYS = 1_830


@dataclass(frozen=True, kw_only=True)
class ShopReport:
    """A shop over the days from first to last, which are complete; money in its currency.

    Attributes:
        day: the business day the stock is judged on, after the last.
        stock: what stands on the shelves at the moment.
        shelves: by SKU and location.
        days: day by day, oldest first; empty where nothing ever moved.
        weeks: how past forecasts did; empty before the first full week of one on record.
        suppliers: with an order placed or due, by spending.
        model: what the language model cost over as many days up to now, US dollars.
        model_by: the same by purpose and model.
    """

    shop: Tenant
    day: date
    first: date
    last: date
    stock: StockFigures
    service: ServiceFigures
    turns: float | None
    shelves: tuple[ShelfRow, ...]
    days: tuple[ReportDay, ...]
    weeks: tuple[ForecastWeek, ...]
    suppliers: tuple[SupplierReport, ...]
    model: UsageSum
    model_by: Mapping[tuple[date | str, ...], UsageSum]

    @property
    def sold_value(self) -> Decimal:
        """Return what was sold, at today's prices."""
        return sum((one.sold_value for one in self.shelves), NOTHING)

    @property
    def lost_value(self) -> Decimal:
        """Return the sales estimated as lost, at today's prices."""
        return sum((one.lost_value for one in self.shelves), NOTHING)

    @property
    def dead(self) -> tuple[ShelfRow, ...]:
        """Return the shelves of dead stock, the most valuable first.

        It overlaps with the excess: nothing was sold of it, so most of it lies above the
        order-up-to level too.
        """
        return self.top(lambda row: row.value if row.is_dead else NOTHING)

    @property
    def dead_value(self) -> Decimal:
        """Return the value of dead stock, at cost."""
        return sum((one.value for one in self.dead), NOTHING)

    @property
    def score(self) -> ForecastScore:
        """Return how all past forecasts did."""
        return added_up(one.score for one in self.weeks)

    @property
    def spent(self) -> Decimal:
        """Return what orders of the days came to, at cost."""
        return sum((one.spent for one in self.suppliers), NOTHING)

    def top(self, figure: Callable[[ShelfRow], Decimal]) -> tuple[ShelfRow, ...]:
        """Return the shelves for which a figure is above zero, the largest first."""
        some = [one for one in self.shelves if figure(one) > 0]
        return tuple(sorted(some, key=lambda one: (-figure(one), one.sku, one.location)))


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What a report is made of: one read per kind of fact."""

    day: date
    lines: list[StockLine]
    catalogue: list[Product]
    suppliers: list[Supplier]
    series: Mapping[StockKey, DailyMovements]
    records: list[ForecastRecord]
    orders: list[OrderRecord]
    model: UsageSum
    model_by: Mapping[tuple[date | str, ...], UsageSum]


def shop_report(unit: UnitOfWork, *, now: datetime, days: int = 90) -> ShopReport:
    """Return how a shop did; the same number of reads whatever its size.

    Args:
        now: its business day and the days before it are found from this.
        days: how many complete days before the business day are looked back on.
    """
    with _collecting_later(), unit.reading():
        facts = _read(unit, now, days)
    first, last = facts.day - timedelta(days=days), facts.day - timedelta(days=1)
    expectations = Expectations(facts.lines, facts.records)
    shelves, by_day = shelf_rows(facts.lines, facts.series, expectations, days)
    suppliers = len(facts.suppliers)
    return ShopReport(
        shop=unit.tenant,
        day=facts.day,
        first=first,
        last=last,
        stock=stock_figures(facts.lines, facts.catalogue, suppliers, facts.day),
        service=_service(shelves, by_day, days),
        turns=_turns(facts.lines, shelves),
        shelves=tuple(shelves),
        days=by_day,
        weeks=forecast_weeks(facts.records, facts.series, days),
        suppliers=supplier_reports(facts.suppliers, facts.orders, first, last),
        model=facts.model,
        model_by=facts.model_by,
    )


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Put garbage collection off: what is read is kept, and looking through it takes a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(unit: UnitOfWork, now: datetime, days: int) -> _Facts:
    day = shop_day_within(unit, now)
    first, last = day - timedelta(days=days), day - timedelta(days=1)
    since = day - timedelta(days=max(days, DEAD_AFTER_DAYS))
    products = unit.products.all()
    series = unit.ledger.daily_movements(since, last)
    usage = unit.model_calls.usage(now - timedelta(days=days), now)
    return _Facts(
        day=day,
        lines=stock_lines_within(unit, day=day, products=products),
        catalogue=products,
        suppliers=unit.suppliers.all(),
        series={one.key: one for one in series},
        records=unit.forecast_records.since(first - STILL_HOLDS),
        orders=unit.orders.records(first, day),
        model=together(usage),
        model_by=grouped(usage, ("purpose", "model")),
    )


def _service(shelves: Iterable[ShelfRow], by_day: Iterable[ReportDay], days: int) -> ServiceFigures:
    parts = [one.service for one in shelves]
    return ServiceFigures(
        days=days,
        sold=sum(one.sold for one in parts),
        missed=sum(one.lost for one in parts),
        known_days=sum(one.known_shelves > 0 for one in by_day),
        shelf_days=sum(one.known_days for one in parts),
        stock_out_days=sum(one.stock_out_days for one in parts),
    )


def _turns(lines: Collection[StockLine], shelves: Collection[ShelfRow]) -> float | None:
    """Return how often a year the whole stock is sold, at cost."""
    costs = [float(line.product.unit_cost) for line in lines]
    parts = [row.service for row in shelves]
    return stock_turns(
        sum(cost * one.sold_on_known_days for cost, one in zip(costs, parts, strict=True)),
        sum(cost * one.unit_days for cost, one in zip(costs, parts, strict=True)),
    )

"""How the shop is doing: stock, service, orders and spending in a few figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from stockcli.domain.catalogue import Product
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.money import CENT
from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus, PurchaseOrder, Spending
from stockcli.domain.quantity import ZERO
from stockcli.domain.shelf_service import fill_rate, shelf_service
from stockcli.usecases.expectations import STILL_HOLDS, Expectations
from stockcli.usecases.inventory import StockLine, needs_order, stock_lines_within
from stockcli.usecases.ordering import spent_within
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.suppliers import days_late, outstanding_value


@dataclass(frozen=True, kw_only=True)
class StockFigures:
    """What stands on the shelves; values at cost, in the tenant's currency.

    Attributes:
        products: in the catalogue, each once whatever its locations; discontinued ones too.
        active: of them, that are ordered and sold.
        with_stock: of them, with something on hand anywhere.
        suppliers: that the shop knows.
        low: that need an order; snoozed ones are left out.
        out_of_stock: active ones with nothing on hand.
        never_counted: of which nobody knows what is on hand.
        without_reorder_point: never judged yet.
        value: of what is on hand; negative and unknown stock counts as none.
        excess_value: of what stands on hand above the order-up-to level.
        days_of_cover: value on hand over the value of a day's expected demand; None without one.
    """

    products: int
    active: int
    with_stock: int
    suppliers: int
    low: int
    out_of_stock: int
    never_counted: int
    without_reorder_point: int
    value: Decimal
    excess_value: Decimal
    days_of_cover: float | None


@dataclass(frozen=True, kw_only=True)
class ServiceFigures:
    """How well the shelves served over the last days.

    Attributes:
        days: looked back on.
        sold: units.
        missed: units asked for in vain, estimated, of what is kept in stock.
        known_days: of them, on which any product's stock was known at the end.
        shelf_days: product-days with known stock, one a product, place and day.
        stock_out_days: of the product-days, that ended with an empty shelf.

    Known stock and empty shelves are those of what is kept in stock: a discontinued product's
    shelf may be empty.
    """

    days: int
    sold: float
    missed: float
    known_days: int
    shelf_days: int
    stock_out_days: int

    @property
    def fill_rate(self) -> float | None:
        """Return the share of demand that was served, estimated; None without any demand.

        See `shelf_service.fill_rate` and `lost_units`.
        """
        return fill_rate(self.sold, self.missed)

    @property
    def availability(self) -> float | None:
        """Return the share of shelf days that did not end empty."""
        return 1 - self.stock_out_days / self.shelf_days if self.shelf_days else None


@dataclass(frozen=True, kw_only=True)
class OrderFigures:
    """What is on order, at cost; drafts wait for approval and are part of the open ones."""

    open_orders: int
    open_value: Decimal
    waiting: int
    waiting_value: Decimal
    late: int


@dataclass(frozen=True, kw_only=True)
class KeyFigures:
    """A shop in a few figures, as of its business day."""

    day: date
    stock: StockFigures
    service: ServiceFigures
    orders: OrderFigures
    spent: Spending


def key_figures(unit: UnitOfWork, *, day: date, days: int = 28) -> KeyFigures:
    """Return a shop's key figures: a dozen reads, whatever its size.

    Args:
        day: the shop's business day.
        days: how far back service is judged.
    """
    with unit.reading():
        lines = stock_lines_within(unit, day=day)
        last = day - timedelta(days=1)
        first = day - timedelta(days=days)
        series = unit.ledger.daily_movements(first, last)
        records = unit.forecast_records.since(first - STILL_HOLDS)
        orders = unit.orders.all(OPEN_STATUSES)
        spent = spent_within(unit, day)
        catalogue, suppliers = unit.products.all(), len(unit.suppliers.all())
    return KeyFigures(
        day=day,
        stock=stock_figures(lines, catalogue, suppliers, day),
        service=_service(lines, series, Expectations(lines, records), days),
        orders=order_figures(orders, day),
        spent=spent,
    )


def stock_figures(
    lines: Iterable[StockLine], catalogue: Collection[Product], suppliers: int, day: date
) -> StockFigures:
    """Return what stands on the shelves.

    Args:
        catalogue: every product of the shop.
        suppliers: how many the shop knows.
    """
    active = [line for line in lines if line.product.is_kept]
    known = [line for line in lines if line.level.is_known]
    value = _value(known)
    a_day = sum(
        (line.threshold.mean_per_day * float(line.product.unit_cost))
        for line in active
        if line.threshold
    )
    return StockFigures(
        products=len(catalogue),
        active=sum(product.is_kept for product in catalogue),
        with_stock=len({line.product.sku for line in known if line.level.on_hand > 0}),
        suppliers=suppliers,
        low=sum(line.level.is_known and needs_order(line, day) for line in active),
        out_of_stock=sum(line.level.is_known and line.level.on_hand <= 0 for line in active),
        never_counted=sum(not line.level.is_known for line in active),
        without_reorder_point=sum(line.reorder_point is None for line in active),
        value=value,
        excess_value=_excess_value(known),
        days_of_cover=float(value) / a_day if a_day > 0 else None,
    )


def _value(lines: Iterable[StockLine]) -> Decimal:
    total = sum((max(ZERO, one.level.on_hand) * one.product.unit_cost for one in lines), ZERO)
    return total.quantize(CENT)


def _excess_value(lines: Iterable[StockLine]) -> Decimal:
    """Return the value on hand above the order-up-to level; of what is not judged, nothing."""
    total = ZERO
    for line in lines:
        level = line.order_up_to_level
        if level is not None:
            total += max(ZERO, line.level.on_hand - level) * line.product.unit_cost
    return total.quantize(CENT)


def _service(
    lines: Iterable[StockLine],
    series: Iterable[DailyMovements],
    expectations: Expectations,
    days: int,
) -> ServiceFigures:
    kept = {line.level.key: line.product.is_kept for line in lines}
    sold, shelves = 0.0, []
    known: set[int] = set()
    for one in series:
        sold += float(sum(one.sold)) if one.key in kept else 0.0
        if kept.get(one.key):
            closing = one.closing_stock
            expected_on = expectations.of(one.key, one.first_day)
            shelves.append(shelf_service(one.sold, closing, expected_on))
            known.update(place for place, left in enumerate(closing) if left is not None)
    return ServiceFigures(
        days=days,
        sold=sold,
        missed=sum(one.lost for one in shelves),
        known_days=len(known),
        shelf_days=sum(one.known_days for one in shelves),
        stock_out_days=sum(one.stock_out_days for one in shelves),
    )


def order_figures(orders: Collection[PurchaseOrder], day: date) -> OrderFigures:
    """Return what is on order.

    Args:
        orders: the open ones.
        day: the shop's business day.
    """
    waiting = [order for order in orders if order.status is OrderStatus.DRAFT]
    return OrderFigures(
        open_orders=len(orders),
        open_value=sum((outstanding_value(order) for order in orders), Decimal("0.00")),
        waiting=len(waiting),
        waiting_value=sum((outstanding_value(order) for order in waiting), Decimal("0.00")),
        late=sum(days_late(order, day) > 0 for order in orders),
    )

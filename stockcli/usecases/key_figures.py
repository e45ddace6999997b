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
        known_days: of them, on which any product's stock was known at the end.
        shelf_days: product-days with known stock, one a product, place and day.
        stock_out_days: of the product-days, that ended with an empty shelf.
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

        What was asked for in vain is on no record: the expected demand of the days that ended
        with an empty shelf and without a sale stands for it.
        """
        asked = self.sold + self.missed
        return self.sold / asked if asked > 0 else None

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
        series = unit.ledger.daily_movements(day - timedelta(days=days), last)
        orders = unit.orders.all(OPEN_STATUSES)
        spent = spent_within(unit, day)
        catalogue, suppliers = unit.products.all(), len(unit.suppliers.all())
    active = [line for line in lines if line.product.is_kept]
    return KeyFigures(
        day=day,
        stock=_stock(lines, active, catalogue, suppliers, day),
        service=_service(active, series, days),
        orders=_orders(orders, day),
        spent=spent,
    )


def _stock(
    lines: Iterable[StockLine],
    active: Collection[StockLine],
    catalogue: Collection[Product],
    suppliers: int,
    day: date,
) -> StockFigures:
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
    lines: Iterable[StockLine], series: Iterable[DailyMovements], days: int
) -> ServiceFigures:
    expected = {
        line.level.key: line.threshold.mean_per_day if line.threshold else 0.0 for line in lines
    }
    sold, missed, shelf_days, empty = 0.0, 0.0, 0, 0
    known: set[int] = set()
    for one in series:
        if one.key not in expected:
            continue
        sold += float(sum(one.sold))
        for place, (units, closing) in enumerate(zip(one.sold, one.closing_stock, strict=True)):
            if closing is None:
                continue
            known.add(place)
            shelf_days += 1
            if closing <= 0:
                empty += 1
                missed += 0.0 if units else expected[one.key]
    return ServiceFigures(
        days=days,
        sold=sold,
        missed=missed,
        known_days=len(known),
        shelf_days=shelf_days,
        stock_out_days=empty,
    )


def _orders(orders: Collection[PurchaseOrder], day: date) -> OrderFigures:
    waiting = [order for order in orders if order.status is OrderStatus.DRAFT]
    return OrderFigures(
        open_orders=len(orders),
        open_value=sum((outstanding_value(order) for order in orders), Decimal("0.00")),
        waiting=len(waiting),
        waiting_value=sum((outstanding_value(order) for order in waiting), Decimal("0.00")),
        late=sum(days_late(order, day) > 0 for order in orders),
    )

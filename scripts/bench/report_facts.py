"""What a report reads beside sales, made up; and the same figures by pandas."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from stockcli.domain.catalogue import Product
from stockcli.domain.identifiers import LocationId, OrderId, StockKey, SupplierId
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.domain.replenishment import DAYS_A_YEAR, ForecastRecord, Threshold
from stockcli.usecases.ports import UnitOfWork

WEEK = timedelta(days=7)
ORDERED_EACH = 6
"""A supplier's weekly order has every so-manieth of its products."""
THOUSANDTHS = 1_000


def add_trade(unit: UnitOfWork, next_day: date, days: int) -> None:
    """Give a shop thresholds, a forecast a week, and an order a week and supplier, received."""
    first = next_day - timedelta(days=days)
    weeks = [first + number * WEEK for number in range(days // WEEK.days)]
    with unit:
        place, products = unit.locations.get(None).id, unit.products.all()
        suppliers = [one.id for one in unit.suppliers.all()]
        keys = [StockKey(product.id, place) for product in products]
        unit.thresholds.put([_threshold(key, next_day) for key in keys])
        for week in weeks:
            unit.forecast_records.put([_record(key, week) for key in keys])
        orders = [
            _order(unit, (supplier, place), products, week)
            for week in weeks
            for supplier in suppliers
        ]
        for order in orders:
            unit.orders.add(order)
        unit.ledger.book([one for order in orders for one in _receipts(order)])
        unit.commit()


def _mean(key: StockKey) -> float:
    return 0.1 + key.product_id % 17 / 5


def _threshold(key: StockKey, day: date) -> Threshold:
    return Threshold(
        key=key,
        reorder_point=Decimal(5),
        order_up_to_level=Decimal(20),
        mean_per_day=_mean(key),
        model="made up",
        computed_for=day,
        breakdown={"service_level": 0.95, "interval_days": 12.0, "notes": []},
        parameters={"level": 1.0, "weights": [0.1] * 12},
    )


def _record(key: StockKey, day: date) -> ForecastRecord:
    return ForecastRecord(key=key, computed_for=day, mean_per_day=_mean(key))


def _order(
    unit: UnitOfWork,
    way: tuple[SupplierId, LocationId],
    products: Sequence[Product],
    day: date,
) -> PurchaseOrder:
    supplier, place = way
    supplied = [one for one in products if one.supplier_id == supplier]
    lines = tuple(
        OrderLine(
            product_id=one.id,
            quantity=Decimal(1),
            unit_cost=one.unit_cost,
            received=Decimal(1),
        )
        for one in supplied[day.toordinal() // WEEK.days % ORDERED_EACH :: ORDERED_EACH]
    )
    return PurchaseOrder(
        id=OrderId(0),
        number=unit.orders.next_number(),
        supplier_id=supplier,
        location_id=place,
        status=OrderStatus.RECEIVED,
        lines=lines,
        ordered_on=day,
        expected_on=day + timedelta(days=5),
        created_at=datetime.combine(day, time(6), UTC),
        created_by="bench",
    )


def _receipts(order: PurchaseOrder) -> Iterator[StockMovement]:
    arrived = order.ordered_on + timedelta(days=3 + order.supplier_id % 5)
    for line in order.lines:
        yield StockMovement(
            key=order.key_of(line),
            kind=MovementKind.RECEIPT,
            change=line.received,
            occurred_at=datetime.combine(arrived, time(9), UTC),
            day=arrived,
            reference=f"receipt:{order.number}:note:{line.product_id}",
        )


def pandas_figures(file: Path, first: date, next_day: date) -> dict[str, Any]:
    """Return a report's figures of the shelves, by one pass over every row of the ledger's days.

    Args:
        first: of the days reported, the last being the day before next_day.
    """
    with closing(sqlite3.connect(file)) as opened:
        rows = pd.read_sql("SELECT * FROM daily_movement", opened, parse_dates=["day"])
        products = pd.read_sql("SELECT id, unit_cost FROM product", opened)
        means = pd.read_sql("SELECT product_id, mean_per_day FROM threshold", opened)
    calendar = pd.date_range(rows["day"].min(), next_day - timedelta(days=1))
    sold = _by_day(rows, "units_sold", calendar) / THOUSANDTHS
    stock = _by_day(rows, "net_change", calendar).cumsum() / THOUSANDTHS
    known = _by_day(rows, "is_asserted", calendar).cummax() > 0
    within = calendar >= pd.Timestamp(first)
    sold, stock, known = sold[within], stock[within], known[within]
    empty = known & (stock <= 0)
    expected = means.set_index("product_id")["mean_per_day"].reindex(sold.columns)
    cost = products.set_index("id")["unit_cost"].reindex(sold.columns) / 10_000
    standing = (stock.clip(lower=0).where(known, 0) * cost).to_numpy().sum()
    return {
        "rows": len(rows),
        "sold": float(sold.to_numpy().sum()),
        "lost": float((-sold + expected).clip(lower=0).where(empty, 0).to_numpy().sum()),
        "stock_out_days": int(empty.to_numpy().sum()),
        "turns": DAYS_A_YEAR * float((sold.where(known, 0) * cost).to_numpy().sum() / standing),
    }


def _by_day(rows: pd.DataFrame, column: str, calendar: pd.DatetimeIndex) -> pd.DataFrame:
    table = rows.pivot_table(index="day", columns="product_id", values=column, aggfunc="sum")
    return table.reindex(calendar).fillna(0)

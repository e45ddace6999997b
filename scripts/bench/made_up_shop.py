"""A shop made up from a seed, straight into the tables a refresh reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import ProductId, SupplierId, TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork

Units = NDArray[np.int64]

SUPPLIERS = 20
CATEGORIES = 25
WEEKDAY_SHARES = (0.9, 0.9, 1.0, 1.0, 1.2, 1.6, 0.0)
"""Of a mean day's demand, Monday first; on Sundays the shop is shut."""
REVIEW_DAYS = 7
THOUSANDTHS = 1000
"""Units are stored as thousandths."""
_DAYS = """
INSERT INTO daily_movement
  (tenant_id, product_id, location_id, day, units_sold, net_change, is_asserted)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_LEVELS = """
INSERT INTO stock_level
  (tenant_id, product_id, location_id, on_hand, reserved, is_known, version, counted_at)
VALUES (?, ?, ?, ?, 0, TRUE, 1, NULL)
"""
_LINES = "INSERT INTO sales_day (tenant_id, day, sale_lines) VALUES (?, ?, ?)"


@dataclass(frozen=True, kw_only=True)
class ShopSize:
    """How large a shop is made.

    Attributes:
        next_day: the day after the last one.
    """

    products: int
    days: int
    seed: int
    next_day: date


@dataclass(frozen=True, kw_only=True, eq=False)
class Trade:
    """What sold and what arrived, one row a day, one column a product; units."""

    sold: Units
    received: Units


def made_up_shop(database: Database, file: Path, size: ShopSize) -> UnitOfWork:
    """Fill an empty SQLite database with one shop, and return its unit of work.

    The ledger itself stays empty: only what its triggers add up is written, since only that
    is read, and booking millions of movements takes minutes.
    """
    shop = database.directory().add_tenant(Tenant(id=TenantId(0), slug="bench", name="Bench"))
    unit = database.unit_of_work(shop)
    with unit:
        unit.suppliers.put(_suppliers())
        unit.products.put(_products(size.products))
        unit.commit()
    with unit.reading():
        place = unit.locations.get(None).id
        products = [int(product.id) for product in unit.products.all()]
    connection = sqlite3.connect(file)
    _write(connection, (int(shop.id), int(place)), products, size)
    connection.close()
    return unit


def traded(size: ShopSize) -> Trade:
    """Return demand met from a shelf that is filled up once a week, and runs empty at times."""
    chance = np.random.default_rng(size.seed)
    rate = chance.lognormal(np.log(0.4), 1.3, size.products)
    fill = np.ceil(rate * REVIEW_DAYS * chance.uniform(0.8, 3.0, size.products)) + 1
    levels = fill.astype(np.int64)
    on_hand = np.zeros(size.products, dtype=np.int64)
    sold, received = np.zeros((2, size.days, size.products), dtype=np.int64)
    for number in range(size.days):
        due = (number + np.arange(size.products)) % REVIEW_DAYS == 0 if number else on_hand == 0
        received[number] = np.where(due, np.maximum(levels - on_hand, 0), 0)
        weekday = _day(size, number).weekday()
        wanted = chance.poisson(
            rate * WEEKDAY_SHARES[weekday] * chance.gamma(4.0, 0.25, size.products)
        )
        sold[number] = np.minimum(wanted, on_hand + received[number])
        on_hand += received[number] - sold[number]
    return Trade(sold=sold, received=received)


def _write(
    connection: sqlite3.Connection, owner: tuple[int, int], products: list[int], size: ShopSize
) -> None:
    tenant, place = owner
    trade = traded(size)
    days = [_day(size, number).isoformat() for number in range(size.days)]
    change = trade.received - trade.sold
    with connection:
        for column, product in enumerate(products):
            connection.executemany(
                _DAYS, _moved((tenant, product, place), days, trade.sold[:, column],
                              trade.received[:, column]),
            )  # fmt: skip
        on_hand = (THOUSANDTHS * change.sum(axis=0)).tolist()
        connection.executemany(
            _LEVELS,
            (
                (tenant, product, place, units)
                for product, units in zip(products, on_hand, strict=True)
            ),
        )
        lines = (trade.sold > 0).sum(axis=1).tolist()
        connection.executemany(
            _LINES, ((tenant, day, count) for day, count in zip(days, lines, strict=True) if count)
        )


def _moved(
    key: tuple[int, int, int], days: list[str], sold: Units, received: Units
) -> Iterator[tuple[object, ...]]:
    for number in np.flatnonzero(sold + received).tolist():
        units, arrived = int(sold[number]), int(received[number])
        change = THOUSANDTHS * (arrived - units)
        yield *key, days[number], THOUSANDTHS * units, change, arrived > 0


def _day(size: ShopSize, number: int) -> date:
    return size.next_day - timedelta(days=size.days - number)


def _suppliers() -> list[Supplier]:
    return [
        Supplier(
            id=SupplierId(0),
            code=f"S{number}",
            name=f"Supplier {number}",
            lead_time=LeadTime(mean_days=3 + number % 9, standard_deviation_days=1 + number % 3),
        )
        for number in range(SUPPLIERS)
    ]


def _products(count: int) -> list[Product]:
    return [
        Product(
            id=ProductId(0),
            sku=f"P{number:06}",
            name=f"Product {number}",
            category=f"Category {number % CATEGORIES}",
            supplier_id=SupplierId(1 + number % SUPPLIERS),
            unit_cost=Decimal(1 + number % 40),
            unit_price=Decimal(2 + number % 60),
        )
        for number in range(count)
    ]

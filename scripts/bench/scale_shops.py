"""Many shops made up from a seed, whose days are those of real products: blocks of weeks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from stockcli.demo.giftware import LAST_DAY, LINES_PATH
from stockcli.demo.giftware_sales import read_histories
from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import ProductId, SupplierId, TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork

Units = NDArray[np.int64]
Rows = Iterable[tuple[object, ...]]
Load = Callable[[str, str, Rows], None]
"""Adds rows to a table, whose columns are named with commas between."""

LAST = date(2024, 6, 3)
"""The last day with sales, so that shops are judged on the next, whenever the bench runs."""
WEEK = 7
BLOCK_WEEKS = 4
FEWEST_SALE_DAYS = 8
SUPPLIERS = 5
CATEGORIES = 8
THOUSANDTHS = 1000
"""Units are stored as thousandths."""
_DAYS = "tenant_id, product_id, location_id, day, units_sold, net_change, is_asserted"
_LEVELS = "tenant_id, product_id, location_id, on_hand, reserved, is_known, version"
_LINES = "tenant_id, day, sale_lines"
EMPTIED = (
    "UPDATE stock_level SET on_hand = 0, version = version + 1",
    "UPDATE purchase_order_line SET cancelled = quantity - received, is_open = FALSE WHERE is_open",
    "UPDATE purchase_order SET status = 'cancelled' WHERE status NOT IN ('received', 'cancelled')",
    "UPDATE tenant_state SET version = version + 1",
)
"""Every shelf bare and nothing on its way: all that sells is low."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is made: shops, products of each, days of history of each product."""

    tenants: int
    products: int
    days: int
    seed: int


def fill(database: Database, load: Load, size: Size) -> int:
    """Make the shops, one at a time, so that memory holds one; return the rows of days."""
    chance = np.random.default_rng(size.seed)
    return sum(_fill_one(database, load, size, number, chance) for number in range(size.tenants))


def _fill_one(
    database: Database, load: Load, size: Size, number: int, chance: np.random.Generator
) -> int:
    """Write what the ledger's triggers would have added up; the ledger itself stays empty."""
    shop = Tenant(id=TenantId(0), slug=f"shop-{number:05}", name=f"Shop {number}")
    unit = database.unit_of_work(database.directory().add_tenant(shop))
    keys = _catalogue(unit, size.products)
    sold, received = traded(size, chance)
    change = received - sold
    days = [(LAST - timedelta(days=size.days - 1 - n)).isoformat() for n in range(size.days)]
    moved = list(_moved(keys, days, sold, received))
    load("daily_movement", _DAYS, moved)
    on_hand = (THOUSANDTHS * change.sum(axis=1)).tolist()
    load(
        "stock_level",
        _LEVELS,
        ((*key, units, 0, True, 1) for key, units in zip(keys, on_hand, strict=True)),
    )
    lines = (sold > 0).sum(axis=0).tolist()
    some = ((keys[0][0], day, count) for day, count in zip(days, lines, strict=True) if count)
    load("sales_day", _LINES, some)
    return len(moved)


def _catalogue(unit: UnitOfWork, count: int) -> list[tuple[int, int, int]]:
    """Add suppliers and products; return the key of each product's shelf."""
    with unit:
        unit.suppliers.put(_supplier(number) for number in range(SUPPLIERS))
        unit.commit()
    with unit.reading():
        suppliers = [supplier.id for supplier in unit.suppliers.all()]
        place = int(unit.locations.get(None).id)
    with unit:
        unit.products.put(_product(number, suppliers) for number in range(count))
        unit.commit()
    with unit.reading():
        return [(int(unit.tenant.id), int(one.id), place) for one in unit.products.all()]


def _supplier(number: int) -> Supplier:
    lead_time = LeadTime(mean_days=3 + 2 * number, standard_deviation_days=1 + number % 3)
    name = f"Supplier {number}"
    return Supplier(id=SupplierId(0), code=f"S{number}", name=name, lead_time=lead_time)


def _product(number: int, suppliers: Sequence[SupplierId]) -> Product:
    return Product(
        id=ProductId(0),
        sku=f"P{number:06}",
        name=f"Product {number}",
        category=f"Category {number % CATEGORIES}",
        supplier_id=suppliers[number % len(suppliers)],
        unit_cost=Decimal(1 + number % 40),
        unit_price=Decimal(2 + number % 60),
    )


@cache
def real_weeks() -> Units:
    """Return units sold of every real product: product, week, day of the week, Monday first."""
    last = LAST_DAY - timedelta(days=LAST_DAY.weekday() + 1)
    histories = read_histories(LINES_PATH)
    often = [one for one in histories if len(one.units_by_day) >= FEWEST_SALE_DAYS]
    first = min(min(one.units_by_day) for one in often)
    weeks = (last - first).days // WEEK
    units = [one.daily_units(last, weeks * WEEK) for one in often]
    return np.array(units, dtype=np.int64).reshape(len(often), weeks, WEEK)


def traded(size: Size, chance: np.random.Generator) -> tuple[Units, Units]:
    """Return what sold and what arrived, a row a product: shelves filled weekly, empty at times.

    A made-up product is a real one of the shipped giftware shop whose weeks, four at a time, were
    drawn anew (a block bootstrap): how often, how much and on which weekdays it sells is real.
    """
    wanted = _drawn(size, chance)
    fill = np.ceil(wanted.mean(axis=1) * WEEK * chance.uniform(1.0, 12.0, size.products)) + 2
    levels = fill.astype(np.int64)
    sold, received = np.zeros_like(wanted), np.zeros_like(wanted)
    on_hand = np.zeros(size.products, dtype=np.int64)
    for day in range(size.days):
        is_due = (day + np.arange(size.products)) % WEEK == 0 if day else on_hand == 0
        received[:, day] = np.where(is_due, np.maximum(levels - on_hand, 0), 0)
        sold[:, day] = np.minimum(wanted[:, day], on_hand + received[:, day])
        on_hand += received[:, day] - sold[:, day]
    return sold, received


def _drawn(size: Size, chance: np.random.Generator) -> Units:
    real = real_weeks()
    blocks = -(-(size.days + WEEK) // (WEEK * BLOCK_WEEKS))
    which = chance.integers(len(real), size=size.products)
    starts = chance.integers(real.shape[1] - BLOCK_WEEKS + 1, size=(size.products, blocks))
    weeks = (starts[:, :, None] + np.arange(BLOCK_WEEKS)).reshape(size.products, -1)
    days = real[which[:, None], weeks].reshape(size.products, -1)
    end = days.shape[1] - (WEEK - 1 - LAST.weekday())
    return np.ascontiguousarray(days[:, end - size.days : end])


def _moved(
    keys: Sequence[tuple[int, int, int]], days: Sequence[str], sold: Units, received: Units
) -> Iterator[tuple[object, ...]]:
    net = received - sold
    for row, day in np.argwhere((sold > 0) | (received > 0)).tolist():
        units, change = THOUSANDTHS * int(sold[row, day]), THOUSANDTHS * int(net[row, day])
        yield *keys[row], days[day], units, change, bool(received[row, day])


def onto_file(file: Path) -> Load:
    """Return what adds rows to a SQLite file."""

    def load(table: str, columns: str, rows: Rows) -> None:
        places = ", ".join("?" * len(columns.split(",")))
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608

    return load


def onto_server(connection: psycopg.Connection[Any]) -> Load:
    """Return what adds rows to a server, as its administrator: by COPY, past keys and triggers."""

    def load(table: str, columns: str, rows: Rows) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.commit()

    return load

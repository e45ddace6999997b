"""Where feeds are measured, and whom they are measured beside."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from scripts.bench.fences import text_of
from stockcli.bootstrap import SystemClock
from stockcli.domain.catalogue import Location, Product
from stockcli.domain.identifiers import LocationId, ProductId, TenantId
from stockcli.domain.ledger import MovementKind
from stockcli.domain.shop import Role, Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.stock_keeping import record_movement

BATCH = 1_000
COLUMNS = "tenant_id, reference, product_id, location_id, kind, change, occurred_at, day, note"
DIFFERENCES = """
    SELECT count(*) FROM stock_level l LEFT JOIN (
      SELECT tenant_id, product_id, location_id, sum(change) AS units FROM stock_movement
      GROUP BY 1, 2, 3) m ON m.tenant_id = l.tenant_id AND m.product_id = l.product_id
      AND m.location_id = l.location_id
    WHERE l.on_hand <> coalesce(m.units, 0)"""
"""Shelves that are not what the ledger adds up to."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A database with one shop.

    Attributes:
        address: by which its owner reaches it.
        manager: by which the shop's manager reaches it.
    """

    address: str
    manager: str
    token: str
    shop: Tenant
    database: Database

    @property
    def is_file(self) -> bool:
        """Return whether it is SQLite."""
        return self.address.startswith("sqlite")


def stage_on_file(folder: Path, options: argparse.Namespace) -> Stage:
    """Return a shop in a SQLite file."""
    address = f"sqlite:///{folder / 'stock.db'}"
    database = Database(address, clock=SystemClock())
    database.ensure_ready()
    return _with_a_shop(database, address, address, options)


def stage_on_server(address: URL, options: argparse.Namespace) -> Stage:
    """Return a shop on a server, behind its fences."""
    database = Database(text_of(address), clock=SystemClock())
    manager = database.initialise()["stock_app"]
    return _with_a_shop(database, text_of(address), manager, options)


def _with_a_shop(
    database: Database, address: str, manager: str, options: argparse.Namespace
) -> Stage:
    directory = database.directory()
    shop = directory.add_tenant(Tenant(id=TenantId(0), slug="bench", name="Bench"))
    token = directory.create_token(
        role=Role.MANAGER, tenant_slug="bench", label="till", expires_at=None
    )
    unit = database.unit_of_work(shop)
    with unit:
        unit.locations.put(
            Location(id=LocationId(0), code=code, name=code) for code in ("SHOP", "BACK")
        )
        unit.products.put(
            Product(id=ProductId(0), sku=f"P{number:05}", name=f"Product {number}")
            for number in range(options.products)
        )
        unit.commit()
    return Stage(address=address, manager=manager, token=token, shop=shop, database=database)


def one_by_one(stage: Stage, options: argparse.Namespace, number: int) -> None:
    """Book sales as `stock move sale` does, once it runs: a transaction each."""
    unit, clock = stage.database.unit_of_work(stage.shop), SystemClock()
    for sale in range(options.singles):
        record_movement(
            unit,
            f"P{sale % options.products:05}",
            kind=MovementKind.SALE,
            units=Decimal(1),
            location="SHOP",
            reference=f"single:{number}:{sale}",
            now=clock.now(),
        )


def bare(stage: Stage, options: argparse.Namespace, number: int) -> None:
    """Have the driver write rows as they are: nothing read, nothing asked, nothing audited."""
    product, place = _ids(stage)
    now = datetime.now(UTC).replace(tzinfo=None) if stage.is_file else datetime.now(UTC)
    rows = [
        (
            stage.shop.id,
            f"bare:{number}:{row}",
            product + row % options.products,
            place,
            "sale",
            -1000,
            str(now) if stage.is_file else now,
            str(now.date()) if stage.is_file else now.date(),
            "",
        )
        for row in range(options.lines)
    ]
    mark = "?" if stage.is_file else "%s"
    insert = f"INSERT INTO stock_movement ({COLUMNS}) VALUES ({', '.join([mark] * len(rows[0]))})"  # noqa: S608 - our own names
    with closing(_driver(stage)) as driver:
        for start in range(0, len(rows), BATCH):
            driver.cursor().executemany(insert, rows[start : start + BATCH])
            driver.commit()


def _driver(stage: Stage) -> Any:
    if stage.is_file:
        driver = sqlite3.connect(stage.address.removeprefix("sqlite:///"))
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            driver.execute(f"PRAGMA {pragma}")
        return driver
    return psycopg.connect(stage.address.replace("+psycopg", "", 1))


def _ids(stage: Stage) -> tuple[int, int]:
    """Return the number of the first product, which the others follow, and of the first place."""
    unit = stage.database.unit_of_work(stage.shop)
    with unit.reading():
        return min(product.id for product in unit.products.all()), unit.locations.get("SHOP").id


def differences(stage: Stage) -> int:
    """Return on how many shelves something else lies than the ledger adds up to."""
    engine = create_engine(stage.address)
    with engine.connect() as connection:
        found = connection.scalar(text(DIFFERENCES))
    engine.dispose()
    return int(found or 0)

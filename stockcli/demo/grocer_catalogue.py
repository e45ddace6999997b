"""What the generated grocer sells and who delivers it; names, prices and rates are made up."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from stockcli.demo.shapes import DemoProduct, DemoSupplier, ProductLife

PRODUCTS_PATH = Path(__file__).with_name("grocer_products.csv")

Pattern = Literal[
    "regular", "weekend", "steady", "intermittent", "new", "discontinued", "run_out", "dead"
]
Shelf = Literal["ample", "tight", "low"]
LIFE_OF_PATTERN: dict[Pattern, ProductLife] = {
    "discontinued": "discontinued",
    "run_out": "run_out",
}


@dataclass(frozen=True, kw_only=True)
class GrocerProduct:
    """A product and how it moves.

    Attributes:
        daily_units: mean demand per open day in the shop.
        warehouse_daily_units: the same of restaurants who buy at the warehouse; 0: none.
        shelf: how the shop stocks it: ample, tight (sells out at times), low (low at the end).
    """

    fact: DemoProduct
    pattern: Pattern
    daily_units: float
    warehouse_daily_units: float
    shelf: Shelf


def suppliers() -> tuple[DemoSupplier, ...]:
    """Return the seven suppliers; lead times in days."""
    rows = (
        ("CEREALISTA", "Cerealista Boa Safra", 6.0, 1.5),
        ("LATICINIOS", "Laticínios Serra Clara", 3.0, 0.8),
        ("PADARIA", "Padaria e Massas Aurora", 1.0, 0.3),
        ("GRANJA", "Granja Três Irmãos", 2.0, 0.6),
        ("BEBIDAS", "Distribuidora Maré Alta", 5.0, 1.5),
        ("LIMPEZA", "Casa Limpa Atacado", 8.0, 2.0),
        ("IMPORTADORA", "Importadora Porto Norte", 16.0, 4.0),
    )
    return tuple(
        DemoSupplier(
            code=code,
            name=name,
            email=f"pedidos.{code.lower()}@example.com",
            lead_time_days=mean_days,
            lead_time_sd_days=sd_days,
        )
        for code, name, mean_days, sd_days in rows
    )


def read_products() -> tuple[GrocerProduct, ...]:
    """Return the catalogue in its order."""
    with PRODUCTS_PATH.open(newline="", encoding="utf-8") as file:
        return tuple(_product(row) for row in csv.DictReader(file))


def _product(row: dict[str, str]) -> GrocerProduct:
    pattern: Pattern = row["pattern"]  # type: ignore[assignment]  # our own file, read by a test
    shelf: Shelf = row["shelf"]  # type: ignore[assignment]  # as above
    fact = DemoProduct(
        sku=row["sku"],
        name=row["name"],
        category=row["category"],
        supplier_code=row["supplier"],
        unit_cost=Decimal(row["unit_cost"]),
        unit_price=Decimal(row["unit_price"]),
        pack_size=Decimal(row["pack_size"]),
        minimum_order_quantity=Decimal(row["minimum_order_quantity"]),
        maximum_stock=Decimal(row["maximum_stock"]) if row["maximum_stock"] else None,
        status=LIFE_OF_PATTERN.get(pattern, "active"),
    )
    return GrocerProduct(
        fact=fact,
        pattern=pattern,
        shelf=shelf,
        daily_units=float(row["daily_units"]),
        warehouse_daily_units=float(row["warehouse_daily_units"] or 0),
    )

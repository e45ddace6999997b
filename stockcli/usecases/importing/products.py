"""The catalogue from a file: products, added or brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from stockcli.domain.catalogue import Product, ProductStatus
from stockcli.domain.identifiers import ProductId
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.columns import Layout
from stockcli.usecases.importing.progress import Steps, take_rows
from stockcli.usecases.importing.report import (
    NEW_SKUS_NAMED,
    ImportReport,
    SkippedRowError,
    record_of,
)
from stockcli.usecases.importing.source import ImportSource
from stockcli.usecases.importing.table_rows import (
    FieldReader,
    TableOptions,
    Upsert,
    begun_report,
    opened_fields,
)
from stockcli.usecases.importing.trading_partners import KnownSuppliers
from stockcli.usecases.ports import Progress, UnitOfWork

PRODUCT_LAYOUT = Layout(
    required=("sku",),
    optional=(
        "name",
        "category",
        "supplier",
        "unit_cost",
        "unit_price",
        "pack_size",
        "minimum_order_quantity",
        "maximum_stock",
        "status",
        "service_level",
    ),
)

_STATUS = {
    "active": ProductStatus.ACTIVE,
    "ativo": ProductStatus.ACTIVE,
    "ativa": ProductStatus.ACTIVE,
    "run_out": ProductStatus.RUN_OUT,
    "run out": ProductStatus.RUN_OUT,
    "discontinued": ProductStatus.DISCONTINUED,
    "inactive": ProductStatus.DISCONTINUED,
    "inativo": ProductStatus.DISCONTINUED,
    "inativa": ProductStatus.DISCONTINUED,
    "fora de linha": ProductStatus.DISCONTINUED,
    "descontinuado": ProductStatus.DISCONTINUED,
}


def import_products(
    unit: UnitOfWork,
    source: ImportSource,
    options: TableOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Add products or bring them up to date; a missing column or empty cell keeps what is stored.

    Raises:
        InvalidInputError: it is no CSV file, or the column of the SKU is missing.
    """
    with unit.reading():
        products = Upsert({product.sku: product for product in unit.products.all()})
        suppliers = KnownSuppliers(unit.suppliers.all())

    def take(fields: FieldReader, row: list[str]) -> None:
        sku = cells.sku(fields.text(row, "sku"))
        known = products.current(sku) or Product(id=ProductId(0), sku=sku, name=sku)
        products.put(sku, replace(known, **_product_facts(fields, row, suppliers)))

    steps = Steps(source.size_bytes, on_progress)
    with opened_fields(source, PRODUCT_LAYOUT, options) as fields:
        report = read_rows("products", fields, take, products, steps)
    created = [sku for sku in products.wanted if sku not in products.stored]
    report = replace(
        report,
        products_created=len(created),
        new_skus=tuple(created[:NEW_SKUS_NAMED]),
        dry_run=dry_run,
    )
    if not dry_run:
        with unit:
            unit.products.put(products.changed())
            unit.imports.add(record_of(report, now))
            unit.commit()
    steps.written(1, 1)
    return report


def read_rows(
    kind: str,
    fields: FieldReader,
    take: Callable[[FieldReader, list[str]], None],
    upsert: Upsert[Any],
    steps: Steps,
) -> ImportReport:
    """Read a file row by row into what it gives, and return what became of the rows."""
    rows_read, skips = take_rows(
        fields.table, lambda _, row: take(fields, row), steps, fields.signs
    )
    report = begun_report(kind, fields, rows_read)
    return replace(upsert.laid_over(report), skipped=skips.rows())


def _product_facts(
    fields: FieldReader, row: list[str], suppliers: KnownSuppliers
) -> dict[str, Any]:
    """Return what a row says of a product; empty cells say nothing."""
    facts: dict[str, Any] = {
        "name": cells.readable(fields.text(row, "name")) or None,
        "category": cells.readable(fields.text(row, "category")) or None,
        "supplier_id": suppliers.id_of(fields.text(row, "supplier")),
        "unit_cost": fields.price(row, "unit_cost"),
        "unit_price": fields.price(row, "unit_price"),
        "pack_size": _above_zero(fields, row, "pack_size"),
        "minimum_order_quantity": fields.units(row, "minimum_order_quantity", least=0),
        "maximum_stock": fields.units(row, "maximum_stock", least=0),
        "status": _status(fields.text(row, "status")),
        "service_level": _service_level(fields, row),
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _above_zero(fields: FieldReader, row: list[str], name: str) -> Decimal | None:
    number = fields.units(row, name, least=0)
    if number == 0:
        raise SkippedRowError(f"bad {name.replace('_', ' ')}", "it is 0, and must be more")
    return number


def _status(text: str) -> ProductStatus | None:
    if not text:
        return None
    status = _STATUS.get(text.casefold())
    if status is None:
        known = ", ".join(ProductStatus)
        raise SkippedRowError("bad status", f"{text[:40]!r} is none of {known}")
    return status


def _service_level(fields: FieldReader, row: list[str]) -> float | None:
    """Return the service level inside (0, 1); 95 and 95 % are 0.95."""
    text = fields.text(row, "service_level").rstrip("% ")
    if not text:
        return None
    level = cells.units(text)
    share = float(level) / 100 if level > 1 else float(level)
    if not 0 < share < 1:
        raise SkippedRowError("bad service level", f"{text[:40]!r} is not between 0 and 1")
    return share

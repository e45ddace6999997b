"""Sources from a file: which suppliers products can be bought from, ranks and prices."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain.catalogue import Product
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import ProductId, SupplierId
from stockcli.domain.source_ranks import price_breaks, sources_of, with_source
from stockcli.domain.sourcing import PriceBreak, ProductSource
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.columns import Layout
from stockcli.usecases.importing.progress import Steps, take_rows
from stockcli.usecases.importing.report import ImportReport, SkippedRowError, record_of
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
from stockcli.usecases.product_sources import SourceFacts, store_sources

SOURCE_LAYOUT = Layout(
    required=("sku", "supplier"),
    optional=("rank", "unit_cost", "breaks"),
    also={
        "unit_cost": "unitprice price preco precounitario valorunitario",
        "supplier": "code codigo",
    },
)
MOST_SOURCES = 99
_BREAK = re.compile(r"([^=:\s|;]+)\s*[=:]\s*([^=:\s|;]+)")
_BETWEEN = re.compile(r"[\s|;]*")


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a row says of a source."""

    product_id: ProductId
    supplier_id: SupplierId
    facts: SourceFacts


def import_sources(
    unit: UnitOfWork,
    source: ImportSource,
    options: TableOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Add sources of known products, or bring them up to date; empty cells keep what is stored.

    Rows of a product are taken by rank; whoever has rank 0 is its supplier from then on, and the
    one before moves back.

    Raises:
        InvalidInputError: it is no CSV file, or the column of SKU or supplier is missing.
    """
    with unit.reading():
        products = {product.sku: product for product in unit.products.all()}
        suppliers = KnownSuppliers(unit.suppliers.all())
        stored = unit.sources.all()
    asked: list[_Asked] = []

    def take(fields: FieldReader, row: list[str]) -> None:
        asked.append(_asked(fields, row, products, suppliers))

    steps = Steps(source.size_bytes, on_progress)
    with opened_fields(source, SOURCE_LAYOUT, options) as fields:
        rows_read, skips = take_rows(
            fields.table, lambda _, row: take(fields, row), steps, fields.signs
        )
        begun = begun_report("sources", fields, rows_read)
    before = {
        one.id: sources_of(one.id, one.supplier_id, stored.get(one.id, ()))
        for one in products.values()
    }
    after = _laid_over(before, asked)
    upsert = _counted(stored, after, asked)
    report = replace(upsert.laid_over(begun), skipped=skips.rows(), dry_run=dry_run)
    if not dry_run:
        with unit:
            touched = [one for one in products.values() if one.id in after]
            store_sources(unit, [(one, after[one.id]) for one in touched])
            unit.imports.add(record_of(report, now))
            unit.commit()
    steps.written(1, 1)
    return report


_Sources = dict[ProductId, tuple[ProductSource, ...]]


def _laid_over(before: _Sources, asked: list[_Asked]) -> _Sources:
    """Return the sources of the products that rows are about, rows taken by rank."""
    after: _Sources = {}
    for one in sorted(asked, key=_rank):
        sources = after.get(one.product_id, before[one.product_id])
        known = next((each for each in sources if each.supplier_id == one.supplier_id), None)
        fresh = ProductSource(product_id=one.product_id, supplier_id=one.supplier_id)
        source = one.facts.over(known or fresh)
        after[one.product_id] = with_source(sources, source, one.facts.rank)
    return after


def _rank(one: _Asked) -> int:
    """Return the rank rows are taken by; without one, last."""
    return MOST_SOURCES + 1 if one.facts.rank is None else one.facts.rank


def _counted(stored: _Sources, after: _Sources, asked: list[_Asked]) -> Upsert[ProductSource]:
    """Return the rows counted by what became of them."""
    known = {_code(one): one for sources in stored.values() for one in sources}
    wanted = {_code(one): one for sources in after.values() for one in sources}
    upsert = Upsert(known)
    for one in asked:
        upsert.put(_code(one), wanted[_code(one)])
    return upsert


def _code(one: ProductSource | _Asked) -> str:
    return f"{one.product_id}:{one.supplier_id}"


def _asked(
    fields: FieldReader,
    row: list[str],
    products: dict[str, Product],
    suppliers: KnownSuppliers,
) -> _Asked:
    sku = cells.sku(fields.text(row, "sku"))
    product = products.get(sku)
    if product is None:
        raise SkippedRowError("unknown product", f"there is no product {sku!r}")
    supplier_id = suppliers.id_of(fields.text(row, "supplier"))
    if supplier_id is None:
        raise SkippedRowError("no supplier", "the supplier is empty")
    facts = SourceFacts(
        rank=_rank_cell(fields.text(row, "rank")),
        unit_cost=fields.price(row, "unit_cost"),
        price_breaks=_breaks(fields, fields.text(row, "breaks")),
    )
    return _Asked(product_id=product.id, supplier_id=supplier_id, facts=facts)


def _rank_cell(text: str) -> int | None:
    if not text:
        return None
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and int(digits) <= MOST_SOURCES):
        raise SkippedRowError("bad rank", f"{text[:40]!r} is no rank from 0 to {MOST_SOURCES}")
    return int(digits)


def _breaks(fields: FieldReader, text: str) -> tuple[PriceBreak, ...] | None:
    """Return the price breaks of a cell such as 10=0.90 50=0.85; None for an empty one."""
    if not text:
        return None
    if _BETWEEN.fullmatch(_BREAK.sub("", text)) is None:
        raise SkippedRowError("bad price breaks", f"{text[:40]!r}: write 10=0.90 50=0.85")
    try:
        return price_breaks(_step(fields, *pair) for pair in _BREAK.findall(text))
    except InvalidInputError as error:  # also what a cell that holds no number raises
        raise SkippedRowError("bad price breaks", error.message) from None


def _step(fields: FieldReader, units: str, cost: str) -> tuple[Decimal, Decimal]:
    return cells.units(units, fields.signs.style), cells.price(cost, fields.signs.style)

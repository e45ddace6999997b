"""Sales from a file: read and merged as a whole first, then booked chunk by chunk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from stockcli.domain.catalogue import Product
from stockcli.domain.identifiers import ProductId
from stockcli.domain.money import unit_cost
from stockcli.usecases.importing.booking import book_tally, compare_tally
from stockcli.usecases.importing.dates import date_cells
from stockcli.usecases.importing.doubled_days import days_sold_twice
from stockcli.usecases.importing.naming import RecentPrices
from stockcli.usecases.importing.places import KnownPlaces, create_places, known_places, stock_keys
from stockcli.usecases.importing.profiles import SalesOptions, SalesProfile, profile_for
from stockcli.usecases.importing.progress import Steps, take_rows
from stockcli.usecases.importing.reading import Table
from stockcli.usecases.importing.report import NEW_SKUS_NAMED, ImportReport, record_of
from stockcli.usecases.importing.sales_rows import SalesRows
from stockcli.usecases.importing.source import ImportSource, opened
from stockcli.usecases.ports import Progress, UnitOfWork


def import_sales(
    unit: UnitOfWork,
    source: ImportSource,
    options: SalesOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Take in a file of sales; taken in twice, it changes nothing.

    The file is read as a whole before anything is booked; then every 10,000 movements are a
    transaction of their own, so that an import broken off is completed by repeating it.

    Args:
        unit: of the shop.
        source: the file.
        options: columns, dates, and what to do with what is not known.
        now: the present instant, timezone-aware.
        dry_run: only report what would be done.
        on_progress: called with a number that grows up to the source's size in bytes.

    Raises:
        InvalidInputError: it is no CSV file, or a column is missing.
        NotFoundError: there is no such profile or location.
    """
    steps = Steps(source.size_bytes, on_progress)
    known = known_places(unit, options.location)
    rows, profile, report = _read(unit, source, options, known, steps, now)
    report = replace(report, dry_run=dry_run)
    report = _taken(unit, rows, report, known, steps)
    if not dry_run:
        _record(unit, report, options.save_profile, profile, now)
    steps.written(1, 1)
    return report


def _read(
    unit: UnitOfWork,
    source: ImportSource,
    options: SalesOptions,
    known: KnownPlaces,
    steps: Steps,
    now: datetime,
) -> tuple[SalesRows, SalesProfile, ImportReport]:
    with opened(source) as file:
        table = Table(file)
        profile = profile_for(table.header, options, unit)
        dates = date_cells(unit.tenant, now, profile.date_format)
        rows = SalesRows(table, profile, options, known, dates)
        rows_read, skips = take_rows(table, rows.take, steps, rows.signs)
        checksum = file.checksum()
    dates.check_order()
    first_day, last_day = rows.tally.days()
    report = ImportReport(
        kind="sales",
        file_name=source.name,
        checksum=checksum,
        profile=profile.name,
        columns={field: table.header[place] for field, place in rows.columns.items()},
        columns_left_aside=rows.left_aside,
        rows_read=rows_read,
        merged=rows.tally.merged,
        skipped=skips.rows(),
        first_day=first_day,
        last_day=last_day,
    )
    return rows, profile, report


def _new_products(rows: SalesRows, known: KnownPlaces) -> list[Product]:
    """Return a product for each SKU the shop did not know, by SKU."""
    new = rows.tally.skus() - known.skus
    prices = RecentPrices()
    for _, row in rows.tally:
        if row.price and row.sku in new:
            prices.add(row.sku, row.moment.at, row.price)
    return [
        Product(
            id=ProductId(0),
            sku=sku,
            name=rows.names.name(sku),
            unit_price=unit_cost(prices.median(sku)),
        )
        for sku in sorted(new)
    ]


def _taken(
    unit: UnitOfWork, rows: SalesRows, report: ImportReport, known: KnownPlaces, steps: Steps
) -> ImportReport:
    """Book what was read, or see what booking would come to."""
    products = _new_products(rows, known)
    locations = rows.tally.locations() - known.locations
    report = replace(
        report,
        products_created=len(products),
        new_skus=tuple(product.sku for product in products[:NEW_SKUS_NAMED]),
        locations_created=len(locations),
        days_sold_twice=days_sold_twice(unit, rows.tally),
    )
    total = len(rows.tally)

    def on_written(done: int) -> None:
        steps.written(done, total)

    if report.dry_run:
        return compare_tally(unit, rows.tally, on_written).laid_over(report)
    create_places(unit, products, locations)
    keys = stock_keys(unit, rows.tally.skus())
    return book_tally(unit, rows.tally, keys.of_row, on_written).laid_over(report)


def _record(
    unit: UnitOfWork, report: ImportReport, save_as: str, profile: SalesProfile, now: datetime
) -> None:
    with unit:
        unit.imports.add(record_of(report, now))
        if save_as:
            used = replace(profile, columns=dict(report.columns))
            unit.imports.save_profile(save_as, used.to_json())
        unit.commit()

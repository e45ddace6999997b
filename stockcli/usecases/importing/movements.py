"""Receipts, returns, adjustments and other movements from a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain.ledger import MovementKind
from stockcli.usecases.importing.booking import book_tally, compare_tally
from stockcli.usecases.importing.columns import Layout, plain_header
from stockcli.usecases.importing.dates import DateCells, date_cells
from stockcli.usecases.importing.places import KnownPlaces, known_places, stock_keys
from stockcli.usecases.importing.progress import Steps, take_rows
from stockcli.usecases.importing.report import ImportReport, SkippedRowError, keep_record
from stockcli.usecases.importing.source import ImportSource
from stockcli.usecases.importing.table_rows import (
    FieldReader,
    TableOptions,
    begun_report,
    opened_fields,
)
from stockcli.usecases.importing.tally import MergedRows, Tally, business_key
from stockcli.usecases.ports import Progress, UnitOfWork

LAYOUT = Layout(
    required=("sku", "kind", "quantity", "date"), optional=("location", "to", "reference", "price")
)
LONGEST_REFERENCE = 64

_KINDS = {
    "sale": MovementKind.SALE,
    "venda": MovementKind.SALE,
    "receipt": MovementKind.RECEIPT,
    "received": MovementKind.RECEIPT,
    "purchase": MovementKind.RECEIPT,
    "recebimento": MovementKind.RECEIPT,
    "entrada": MovementKind.RECEIPT,
    "compra": MovementKind.RECEIPT,
    "return": MovementKind.RETURN,
    "devolucao": MovementKind.RETURN,
    "adjustment": MovementKind.ADJUSTMENT,
    "adjust": MovementKind.ADJUSTMENT,
    "ajuste": MovementKind.ADJUSTMENT,
    "transfer": MovementKind.TRANSFER,
    "transferencia": MovementKind.TRANSFER,
}
_SIGNED = frozenset({MovementKind.ADJUSTMENT, MovementKind.TRANSFER})


def import_movements(
    unit: UnitOfWork,
    source: ImportSource,
    options: TableOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Book movements; those of unknown products or locations are skipped.

    The quantity of a sale, receipt or return is above zero; that of an adjustment is signed:
    below zero leaves the shelf. A transfer that says where it goes leaves one location and arrives
    at the other in one transaction, its quantity above zero; one that does not is a leg alone, its
    quantity signed. Rows of the same kind, reference, SKU and location are one movement; without
    a reference, those of the same date.

    Raises:
        InvalidInputError: it is no CSV file, or a column is missing.
    """
    known = known_places(unit)
    dates = date_cells(unit.tenant, now, options.date_format)
    steps = Steps(source.size_bytes, on_progress)
    tally = Tally()
    with opened_fields(source, LAYOUT, options) as fields:
        rows_read, skips = take_rows(
            fields.table,
            lambda _, row: _take(tally, row, fields, known, dates),
            steps,
            fields.signs,
        )
        report = begun_report("movements", fields, rows_read)
    dates.check_order()
    report = replace(report, merged=tally.merged, skipped=skips.rows(), dry_run=dry_run)
    report = _booked(unit, tally, report, steps)
    keep_record(unit, report, now)
    steps.written(1, 1)
    return report


def _booked(unit: UnitOfWork, tally: Tally, report: ImportReport, steps: Steps) -> ImportReport:
    first_day, last_day = tally.days()
    report = replace(report, first_day=first_day, last_day=last_day)

    def on_written(done: int) -> None:
        steps.written(done, len(tally))

    if report.dry_run:
        return compare_tally(unit, tally, on_written).laid_over(report)
    keys = stock_keys(unit, tally.skus())
    return book_tally(unit, tally, keys.of_row, on_written).laid_over(report)


def _take(
    tally: Tally, row: list[str], fields: FieldReader, known: KnownPlaces, dates: DateCells
) -> None:
    label, moved = _moved(row, fields, known, dates)
    to = fields.text(row, "to") if moved.kind is MovementKind.TRANSFER else ""
    for leg in _both_legs(moved, known.location(to)) if to else (moved,):
        tally.add(business_key(leg.kind, label, leg.sku, leg.location), leg)


def _both_legs(moved: MergedRows, to: str) -> tuple[MergedRows, MergedRows]:
    """Return what leaves and what arrives."""
    if to == moved.location:
        raise SkippedRowError("bad location", f"a transfer from {to} to {to} moves nothing")
    if moved.units < 0:
        detail = f"a transfer of {moved.units} units has the wrong sign"
        raise SkippedRowError("bad quantity", detail)
    return replace(moved, units=-moved.units), replace(moved, location=to, rows=0)


def _moved(
    row: list[str], fields: FieldReader, known: KnownPlaces, dates: DateCells
) -> tuple[str, MergedRows]:
    sku = known.sku(fields.text(row, "sku"))
    location = known.location(fields.text(row, "location"))
    kind = _kind(fields.text(row, "kind"))
    units = _units(fields.units(row, "quantity"), kind)
    moment = dates.moment(fields.text(row, "date"))
    label = _reference(fields.text(row, "reference")) or moment.label
    return label, MergedRows(
        kind=kind,
        sku=sku,
        location=location,
        units=units,
        moment=moment,
        price=fields.price(row, "price"),
    )


def _kind(text: str) -> MovementKind:
    kind = _KINDS.get(plain_header(text))
    if kind is None:
        known = ", ".join(kind for kind in MovementKind if kind is not MovementKind.COUNT)
        raise SkippedRowError("unknown kind of movement", f"{text[:40]!r} is none of {known}")
    return kind


def _units(units: Decimal | None, kind: MovementKind) -> Decimal:
    if units is None:
        raise SkippedRowError("bad quantity", "the quantity is empty")
    if units == 0:
        raise SkippedRowError("zero quantity", "the quantity is 0")
    if units < 0 and kind not in _SIGNED:
        raise SkippedRowError("bad quantity", f"a {kind} of {units} units has the wrong sign")
    return units


def _reference(text: str) -> str:
    if len(text) > LONGEST_REFERENCE or not text.isprintable():
        raise SkippedRowError("bad reference", f"{text[:40]!r} is no reference")
    return text

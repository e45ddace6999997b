"""Stock counts from a file: each is an assertion, and books what the ledger differs by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import StockMovement, counted_movement
from stockcli.domain.quantity import plain
from stockcli.domain.shop import local_day
from stockcli.usecases.importing.booking import MOVEMENTS_PER_CHUNK, chunked
from stockcli.usecases.importing.columns import Layout
from stockcli.usecases.importing.dates import LAST_SECOND, DateCells, date_cells
from stockcli.usecases.importing.places import KnownPlaces, StockKeys, known_places, stock_keys
from stockcli.usecases.importing.progress import Steps, take_rows
from stockcli.usecases.importing.report import ImportReport, SkipList, SkippedRowError, keep_record
from stockcli.usecases.importing.source import ImportSource
from stockcli.usecases.importing.table_rows import (
    FieldReader,
    TableOptions,
    begun_report,
    opened_fields,
)
from stockcli.usecases.importing.tally import business_key
from stockcli.usecases.ports import Progress, UnitOfWork

LAYOUT = Layout(
    required=("sku", "quantity"), optional=("location", "date"), also={"quantity": "saldo"}
)


@dataclass(frozen=True, kw_only=True)
class _Count:
    """One row: what was found where, and when."""

    line_number: int
    sku: str
    location: str
    counted: Decimal
    at: datetime
    day: date
    reference: str


@dataclass(kw_only=True)
class _Booking:
    """What came of the counts so far."""

    skips: SkipList
    taken: int = 0
    already_there: int = 0
    days: list[date] = field(default_factory=list)


def import_counts(
    unit: UnitOfWork,
    source: ImportSource,
    options: TableOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Book stock counts; a row without a date was counted now.

    A count given by its day was made when that day closed. One that is older than a movement
    of the same product and location is skipped: what it would change is no longer known.

    Raises:
        InvalidInputError: it is no CSV file, or a column is missing.
    """
    known = known_places(unit)
    dates = date_cells(unit.tenant, now, options.date_format)
    steps = Steps(source.size_bytes, on_progress)
    counts: list[_Count] = []
    with opened_fields(source, LAYOUT, options) as fields:

        def take(number: int, row: list[str]) -> None:
            counts.append(_count(number, row, fields, known, dates))

        rows_read, skips = take_rows(fields.table, take, steps, fields.signs)
        report = begun_report("counts", fields, rows_read)
    dates.check_order()
    booking = _Booking(skips=skips)
    _book(
        unit, sorted(counts, key=lambda count: count.at), booking, steps, dry_run=dry_run, now=now
    )
    report = _with_booking(report, booking, dry_run=dry_run)
    keep_record(unit, report, now)
    steps.written(1, 1)
    return report


def _with_booking(report: ImportReport, booking: _Booking, *, dry_run: bool) -> ImportReport:
    return replace(
        report,
        taken=booking.taken,
        already_there=booking.already_there,
        movements_booked=booking.taken,
        skipped=booking.skips.rows(),
        first_day=min(booking.days, default=None),
        last_day=max(booking.days, default=None),
        dry_run=dry_run,
    )


def _count(
    line_number: int,
    row: list[str],
    fields: FieldReader,
    known: KnownPlaces,
    dates: DateCells,
) -> _Count:
    sku = known.sku(fields.text(row, "sku"))
    location = known.location(fields.text(row, "location"))
    counted = fields.units(row, "quantity", least=0)
    if counted is None:
        raise SkippedRowError("bad quantity", "the quantity is empty")
    at, day, label = _when(fields.text(row, "date"), dates)
    # What was counted is part of the key: a corrected count of the same day is another count.
    reference = business_key("count", label, sku, location, plain(counted))
    return _Count(
        line_number=line_number,
        sku=sku,
        location=location,
        counted=counted,
        at=at,
        day=day,
        reference=reference,
    )


def _when(text: str, dates: DateCells) -> tuple[datetime, date, str]:
    """Return the instant of a count, its day, and what names it."""
    if not text:
        today = dates.now.astimezone(dates.zone).date()
        return dates.now, today, today.isoformat()
    moment = dates.moment(text)
    if moment.has_time:
        return moment.at, moment.day, moment.label
    closing = datetime.combine(moment.day, LAST_SECOND, tzinfo=dates.zone)
    return min(closing, dates.now), moment.day, moment.label


def _book(
    unit: UnitOfWork,
    counts: list[_Count],
    booking: _Booking,
    steps: Steps,
    *,
    dry_run: bool,
    now: datetime,
) -> None:
    keys = stock_keys(unit, {count.sku for count in counts})
    done = 0
    for chunk in chunked(counts, MOVEMENTS_PER_CHUNK):
        if dry_run:
            with unit.reading():
                _movements(unit, chunk, keys, booking, now)
        else:
            with unit:
                unit.ledger.book(_movements(unit, chunk, keys, booking, now))
                unit.commit()
        done += len(chunk)
        steps.written(done, len(counts))


def _movements(
    unit: UnitOfWork, counts: list[_Count], keys: StockKeys, booking: _Booking, now: datetime
) -> list[StockMovement]:
    """Return what the counts book, oldest first, each upon what the one before it left."""
    key_of = {count.reference: keys.of(count.sku, count.location) for count in counts}
    levels = unit.ledger.levels(set(key_of.values()))
    on_hand = {key: level.on_hand for key, level in levels.items()}
    known = unit.ledger.changes_booked(key_of.keys())
    moved_at = unit.ledger.last_moved(levels.keys())
    movements: dict[str, StockMovement] = {}
    for count in counts:
        key = key_of[count.reference]
        if count.reference in known or count.reference in movements:
            booking.already_there += 1
        elif count.at < now and (moved := moved_at.get(key)) and moved > count.at:
            day = local_day(unit.tenant, moved)
            detail = f"{count.sku} moved on {day}, after it was counted"
            booking.skips.add(count.line_number, SkippedRowError("moved after the count", detail))
        else:
            movements[count.reference] = _movement(count, key, on_hand[key])
            on_hand[key] = count.counted
            booking.taken += 1
            booking.days.append(count.day)
    return list(movements.values())


def _movement(count: _Count, key: StockKey, on_hand: Decimal) -> StockMovement:
    return counted_movement(
        key,
        counted=count.counted,
        on_hand=on_hand,
        occurred_at=count.at,
        day=count.day,
        reference=count.reference,
    )

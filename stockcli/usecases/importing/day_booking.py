"""One chunk of daily sales into the ledger: one transaction that leaves its mark with its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import compress

from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import StockMovement, recount
from stockcli.domain.quantity import STEP, ZERO
from stockcli.domain.shop import local_day
from stockcli.usecases.importing.booking import Outcome
from stockcli.usecases.importing.dates import DateCells
from stockcli.usecases.importing.report import EXAMPLES_PER_REASON, ImportReport, record_of
from stockcli.usecases.ports import DayChunk, DaySales, ImportRecord, UnitOfWork


def load_chunk(
    unit: UnitOfWork, chunk: DayChunk, report: ImportReport, dates: DateCells
) -> ImportReport:
    """Book a chunk, and record it as loaded in the same transaction.

    Args:
        report: names the file; the chunk's figures are laid over it.
        dates: of the shop's clock.

    Raises:
        ConflictError: the same references were booked by somebody else meanwhile.
    """
    # References say the day, so days without a sale have none of them, unless somebody gave
    # another movement such a name; then the chunk is begun anew, and looks for each.
    for looks in (False, True):
        told = _booked(unit, chunk, report, dates, looks=looks)
        if told is not None:
            return told
    message = "somebody else booked sales of the same days at the same time"
    raise ConflictError(message, "load the file again: it goes on where it stopped")


def _booked(
    unit: UnitOfWork, chunk: DayChunk, report: ImportReport, dates: DateCells, *, looks: bool
) -> ImportReport | None:
    """Return what came of a chunk; None, and nothing kept, if it met a reference unlooked for."""
    sales = chunk.read()
    instants = {day: dates.moment(day).at for day in set(sales.days)}
    with unit:
        known = _known(unit, chunk, sales, looks=looks)
        told = _told(unit, chunk, sales, known, report)
        new = _without(sales, known)
        adjustments = _recounts(unit, new, instants)
        if unit.ledger.book_day_sales(new, instants) < len(new.references):
            return None
        told = replace(told, recounts_booked=len(unit.ledger.book(adjustments)))
        unit.imports.add(_record(told, chunk, dates.now))
        unit.commit()
    return told


def compare_chunk(unit: UnitOfWork, chunk: DayChunk, report: ImportReport) -> ImportReport:
    """Return what booking a chunk would come to; nothing is written."""
    sales = chunk.read()
    with unit.reading():
        return _told(unit, chunk, sales, _known(unit, chunk, sales, looks=True), report)


def _record(report: ImportReport, chunk: DayChunk, now: datetime) -> ImportRecord:
    record = record_of(report, now)
    return replace(record, report={**record.report, "chunk": chunk.mark})


def _known(
    unit: UnitOfWork, chunk: DayChunk, sales: DaySales, *, looks: bool
) -> dict[str, Decimal]:
    if not looks and not unit.ledger.sale_lines_per_day(chunk.first_day, chunk.last_day):
        return {}
    return unit.ledger.changes_booked(sales.references)


def _told(
    unit: UnitOfWork,
    chunk: DayChunk,
    sales: DaySales,
    known: Mapping[str, Decimal],
    report: ImportReport,
) -> ImportReport:
    new = _without(sales, known)
    outcome = Outcome(
        taken=sum(new.rows), movements_booked=len(new.references), units=sum(new.units) * STEP
    )
    compared = zip(sales.references, sales.units, sales.rows, strict=True) if known else ()
    for reference, units, rows in compared:
        booked = known.get(reference)
        if booked is None:
            continue
        if booked == -units * STEP:
            outcome.already_there += rows
        else:
            outcome.differing += rows
            if len(outcome.differences) < EXAMPLES_PER_REASON:
                said = f"the file says {units * STEP:f}, {-booked:f} was booked"
                outcome.differences.append(f"{reference}: {said}")
    return outcome.laid_over(
        replace(
            report,
            rows_read=chunk.rows,
            merged=chunk.rows - chunk.sales,
            first_day=chunk.first_day,
            last_day=chunk.last_day,
            days_sold_twice=_sold_twice(unit, chunk, sales, known),
        )
    )


def _sold_twice(
    unit: UnitOfWork, chunk: DayChunk, sales: DaySales, known: Mapping[str, Decimal]
) -> int:
    """Return how many products' days had sales by invoice or time already."""
    if not unit.ledger.sale_lines_per_day(chunk.first_day, chunk.last_day):
        return 0
    moved = unit.ledger.daily_movements(chunk.first_day, chunk.last_day)
    sold = {one.key: one.sold for one in moved}
    doubled = 0
    for reference, key, day in zip(sales.references, _key_of_each(sales), sales.days, strict=True):
        days = sold.get(key)
        place = (date.fromisoformat(day) - chunk.first_day).days
        alone = float(-known.get(reference, ZERO) + STEP / 2)
        doubled += days is not None and days[place] > alone
    return doubled


def _keys(sales: DaySales) -> list[StockKey]:
    """Return the keys that sold, each once."""
    pairs = set(zip(sales.product_ids, sales.location_ids, strict=True))
    return [StockKey(ProductId(product), LocationId(place)) for product, place in pairs]


def _key_of_each(sales: DaySales) -> list[StockKey]:
    known = {(key.product_id, key.location_id): key for key in _keys(sales)}
    return [
        known[ProductId(pair[0]), LocationId(pair[1])]
        for pair in zip(sales.product_ids, sales.location_ids, strict=True)
    ]


def _without(sales: DaySales, known: Mapping[str, Decimal]) -> DaySales:
    if not known:
        return sales
    kept = [reference not in known for reference in sales.references]
    columns: dict[str, Sequence[object]] = vars(sales)
    return replace(sales, **{name: list(compress(one, kept)) for name, one in columns.items()})  # type: ignore[arg-type]


def _recounts(
    unit: UnitOfWork, sales: DaySales, instants: Mapping[str, datetime]
) -> list[StockMovement]:
    """Return what keeps later stock counts true: they saw the shelf after these sales."""
    counted = unit.ledger.last_counts(frozenset(_keys(sales)))
    if not counted:
        return []
    late: dict[StockKey, list[tuple[str, int]]] = defaultdict(list)
    for key, day, reference, units in zip(
        _key_of_each(sales), sales.days, sales.references, sales.units, strict=True
    ):
        if key in counted and instants[day] <= counted[key]:
            late[key].append((reference, units))
    return [
        recount(
            key,
            late_change=-sum(units for _, units in group) * STEP,
            counted_at=counted[key],
            day=local_day(unit.tenant, counted[key]),
            reference=f"recount:{min(group)[0]}",
        )
        for key, group in late.items()
    ]

"""Sales that came once by invoice and once by day: two files of the same till, counted twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from stockcli.domain.ledger import MovementKind
from stockcli.domain.quantity import STEP, ZERO
from stockcli.usecases.importing.booking import MOVEMENTS_PER_CHUNK, chunked
from stockcli.usecases.importing.places import stock_keys
from stockcli.usecases.importing.tally import MergedRows, Tally, business_key
from stockcli.usecases.ports import UnitOfWork

_Rows = dict[str, MergedRows]


def days_sold_twice(unit: UnitOfWork, tally: Tally) -> int:
    """Return how many products' days of a file were booked already the other way.

    The other way is with invoices or times where the file has days alone, or days alone
    where the file has invoices or times. Nothing is read where the file's days are new.
    """
    first_day, last_day = tally.days()
    with unit.reading():
        sold = unit.ledger.first_and_last_sale_day()
    if first_day is None or last_day is None or sold is None:
        return 0
    if last_day < sold[0] or first_day > sold[1]:
        return 0
    by_day, detailed = _split(tally)
    return len(_booked(unit, detailed)) + _detailed_elsewhere(unit, by_day, first_day, last_day)


def _split(tally: Tally) -> tuple[_Rows, frozenset[str]]:
    """Return the sales known by their day alone, and of the others what such ones would be."""
    by_day: _Rows = {}
    detailed = set()
    for reference, row in tally:
        if row.kind is not MovementKind.SALE:
            continue
        of_day = business_key(row.kind, row.moment.day.isoformat(), row.sku, row.location)
        if reference == of_day:
            by_day[reference] = row
        else:
            detailed.add(of_day)
    # A file that has both says so itself: those days are as its till wrote them.
    alone = {reference: row for reference, row in by_day.items() if reference not in detailed}
    return alone, frozenset(detailed - by_day.keys())


def _booked(unit: UnitOfWork, references: Collection[str]) -> dict[str, Decimal]:
    booked: dict[str, Decimal] = {}
    for chunk in chunked(references, MOVEMENTS_PER_CHUNK):
        with unit.reading():
            booked |= unit.ledger.changes_booked(chunk)
    return booked


def _detailed_elsewhere(unit: UnitOfWork, by_day: _Rows, first_day: date, last_day: date) -> int:
    """Return on how many of these days more was sold than sales of the day alone say."""
    if not by_day:
        return 0
    own = _booked(unit, by_day)
    keys = stock_keys(unit, {row.sku for row in by_day.values()})
    with unit.reading():
        movements = {one.key: one.sold for one in unit.ledger.daily_movements(first_day, last_day)}
    doubled = 0
    for reference, row in by_day.items():
        if row.sku in keys.products and row.location in keys.locations:
            sold = movements.get(keys.of_row(row), ())
            place = (row.moment.day - first_day).days
            alone = float(-own.get(reference, ZERO))
            doubled += bool(sold) and sold[place] > alone + float(STEP) / 2
    return doubled

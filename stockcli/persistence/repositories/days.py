"""From the ledger's moved days to whole calendars: padded, with the shelf at each day's end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Select, type_coerce

from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import DailyMovements
from stockcli.persistence.tables import DailyMovementRow, table_of
from stockcli.persistence.types import Quantity
from stockcli.persistence.work import Work

STEPS_A_UNIT = 10**Quantity.places

_DAY = table_of(DailyMovementRow)
_KEY = itemgetter(0, 1)

MovedDay = Sequence[Any]
"""Product, location, day, units sold, net change (both in thousandths), asserted or not."""


def moved_days(work: Work, last: date) -> Select[Any]:
    """Return the select of the days on which something moved, up to last, by key and day."""
    key = (_DAY.c.product_id, _DAY.c.location_id)
    statement = work.select(
        _DAY,
        *key,
        _DAY.c.day,
        # Thousandths as they are stored: a Decimal for each would take most of the time.
        type_coerce(_DAY.c.units_sold, BigInteger),
        type_coerce(_DAY.c.net_change, BigInteger),
        _DAY.c.is_asserted,
    )
    return statement.where(_DAY.c.day <= last).order_by(*key, _DAY.c.day)


def days_of_keys(rows: Iterable[MovedDay], first: date, last: date) -> list[DailyMovements]:
    """Return each key's days from first to last.

    Args:
        rows: the moved days up to last, by key and day.
        first: first day returned; what moved before it is in the stock it opens with.
        last: last day returned.
    """
    if last < first:
        return []
    return [
        _days(StockKey(ProductId(product_id), LocationId(location_id)), of_key, first, last)
        for (product_id, location_id), of_key in groupby(rows, _KEY)
    ]


def _days(key: StockKey, rows: Iterable[MovedDay], first: date, last: date) -> DailyMovements:
    start, count = first.toordinal(), (last - first).days + 1
    sold = [0.0] * count
    closing: list[float | None] = []
    stock, is_known = 0, False
    for _product_id, _location_id, day, units_sold, net_change, is_asserted in rows:
        index = day.toordinal() - start
        # The shelf stays as it was until the day before this one.
        closing += [_units(stock, is_known)] * (index - len(closing))
        stock += net_change
        is_known = is_known or is_asserted
        if index >= 0:
            sold[index] = units_sold / STEPS_A_UNIT
    closing += [_units(stock, is_known)] * (count - len(closing))
    return DailyMovements(key=key, first_day=first, sold=sold, closing_stock=closing)


def _units(stock: int, is_known: bool) -> float | None:  # noqa: FBT001 - a private pair of facts
    return stock / STEPS_A_UNIT if is_known else None

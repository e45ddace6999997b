"""From the ledger's moved days to whole calendars: padded, with the shelf at each day's end."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    cast,
    func,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import DailyMovements
from stockcli.persistence.tables import DailyMovementRow, table_of
from stockcli.persistence.types import Quantity
from stockcli.persistence.work import Work

STEPS_A_UNIT = 10**Quantity.places

_DAY = table_of(DailyMovementRow)
_ISO_DAY = "S10"
_TRUE = ord("1")

MovedDays = Row[Any]
"""A key, and the days on which it moved: `days` in ISO, `sold` and `changes` in thousandths,
`asserted` 1 or 0, each joined to one text, the numbers with commas."""
Earlier = Row[Any]
"""A key, and what moved before the days that are returned: `opening` in thousandths, and
`is_known`, 1 if any of it was asserted."""


def moved_days(
    work: Work, first: date, last: date, product_id: ProductId | None = None
) -> Select[Any]:
    """Return the select of the days from first to last on which something moved, one row a key.

    A row a day would take several times as long: the database joins the days of a key to
    texts, which numpy reads at once. They come in any order, the same in all texts of a row.
    """
    days = _keys(
        work,
        product_id,
        func.aggregate_strings(_IsoDay(_DAY.c.day), "").label("days"),
        func.aggregate_strings(_digits(_DAY.c.units_sold), ",").label("sold"),
        func.aggregate_strings(_digits(_DAY.c.net_change), ",").label("changes"),
        func.aggregate_strings(_digits(_DAY.c.is_asserted), "").label("asserted"),
    )
    return days.where(_DAY.c.day.between(first, last))


def moved_before(work: Work, first: date, product_id: ProductId | None = None) -> Select[Any]:
    """Return the select of what moved before a day, one row a key: adding up is quicker."""
    opening = type_coerce(func.sum(_DAY.c.net_change), BigInteger).label("opening")
    is_known = func.max(cast(_DAY.c.is_asserted, Integer)).label("is_known")
    return _keys(work, product_id, opening, is_known).where(_DAY.c.day < first)


def _keys(work: Work, product_id: ProductId | None, *sums: ColumnElement[Any]) -> Select[Any]:
    key = (_DAY.c.product_id, _DAY.c.location_id)
    statement = work.select(_DAY, *key, *sums).group_by(*key)
    return statement if product_id is None else statement.where(_DAY.c.product_id == product_id)


class _IsoDay(FunctionElement[str]):
    """A day as YYYY-MM-DD, however the server writes dates; SQLite keeps it so anyway."""

    type = String()
    inherit_cache = True


@compiles(_IsoDay)
def _as_kept(element: _IsoDay, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_IsoDay, "postgresql")
def _to_char(element: _IsoDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)}, 'YYYY-MM-DD')"


def _digits(column: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(cast(column, Integer) if column is _DAY.c.is_asserted else column, String)


def days_of_keys(
    rows: Iterable[MovedDays], earlier: Iterable[Earlier], first: date, last: date
) -> list[DailyMovements]:
    """Return each key's days from first to last, in the order of the keys.

    Args:
        rows: the moved days from first to last, one row a key.
        earlier: what moved before; it is in the stock a key opens with.
        first: first day returned.
        last: last day returned.
    """
    if last < first:
        return []
    count = (last - first).days + 1
    within, before = _by_key(rows), _by_key(earlier)
    return [
        _days(key, within.get(key), before.get(key), first, count)
        for key in sorted(within.keys() | before.keys())
    ]


def _by_key(rows: Iterable[Row[Any]]) -> dict[StockKey, Row[Any]]:
    return {StockKey(ProductId(row.product_id), LocationId(row.location_id)): row for row in rows}


def _days(
    key: StockKey, moved: MovedDays | None, before: Earlier | None, first: date, count: int
) -> DailyMovements:
    sold, change, known_from = np.zeros(count), np.zeros(count, dtype=np.int64), count
    if moved is not None:
        days = np.frombuffer(moved.days.encode(), dtype=_ISO_DAY).astype("datetime64[D]")
        places = (days - np.datetime64(first)).astype(np.int64)
        sold[places] = _whole(moved.sold) / STEPS_A_UNIT
        change[places] = _whole(moved.changes)
        asserted = np.frombuffer(moved.asserted.encode(), dtype=np.uint8) == _TRUE
        known_from = int(places[asserted].min()) if asserted.any() else count
    if before is not None:
        change[0] += int(before.opening)
        known_from = 0 if before.is_known else known_from
    return DailyMovements(
        key=key,
        first_day=first,
        sold=array("d", sold.tobytes()),
        closing_stock=_closing(change, known_from),
    )


def _closing(change: NDArray[np.int64], known_from: int) -> list[float | None]:
    """Return the stock at the end of each day; None while it is not known."""
    stock = np.cumsum(change)[known_from:] / STEPS_A_UNIT
    return [*[None] * known_from, *stock.tolist()]


def _whole(joined: str) -> NDArray[np.int64]:
    return np.fromstring(joined, dtype=np.int64, sep=",")

"""From the ledger's moved days to whole calendars: padded, with the shelf at each day's end."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Integer, Row, Select, String, cast, func
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


def moved_days(work: Work, last: date, product_id: ProductId | None = None) -> Select[Any]:
    """Return the select of the days on which something moved, up to last, one row a key.

    A row a day would take several times as long: the database joins the days of a key to
    texts, which numpy reads at once. They come in any order, the same in all texts of a row.
    """
    key = (_DAY.c.product_id, _DAY.c.location_id)
    statement = work.select(
        _DAY,
        *key,
        func.aggregate_strings(_IsoDay(_DAY.c.day), "").label("days"),
        func.aggregate_strings(_digits(_DAY.c.units_sold), ",").label("sold"),
        func.aggregate_strings(_digits(_DAY.c.net_change), ",").label("changes"),
        func.aggregate_strings(_digits(_DAY.c.is_asserted), "").label("asserted"),
    )
    if product_id is not None:
        statement = statement.where(_DAY.c.product_id == product_id)
    return statement.where(_DAY.c.day <= last).group_by(*key).order_by(*key)


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


def days_of_keys(rows: Iterable[MovedDays], first: date, last: date) -> list[DailyMovements]:
    """Return each key's days from first to last.

    Args:
        rows: the moved days up to last, one row a key.
        first: first day returned; what moved before it is in the stock it opens with.
        last: last day returned.
    """
    if last < first:
        return []
    return [_days(row, first, (last - first).days + 1) for row in rows]


def _days(row: MovedDays, first: date, count: int) -> DailyMovements:
    days = np.frombuffer(row.days.encode(), dtype=_ISO_DAY).astype("datetime64[D]")
    places = (days - np.datetime64(first)).astype(np.int64)
    within = places >= 0
    sold = np.zeros(count)
    sold[places[within]] = _whole(row.sold)[within] / STEPS_A_UNIT
    asserted = np.frombuffer(row.asserted.encode(), dtype=np.uint8) == _TRUE
    return DailyMovements(
        key=StockKey(ProductId(row.product_id), LocationId(row.location_id)),
        first_day=first,
        sold=array("d", sold.tobytes()),
        closing_stock=_closing(places, _whole(row.changes), asserted, count),
    )


def _closing(
    places: NDArray[np.int64], changes: NDArray[np.int64], asserted: NDArray[np.bool_], count: int
) -> list[float | None]:
    """Return the stock at the end of each day; what moved before the first is in it too."""
    change = np.zeros(count, dtype=np.int64)
    np.add.at(change, np.maximum(places, 0), changes)
    known_from = max(int(places[asserted].min()), 0) if asserted.any() else count
    stock = np.cumsum(change)[known_from:] / STEPS_A_UNIT
    return [*[None] * known_from, *stock.tolist()]


def _whole(joined: str) -> NDArray[np.int64]:
    return np.fromstring(joined, dtype=np.int64, sep=",")

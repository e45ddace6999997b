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
`asserted` 1 or 0, each joined to one text, the numbers with commas. `opening` is what moved before
them, in thousandths, and `is_known` whether any of that was asserted; None if nothing moved."""


def moved_days(
    work: Work, first: date, last: date, product_id: ProductId | None = None
) -> Select[Any]:
    """Return the select of the days from first to last on which something moved, one row a key.

    A row a day would take several times as long: the database joins the days of a key to
    texts, which numpy reads at once. They come in any order, the same in all texts of a row.
    Of the days before, the database tells the sum: a year of them takes longer to write down
    than to add up.
    """
    key = (_DAY.c.product_id, _DAY.c.location_id)
    is_before, is_within = _DAY.c.day < first, _DAY.c.day >= first
    earlier = func.sum(_DAY.c.net_change).filter(is_before)
    known = func.max(cast(_DAY.c.is_asserted, Integer)).filter(is_before)
    statement = work.select(
        _DAY,
        *key,
        type_coerce(earlier, BigInteger).label("opening"),
        known.label("is_known"),
        *(
            func.coalesce(func.aggregate_strings(text, sign).filter(is_within), "").label(name)
            for name, text, sign in (
                ("days", _IsoDay(_DAY.c.day), ""),
                ("sold", _digits(_DAY.c.units_sold), ","),
                ("changes", _digits(_DAY.c.net_change), ","),
                ("asserted", _digits(_DAY.c.is_asserted), ""),
            )
        ),
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
        rows: the moved days from first to last, one row a key.
        first: first day returned.
        last: last day returned.
    """
    if last < first:
        return []
    return [_days(row, first, (last - first).days + 1) for row in rows]


def _days(row: MovedDays, first: date, count: int) -> DailyMovements:
    days = np.frombuffer(row.days.encode(), dtype=_ISO_DAY).astype("datetime64[D]")
    places = (days - np.datetime64(first)).astype(np.int64)
    sold = np.zeros(count)
    sold[places] = _whole(row.sold) / STEPS_A_UNIT
    asserted = np.frombuffer(row.asserted.encode(), dtype=np.uint8) == _TRUE
    change = np.zeros(count, dtype=np.int64)
    change[places] = _whole(row.changes)
    change[0] += int(row.opening or 0)
    return DailyMovements(
        key=StockKey(ProductId(row.product_id), LocationId(row.location_id)),
        first_day=first,
        sold=array("d", sold.tobytes()),
        closing_stock=_closing(change, 0 if row.is_known else _first(places[asserted], count)),
    )


def _closing(change: NDArray[np.int64], known_from: int) -> list[float | None]:
    """Return the stock at the end of each day; None while it is not known."""
    stock = np.cumsum(change)[known_from:] / STEPS_A_UNIT
    return [*[None] * known_from, *stock.tolist()]


def _first(places: NDArray[np.int64], otherwise: int) -> int:
    return int(places.min()) if len(places) else otherwise


def _whole(joined: str) -> NDArray[np.int64]:
    return np.fromstring(joined, dtype=np.int64, sep=",")

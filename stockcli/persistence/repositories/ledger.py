"""The stock ledger, and what it adds up to."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Integer, Row, Select, cast, func, type_coerce

from stockcli.domain.identifiers import ProductId, StockKey
from stockcli.domain.ledger import DailyMovements, MovementKind, StockLevel, StockMovement
from stockcli.domain.quantity import ZERO
from stockcli.persistence.repositories.day_sales import book_day_sales
from stockcli.persistence.repositories.thresholds import key_of
from stockcli.persistence.tables import (
    DailyMovementRow,
    PurchaseOrderLineRow,
    SalesDayRow,
    StockLevelRow,
    StockMovementRow,
    StockTransferRow,
    table_of,
)
from stockcli.persistence.types import Quantity
from stockcli.persistence.work import Work
from stockcli.usecases.ports import DaySales

_MOVEMENT = table_of(StockMovementRow)
_LEVEL = table_of(StockLevelRow)
_SALES = table_of(SalesDayRow)
_DAY = table_of(DailyMovementRow)
_LINE = table_of(PurchaseOrderLineRow)
_TRANSFER = table_of(StockTransferRow)
_MANY, _SOME = 1_000_003, 10_007
_CHANGING = ("units_sold", "net_change")
Units = Mapping[StockKey, Decimal]


class SqlLedger:
    """Stock movements in a table that only grows; triggers keep what they add up to."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def book(self, movements: Sequence[StockMovement]) -> frozenset[str]:
        """Append movements whose reference is new; return those references."""
        # Of two movements with one reference in one call the first counts, as in two calls.
        first = {movement.reference: movement for movement in reversed(movements)}
        rows = [_row_of(movement) for movement in first.values()]
        added = self._work.add_new(_MOVEMENT, rows, _MOVEMENT.c.reference)
        return frozenset(row.reference for row in added)

    def book_day_sales(self, sales: DaySales, instants: Mapping[str, datetime]) -> int:
        """Append many sales of whole days whose reference is new; return how many were."""
        return book_day_sales(self._work, sales, instants)

    def changes_booked(self, references: Collection[str]) -> dict[str, Decimal]:
        """Return the signed change of those references that were booked before."""
        statement = self._work.select(_MOVEMENT, _MOVEMENT.c.reference, _MOVEMENT.c.change)
        rows = self._work.rows_in(statement, _MOVEMENT.c.reference, set(references))
        return {row.reference: row.change for row in rows}

    def booked(self, references: Collection[str]) -> dict[str, StockMovement]:
        """Return those of these references that were booked before, as they were booked."""
        rows = self._work.rows_in(
            self._work.select(_MOVEMENT), _MOVEMENT.c.reference, set(references)
        )
        return {row.reference: _movement(row) for row in rows}

    def levels(self, keys: Collection[StockKey] | None = None) -> dict[StockKey, StockLevel]:
        """Return stock levels, open orders included; zero for a key nothing is known of."""
        wanted = None if keys is None else frozenset(keys)
        stocked = {key_of(row): row for row in self._rows(self._work.select(_LEVEL), wanted)}
        on_order = self._on_order(wanted)
        coming, leaving = self._in_transfer(wanted)
        known = stocked.keys() | on_order.keys() | coming.keys() if wanted is None else wanted
        return {
            key: _level(
                key,
                stocked.get(key),
                on_order.get(key, ZERO) + coming.get(key, ZERO),
                leaving.get(key, ZERO),
            )
            for key in sorted(known)
        }

    def set_reserved(self, key: StockKey, units: Decimal) -> None:
        """Set the units promised to customers."""
        new = {**key._asdict(), "on_hand": ZERO, "reserved": ZERO, "is_known": False}
        self._work.add_new(_LEVEL, [{**new, "version": 0}], _LEVEL.c.product_id)
        statement = self._work.update(_LEVEL).where(
            _LEVEL.c.product_id == key.product_id, _LEVEL.c.location_id == key.location_id
        )
        self._work.change(statement.values(reserved=units, version=_LEVEL.c.version + 1))

    def daily_movements(
        self, first: date, last: date, *, product_id: ProductId | None = None
    ) -> list[DailyMovements]:
        """Return each key's days from first to last, of one product or all, in two reads."""
        # Only who reads days pays for the import of numpy.
        from stockcli.persistence.repositories.days import (  # noqa: PLC0415
            days_of_keys,
            moved_before,
            moved_days,
        )

        days = self._work.rows(moved_days(self._work, first, last, product_id))
        before = self._work.rows(moved_before(self._work, first, product_id))
        return days_of_keys(days, before, first, last)

    def sold_between(
        self, first: date, last: date, keys: Collection[StockKey]
    ) -> dict[StockKey, Decimal]:
        """Return units sold from first to last, for those of these keys that moved."""
        key = (_DAY.c.product_id, _DAY.c.location_id)
        units = func.sum(_DAY.c.units_sold).label("units")
        days = self._work.select(_DAY, *key, units).where(_DAY.c.day.between(first, last))
        return {key_of(row): row.units for row in self._rows(days.group_by(*key), frozenset(keys))}

    def sale_lines_per_day(self, first: date, last: date) -> dict[date, int]:
        """Return on how many lines the whole shop sold, per day with any."""
        between = self._work.select(_SALES).where(_SALES.c.day.between(first, last))
        return {row.day: row.sale_lines for row in self._work.rows(between.order_by(_SALES.c.day))}

    def mark_of_days(self, last: date) -> str:
        """Return a mark of all days up to one: another if any of them was changed or added."""
        # Sums a day of numbers kept small, so that no absurd quantity overflows them.
        sold, net = (type_coerce(_DAY.c[one], BigInteger) % _MANY for one in _CHANGING)
        who = _DAY.c.product_id % _SOME * 31 + _DAY.c.location_id % 31
        asserted = cast(_DAY.c.is_asserted, Integer)
        sums = [func.sum(part) for part in (sold, sold * who, net * who, asserted * who)]
        days = self._work.select(_DAY, _DAY.c.day, func.count(), *sums)
        rows = self._work.rows(
            days.where(_DAY.c.day <= last).group_by(_DAY.c.day).order_by(_DAY.c.day)
        )
        text = "\n".join(",".join(str(value) for value in row) for row in rows)
        return hashlib.sha256(text.encode()).hexdigest()

    def first_and_last_sale_day(self) -> tuple[date, date] | None:
        """Return the days of the first and the last sale; None without any."""
        first, last = func.min(_SALES.c.day).label("first"), func.max(_SALES.c.day).label("last")
        row = self._work.row(self._work.select(_SALES, first, last))
        return None if row is None or row.first is None else (row.first, row.last)

    def last_counts(self, keys: Collection[StockKey]) -> dict[StockKey, datetime]:
        """Return when each of these keys was last counted."""
        statement = self._work.select(_LEVEL).where(_LEVEL.c.counted_at.is_not(None))
        return {key_of(row): row.counted_at for row in self._rows(statement, frozenset(keys))}

    def last_moved(self, keys: Collection[StockKey]) -> dict[StockKey, datetime]:
        """Return when each of these keys last moved, by the movements' own times."""
        # The index ends in the time, so that the latest of each key is one step away.
        latest = (
            self._work.select(_MOVEMENT, func.max(_MOVEMENT.c.occurred_at))
            .where(
                _MOVEMENT.c.product_id == _LEVEL.c.product_id,
                _MOVEMENT.c.location_id == _LEVEL.c.location_id,
            )
            .correlate(_LEVEL)
            .scalar_subquery()
        )
        key = (_LEVEL.c.product_id, _LEVEL.c.location_id)
        moved = self._work.select(_LEVEL, *key, latest.label("moved_at"))
        rows = self._rows(moved, frozenset(keys))
        return {key_of(row): row.moved_at for row in rows if row.moved_at is not None}

    def movements(self, key: StockKey, limit: int) -> list[StockMovement]:
        """Return the latest movements of one key, newest first."""
        statement = self._work.select(_MOVEMENT).where(
            _MOVEMENT.c.product_id == key.product_id, _MOVEMENT.c.location_id == key.location_id
        )
        newest = statement.order_by(_MOVEMENT.c.occurred_at.desc(), _MOVEMENT.c.reference.desc())
        return [_movement(row) for row in self._work.rows(newest.limit(limit))]

    def _on_order(self, wanted: frozenset[StockKey] | None) -> dict[StockKey, Decimal]:
        # The database subtracts and adds the scaled integers; only the sum is read as units.
        units = type_coerce(
            func.sum(_LINE.c.quantity - _LINE.c.received - _LINE.c.cancelled), Quantity()
        )
        outstanding = units.label("outstanding")
        keys = (_LINE.c.product_id, _LINE.c.location_id)
        statement = self._work.select(_LINE, *keys, outstanding).where(_LINE.c.is_open)
        rows = self._rows(statement.group_by(*keys), wanted)
        return {key_of(row): row.outstanding for row in rows}

    def _in_transfer(self, wanted: frozenset[StockKey] | None) -> tuple[Units, Units]:
        """Return what open transfers bring to each key, and what they take from it."""
        open_ones = self._work.rows(
            self._work.select(_TRANSFER).where(_TRANSFER.c.status == "open")
        )
        coming: defaultdict[StockKey, Decimal] = defaultdict(Decimal)
        leaving: defaultdict[StockKey, Decimal] = defaultdict(Decimal)
        for row in open_ones:
            coming[StockKey(row.product_id, row.destination_id)] += row.quantity
            leaving[StockKey(row.product_id, row.origin_id)] += row.quantity
        return _only(coming, wanted), _only(leaving, wanted)

    def _rows(self, statement: Select[Any], wanted: frozenset[StockKey] | None) -> list[Row[Any]]:
        """Return the rows about these keys, or all of them."""
        if wanted is None:
            return list(self._work.rows(statement))
        column = statement.selected_columns["product_id"]
        rows = self._work.rows_in(statement, column, {key.product_id for key in wanted})
        return [row for row in rows if key_of(row) in wanted]


def _only(units: Units, wanted: frozenset[StockKey] | None) -> Units:
    return {key: count for key, count in units.items() if wanted is None or key in wanted}


def _level(
    key: StockKey, row: Row[Any] | None, on_order: Decimal, leaving: Decimal = ZERO
) -> StockLevel:
    if row is None:
        return StockLevel(key=key, on_order=on_order, reserved=leaving)
    return StockLevel(
        key=key,
        on_hand=row.on_hand,
        on_order=on_order,
        reserved=row.reserved + leaving,
        version=row.version,
        is_known=row.is_known,
    )


def _row_of(movement: StockMovement) -> dict[str, Any]:
    return {
        "reference": movement.reference,
        "product_id": movement.key.product_id,
        "location_id": movement.key.location_id,
        "kind": movement.kind.value,
        "change": movement.change,
        "occurred_at": movement.occurred_at,
        "day": movement.day,
        "unit_price": movement.unit_price,
        "counted": movement.counted,
        "note": movement.note,
    }


def _movement(row: Row[Any]) -> StockMovement:
    return StockMovement(
        key=key_of(row),
        kind=MovementKind(row.kind),
        change=row.change,
        occurred_at=row.occurred_at,
        day=row.day,
        reference=row.reference,
        unit_price=row.unit_price,
        counted=row.counted,
        note=row.note,
    )

"""Sales read from CSV or Parquet files of any size: staged on disk, handed out in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from stockcli.domain.demand import DemandHistory
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.frequency import Frequency
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.persistence.series_calendar import (
    ListedDay,
    TableCalendar,
    ensure_no_longer_step,
    table_calendar,
    without_lonely_days,
)
from stockcli.persistence.series_staging import Staging, stage, told_plainly
from stockcli.usecases.ports import SeriesRecord

LARGEST_BATCH = 512
"""Series handed out at once."""
CELLS_A_BATCH = 1_000_000
"""Periods of all series handed out at once; a batch of long histories holds fewer."""
CENSORED_SHARE = 0.25
"""A week or month is censored when the shelf was empty on more than this share of its days."""

_SERIES = """
CREATE TABLE series AS
SELECT row_number() OVER (ORDER BY product, location) - 1 AS id,
       dense_rank() OVER (ORDER BY product) AS product_id,
       dense_rank() OVER (ORDER BY location) AS location_id, product, location
FROM (SELECT DISTINCT product, location FROM rows WHERE usable AND day BETWEEN ? AND ?)
"""
_SOLD = """
CREATE TABLE sold AS
SELECT CAST(id AS INTEGER) AS id, CAST(day - CAST(? AS DATE) AS INTEGER) AS day,
       coalesce(sum(units), 0) AS units, bool_or(units IS NULL) AS lacking,
       count(units) = 0 AS empty, bool_or(NOT in_stock) AS was_out
FROM rows JOIN series USING (product, location)
WHERE usable AND day BETWEEN ? AND ?
GROUP BY ALL ORDER BY id, day
"""
_BATCH = """
SELECT id - ? AS series, day, units, lacking, empty, was_out FROM sold WHERE id BETWEEN ? AND ?
"""
_EARLY_ENDS = """
SELECT count(*), min(last) FROM (SELECT max(day) AS last FROM sold GROUP BY id) WHERE last < ?
"""
_NAMES = """
SELECT product, location, product_id, location_id FROM series WHERE id BETWEEN ? AND ? ORDER BY id
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesFile:
    """A table of sales, staged in a temporary folder of its own until nobody holds it.

    Attributes:
        series_count: products times their locations.
        remarks: what was odd, in sentences.
    """

    series_count: int
    remarks: Sequence[str]
    _shown: str
    _connection: duckdb.DuckDBPyConnection = field(repr=False)
    _folder: TemporaryDirectory[str] = field(repr=False)
    _calendar: TableCalendar = field(repr=False)

    def histories(self) -> Iterator[Sequence[SeriesRecord]]:
        """Yield every series once, some hundreds at a time, by product and location."""
        size = max(1, min(LARGEST_BATCH, CELLS_A_BATCH // self._calendar.periods))
        for first in range(0, self.series_count, size):
            yield self._batch(first, min(first + size, self.series_count) - 1)

    def _batch(self, first: int, last: int) -> list[SeriesRecord]:
        with told_plainly(self._shown):
            names = self._connection.execute(_NAMES, [first, last]).fetchall()
            cells = self._connection.execute(_BATCH, [first, first, last]).fetchnumpy()
        table = _dense(cells, last - first + 1, self._calendar)
        return [
            SeriesRecord(
                product=product,
                location=location,
                history=_history(
                    StockKey(ProductId(product_id), LocationId(location_id)),
                    table,
                    place,
                    self._calendar,
                ),
            )
            for place, (product, location, product_id, location_id) in enumerate(names)
        ]


def open_series_file(path: Path, frequency: Frequency) -> SeriesFile:
    """Return the series of a CSV or Parquet file, counted in days, weeks or months.

    A series runs from its own first row to the last period of the whole file; a period without
    a row is a period without a sale. A row with an empty quantity, or one that cannot be read,
    is a period without a figure.

    Raises:
        InvalidInputError: the file cannot be read, most of its rows are not usable, or its dates
            lie further apart than the periods.
    """
    folder = TemporaryDirectory(prefix="stock-series-", ignore_cleanup_errors=True)
    staging = stage(path, Path(folder.name), months=frequency is Frequency.MONTH)
    listed = [ListedDay(*row) for row in staging.days]
    if not listed:
        raise InvalidInputError(f"{staging.shown} holds no usable row", " ".join(staging.remarks))
    kept = without_lonely_days(listed)
    ensure_no_longer_step([one.day for one in kept], frequency)
    calendar = table_calendar(kept, frequency)
    count = _settle(staging, kept)
    lonely = _lonely_remarks(listed, kept)
    return SeriesFile(
        series_count=count,
        remarks=(*staging.remarks, *lonely, *calendar.remarks, *_early_ends(staging, calendar)),
        _shown=staging.shown,
        _connection=staging.connection,
        _folder=folder,
        _calendar=calendar,
    )


def _settle(staging: Staging, kept: Sequence[ListedDay]) -> int:
    """Sort the rows by series and day, and return how many series there are."""
    first, last = kept[0].day, kept[-1].day
    with told_plainly(staging.shown):
        staging.connection.execute(_SERIES, [first, last])
        staging.connection.execute(_SOLD, [first, first, last])
        staging.connection.execute("DROP TABLE rows")
        (count,) = staging.connection.execute("SELECT count(*) FROM series").fetchall()
    return int(count[0])


def _early_ends(staging: Staging, calendar: TableCalendar) -> list[str]:
    """Return how many series have no row in the last period: they are read as not sold since."""
    last_period = calendar.frequency.after(calendar.first_day, calendar.periods - 1)
    with told_plainly(staging.shown):
        ended, offset = staging.connection.execute(
            _EARLY_ENDS, [(last_period - calendar.first_listed).days]
        ).fetchall()[0]
    if not ended:
        return []
    day = calendar.first_listed + timedelta(days=offset)
    if ended == 1:
        return [f"1 series ends before the file does, on {day}: it is read as not sold since"]
    many = f"{ended} series end before the file does, the first on {day}"
    return [f"{many}: they are read as not sold since"]


def _lonely_remarks(listed: Sequence[ListedDay], kept: Sequence[ListedDay]) -> list[str]:
    days = {one.day for one in kept}
    return [
        f"the rows of {one.day} are left out: all others lie years away"
        for one in listed
        if one.day not in days
    ]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Dense:
    """Some series over all periods of the file, one a row.

    Attributes:
        units: NaN where a figure is missing.
        censored: whether more was asked for than is known.
        first: the period each begins in; one past the last where nothing is left of it.
    """

    units: NDArray[np.float64]
    censored: NDArray[np.bool_]
    first: NDArray[np.int64]


def _dense(cells: dict[str, Any], series: int, calendar: TableCalendar) -> _Dense:
    period = _periods(calendar, cells["day"])
    kept = period < calendar.periods
    place = (cells["series"].astype(np.int64) * calendar.periods + period)[kept]

    def total(column: Any = None) -> NDArray[np.float64]:
        weights = None if column is None else np.asarray(column, dtype=np.float64)[kept]
        summed = np.bincount(place, weights=weights, minlength=series * calendar.periods)
        return summed.reshape(series, calendar.periods).astype(np.float64)

    units, listed, empty = total(cells["units"]), total(), total(cells["empty"])
    share = 0.0 if calendar.frequency is Frequency.DAY else CENSORED_SHARE
    missing = (listed > 0) & (empty == listed)
    units[missing] = np.nan
    partly = (total(cells["lacking"]) > 0) & ~missing
    began = (listed > 0).any(axis=1)
    return _Dense(
        units=units,
        censored=(total(cells["was_out"]) > share * listed) | partly,
        first=np.where(began, (listed > 0).argmax(axis=1), calendar.periods),
    )


def _periods(calendar: TableCalendar, days: NDArray[Any]) -> NDArray[np.int64]:
    """Return the period of each day, counted from the first row's day."""
    offset = (calendar.first_listed - calendar.first_day).days
    of_days = np.asarray(calendar.periods_of_days(), dtype=np.int64)
    return np.asarray(of_days[days + offset])


def _history(key: StockKey, table: _Dense, place: int, calendar: TableCalendar) -> DemandHistory:
    first = int(table.first[place])
    return DemandHistory(
        key=key,
        first_day=calendar.frequency.after(calendar.first_day, first),
        units=table.units[place, first:].tolist(),
        stocked_out=table.censored[place, first:].tolist(),
        closed=calendar.closed[first:],
        frequency=calendar.frequency,
    )

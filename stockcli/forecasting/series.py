"""From a masked history to the days a model may learn from, and the open days ahead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from stockcli.domain.demand import DemandHistory

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]
Weekdays = NDArray[np.int64]
Ordinals = NDArray[np.int64]

LONGEST_HISTORY_DAYS = 3 * 366
LARGEST_UNITS = 1e9
"""More units than any shop sells in a day; keeps squares and sums finite."""
WEEKS_OF_OPENING_HOURS = 8
SHUT_SHARE = 0.9


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenSeries:
    """Units on days the shop was open and the shelf was not empty, from the first sale on.

    Attributes:
        units: per open day, oldest first, outliers cut; finite, never negative.
        weekdays: of the same days, Monday 0.
        ordinals: of the same days, 1 January of the year 1 being 1.
        listed_days: open days of the history, those before the first sale included.
        history_days: calendar days used, closed and stocked-out ones included.
        masked_days: stock-out days among them.
        closed_days: closed days among them.
        notes: what was odd, in sentences.
    """

    units: Vector
    weekdays: Weekdays
    ordinals: Ordinals
    listed_days: int
    history_days: int
    masked_days: int
    closed_days: int
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Return whether the product sells in whole units."""
        return bool(np.all(self.units == np.floor(self.units)))


def open_series(history: DemandHistory) -> OpenSeries:
    """Return the days of a history a model may learn from.

    Stocked-out, closed and missing days are left out, days before the first sale are cut,
    returns in excess of sales count as nothing sold, outliers are winsorised.
    """
    units = np.asarray(history.units, dtype=np.float64)[-LONGEST_HISTORY_DAYS:]
    days = len(units)
    out = np.asarray(history.stocked_out, dtype=np.bool_)[-days:] if days else np.zeros(0, bool)
    closed = np.asarray(history.closed, dtype=np.bool_)[-days:] if days else np.zeros(0, bool)
    missing = ~np.isfinite(units)
    units = np.clip(np.where(missing, 0.0, units), 0.0, LARGEST_UNITS)
    usable = ~(out | closed | missing)
    start = _first_sale(units)
    kept = usable[start:]
    weekdays = weekdays_from(history.next_day - timedelta(days=days), days)
    winsorised, notes = winsorise(units[start:][kept])
    return OpenSeries(
        units=winsorised,
        weekdays=weekdays[start:][kept],
        ordinals=history.next_day.toordinal() - np.arange(days, 0, -1)[start:][kept],
        listed_days=int(usable.sum()),
        history_days=days - start,
        masked_days=int((out & ~closed)[start:].sum()),
        closed_days=int(closed[start:].sum()),
        notes=_missing_note(int((missing & ~closed)[start:].sum())) + notes,
    )


def weekdays_from(first_day: date, days: int) -> Weekdays:
    """Return the weekdays of successive days, Monday 0.

    >>> weekdays_from(date(2026, 11, 21), 3).tolist()
    [5, 6, 0]
    """
    return (first_day.weekday() + np.arange(days, dtype=np.int64)) % 7


def winsorise(units: Vector) -> tuple[Vector, tuple[str, ...]]:
    """Cut values far above all others down to a cap; return them with a note.

    The cap is the larger of the limits of all days and of the last 28, so that a product
    that has just taken off keeps its new level (winsorising: Tukey, 1962, "The Future of
    Data Analysis").

    >>> winsorise(np.array([1.0, 2.0, 0.0, 2.0, 10_000.0]))[0].tolist()
    [1.0, 2.0, 0.0, 2.0, 10.0]
    """
    if np.count_nonzero(units) < 2:
        return units, ()
    cap = max(_upper_limit(units), _upper_limit(units[-28:]))
    above = int((units > cap).sum())
    if not above:
        return units, ()
    note = f"Counted {_days(above)} above {cap:.4g} units as {cap:.4g}."
    return np.minimum(units, cap), (note,)


def open_days_ahead(
    history: DemandHistory, closed_ahead: Collection[date], days: int
) -> tuple[Flags, Weekdays]:
    """Return for each calendar day after the history whether the shop opens, and its weekday.

    A weekday closed nine times in ten over the last eight weeks stays closed, unless that
    would close the whole week.
    """
    weekdays = weekdays_from(history.next_day, days)
    shut = shut_weekdays(history)
    known = [(day - history.next_day).days for day in closed_ahead]
    is_open = ~np.isin(weekdays, list(shut))
    is_open[[offset for offset in known if 0 <= offset < days]] = False
    return is_open, weekdays


def shut_weekdays(history: DemandHistory) -> frozenset[int]:
    """Return the weekdays on which the shop no longer opens; empty if that were all seven."""
    closed = np.asarray(history.closed, dtype=np.bool_)[-7 * WEEKS_OF_OPENING_HOURS :]
    weekdays = weekdays_from(history.next_day - timedelta(days=len(closed)), len(closed))
    seen = np.bincount(weekdays, minlength=7)
    times_closed = np.bincount(weekdays, weights=closed, minlength=7)
    shut = np.flatnonzero((seen >= 2) & (times_closed >= SHUT_SHARE * seen))
    return frozenset(shut.tolist() if len(shut) < 7 else ())


def _first_sale(units: Vector) -> int:
    sold = np.flatnonzero(units > 0)
    return int(sold[0]) if len(sold) else 0


def _upper_limit(units: Vector) -> float:
    """Return what no ordinary day exceeds; zero if fewer than two days sold anything."""
    sold = np.sort(units[units > 0])
    if len(sold) < 2:
        return 0.0
    usual = 5.0 * float(sold[int(0.95 * (len(sold) - 1))])
    if len(sold) == 2:
        return usual
    centre = float(np.median(sold))
    spread = 1.4826 * float(np.median(np.abs(sold - centre)))
    return max(usual, centre + 10.0 * spread)


def _missing_note(days: int) -> tuple[str, ...]:
    return (f"Left out {_days(days)} without a figure.",) if days else ()


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"

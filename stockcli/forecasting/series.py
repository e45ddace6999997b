"""From a masked history to the periods a model may learn from, and the open ones ahead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np

from stockcli.domain.demand import DemandHistory
from stockcli.domain.frequency import Frequency
from stockcli.forecasting.arrays import Flags, Slots, Vector
from stockcli.forecasting.events import (
    NO_EFFECTS,
    NOTHING_SEEN,
    EventEffects,
    labels_on,
    seen_in,
)
from stockcli.forecasting.outliers import winsorise
from stockcli.forecasting.rhythm import RHYTHMS, Rhythm
from stockcli.forecasting.silence import silences, without

LONGEST_HISTORY = 3 * 366
NO_EVENTS: Mapping[date, str] = MappingProxyType({})
NO_FLAGS = np.zeros(0, dtype=np.bool_)
LARGEST_UNITS = 1e9
"""More units than any shop sells in a day; keeps squares and sums finite."""
WEEKS_OF_OPENING_HOURS = 8
SHUT_SHARE = 0.9


@dataclass(frozen=True, kw_only=True, eq=False)
class Listed:
    """Units of the periods on which a product could be bought as far as is known.

    Attributes:
        units: per period, from the first sale on, oldest first; finite, never negative.
        slots: place of each in the season, such as the weekday.
        labels: what happened in each, None for most; empty if nothing is known to.
        before: such periods before the first sale.
        history: periods used, closed, stocked-out and missing ones included.
        masked: stocked-out periods among them.
        closed: closed periods among them.
        missing: periods without a figure among them.
        rhythm: what a count of periods means.
        last: number of the last period, counted from anywhere.
    """

    units: Vector
    slots: Slots
    labels: Sequence[str | None]
    before: int
    history: int
    masked: int
    closed: int
    missing: int
    rhythm: Rhythm
    last: int


def listed(history: DemandHistory, events: Mapping[date, str] = NO_EVENTS) -> Listed:
    """Return the periods of a history on which the product could be bought, as far as is known.

    Stocked-out, closed and missing periods are left out, those before the first sale are cut,
    returns in excess of sales count as nothing sold.
    """
    units = np.asarray(history.units, dtype=np.float64)[-LONGEST_HISTORY:]
    periods = len(units)
    out = np.asarray(history.stocked_out, dtype=np.bool_)[-periods:] if periods else NO_FLAGS
    closed = np.asarray(history.closed, dtype=np.bool_)[-periods:] if periods else NO_FLAGS
    missing = ~np.isfinite(units)
    units = np.clip(np.where(missing, 0.0, units), 0.0, LARGEST_UNITS)
    usable = ~(out | closed | missing)
    start = _first_sale(units)
    kept = usable[start:]
    first_slot, last = _place(history.next_day, history.frequency)
    rhythm = RHYTHMS[history.frequency]
    slots = (first_slot - periods + np.arange(start, periods)) % rhythm.slots
    return Listed(
        units=units[start:][kept],
        slots=slots[kept],
        labels=_labels(history, events, kept),
        before=int(usable[:start].sum()),
        history=periods - start,
        masked=int((out & ~closed)[start:].sum()),
        closed=int(closed[start:].sum()),
        missing=int((missing & ~closed)[start:].sum()),
        rhythm=rhythm,
        last=last - 1,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenSeries:
    """The periods a model may learn from.

    Attributes:
        units: per period, oldest first, outliers cut and silences left out.
        slots: place of each in the season, such as the weekday.
        rhythm: what a count of periods means.
        listed_periods: all on which the product could be bought, before the first sale too.
        history_periods: periods used, closed and stocked-out ones included.
        masked_periods: stock-outs among them, those told by a silence included.
        closed_periods: closed ones among them.
        silent_periods: length of the silence that has not ended; 0 if there is none.
        last_period: number of the last period, counted from anywhere.
        whole: whether the product sells in whole units.
        event_factors: by how much events multiply what it sells; the units are without that.
        notes: what was odd, in sentences.
    """

    units: Vector
    slots: Slots
    rhythm: Rhythm
    listed_periods: int
    history_periods: int
    masked_periods: int
    closed_periods: int
    silent_periods: int
    last_period: int
    whole: bool
    event_factors: Mapping[str, float]
    notes: tuple[str, ...] = ()


def open_series(
    history: DemandHistory,
    events: Mapping[date, str] = NO_EVENTS,
    effects: EventEffects = NO_EFFECTS,
) -> OpenSeries:
    """Return the periods of a history a model may learn from.

    Silences are left out, events divided out, outliers cut.

    Args:
        history: of one series.
        events: what happens on known days.
        effects: what they do to all products taken together.
    """
    known = listed(history, events)
    found = silences(known.units, known.rhythm)
    heard = without(known.units, found)
    units, factors = _without_events(known, effects)
    winsorised, above, cap = winsorise(units[heard])
    silent = int((~heard).sum())
    return OpenSeries(
        units=winsorised,
        slots=known.slots[heard],
        rhythm=known.rhythm,
        listed_periods=known.before + len(known.units),
        history_periods=known.history,
        masked_periods=known.masked + silent,
        closed_periods=known.closed,
        silent_periods=found[-1].periods if found and not heard[-1] else 0,
        last_period=known.last,
        whole=bool(np.all(known.units == np.floor(known.units))),
        event_factors=factors,
        notes=_notes(known, silent, above, cap),
    )


def _labels(history: DemandHistory, events: Mapping[date, str], kept: Flags) -> list[str | None]:
    if not events or history.frequency is not Frequency.DAY:
        return []
    first_day = history.next_day - timedelta(days=len(kept))
    every = labels_on(events, first_day, len(kept))
    return [label for label, one in zip(every, kept, strict=True) if one]


def _without_events(known: Listed, effects: EventEffects) -> tuple[Vector, dict[str, float]]:
    """Return units as they would be without events, and the factors of every known event."""
    if not known.labels:
        return known.units, dict(effects.factors)
    own = seen_in(known.units, known.slots, known.rhythm.slots, known.labels)
    factors = {
        label: effects.of_product(label, own.get(label, NOTHING_SEEN))
        for label in {*effects.factors, *own}
    }
    return known.units / np.array(
        [factors.get(label or "", 1.0) for label in known.labels]
    ), factors


def _place(day: date, frequency: Frequency) -> tuple[int, int]:
    """Return a day's place in the season, and the number of its period."""
    if frequency is Frequency.MONTH:
        return day.month - 1, 12 * day.year + day.month - 1
    if frequency is Frequency.WEEK:
        return 0, day.toordinal() // 7
    return day.weekday(), day.toordinal()


def open_periods_ahead(
    history: DemandHistory, closed_ahead: Collection[date], periods: int
) -> tuple[Flags, Slots]:
    """Return for each period after the history whether the shop opens, and its slot.

    A weekday closed nine times in ten over the last eight weeks stays closed, unless that
    would close the whole week. Weeks and months are always open.
    """
    first_slot, _ = _place(history.next_day, history.frequency)
    slots = (first_slot + np.arange(periods)) % RHYTHMS[history.frequency].slots
    if history.frequency is not Frequency.DAY:
        return np.ones(periods, dtype=np.bool_), slots
    known = [(day - history.next_day).days for day in closed_ahead]
    is_open = ~np.isin(slots, list(shut_weekdays(history)))
    is_open[[offset for offset in known if 0 <= offset < periods]] = False
    return is_open, slots


def shut_weekdays(history: DemandHistory) -> frozenset[int]:
    """Return the weekdays on which the shop no longer opens; empty if that were all seven."""
    closed = np.asarray(history.closed[-7 * WEEKS_OF_OPENING_HOURS :], dtype=np.bool_)
    if not closed.any():
        return frozenset()
    weekdays = (history.next_day.weekday() - len(closed) + np.arange(len(closed))) % 7
    seen = np.bincount(weekdays, minlength=7)
    times_closed = np.bincount(weekdays, weights=closed, minlength=7)
    shut = np.flatnonzero((seen >= 2) & (times_closed >= SHUT_SHARE * seen))
    return frozenset(shut.tolist() if len(shut) < 7 else ())


def _first_sale(units: Vector) -> int:
    sold = np.flatnonzero(units > 0)
    return int(sold[0]) if len(sold) else 0


def _notes(known: Listed, silent: int, above: int, cap: float) -> tuple[str, ...]:
    counted, notes = known.rhythm.counted, []
    if known.missing:
        notes.append(f"Left out {counted(known.missing)} without a figure.")
    if silent:
        notes.append(
            f"Left out {counted(silent)} of silence too long to be chance, like stock-outs."
        )
    if above:
        notes.append(f"Counted {counted(above)} above {cap:.4g} units as {cap:.4g}.")
    return tuple(notes)

"""What the products of one tenant tell of each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from stockcli.domain.demand import DemandHistory
from stockcli.forecasting.comebacks import Comebacks, comebacks_from, told_by
from stockcli.forecasting.events import NO_EFFECTS, EventEffects, effects_of, seen_in
from stockcli.forecasting.outliers import winsorise
from stockcli.forecasting.series import NO_EVENTS, listed
from stockcli.forecasting.silence import silences, without
from stockcli.forecasting.spread_law import SpreadLaw, law_from, shown

MOST_SERIES = 5000
"""More of them cost time and tell nothing new."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Learnt:
    """What many series tell that one alone does not.

    Attributes:
        comebacks: how silences end.
        effects: what events do to what is sold.
        spread_law: how much products vary, by how much they sell; None if too few told.
    """

    comebacks: Comebacks
    spread_law: SpreadLaw | None
    effects: EventEffects = NO_EFFECTS


NOTHING_LEARNT = Learnt(comebacks=comebacks_from(()), spread_law=None)


def learn(histories: Iterable[DemandHistory], events: Mapping[date, str] = NO_EVENTS) -> Learnt:
    """Return what the products of one tenant tell of each other; the first 5,000 are heard."""
    told, showings, seen, series = [], [], [], 0
    for number, history in enumerate(islice(histories, MOST_SERIES)):
        known = listed(history, events)
        found = silences(known.units, known.rhythm)
        told += told_by(number, known.units, found, known.rhythm.around_a_silence)
        if known.labels:
            seen.append(seen_in(known.units, known.slots, known.rhythm.slots, known.labels))
        units, *_ = winsorise(known.units[without(known.units, found)])
        if len(units) < known.rhythm.fewest_for_arima:
            continue
        series += 1
        lengths = (shown(units, length, known.rhythm) for length in known.rhythm.totals)
        showings += [one for one in lengths if one is not None]
    return Learnt(
        comebacks=comebacks_from(told),
        spread_law=law_from(showings, series),
        effects=effects_of(seen),
    )

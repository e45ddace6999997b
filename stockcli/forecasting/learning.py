"""What the products of one tenant tell of each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from stockcli.domain.demand import DemandHistory
from stockcli.forecasting.comebacks import Comebacks, comebacks_from, told_by
from stockcli.forecasting.series import listed, winsorise
from stockcli.forecasting.silence import silences, without
from stockcli.forecasting.spread_law import SpreadLaw, law_from, shown

MOST_SERIES = 5000
"""More of them cost time and tell nothing new."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Learnt:
    """What many series tell that one alone does not.

    Attributes:
        comebacks: how silences end.
        spread_law: how much products vary, by how much they sell; None if too few told.
    """

    comebacks: Comebacks
    spread_law: SpreadLaw | None


NOTHING_LEARNT = Learnt(comebacks=comebacks_from(()), spread_law=None)


def learn(histories: Iterable[DemandHistory]) -> Learnt:
    """Return what the products of one tenant tell of each other; the first 5,000 are heard."""
    told, showings, series = [], [], 0
    for number, history in enumerate(islice(histories, MOST_SERIES)):
        known = listed(history)
        found = silences(known.units, known.rhythm)
        told += told_by(number, known.units, found, known.rhythm.around_a_silence)
        units, *_ = winsorise(known.units[without(known.units, found)])
        if len(units) < known.rhythm.fewest_for_arima:
            continue
        series += 1
        lengths = (shown(units, length, known.rhythm) for length in known.rhythm.totals)
        showings += [one for one in lengths if one is not None]
    return Learnt(comebacks=comebacks_from(told), spread_law=law_from(showings, series))

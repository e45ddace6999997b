"""What was expected to sell on a past day: the forecast that held then."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from operator import attrgetter

from stockcli.domain.identifiers import StockKey
from stockcli.domain.replenishment import ForecastRecord
from stockcli.usecases.inventory import StockLine

STILL_HOLDS = timedelta(days=28)
"""How long before a day a forecast on record may have been made and still speak of it."""


class Expectations:
    """Expected units a calendar day of each shelf.

    A forecast on record holds from its day to the next one's; before the first on record, today's
    does. Without any, nothing is expected.

    Args:
        lines: with today's forecasts.
        records: past ones, oldest first.
    """

    def __init__(self, lines: Iterable[StockLine], records: Iterable[ForecastRecord]) -> None:
        self._today = {
            line.level.key: line.threshold.mean_per_day for line in lines if line.threshold
        }
        self._records: defaultdict[StockKey, list[ForecastRecord]] = defaultdict(list)
        for one in records:
            self._records[one.key].append(one)

    def on(self, key: StockKey, day: date) -> float:
        """Return the units expected of a shelf on a day."""
        records = self._records.get(key, ())
        place = bisect_right(records, day, key=attrgetter("computed_for"))
        return records[place - 1].mean_per_day if place else self._today.get(key, 0.0)

    def of(self, key: StockKey, first_day: date) -> Callable[[int], float]:
        """Return the units expected of a shelf by place, counted from a first day on."""
        return lambda place: self.on(key, first_day + timedelta(days=place))

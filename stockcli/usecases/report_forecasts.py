"""Past forecasts of a report, judged by what was sold since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from stockcli.domain.demand import stocked_out_days
from stockcli.domain.forecast_score import JUDGED_DAYS, ForecastScore, JudgedSales, ScoreSum
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.replenishment import ForecastRecord
from stockcli.domain.shelf_service import empty_days


@dataclass(frozen=True, kw_only=True)
class ForecastWeek:
    """How the forecasts of one day did over the week that began with it."""

    day: date
    score: ForecastScore


def forecast_weeks(
    records: Iterable[ForecastRecord], series: Mapping[StockKey, DailyMovements], days: int
) -> tuple[ForecastWeek, ...]:
    """Return how the forecasts on record did, one entry a day of forecasts, oldest first.

    Args:
        records: oldest first; one is judged if its whole week lies within the days reported.
        series: what sold, all over the same days; a product without any sold nothing.
        days: the last ones of those are reported.
    """
    sales: dict[StockKey, JudgedSales] = {}
    weeks = []
    for day, of_day in groupby(records, key=attrgetter("computed_for")):
        total = ScoreSum()
        for record in of_day if _is_judged(day, series, days) else ():
            one = series.get(record.key)
            if one is None:
                continue
            judged = sales.get(record.key) or sales.setdefault(record.key, _judged(one))
            total.add(record.mean_per_day, *judged.days_and_units((day - one.first_day).days))
        if total.score.weeks:
            weeks.append(ForecastWeek(day=day, score=total.score))
    return tuple(weeks)


def _is_judged(day: date, series: Mapping[StockKey, DailyMovements], days: int) -> bool:
    """Return whether the week that begins with a day lies within the days reported."""
    one = next(iter(series.values()), None)
    if one is None:
        return False
    start = (day - one.first_day).days
    return len(one.sold) - days <= start <= len(one.sold) - JUDGED_DAYS


def _judged(one: DailyMovements) -> JudgedSales:
    is_ever_empty = bool(empty_days(one.closing_stock))
    masked = stocked_out_days(one.sold, one.closing_stock) if is_ever_empty else ()
    return JudgedSales(one.sold, masked)

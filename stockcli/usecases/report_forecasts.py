"""Past forecasts of a report, judged by what was sold since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

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
        records: one is judged if its whole week lies within the days reported.
        series: what sold, all over the same days; a product without any sold nothing.
        days: the last ones of those are reported.
    """
    sums: defaultdict[date, ScoreSum] = defaultdict(ScoreSum)
    sales: dict[StockKey, JudgedSales] = {}
    for record in records:
        one = series.get(record.key)
        if one is None:
            continue
        start = (record.computed_for - one.first_day).days
        if start < len(one.sold) - days or start + JUDGED_DAYS > len(one.sold):
            continue
        if record.key not in sales:
            sales[record.key] = _judged(one)
        judged_days, units = sales[record.key].days_and_units(start)
        sums[record.computed_for].add(record.mean_per_day, judged_days, units)
    return tuple(ForecastWeek(day=day, score=sums[day].score) for day in sorted(sums))


def _judged(one: DailyMovements) -> JudgedSales:
    is_ever_empty = bool(empty_days(one.closing_stock))
    masked = stocked_out_days(one.sold, one.closing_stock) if is_ever_empty else ()
    return JudgedSales(one.sold, masked)

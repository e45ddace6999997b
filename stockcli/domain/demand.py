"""Demand: what was asked for each day, and what may be asked for until the next delivery."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import compress, islice
from operator import and_, not_, or_
from statistics import median
from typing import Any, cast

from stockcli.domain.frequency import Frequency
from stockcli.domain.identifiers import StockKey

BUSY_SHOP_LINES_PER_DAY = 10
"""A shop that sells on this many lines on a median open day is shut on a day with none."""
PRIOR_DAYS = 182
"""How many open days of each product speak for its category."""


class DemandClass(StrEnum):
    """How a series behaves, which settles how it is forecast."""

    SMOOTH = "smooth"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    NEW = "new"
    CONSTANT = "constant"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class DemandHistory:
    """Units sold per period of one product at one location; oldest first, one entry a period.

    A stocked-out period is censored: what sold is less than what was asked for. A closed one
    carries no demand. All sequences have the same length. Periods are days unless told
    otherwise, and days are what the names below say.
    """

    key: StockKey
    first_day: date
    units: Sequence[float]
    stocked_out: Sequence[bool]
    closed: Sequence[bool]
    frequency: Frequency = Frequency.DAY

    @property
    def days(self) -> int:
        """Return the number of periods, closed and censored ones included."""
        return len(self.units)

    @property
    def next_day(self) -> date:
        """Return the first day after the history."""
        return self.frequency.after(self.first_day, len(self.units))


@dataclass(frozen=True, kw_only=True)
class LeadTime:
    """Days from order to receipt, as mean and standard deviation."""

    mean_days: float
    standard_deviation_days: float = 0.0


@dataclass(frozen=True, kw_only=True)
class StockCosts:
    """What a unit costs that lies on the shelf for a day, and one that was asked for in vain.

    Attributes:
        holding_per_unit_day: in any currency; per unit and period of the history.
        shortage_per_unit: in the same currency.
    """

    holding_per_unit_day: float
    shortage_per_unit: float


@dataclass(frozen=True, kw_only=True)
class ForecastRequest:
    """All a forecast of one series needs; nothing is looked up inside the engine.

    Where the history's periods are not days, lead time, review period and horizon count
    periods too.

    Attributes:
        history: units per period, masked.
        lead_time: of the product's supplier.
        review_period_days: days between two checks, at least 1.
        service_level: target probability of no stock-out in a cycle, inside (0, 1).
        costs: if given, they set the service level instead: the one that would have cost
            least on the series' own history.
        horizon_days: length of the daily path that is shown.
        prior_mean_per_day: what similar products (the category) sell on an open day; None
            if there is none.
        prior_variance_per_day: the variance that goes with it.
        closed_days_ahead: known closed days after the history.
        events: what happens on known days, past and ahead; days with the same label are
            expected to sell alike.
        last_parameters: what an earlier forecast of this series returned as parameters; the
            search then begins there.
    """

    history: DemandHistory
    lead_time: LeadTime
    review_period_days: int
    service_level: float
    costs: StockCosts | None = None
    horizon_days: int = 28
    prior_mean_per_day: float | None = None
    prior_variance_per_day: float | None = None
    closed_days_ahead: Collection[date] = ()
    events: Mapping[date, str] = field(default_factory=dict)
    last_parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class ForecastDay:
    """The forecast of one day: mean and the central 80 % interval, units."""

    day: date
    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class DemandForecast:
    """What one series may sell; always finite, never negative.

    Attributes:
        model: readable name, such as "ARIMA(1,0,1) + day-of-week".
        demand_class: how the series behaves.
        service_level: the target; with costs, the one they led to.
        interval_days: mean length of the protection interval (lead time + review period).
        total_mean: expected units over the protection interval.
        total_standard_deviation: of those units.
        total_quantile: their service-level quantile, the reorder point before it is rounded up;
            a whole number by itself where the product sells in whole units.
        mean_per_day: expected units per calendar day over the next 28 days.
        path: day by day.
        masked_days: stock-out days left out of the fit.
        closed_days: closed days left out of the fit.
        history_days: days of history used.
        parameters: the coefficients found, JSON values only.
        notes: what was odd: fallbacks, winsorised outliers; readable sentences.
    """

    key: StockKey
    model: str
    demand_class: DemandClass
    service_level: float
    interval_days: float
    total_mean: float
    total_standard_deviation: float
    total_quantile: float
    mean_per_day: float
    path: Sequence[ForecastDay]
    masked_days: int
    closed_days: int
    history_days: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def infer_closed_days(
    lines_per_day: Mapping[date, int], first: date, last: date
) -> frozenset[date]:
    """Return the days between first and last on which a busy shop sold nothing at all.

    A quiet shop may sell nothing on an open day, so below BUSY_SHOP_LINES_PER_DAY only
    weekdays on which it (nearly) never sells count as closed.
    """
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    silent = [day for day in days if not lines_per_day.get(day)]
    if median(lines_per_day.values() or [0]) >= BUSY_SHOP_LINES_PER_DAY:
        return frozenset(silent)
    shut = _shut_weekdays(days, frozenset(silent))
    return frozenset(day for day in silent if day.weekday() in shut)


def _shut_weekdays(days: Sequence[date], silent: Collection[date]) -> frozenset[int]:
    """Return weekdays silent at least 19 times in 20, seen 8 times, while others sell."""
    shut = set()
    for weekday in range(7):
        of_weekday = [day for day in days if day.weekday() == weekday]
        quiet = sum(day in silent for day in of_weekday)
        if len(of_weekday) >= 8 and quiet >= 0.95 * len(of_weekday):  # noqa: PLR2004
            shut.add(weekday)
    return frozenset(shut if len(shut) < 5 else ())  # noqa: PLR2004


def stocked_out_days(
    units: Sequence[float], closing_stock: Sequence[float | None]
) -> Sequence[bool]:
    """Return which days are censored: nothing sold, and an empty shelf before and after.

    Args:
        units: sold per day.
        closing_stock: on hand at the end of each day; None while it is not yet known
            (before the first count or receipt).

    >>> list(stocked_out_days([3.0, 0.0, 0.0], [0.0, 0.0, 5.0]))
    [0, 1, 0]
    """
    # A loop over empty shelves alone, and bytes for booleans (numpy reads a tuple of them
    # fifty times as slowly): a shop has millions of days.
    flags = bytearray(len(units))
    empty = [stock is not None and stock <= 0 for stock in closing_stock]
    if True in empty:
        for day in compress(range(1, len(units)), map(and_, empty, empty[1:])):
            flags[day] = units[day] <= 0
    return cast("Sequence[bool]", flags)


def prior_of(histories: Iterable[DemandHistory]) -> tuple[float, float] | None:
    """Return mean and variance of units per open day, pooled over similar products.

    The mean is the median of the products' means, so that one best-seller does not speak
    for its category; the variance adds what lies between products to what lies within.
    """
    means, variances = [], []
    for history in histories:
        sold = _latest_open_days(history, PRIOR_DAYS)
        if len(sold) >= 28 and any(sold):  # noqa: PLR2004
            mean = sum(sold) / len(sold)
            means.append(mean)
            variances.append(sum((value - mean) ** 2 for value in sold) / len(sold))
    if not means:
        return None
    centre = median(means)
    between = median((mean - centre) ** 2 for mean in means)
    return centre, median(variances) + between


def _latest_open_days(history: DemandHistory, most: int) -> list[float]:
    """Return units of the latest days that are neither closed nor censored, oldest first."""
    masked = map(or_, reversed(history.stocked_out), reversed(history.closed))
    latest = compress(reversed(history.units), map(not_, masked))
    return list(islice(latest, most))[::-1]

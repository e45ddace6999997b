"""Ports of the backtest: what the thresholds of the past would have done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from stockcli.domain.demand import DemandClass, ForecastRequest
from stockcli.domain.frequency import Frequency
from stockcli.domain.identifiers import StockKey


class Method(StrEnum):
    """Whose quantile it is: the engine's, or a yardstick's."""

    OURS = "ours"
    SEASONAL_NAIVE = "seasonal naive"
    TEXTBOOK = "textbook"


class StockRule(StrEnum):
    """When an order is placed: whenever anything is missing, or at the reorder point."""

    ORDER_UP_TO = "order-up-to"
    REORDER_POINT = "reorder-point"


@dataclass(frozen=True, kw_only=True)
class BacktestPlan:
    """Where the past is cut, and how stock is walked through what followed.

    Attributes:
        origins: cuts at most; the last is one protection interval before the end.
        every_periods: between two cuts.
        rule: with ORDER_UP_TO the quantile is the level itself; with REORDER_POINT it is the
            point below which an order brings stock to the quantile and a review's demand.
        backorders: whether demand waits for the next delivery; else it is lost.
        traced: whether the stock of each period is kept.
    """

    origins: int
    every_periods: int
    rule: StockRule = StockRule.ORDER_UP_TO
    backorders: bool = False
    traced: bool = False


class Window(NamedTuple):
    """One method's forecast at one origin beside what was really asked for.

    Where the lead time varies, the total is that over each possible length of the interval,
    and loss and cover are weighted by the lengths' probabilities, as is the total itself.

    Attributes:
        origin: the first day that was forecast.
        expected: units over the protection interval.
        quantile: of the same total, unrounded.
        actual: units.
        pinball: loss at the service level, units.
        scale: what a loss is divided by so that series add up, units; 0 if nothing changed.
        covered: share of the lengths whose total was at or under the quantile.
    """

    origin: date
    method: Method
    service_level: float
    expected: float
    quantile: float
    actual: float
    pinball: float
    scale: float
    covered: float


class PolicyOutcome(NamedTuple):
    """How stock went with one method's levels.

    Attributes:
        demand, unmet: units asked for, and those that were not there.
        stock_out_periods: periods with any unmet.
        cycles, cycles_served: replenishment cycles, and those without any unmet.
        stock: units on hand at the ends of the periods, added up.
        cost: of holding and shortage; None without costs.
    """

    periods: int
    demand: float
    unmet: float
    stock_out_periods: int
    cycles: int
    cycles_served: int
    stock: float
    orders: int
    cost: float | None


@dataclass(frozen=True, kw_only=True)
class StockTrace:
    """Each period of one series' walk: demand, and stock on hand by method."""

    first_day: date
    frequency: Frequency
    demand: Sequence[float]
    on_hand: dict[Method, Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class SeriesBacktest:
    """One series: its windows, and its stock.

    Attributes:
        demand_class: at the last origin.
        service_level: at the last origin.
        skipped_windows: origins left out, the shelf having been empty in what followed.
        censored_periods: periods of the walk in which the shelf was empty; what sold in them
            stands for what was asked for.
    """

    key: StockKey
    demand_class: DemandClass
    service_level: float
    windows: Sequence[Window]
    outcomes: Mapping[Method, PolicyOutcome]
    skipped_windows: int = 0
    censored_periods: int = 0
    trace: StockTrace | None = None


class Backtester(Protocol):
    """Cuts histories, forecasts at each cut, and judges by what followed."""

    def backtest(
        self,
        requests: Sequence[ForecastRequest],
        plan: BacktestPlan,
        *,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[SeriesBacktest | None]:
        """Return one result per request, in order; None where the history is too short."""

    def fewest_periods(self, request: ForecastRequest) -> int:
        """Return how many periods from its first sale on a history must have to be cut once."""

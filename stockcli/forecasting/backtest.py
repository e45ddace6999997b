"""Rolling origins: forecast where the history is cut, and judge by what followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from stockcli.domain.demand import DemandForecast, ForecastRequest
from stockcli.forecasting.accuracy import covered, pinball_loss, typical_change, window_totals
from stockcli.forecasting.arrays import Flags, Vector
from stockcli.forecasting.backtest_stock import HeldOut, Walked, walk_series
from stockcli.forecasting.cost_level import inside
from stockcli.forecasting.protection_interval import IntervalLength, interval_lengths
from stockcli.forecasting.rolling_origins import as_known_at, fewest_periods, origins_of
from stockcli.forecasting.yardsticks import (
    Level,
    known_units,
    seasonal_naive_level,
    textbook_level,
)
from stockcli.usecases.ports import Forecaster
from stockcli.usecases.ports.backtest import BacktestPlan, Method, SeriesBacktest, Window


class RollingBacktester:
    """Backtests many series at once.

    Args:
        forecaster: refitted at every origin, with nothing but what was known there.
    """

    def __init__(self, forecaster: Forecaster) -> None:
        self._forecaster = forecaster

    def backtest(
        self,
        requests: Sequence[ForecastRequest],
        plan: BacktestPlan,
        *,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[SeriesBacktest | None]:
        """Return one result per request, in order; None where the history is too short.

        Args:
            requests: with their whole histories.
            plan: where to cut them, and how to walk the stock.
            on_progress: told how many of the requests are forecast so far.
        """
        origins = [
            origins_of(one, origins=plan.origins, every_periods=plan.every_periods)
            for one in requests
        ]
        forecasts = self._forecasts(requests, origins, on_progress)
        cases = [
            _case(request, cuts, made)
            for request, cuts, made in zip(requests, origins, forecasts, strict=True)
            if cuts
        ]
        walks = iter(walk_series([case.held_out for case in cases], plan))
        results = iter([_result(case, next(walks)) for case in cases])
        return [next(results) if cuts else None for cuts in origins]

    def fewest_periods(self, request: ForecastRequest) -> int:
        """Return how many periods from its first sale on a history must have to be cut once."""
        return fewest_periods(request)

    def _forecasts(
        self,
        requests: Sequence[ForecastRequest],
        origins: Sequence[Sequence[int]],
        on_progress: Callable[[int], None] | None,
    ) -> list[list[DemandForecast]]:
        """Return each request's forecasts, one an origin.

        What is cut on one day is forecast together, and learns from nothing cut later.
        """
        made: list[list[DemandForecast]] = [[] for _ in requests]
        by_day: dict[date, list[tuple[int, ForecastRequest]]] = {}
        for number, (request, cuts) in enumerate(zip(requests, origins, strict=True)):
            for origin in cuts:
                cut = as_known_at(request, origin)
                by_day.setdefault(cut.history.next_day, []).append((number, cut))
        done, all_cuts = 0, sum(map(len, origins))

        def tell(of_day: int) -> None:
            if on_progress is not None:
                on_progress(len(requests) * (done + of_day) // all_cuts)

        for day in sorted(by_day):
            numbers, cut_requests = zip(*by_day[day], strict=True)
            forecasts = self._forecaster.forecast(cut_requests, on_progress=tell)
            for number, forecast in zip(numbers, forecasts, strict=True):
                made[number].append(forecast)
            done += len(forecasts)
        return made


@dataclass(frozen=True, kw_only=True, eq=False)
class _Case:
    """One series, cut and forecast.

    Attributes:
        lengths: possible protection intervals.
        units: per period, zero where closed.
        known: whether they are all that was asked for.
        origins: periods before each cut.
        forecasts: the engine's, one an origin.
        levels: every method's, one an origin.
    """

    request: ForecastRequest
    lengths: Sequence[IntervalLength]
    units: Vector
    known: Flags
    origins: Sequence[int]
    forecasts: Sequence[DemandForecast]
    levels: Mapping[Method, Sequence[Level]]

    @property
    def held_out(self) -> HeldOut:
        """Return what the stock is walked through."""
        return HeldOut(
            request=self.request,
            lengths=self.lengths,
            demand=self.units[self.origins[0] :],
            origins=[origin - self.origins[0] for origin in self.origins],
            levels=self.levels,
        )


def _case(
    request: ForecastRequest, origins: Sequence[int], forecasts: Sequence[DemandForecast]
) -> _Case:
    units, known = known_units(request.history)
    lengths = interval_lengths(request.lead_time, request.review_period_days)
    by_origin = [
        _levels(as_known_at(request, origin), lengths, forecast)
        for origin, forecast in zip(origins, forecasts, strict=True)
    ]
    return _Case(
        request=request,
        lengths=lengths,
        units=units,
        known=known,
        origins=origins,
        forecasts=forecasts,
        levels={method: [levels[method] for levels in by_origin] for method in Method},
    )


def _levels(
    cut: ForecastRequest, lengths: Sequence[IntervalLength], forecast: DemandForecast
) -> dict[Method, Level]:
    """Return what each method says at one origin, all for the same service level."""
    probability = inside(forecast.service_level)
    review = cut.review_period_days
    return {
        Method.OURS: Level(forecast.total_mean, forecast.total_quantile),
        Method.SEASONAL_NAIVE: seasonal_naive_level(cut.history, lengths, probability),
        Method.TEXTBOOK: textbook_level(cut.history, cut.lead_time, review, probability),
    }


def _result(case: _Case, walked: Walked) -> SeriesBacktest:
    longest = case.lengths[-1].days
    clean = [bool(np.all(case.known[origin : origin + longest])) for origin in case.origins]
    return SeriesBacktest(
        key=case.request.history.key,
        demand_class=case.forecasts[-1].demand_class,
        service_level=case.forecasts[-1].service_level,
        windows=[
            window
            for number, is_clean in enumerate(clean)
            if is_clean
            for window in _windows(case, number)
        ],
        outcomes=walked.outcomes,
        skipped_windows=clean.count(False),
        censored_periods=int(np.count_nonzero(~case.known[case.origins[0] :])),
        trace=walked.trace,
    )


def _windows(case: _Case, number: int) -> list[Window]:
    """Return every method's forecast at one origin beside what was asked for."""
    origin, forecast, history = case.origins[number], case.forecasts[number], case.request.history
    days = np.array([length.days for length in case.lengths])
    shares = np.array([length.probability for length in case.lengths])
    totals = window_totals(case.units, origin, days)
    learnt = case.known[:origin] & ~np.asarray(history.closed[:origin], dtype=np.bool_)
    scale = typical_change(case.units[:origin], learnt)
    level = forecast.service_level
    return [
        Window(
            origin=history.frequency.after(history.first_day, origin),
            method=method,
            service_level=level,
            expected=levels[number].expected,
            quantile=levels[number].quantile,
            actual=float(shares @ totals),
            pinball=float(shares @ pinball_loss(totals, levels[number].quantile, level)),
            scale=scale,
            covered=float(shares @ covered(totals, levels[number].quantile)),
        )
        for method, levels in case.levels.items()
    ]

"""The engine: many requests in, as many forecasts out, always finite, never negative."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed, parallel_config

from stockcli.domain.demand import DemandClass, DemandForecast, ForecastRequest
from stockcli.forecasting.classes import classify
from stockcli.forecasting.daily_path import MEAN_DAYS, daily_path, expected_units, mean_per_day
from stockcli.forecasting.lead_time_demand import total_demand
from stockcli.forecasting.methods import Fitted, fit, from_few
from stockcli.forecasting.prior import prior_from
from stockcli.forecasting.protection_interval import IntervalLength, interval_lengths
from stockcli.forecasting.series import Flags, OpenSeries, Weekdays, open_days_ahead, open_series

BATCH_SERIES = 50
FEWEST_POOLED_SERIES = 400
"""Below this the workers' start-up costs more than they save."""
LONGEST_HORIZON_DAYS = 730
DEFAULT_SERVICE_LEVEL = 0.95


class Forecaster:
    """Forecasts many series, in this process or in several.

    Args:
        workers: processes to use at most.
        fewest_pooled_series: with fewer series than this, one process is quicker.
    """

    def __init__(
        self, *, workers: int = 1, fewest_pooled_series: int = FEWEST_POOLED_SERIES
    ) -> None:
        self._workers = workers
        self._fewest_pooled_series = fewest_pooled_series

    def forecast(
        self,
        requests: Sequence[ForecastRequest],
        *,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[DemandForecast]:
        """Return one forecast per request, in the same order.

        Args:
            requests: any number; odd ones are forecast as well as can be, with a note.
            on_progress: told how many are done so far.
        """
        pooled = self._workers > 1 and len(requests) >= self._fewest_pooled_series
        size = BATCH_SERIES if pooled else 1
        batches = [requests[start : start + size] for start in range(0, len(requests), size)]
        done: list[DemandForecast] = []
        for forecasts in self._pooled(batches) if pooled else map(forecast_batch, batches):
            done.extend(forecasts)
            if on_progress is not None:
                on_progress(len(done))
        return done

    def _pooled(
        self, batches: Sequence[Sequence[ForecastRequest]]
    ) -> Iterator[list[DemandForecast]]:
        """Return the batches' forecasts as they come, each worker on one thread."""
        with parallel_config(backend="loky", n_jobs=self._workers, inner_max_num_threads=1):
            pool = Parallel(return_as="generator")
        yield from pool(delayed(forecast_batch)(batch) for batch in batches)


def forecast_batch(requests: Sequence[ForecastRequest]) -> list[DemandForecast]:
    """Return the forecasts of some requests; runs in any process."""
    return [forecast_one(request) for request in requests]


def forecast_one(request: ForecastRequest) -> DemandForecast:
    """Return the forecast of one series: pure, and for any input finite and not negative."""
    with np.errstate(all="ignore"):
        outlook = _outlook(request)
        series = open_series(request.history)
        prior = prior_from(request.prior_mean_per_day, request.prior_variance_per_day)
        demand_class = classify(series)
        fitted = fit(series, demand_class, outlook.weekdays, prior)
        forecast = _assemble(request, series, demand_class, fitted, outlook)
        if _finite(forecast):
            return forecast
        note = "The method's figures were not finite."
        fitted = from_few(series, prior, len(outlook.weekdays), note)
        return _assemble(request, series, demand_class, fitted, outlook)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Outlook:
    """The calendar ahead, and how much of it the stock must cover.

    Attributes:
        lengths: possible protection intervals.
        horizon_days: length of the path.
        is_open: for each calendar day ahead, whole weeks.
        weekdays: of the open days ahead.
    """

    lengths: Sequence[IntervalLength]
    horizon_days: int
    is_open: Flags
    weekdays: Weekdays


def _outlook(request: ForecastRequest) -> _Outlook:
    lengths = interval_lengths(request.lead_time, request.review_period_days)
    horizon = min(max(request.horizon_days, 0), LONGEST_HORIZON_DAYS)
    days = max(horizon, MEAN_DAYS, lengths[-1].days)
    whole_weeks = 7 * math.ceil(days / 7)
    is_open, weekdays = open_days_ahead(request.history, request.closed_days_ahead, whole_weeks)
    return _Outlook(
        lengths=lengths, horizon_days=horizon, is_open=is_open, weekdays=weekdays[is_open]
    )


def _assemble(
    request: ForecastRequest,
    series: OpenSeries,
    demand_class: DemandClass,
    fitted: Fitted,
    outlook: _Outlook,
) -> DemandForecast:
    projection, is_open, whole = fitted.projection, outlook.is_open, series.whole
    expected = expected_units(projection.mean, is_open)
    total = total_demand(projection, expected, is_open, outlook.lengths, whole=whole)
    first_day, horizon = request.history.next_day, outlook.horizon_days
    return DemandForecast(
        key=request.history.key,
        model=projection.model,
        demand_class=demand_class,
        service_level=request.service_level,
        interval_days=sum(length.days * length.probability for length in outlook.lengths),
        total_mean=total.units.mean,
        total_standard_deviation=total.units.standard_deviation,
        total_quantile=total.quantile(_inside(request.service_level)),
        mean_per_day=mean_per_day(expected),
        path=daily_path(projection, expected, is_open, first_day, horizon, whole=whole),
        masked_days=series.masked_days,
        closed_days=series.closed_days,
        history_days=series.history_days,
        parameters=fitted.parameters,
        notes=series.notes + fitted.notes,
    )


def _inside(service_level: float) -> float:
    """Return a level a quantile exists for."""
    if not math.isfinite(service_level):
        return DEFAULT_SERVICE_LEVEL
    return min(max(service_level, 0.001), 0.9999)


def _finite(forecast: DemandForecast) -> bool:
    totals = (forecast.total_mean, forecast.total_standard_deviation, forecast.total_quantile)
    days = (value for day in forecast.path for value in (day.mean, day.lower, day.upper))
    return all(map(math.isfinite, (*totals, forecast.mean_per_day, *days)))

"""The engine: many requests in, as many forecasts out, always finite, never negative."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from joblib import Parallel, delayed, parallel_config

from stockcli.domain.demand import DemandClass, DemandForecast, DemandHistory, ForecastRequest
from stockcli.forecasting.ahead import Ahead, ahead_of
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.classes import classify
from stockcli.forecasting.cost_level import service_level
from stockcli.forecasting.daily_path import daily_path, expected_units
from stockcli.forecasting.events import factor_of
from stockcli.forecasting.lead_time_demand import SilentTotal, Total, TotalDemand, total_demand
from stockcli.forecasting.learning import NOTHING_LEARNT, Learnt, learn
from stockcli.forecasting.methods import Fitted, Setting, fit, from_few
from stockcli.forecasting.prior import prior_from
from stockcli.forecasting.series import NO_EVENTS, OpenSeries, open_series
from stockcli.forecasting.spread_law import SpreadLaw, shown

BATCH_SERIES = 50
FEWEST_POOLED_SERIES = 400
"""Below this the workers' start-up costs more than they save."""


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

    def learn(
        self, histories: Iterable[DemandHistory], events: Mapping[date, str] = NO_EVENTS
    ) -> Learnt:
        """Return what the products of one tenant tell of each other; the first 5,000 are heard."""
        return learn(histories, events)

    def forecast(
        self,
        requests: Sequence[ForecastRequest],
        *,
        learnt: Learnt | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[DemandForecast]:
        """Return one forecast per request, in the same order.

        Args:
            requests: any number; odd ones are forecast as well as can be, with a note.
            learnt: what `learn` returned; left out, the requests' own histories teach.
            on_progress: told how many are done so far.
        """
        if learnt is None:
            events = requests[0].events if requests else NO_EVENTS
            learnt = self.learn((request.history for request in requests), events)
        pooled = self._workers > 1 and len(requests) >= self._fewest_pooled_series
        size = BATCH_SERIES if pooled else 1
        batches = [requests[start : start + size] for start in range(0, len(requests), size)]
        done: list[DemandForecast] = []
        for forecasts in self._each(batches, learnt, pooled=pooled):
            done.extend(forecasts)
            if on_progress is not None:
                on_progress(len(done))
        return done

    def _each(
        self, batches: Sequence[Sequence[ForecastRequest]], learnt: Learnt, *, pooled: bool
    ) -> Iterator[list[DemandForecast]]:
        """Return the batches' forecasts as they come, each worker on one thread."""
        if not pooled:
            yield from (forecast_batch(batch, learnt) for batch in batches)
            return
        with parallel_config(backend="loky", n_jobs=self._workers, inner_max_num_threads=1):
            pool = Parallel(return_as="generator")
        yield from pool(delayed(forecast_batch)(batch, learnt) for batch in batches)


def forecast_batch(
    requests: Sequence[ForecastRequest], learnt: Learnt = NOTHING_LEARNT
) -> list[DemandForecast]:
    """Return the forecasts of some requests; runs in any process."""
    return [forecast_one(request, learnt) for request in requests]


def forecast_one(request: ForecastRequest, learnt: Learnt = NOTHING_LEARNT) -> DemandForecast:
    """Return the forecast of one series: pure, and for any input finite and not negative."""
    with np.errstate(all="ignore"):
        ahead = ahead_of(request)
        series = open_series(request.history, request.events, learnt.effects)
        setting = Setting(
            slots_ahead=ahead.slots,
            prior=prior_from(request.prior_mean_per_day, request.prior_variance_per_day),
            last=request.last_parameters,
        )
        demand_class = classify(series)
        fitted = fit(series, demand_class, setting)
        forecast = _assemble(request, series, demand_class, fitted, ahead, learnt)
        if _finite(forecast):
            return forecast
        fitted = from_few(series, setting, "The method's figures were not finite.")
        return _assemble(request, series, demand_class, fitted, ahead, learnt)


def _assemble(
    request: ForecastRequest,
    series: OpenSeries,
    demand_class: DemandClass,
    fitted: Fitted,
    ahead: Ahead,
    learnt: Learnt,
) -> DemandForecast:
    history, projection, rhythm = request.history, fitted.projection, ahead.rhythm
    usual = expected_units(projection.mean, ahead.is_open, rhythm.slots)
    lift = ahead.lift(series.event_factors)
    expected = usual * lift
    correction = _correction(series, usual, ahead, learnt.spread_law)
    scale = _scale(usual, expected, ahead)
    back = total_demand(projection, expected, ahead, (correction, scale), whole=series.whole)
    total, share, silence = _as_it_stands(back, series, ahead, learnt)
    level, costs = service_level(request, series.units, projection, ahead)
    path = daily_path(projection, share * expected, ahead, lift, request, whole=series.whole)
    return DemandForecast(
        key=history.key,
        model=projection.model,
        demand_class=demand_class,
        service_level=level,
        interval_days=ahead.mean_periods,
        total_mean=total.mean,
        total_standard_deviation=total.standard_deviation,
        total_quantile=total.quantile(level),
        mean_per_day=share * float(np.mean(expected[: rhythm.month])),
        path=path,
        masked_days=series.masked_periods,
        closed_days=series.closed_periods,
        history_days=series.history_periods,
        parameters=fitted.parameters,
        notes=series.notes + fitted.notes + silence + costs + _coming(ahead, series),
    )


def _as_it_stands(
    back: TotalDemand, series: OpenSeries, ahead: Ahead, learnt: Learnt
) -> tuple[Total, float, tuple[str, ...]]:
    """Return the total of a product that may have fallen silent, its share, and a note."""
    if not series.silent_periods:
        return back, 1.0, ()
    open_periods = max(ahead.open_periods, 1)
    outlook = learnt.comebacks.outlook(
        series.silent_periods, open_periods, back.mean / open_periods
    )
    known = "by how other products came back" if outlook.products > 1 else "by its length"
    note = (
        f"Nothing sold in the last {series.rhythm.counted(series.silent_periods)} the shop was "
        f"open, too long to be chance: {outlook.mean:.0%} of its usual demand is expected, "
        f"judged {known}; the reorder point covers the case that it comes back."
    )
    return SilentTotal(back=back, outlook=outlook), outlook.mean, (note,)


def _correction(series: OpenSeries, expected: Vector, ahead: Ahead, law: SpreadLaw | None) -> float:
    """Return by how much a spread leans on what the shop's other products show."""
    own = shown(series.units, ahead.open_periods, series.rhythm) if law else None
    mean = float(np.sum(expected[: round(ahead.mean_periods)]))
    return law.correction(mean, own) if law and own else 1.0


def _scale(usual: Vector, expected: Vector, ahead: Ahead) -> float:
    """Return by how much events multiply the total, and with it what it may miss by."""
    days = round(ahead.mean_periods)
    without = float(np.sum(usual[:days]))
    return float(np.sum(expected[:days])) / without if without > 0 else 1.0


def _coming(ahead: Ahead, series: OpenSeries) -> tuple[str, ...]:
    """Return a sentence on each event the stock must cover."""
    covered = ahead.labels[: ahead.lengths[-1].days]
    labels = sorted({label for label in covered if label})
    factors = {label: factor_of(label, series.event_factors) for label in labels}
    return tuple(
        f'"{label}" lies ahead and is expected to multiply sales by {factor:.2f}.'
        for label, factor in factors.items()
        if label in series.event_factors or factor != 1
    )


def _finite(forecast: DemandForecast) -> bool:
    totals = (forecast.total_mean, forecast.total_standard_deviation, forecast.total_quantile)
    days = (value for day in forecast.path for value in (day.mean, day.lower, day.upper))
    return all(map(math.isfinite, (*totals, forecast.mean_per_day, *days)))

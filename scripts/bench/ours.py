"""Our forecasts: one call per origin for all series together, as a tenant's nightly run does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from scripts.bench.windows import Layout, Window
from stockcli.domain.demand import DemandForecast, DemandHistory, ForecastRequest, LeadTime
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.forecasting.engine import Forecaster
from stockcli.forecasting.yardsticks import textbook_level


@dataclass(frozen=True, kw_only=True)
class RefitTimes:
    """Medians of CPU ms for one series in a call of its own."""

    cold_ms: float
    warm_ms: float
    series: int


def request_of(
    window: Window, layout: Layout, length: int, probability: float, number: int = 0
) -> ForecastRequest:
    """Return the request whose protection interval is so many periods, none of them by chance.

    Args:
        number: stands for the product: the engine only sees that series differ.
    """
    history = DemandHistory(
        key=StockKey(ProductId(number), LocationId(1)),
        first_day=window.first_day,
        units=window.units.tolist(),
        stocked_out=[False] * len(window.units),
        closed=window.closed.tolist(),
        frequency=layout.frequency,
    )
    review = min(length, layout.season)
    return ForecastRequest(
        history=history,
        lead_time=LeadTime(mean_days=length - review),
        review_period_days=review,
        service_level=probability,
        closed_days_ahead=window.closed_ahead,
    )


def forecasts_of(
    windows: Sequence[Window],
    layout: Layout,
    length: int,
    probability: float,
    on_progress: Callable[[int, int], None],
) -> tuple[list[DemandForecast], float]:
    """Return one forecast per window, and CPU ms per series with all series in one call."""
    found: dict[int, DemandForecast] = {}
    begun = time.process_time()
    for rank in range(layout.origins):
        places = [place for place, window in enumerate(windows) if window.rank == rank]
        requests = [
            request_of(windows[place], layout, length, probability, place) for place in places
        ]
        found.update(zip(places, Forecaster().forecast(requests), strict=True))
        on_progress(rank + 1, layout.origins)
    cpu_ms = 1e3 * (time.process_time() - begun) / max(len(windows), 1)
    return [found[place] for place in range(len(windows))], cpu_ms


def textbook_quantiles(
    windows: Sequence[Window], layout: Layout, length: int, probability: float
) -> list[float]:
    """Return what the textbook rule says: mean x L + z x sd x sqrt(L)."""
    requests = [request_of(window, layout, length, probability) for window in windows]
    return [
        textbook_level(one.history, one.lead_time, one.review_period_days, probability).quantile
        for one in requests
    ]


def refit_times(
    windows: Sequence[Window], layout: Layout, probability: float, most_series: int
) -> RefitTimes:
    """Return what one series costs cold, and refitted a period later from what it had."""
    cold, warm, length = [], [], max(layout.lengths)
    firsts = [window for window in windows if window.rank == 0][:most_series]
    for window in firsts:
        first, cold_ms = _timed(request_of(window, layout, length, probability))
        later = request_of(_a_period_later(window, layout), layout, length, probability)
        _, warm_ms = _timed(replace(later, last_parameters=first.parameters))
        cold.append(cold_ms)
        warm.append(warm_ms)
    return RefitTimes(cold_ms=median(cold), warm_ms=median(warm), series=len(firsts))


def _a_period_later(window: Window, layout: Layout) -> Window:
    shut = layout.frequency.after(window.first_day, len(window.units)) in window.closed_ahead
    return replace(
        window,
        units=np.append(window.units, window.ahead[0]),
        closed=np.append(window.closed, shut),
        ahead=window.ahead[1:],
    )


def _timed(request: ForecastRequest) -> tuple[DemandForecast, float]:
    begun = time.process_time()
    forecast = Forecaster().forecast([request])[0]
    return forecast, 1e3 * (time.process_time() - begun)

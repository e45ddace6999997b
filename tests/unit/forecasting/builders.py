"""Series and requests, small enough to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from stockcli.domain.demand import (
    DemandForecast,
    DemandHistory,
    ForecastRequest,
    LeadTime,
)
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.forecasting.engine import Forecaster

MONDAY = date(2025, 9, 1)
SUNDAY = 6


def a_history(
    units: Sequence[float],
    *,
    stocked_out: Sequence[bool] | None = None,
    closed: Sequence[bool] | None = None,
    product: int = 1,
) -> DemandHistory:
    return DemandHistory(
        key=StockKey(ProductId(product), LocationId(1)),
        first_day=MONDAY,
        units=units,
        stocked_out=stocked_out if stocked_out is not None else [False] * len(units),
        closed=closed if closed is not None else [False] * len(units),
    )


def a_request(history: DemandHistory | Sequence[float], **changes: Any) -> ForecastRequest:
    known = history if isinstance(history, DemandHistory) else a_history(history)
    lead_time = LeadTime(
        mean_days=changes.pop("lead_days", 7.0), standard_deviation_days=changes.pop("lead_sd", 0.0)
    )
    given: dict[str, Any] = {"review_period_days": 7, "service_level": 0.95} | changes
    return ForecastRequest(history=known, lead_time=lead_time, **given)


def forecast(history: DemandHistory | Sequence[float], **changes: Any) -> DemandForecast:
    return Forecaster().forecast([a_request(history, **changes)])[0]


def poisson(mean: float, days: int = 400, seed: int = 1) -> list[float]:
    return [float(units) for units in np.random.default_rng(seed).poisson(mean, days)]


def sundays(days: int) -> list[bool]:
    return [day % 7 == SUNDAY for day in range(days)]

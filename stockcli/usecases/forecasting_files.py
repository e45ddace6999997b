"""Thresholds for the series of a table, without a shop: a forecast for each, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from stockcli.domain.demand import (
    DemandForecast,
    DemandHistory,
    ForecastRequest,
    LeadTime,
    StockCosts,
)
from stockcli.domain.quantity import STEP, whole_units_up
from stockcli.domain.replenishment import order_cycle_demand
from stockcli.usecases.ports import (
    Forecaster,
    Progress,
    SeriesRecord,
    SeriesSource,
    SeriesThreshold,
)
from stockcli.usecases.series_calendar import NOTHING_SAID, SeriesCalendar

NO_ECONOMIC_QUANTITY = 0.0
"""A table tells no ordering cost, so that an order covers the review period and no more."""


@dataclass(frozen=True, kw_only=True)
class ReplenishmentTerms:
    """What all series of a table share; lead time and review count periods of the table.

    Attributes:
        service_level: target probability of no stock-out in a cycle, inside (0, 1).
        costs: if given, they set the service level instead.
    """

    lead_time: LeadTime
    review_periods: int
    service_level: float
    costs: StockCosts | None = None


def forecast_table(
    source: SeriesSource,
    forecaster: Forecaster,
    terms: ReplenishmentTerms,
    *,
    calendar: SeriesCalendar = NOTHING_SAID,
    on_progress: Progress | None = None,
) -> Iterator[SeriesThreshold]:
    """Yield the thresholds of every series of a table, in its order, as they are found.

    Args:
        calendar: what was said of days; the source is marked with it already.
        on_progress: told how many series are done so far.
    """
    histories = (record.history for records in source.histories() for record in records)
    learnt = forecaster.learn(histories, calendar.events)
    done = 0
    for records in source.histories():
        requests = [calendar.over(request_of(record.history, terms)) for record in records]
        told = _from(done, on_progress)
        forecasts = forecaster.forecast(requests, learnt=learnt, on_progress=told)
        for record, forecast in zip(records, forecasts, strict=True):
            yield threshold_of(record, forecast, terms)
        done += len(records)


def request_of(history: DemandHistory, terms: ReplenishmentTerms) -> ForecastRequest:
    """Return what the engine needs for one series; no daily path is asked for."""
    return ForecastRequest(
        history=history,
        lead_time=terms.lead_time,
        review_period_days=terms.review_periods,
        service_level=terms.service_level,
        costs=terms.costs,
        horizon_days=0,
    )


def threshold_of(
    record: SeriesRecord, forecast: DemandForecast, terms: ReplenishmentTerms
) -> SeriesThreshold:
    """Return reorder point and order-up-to level by the rules of a shop without limits."""
    rounded_up = _rounding(record.history)
    reorder_point = rounded_up(forecast.total_quantile)
    cycle = order_cycle_demand(forecast.mean_per_day, terms.review_periods, NO_ECONOMIC_QUANTITY)
    return SeriesThreshold(
        product=record.product,
        location=record.location,
        periods=record.history.days,
        demand_class=str(forecast.demand_class),
        model=forecast.model,
        mean_demand=forecast.total_mean,
        demand_quantile=forecast.total_quantile,
        reorder_point=reorder_point,
        order_up_to_level=reorder_point + rounded_up(cycle),
        service_level=forecast.service_level,
        interval_periods=round(forecast.interval_days, 6),
        note=" ".join(forecast.notes),
    )


def _rounding(history: DemandHistory) -> Callable[[float], Decimal]:
    """Return how a forecast is rounded up: to whole units, or as fine as the product is sold.

    A missing figure tells nothing of that.
    """
    known = (units for units in history.units if units == units)  # noqa: PLR0124 - not NaN
    return whole_units_up if all(float(one).is_integer() for one in known) else _thousandths_up


def _thousandths_up(forecast: float) -> Decimal:
    return max(Decimal(0), Decimal(repr(forecast)) - Decimal("1e-9")).quantize(
        STEP, rounding=ROUND_CEILING
    )


def _from(done: int, on_progress: Progress | None) -> Progress | None:
    """Return what tells the progress of a batch as that of the whole table."""
    if on_progress is None:
        return None
    return lambda of_batch: on_progress(done + of_batch)

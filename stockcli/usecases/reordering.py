"""When to order: reorder points and order-up-to levels from forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from stockcli.domain.catalogue import Product
from stockcli.domain.demand import DemandForecast, LeadTime
from stockcli.domain.identifiers import StockKey
from stockcli.domain.quantity import whole_units_up
from stockcli.domain.replenishment import (
    DAYS_A_YEAR,
    Threshold,
    economic_order_quantity,
    order_cycle_demand,
    order_up_to_level,
)
from stockcli.domain.shop import ShopPolicy
from stockcli.usecases.forecasting import DemandRead, forecast_requests
from stockcli.usecases.ports import Forecaster, Progress


def threshold_from(
    forecast: DemandForecast,
    product: Product,
    policy: ShopPolicy,
    day: date,
    *,
    lead_time: LeadTime,
) -> Threshold:
    """Return reorder point and order-up-to level from a forecast, with their breakdown."""
    reorder_point = whole_units_up(forecast.total_quantile)
    eoq = economic_order_quantity(
        forecast.mean_per_day * DAYS_A_YEAR,
        float(policy.ordering_cost),
        policy.holding_cost_rate * float(product.unit_cost),
    )
    cycle = order_cycle_demand(forecast.mean_per_day, policy.review_period_days, eoq)
    level = max(order_up_to_level(reorder_point, cycle, product.maximum_stock), reorder_point)
    return Threshold(
        key=forecast.key,
        reorder_point=reorder_point,
        order_up_to_level=level,
        mean_per_day=forecast.mean_per_day,
        model=forecast.model,
        computed_for=day,
        breakdown=_breakdown(forecast, product, policy, lead_time, eoq, cycle),
        parameters=forecast.parameters,
    )


def _breakdown(
    forecast: DemandForecast,
    product: Product,
    policy: ShopPolicy,
    lead_time: LeadTime,
    eoq: float,
    cycle: float,
) -> dict[str, Any]:
    return {
        "model": forecast.model,
        "demand_class": str(forecast.demand_class),
        "service_level": forecast.service_level,
        "interval_days": round(forecast.interval_days, 2),
        "review_period_days": policy.review_period_days,
        "lead_time_days": round(forecast.interval_days - policy.review_period_days, 2),
        "lead_time_sd_days": round(lead_time.standard_deviation_days, 2),
        "demand_mean": round(forecast.total_mean, 3),
        "demand_standard_deviation": round(forecast.total_standard_deviation, 3),
        "demand_quantile": round(forecast.total_quantile, 3),
        "mean_per_day": round(forecast.mean_per_day, 4),
        "history_days": forecast.history_days,
        "stock_out_days_masked": forecast.masked_days,
        "closed_days": forecast.closed_days,
        "economic_order_quantity": round(eoq, 2),
        "order_cycle_demand": round(cycle, 3),
        "maximum_stock": str(product.maximum_stock) if product.maximum_stock else None,
        "notes": list(forecast.notes),
    }


def refresh_thresholds(
    demand: DemandRead,
    policy: ShopPolicy,
    forecaster: Forecaster,
    *,
    on_progress: Progress | None = None,
) -> list[Threshold]:
    """Return new thresholds for every reorderable product of a shop; nothing is written."""
    # A threshold needs no path day by day; leaving it out spares a tenth of the work.
    requests = forecast_requests(demand, policy, horizon_days=0)
    forecasts = forecaster.forecast(
        requests,
        learnt=forecaster.learn(demand.histories, demand.events),
        on_progress=on_progress,
    )
    return [
        threshold_from(
            forecast,
            demand.products[forecast.key.product_id],
            # With the supplier's order days in it.
            replace(policy, review_period_days=request.review_period_days),
            demand.day,
            lead_time=request.lead_time,
        )
        for request, forecast in zip(requests, forecasts, strict=True)
    ]


def changed_thresholds(
    new: Sequence[Threshold], old: Mapping[StockKey, Threshold]
) -> list[Threshold]:
    """Return the thresholds that are worth writing: those that differ from what is stored."""
    return [threshold for threshold in new if old.get(threshold.key) != threshold]

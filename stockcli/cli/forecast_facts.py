"""A product's forecast with the thresholds that follow from it, ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stockcli.domain.replenishment import ManualMinimum, Threshold
from stockcli.usecases.forecasting import ProductForecast
from stockcli.usecases.records import to_json
from stockcli.usecases.reordering import threshold_from

UNIT_DECIMALS = 3


@dataclass(frozen=True, kw_only=True)
class ForecastFacts:
    """One product at one location.

    Attributes:
        day: the first day that is forecast.
        others: the same product's thresholds elsewhere, by location.
    """

    one: ProductForecast
    threshold: Threshold
    day: date
    others: tuple[tuple[str, Threshold], ...] = ()

    @property
    def minimum(self) -> ManualMinimum | None:
        """Return the manager's minimum, if it is in force."""
        minimum = self.one.minimum
        return minimum if minimum and minimum.holds_on(self.day) else None

    @property
    def effective_reorder_point(self) -> Decimal:
        """Return the manager's minimum if one is in force, else the computed reorder point."""
        return self.minimum.quantity if self.minimum else self.threshold.reorder_point

    def to_json(self) -> dict[str, Any]:
        """Return the facts as JSON values; units are numbers, days ISO text."""
        one, threshold = self.one, self.threshold
        return {
            "sku": one.product.sku,
            "name": one.product.name,
            "location": one.location,
            "model": one.forecast.model,
            "service_level": one.forecast.service_level,
            "history": history_rows(one),
            "forecast": forecast_rows(one),
            "reorder_point": to_json(threshold.reorder_point),
            "order_up_to_level": to_json(threshold.order_up_to_level),
            "breakdown": dict(threshold.breakdown),
            "manual_minimum": _minimum_json(self.minimum),
            "effective_reorder_point": to_json(self.effective_reorder_point),
            "other_locations": [_elsewhere(place, other) for place, other in self.others],
        }


def forecast_facts(forecasts: Sequence[ProductForecast]) -> ForecastFacts:
    """Return the facts of the location that sells most, the other locations beside it."""
    by_sales = sorted(forecasts, key=lambda one: -one.forecast.mean_per_day)
    thresholds = [
        threshold_from(
            one.forecast,
            one.product,
            one.policy,
            one.history.next_day,
            lead_time=one.request.lead_time,
        )
        for one in by_sales
    ]
    places = [one.location for one in by_sales]
    return ForecastFacts(
        one=by_sales[0],
        threshold=thresholds[0],
        day=by_sales[0].history.next_day,
        others=tuple(zip(places[1:], thresholds[1:], strict=True)),
    )


def history_rows(one: ProductForecast) -> list[dict[str, Any]]:
    """Return the days that were, oldest first."""
    history = one.history
    days = (history.first_day + timedelta(days=step) for step in range(history.days))
    marked = zip(days, history.units, history.stocked_out, history.closed, strict=True)
    return [
        {
            "date": day.isoformat(),
            "units": round(float(units), UNIT_DECIMALS),
            "stocked_out": bool(out),
            "closed": bool(closed),
        }
        for day, units, out, closed in marked
    ]


def forecast_rows(one: ProductForecast) -> list[dict[str, Any]]:
    """Return the days ahead: expected units, the central 80 % interval, and what happens."""
    return [
        {
            "date": ahead.day.isoformat(),
            "mean": round(ahead.mean, UNIT_DECIMALS),
            "lower": round(ahead.lower, UNIT_DECIMALS),
            "upper": round(ahead.upper, UNIT_DECIMALS),
            "event": one.request.events.get(ahead.day),
        }
        for ahead in one.forecast.path
    ]


def _minimum_json(minimum: ManualMinimum | None) -> dict[str, Any] | None:
    if minimum is None:
        return None
    return {
        "quantity": to_json(minimum.quantity),
        "author": minimum.author,
        "reason": minimum.reason,
        "set_at": to_json(minimum.set_at),
        "expires_on": to_json(minimum.expires_on),
    }


def _elsewhere(location: str, threshold: Threshold) -> dict[str, Any]:
    return {
        "location": location,
        "model": threshold.model,
        "reorder_point": to_json(threshold.reorder_point),
        "order_up_to_level": to_json(threshold.order_up_to_level),
    }

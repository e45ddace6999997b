"""Demand as it was, and as it may be: what the forecasts are made from, and one product's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from stockcli.domain.calendar import closed_days_of, events_of
from stockcli.domain.catalogue import Product
from stockcli.domain.demand import (
    DemandForecast,
    DemandHistory,
    ForecastRequest,
    LeadTime,
    StockCosts,
    infer_closed_days,
    prior_of,
)
from stockcli.domain.identifiers import ProductId, StockKey, SupplierId
from stockcli.domain.order_days import review_days
from stockcli.domain.replenishment import ManualMinimum, Threshold
from stockcli.domain.shop import ShopPolicy
from stockcli.domain.sourcing import CategoryPolicy, Policies
from stockcli.usecases.demand_days import (
    demand_history,
    inherited,
    marked,
    nothing_sold,
    selling_locations,
    since_they_came,
)
from stockcli.usecases.inventory import shop_day_within
from stockcli.usecases.lead_times import lead_times_by_supplier
from stockcli.usecases.ports import Forecaster, UnitOfWork

HISTORY_DAYS = 730
"""Two years beat one year and half a year on real sales; more adds little."""
DAYS_A_YEAR = 365


@dataclass(frozen=True, kw_only=True)
class DemandRead:
    """A shop's demand as read in a few statements, ready to forecast.

    Attributes:
        day: the first day that is forecast.
        closed_ahead: known closed days from then on.
        events: what happened and will happen, by day, from the first day of history on.
        order_days: weekdays on which suppliers take orders, of those who do not on any day.
        categories: what is wanted of them.
    """

    day: date
    histories: tuple[DemandHistory, ...]
    products: Mapping[ProductId, Product]
    lead_times: Mapping[SupplierId | None, LeadTime]
    thresholds: Mapping[StockKey, Threshold]
    closed_ahead: frozenset[date]
    events: Mapping[date, str] = field(default_factory=dict)
    order_days: Mapping[SupplierId, frozenset[int]] = field(default_factory=dict)
    categories: Mapping[str, CategoryPolicy] = field(default_factory=dict)


def read_demand(unit: UnitOfWork, day: date) -> DemandRead:
    """Read a shop's daily demand up to the day before, masks included."""
    with unit.reading():
        return _read_demand(unit, day)


def _read_demand(unit: UnitOfWork, day: date) -> DemandRead:
    last = day - timedelta(days=1)
    first = _first_day(unit, last)
    known = unit.calendar.days(first, last + timedelta(days=365))
    seen = infer_closed_days(unit.ledger.sale_lines_per_day(first, last), first, last)
    closed = closed_days_of(seen, known)
    products = {product.id: product for product in unit.products.all()}
    shut = marked(closed, first, last)
    days = inherited(unit.ledger.daily_movements(first, last), unit.sources.successors())
    moved = {one.key: demand_history(one, shut) for one in since_they_came(days, products)}
    sells = selling_locations(days)
    return DemandRead(
        day=day,
        histories=(
            *moved.values(),
            *(
                _no_history(key, day)
                if not sells or key.location_id in sells
                else nothing_sold(key, first, shut)
                for key in unit.ledger.levels()
                if key not in moved
            ),
        ),
        products=products,
        lead_times=lead_times_by_supplier(unit, day),
        thresholds=unit.thresholds.all(),
        closed_ahead=frozenset(d for d in closed if d >= day),
        events=events_of(known),
        order_days={one.id: one.order_days for one in unit.suppliers.all() if one.order_days},
        categories=unit.categories.all(),
    )


def _first_day(unit: UnitOfWork, last: date) -> date:
    span = unit.ledger.first_and_last_sale_day()
    earliest = last - timedelta(days=HISTORY_DAYS - 1)
    return min(last, max(earliest, span[0])) if span else last


def forecast_requests(
    demand: DemandRead,
    policy: ShopPolicy,
    *,
    horizon_days: int = 28,
    service_level: float | None = None,
) -> list[ForecastRequest]:
    """Return one request per product and location that may still be reordered."""
    wanted = [
        history for history in demand.histories if demand.products[history.key.product_id].is_kept
    ]
    policies = Policies(shop=policy, categories=demand.categories)
    priors = category_priors(demand)
    return [
        _request(demand, history, policies, priors, horizon_days, service_level)
        for history in wanted
    ]


def category_priors(demand: DemandRead) -> dict[str, tuple[float, float]]:
    """Return mean and variance per day of each category with products to learn from."""
    members: dict[str, list[DemandHistory]] = {}
    for history in demand.histories:
        members.setdefault(demand.products[history.key.product_id].category, []).append(history)
    priors = {category: prior_of(histories) for category, histories in members.items()}
    # Products without a category have nothing in common to learn from.
    return {category: prior for category, prior in priors.items() if category and prior}


def _request(
    demand: DemandRead,
    history: DemandHistory,
    policies: Policies,
    priors: Mapping[str, tuple[float, float]],
    horizon_days: int,
    service_level: float | None,
) -> ForecastRequest:
    product = demand.products[history.key.product_id]
    prior = priors.get(product.category)
    policy = policies.of(product.category)
    named = product.service_level or policies.service_level_of(product.category)
    lead_times = demand.lead_times
    last = demand.thresholds.get(history.key)
    return ForecastRequest(
        history=history,
        lead_time=lead_times.get(product.supplier_id) or lead_times[None],
        review_period_days=review_days(
            policy.review_period_days,
            demand.order_days.get(product.supplier_id, ()) if product.supplier_id else (),
        ),
        service_level=service_level or named or policy.service_level,
        costs=None if service_level or named else stock_costs(product, policy),
        horizon_days=horizon_days,
        prior_mean_per_day=prior[0] if prior else None,
        prior_variance_per_day=prior[1] if prior else None,
        closed_days_ahead=demand.closed_ahead,
        events=demand.events,
        last_parameters=last.parameters if last else None,
    )


def stock_costs(product: Product, policy: ShopPolicy) -> StockCosts | None:
    """Return what a unit costs on the shelf for a day and when asked for in vain.

    None if the shop does not say what a shortage costs, or the product has no cost to share.
    """
    unit_cost = float(product.unit_cost)
    if policy.shortage_cost_rate is None or unit_cost <= 0:
        return None
    return StockCosts(
        holding_per_unit_day=policy.holding_cost_rate * unit_cost / DAYS_A_YEAR,
        shortage_per_unit=policy.shortage_cost_rate * unit_cost,
    )


@dataclass(frozen=True, kw_only=True)
class ProductForecast:
    """One product's forecast at one location, with what it was made from.

    Attributes:
        policy: the shop's, as it holds for the product's category.
    """

    product: Product
    location: str
    history: DemandHistory
    forecast: DemandForecast
    minimum: ManualMinimum | None
    request: ForecastRequest
    policy: ShopPolicy


def forecast_product(
    unit: UnitOfWork,
    forecaster: Forecaster,
    sku: str,
    *,
    now: datetime,
    location: str | None = None,
    horizon_days: int = 28,
    service_level: float | None = None,
) -> list[ProductForecast]:
    """Forecast one product now, at one location or at each that sells it; nothing is written.

    Raises:
        NotFoundError: no such product or location.
    """
    with unit.reading():
        product = unit.products.get(sku)
        places = {place.id: place.code for place in unit.locations.all()}
        only = unit.locations.get(location).id if location else None
        demand = _read_demand(unit, shop_day_within(unit, now))
        minimums = unit.minimums.all()
    policies = Policies(shop=unit.tenant.policy, categories=demand.categories)
    priors = category_priors(demand)
    histories = [
        history
        for history in demand.histories
        if history.key.product_id == product.id and only in (None, history.key.location_id)
    ] or [_no_history(StockKey(product.id, only or next(iter(places))), demand.day)]
    requests = [
        _request(demand, history, policies, priors, horizon_days, service_level)
        for history in histories
    ]
    forecasts = forecaster.forecast(
        requests, learnt=forecaster.learn(demand.histories, demand.events)
    )
    return [
        ProductForecast(
            product=product,
            location=places[forecast.key.location_id],
            history=request.history,
            forecast=forecast,
            minimum=minimums.get(forecast.key),
            request=request,
            policy=policies.of(product.category),
        )
        for request, forecast in zip(requests, forecasts, strict=True)
    ]


def _no_history(key: StockKey, day: date) -> DemandHistory:
    """Return the history of a product that never moved: the engine falls back to its prior."""
    return DemandHistory(key=key, first_day=day, units=(), stocked_out=(), closed=())

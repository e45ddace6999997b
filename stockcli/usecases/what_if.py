"""What another service level, lead time or review period would lead to; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from stockcli.domain.catalogue import Product
from stockcli.domain.demand import ForecastRequest
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import LocationId, StockKey, folded
from stockcli.domain.replenishment import ManualMinimum, Threshold
from stockcli.domain.shop import ShopPolicy
from stockcli.domain.sourcing import Policies
from stockcli.usecases.backtesting import AskedTerms, on_terms
from stockcli.usecases.forecasting import DemandRead, forecast_requests, read_demand
from stockcli.usecases.inventory import shop_day_within
from stockcli.usecases.nothing_new import last_fit, mark_of_demand
from stockcli.usecases.ports import Forecaster, UnitOfWork
from stockcli.usecases.reordering import threshold_from
from stockcli.usecases.what_if_rows import Totals, WhatIfRow, side_of, totals_of


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What would change.

    Attributes:
        rows: the largest change of stock at cost first.
        without_demand: products left out because nothing is expected to be sold.
    """

    day: date
    rows: tuple[WhatIfRow, ...]
    without_demand: int
    now: Totals
    then: Totals


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which products are looked at; None: all that are kept."""

    sku: str | None = None
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Shop:
    """What is read of a shop, all of one moment unless it is written to meanwhile.

    Attributes:
        is_current: whether the stored thresholds were made from what is known now.
    """

    demand: DemandRead
    policy: ShopPolicy
    minimums: Mapping[StockKey, ManualMinimum]
    places: Mapping[LocationId, str]
    is_current: bool

    def product(self, key: StockKey) -> Product:
        return self.demand.products[key.product_id]


def what_if(
    unit: UnitOfWork,
    forecaster: Forecaster,
    asked: AskedTerms,
    chosen: Chosen,
    *,
    now: datetime,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> WhatIf:
    """Return what a shop's levels would be on other terms, and what they are expected to lead to.

    Forecasts are made anew on the terms asked for. The stored thresholds are what is now, if they
    were made from what is known now; else they are made anew as well, so that nothing but the
    terms differs. A minimum by hand stays as it is.

    Args:
        on_progress: told how many forecasts are done, and of how many.

    Raises:
        InvalidInputError: nothing was asked for.
        NotFoundError: no such product, or no product of the category.
    """
    if asked == AskedTerms():
        message = "nothing is asked: say what would be different"
        hint = "such as `stock what-if --service-level 0.98 --lead-time-days 5`"
        raise InvalidInputError(message, hint)
    shop = _read(unit, now)
    requests = _wanted(unit, shop, chosen)
    stored = shop.demand.thresholds if shop.is_current else {}
    stale = [one for one in requests if one.history.key not in stored]
    tried = [on_terms(one, asked) for one in requests]
    made = _made_anew(shop, forecaster, [*stale, *tried], on_progress)
    before = {one.key: one for one in made[: len(stale)]}
    rows = [
        _row(shop, before.get(then.key) or stored[then.key], then) for then in made[len(stale) :]
    ]
    rows = [row for row in rows if row.now.demand_per_year > 0]
    rows.sort(key=lambda row: (-abs(row.value_change), row.sku, row.location))
    rate = shop.policy.holding_cost_rate
    return WhatIf(
        day=shop.demand.day,
        rows=tuple(rows),
        without_demand=len(requests) - len(rows),
        now=totals_of(rows, [row.now for row in rows], rate),
        then=totals_of(rows, [row.then for row in rows], rate),
    )


def _read(unit: UnitOfWork, now: datetime) -> _Shop:
    with unit.reading():
        day = shop_day_within(unit, now)
        is_current = last_fit(unit, mark_of_demand(unit, day)) is not None
        minimums = unit.minimums.all()
        places = {place.id: place.code for place in unit.locations.all()}
    return _Shop(
        demand=read_demand(unit, day),
        policy=unit.tenant.policy,
        minimums=minimums,
        places=places,
        is_current=is_current,
    )


def _wanted(unit: UnitOfWork, shop: _Shop, chosen: Chosen) -> list[ForecastRequest]:
    """Return the requests of the products to look at, as a check makes them."""
    only = None
    if chosen.sku is not None:
        with unit.reading():
            only = unit.products.get(chosen.sku).id
    category = None if chosen.category is None else folded(chosen.category)
    found = [
        request
        for request in forecast_requests(shop.demand, shop.policy)
        if only in (None, request.history.key.product_id)
        and category in (None, folded(shop.product(request.history.key).category))
    ]
    if not found and category is not None:
        known = {one.category for one in shop.demand.products.values() if one.category}
        message = f"no product that is kept is of the category {chosen.category!r}"
        raise NotFoundError(message, f"known: {', '.join(sorted(known)[:10]) or 'none'}")
    return found


def _made_anew(
    shop: _Shop,
    forecaster: Forecaster,
    requests: Sequence[ForecastRequest],
    on_progress: Callable[[int, int], None],
) -> list[Threshold]:
    demand, total = shop.demand, len(requests)
    policies = Policies(shop=shop.policy, categories=demand.categories)
    forecasts = forecaster.forecast(
        requests,
        learnt=forecaster.learn(demand.histories, demand.events),
        on_progress=lambda done: on_progress(done, total),
    )
    return [
        threshold_from(
            forecast,
            shop.product(forecast.key),
            replace(
                policies.of(shop.product(forecast.key).category),
                review_period_days=request.review_period_days,
            ),
            demand.day,
            lead_time=request.lead_time,
        )
        for request, forecast in zip(requests, forecasts, strict=True)
    ]


def _row(shop: _Shop, now: Threshold, then: Threshold) -> WhatIfRow:
    product, day = shop.product(then.key), shop.demand.day
    minimum = shop.minimums.get(then.key)
    return WhatIfRow(
        sku=product.sku,
        name=product.name,
        location=shop.places[then.key.location_id],
        unit_value=product.unit_price or product.unit_cost,
        is_manual=minimum is not None and minimum.holds_on(day),
        now=side_of(now, product, minimum, day),
        then=side_of(then, product, minimum, day),
    )

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from stockcli.domain.demand import LeadTime
from stockcli.domain.gamma_demand import expected_excess, gamma_share
from stockcli.domain.stock_outlook import IntervalDemand, Levels, StockOutlook, stock_outlook
from stockcli.forecasting.policy_simulation import PolicyPath, walk

WEEK = 7


@pytest.mark.parametrize("shape", [0.02, 0.5, 1.0, 7.0, 250.0, 40_000.0])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.95, 1.0, 1.05, 3.0])
def test_the_gamma_distribution_is_what_scipy_has(shape: float, share: float) -> None:
    at = shape * share
    assert gamma_share(shape, at) == pytest.approx(stats.gamma.cdf(at, shape), abs=1e-9)


@pytest.mark.parametrize(("mean", "spread", "stock"), [(42, 44.3, 110), (3, 6, 1), (900, 60, 950)])
def test_the_expected_excess_is_the_integral_of_the_tail(
    mean: float, spread: float, stock: float
) -> None:
    shape, scale = (mean / spread) ** 2, spread**2 / mean
    at = np.linspace(stock, stock + 40 * spread, 400_001)
    tail = np.trapezoid(stats.gamma.sf(at, shape, scale=scale), at)
    assert expected_excess(mean, spread, stock) == pytest.approx(tail, rel=1e-4)


def test_without_stock_everything_is_asked_for_in_vain() -> None:
    assert expected_excess(12.0, 5.0, 0.0) == 12.0
    assert expected_excess(0.0, 5.0, 3.0) == 0.0


def demand(
    per_day: float, variation: float, lead_days: float, lead_sd: float = 0.0, review: int = WEEK
) -> IntervalDemand:
    """Return the forecast of independent days of this mean and coefficient of variation."""
    days = lead_days + review
    variance = (per_day * variation) ** 2 * days + (per_day * lead_sd) ** 2
    return IntervalDemand(
        mean=per_day * days,
        standard_deviation=math.sqrt(variance),
        days=days,
        lead_time=LeadTime(mean_days=lead_days, standard_deviation_days=lead_sd),
    )


def levels(forecast: IntervalDemand, quantile: float, review: int = WEEK) -> Levels:
    """Return the levels that a gamma distribution's quantile leads to."""
    shape = (forecast.mean / forecast.standard_deviation) ** 2
    point = math.ceil(stats.gamma.ppf(quantile, shape, scale=forecast.mean / shape))
    level = point + math.ceil(forecast.per_day * review)
    return Levels(
        reorder_point=Decimal(point), order_up_to_level=Decimal(level), review_period_days=review
    )


def simulated(forecast: IntervalDemand, found: Levels, periods: int = 2000) -> tuple[float, float]:
    """Return fill rate and average stock of a hundred walks through such demand."""
    rng = np.random.default_rng(7)
    shape, lead = (100, periods), forecast.lead_time
    per_day, variance = forecast.per_day, forecast.variance_per_day
    units = rng.gamma(per_day**2 / variance, variance / per_day, size=shape)
    days, spread = lead.mean_days, lead.standard_deviation_days
    times = rng.gamma((days / spread) ** 2, spread**2 / days, size=shape) if spread else days
    everywhere = np.ones(shape)
    seen = walk(
        units,
        np.full(shape[0], periods),
        PolicyPath(
            reorder_point=float(found.reorder_point) * everywhere,
            order_up_to_level=float(found.order_up_to_level) * everywhere,
            lead_time=np.round(times * everywhere).astype(np.int64),
            review_periods=found.review_period_days,
        ),
    )
    settled = slice(300, None)
    fill = 1 - seen.unmet[:, settled].sum() / units[:, settled].sum()
    # The walk looks in the evening; on average half a day's demand more lies there.
    return float(fill), float(seen.on_hand[:, settled].mean() + per_day / 2)


@pytest.mark.parametrize(
    ("forecast", "quantile"),
    [
        (demand(10, 0.5, 5), 0.95),
        (demand(10, 0.5, 5, 2), 0.95),
        (demand(10, 1, 5, 2), 0.8),
        (demand(10, 1, 14, 3), 0.95),
        (demand(10, 1, 5, 2), 0.5),
        (demand(2, 1.5, 5, 1), 0.9),
    ],
)
def test_fill_rate_and_stock_come_close_to_a_simulation(
    forecast: IntervalDemand, quantile: float
) -> None:
    found = levels(forecast, quantile)
    fill, stock = simulated(forecast, found)
    told = stock_outlook(found, forecast)
    assert told.fill_rate == pytest.approx(fill, abs=0.015)
    assert told.average_stock == pytest.approx(stock, rel=0.1)


@pytest.mark.parametrize(
    ("forecast", "quantile", "review"),
    [(demand(10, 1, 5, 2, 1), 0.95, 1), (demand(3, 8, 9, 3), 0.95, WEEK)],
)
def test_where_checks_are_daily_or_demand_comes_in_lumps_it_errs_on_the_low_side(
    forecast: IntervalDemand, quantile: float, review: int
) -> None:
    found = levels(forecast, quantile, review)
    fill, _ = simulated(forecast, found)
    told = stock_outlook(found, forecast).fill_rate
    assert fill - 0.06 < told < fill + 0.005


def outlook(point: int, **changes: object) -> StockOutlook:
    facts: dict[str, object] = {
        "reorder_point": Decimal(point),
        "order_up_to_level": Decimal(point + 70),
        "review_period_days": WEEK,
    }
    return stock_outlook(Levels(**{**facts, **changes}), demand(10, 1, 5, 1))  # type: ignore[arg-type]


def test_a_higher_reorder_point_serves_more_and_keeps_more() -> None:
    found = [outlook(point) for point in (60, 90, 120, 150, 180)]
    fills, stocks = [one.fill_rate for one in found], [one.average_stock for one in found]
    assert fills == sorted(fills)
    assert stocks == sorted(stocks)
    assert fills[0] < 0.8
    assert 0.99 < fills[-1] <= 1


def test_large_packs_serve_more_and_keep_more() -> None:
    single, packed = outlook(90), outlook(90, pack_size=Decimal(200))
    assert packed.order_quantity == 200
    assert packed.fill_rate > single.fill_rate
    assert packed.average_stock > single.average_stock + 30


def test_the_maximum_bounds_the_order() -> None:
    assert outlook(90, maximum_stock=Decimal(130)).order_quantity < outlook(90).order_quantity


def test_levels_of_zero_serve_nothing_from_the_shelf_and_break_nothing() -> None:
    none = outlook(0, order_up_to_level=Decimal(0))
    assert 0 <= none.fill_rate <= 1
    assert none.average_stock >= 0

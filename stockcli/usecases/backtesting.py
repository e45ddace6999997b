"""What the thresholds would have done: a shop's own past, or a table's, judged by its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stockcli.domain.demand import ForecastRequest, LeadTime, StockCosts
from stockcli.domain.errors import InvalidInputError
from stockcli.usecases.backtest_report import BacktestReport
from stockcli.usecases.forecasting import forecast_requests, read_demand
from stockcli.usecases.ports import SeriesRecord, SeriesSource, UnitOfWork
from stockcli.usecases.ports.backtest import (
    Backtester,
    BacktestPlan,
    SeriesBacktest,
)
from stockcli.usecases.series_calendar import NOTHING_SAID, SeriesCalendar

SERIES_A_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class BacktestCase:
    """One series to judge, by the names people know it by."""

    product: str
    location: str
    request: ForecastRequest


@dataclass(frozen=True, kw_only=True)
class ReplenishmentTerms:
    """How a table's series are replenished, all alike; lead time and review in periods."""

    lead_time: LeadTime
    review_periods: int
    service_level: float
    costs: StockCosts | None = None


@dataclass(frozen=True, kw_only=True)
class AskedTerms:
    """What somebody asks to try instead of a shop's own terms; None leaves them."""

    lead_time_days: float | None = None
    lead_time_sd_days: float | None = None
    review_days: int | None = None
    service_level: float | None = None
    costs: StockCosts | None = None


OnSeries = Callable[[BacktestCase, SeriesBacktest], None]


def backtest(
    batches: Iterable[Sequence[BacktestCase]],
    backtester: Backtester,
    plan: BacktestPlan,
    *,
    on_series: OnSeries | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> BacktestReport:
    """Judge all series, batch by batch, so that memory stays bounded.

    Args:
        batches: the series.
        backtester: who cuts and judges them.
        plan: where to cut, and how to walk the stock.
        on_series: told of each series that was judged.
        on_progress: told how many series are forecast so far.

    Raises:
        InvalidInputError: not one series is long enough.
    """
    report, done, needed = BacktestReport(), 0, 0
    for batch in batches:
        requests = [case.request for case in batch]
        needed = needed or min(map(backtester.fewest_periods, requests), default=0)
        tell = _onward(on_progress, done)
        results = backtester.backtest(requests, plan, on_progress=tell)
        for case, result in zip(batch, results, strict=True):
            if result is None:
                report.too_short += 1
                continue
            report.add(result)
            if on_series is not None:
                on_series(case, result)
        done += len(batch)
        tell(len(batch))
    _ensure_judged(report, done, needed)
    return report


def _onward(on_progress: Callable[[int], None] | None, before: int) -> Callable[[int], None]:
    """Return what tells the count of a batch as a count of all."""
    return lambda done: on_progress(before + done) if on_progress is not None else None


def _ensure_judged(report: BacktestReport, series: int, needed: int) -> None:
    if not series:
        message = "there is no series to test"
        raise InvalidInputError(message, "import sales first, or name a product that sells")
    if report.too_short == series:
        message = (
            f"the history is too short for a backtest: it needs at least {needed} periods from "
            "the first sale on"
        )
        hint = "give a longer history, or a shorter lead time and review period"
        raise InvalidInputError(message, hint)


def cases_of_shop(
    unit: UnitOfWork, day: date, sku: str | None, asked: AskedTerms
) -> list[list[BacktestCase]]:
    """Return a shop's series in batches, or those of one product.

    Args:
        unit: of the shop.
        day: the first day that is not known.
        sku: of the product; None takes all that may be ordered.
        asked: what to try instead of the shop's own terms.

    Raises:
        NotFoundError: no such product.
    """
    with unit.reading():
        only = unit.products.get(sku).id if sku is not None else None
        places = {place.id: place.code for place in unit.locations.all()}
    demand = read_demand(unit, day)
    cases = [
        BacktestCase(
            product=demand.products[request.history.key.product_id].sku,
            location=places[request.history.key.location_id],
            request=on_terms(request, asked),
        )
        for request in forecast_requests(demand, unit.tenant.policy)
        if only in (None, request.history.key.product_id)
    ]
    return [cases[at : at + SERIES_A_BATCH] for at in range(0, len(cases), SERIES_A_BATCH)]


def on_terms(request: ForecastRequest, asked: AskedTerms) -> ForecastRequest:
    """Return the request on the terms somebody asked for; a level asked for goes before costs."""
    own, mean, spread = request.lead_time, asked.lead_time_days, asked.lead_time_sd_days
    review, level = asked.review_days, asked.service_level
    return replace(
        request,
        lead_time=LeadTime(
            mean_days=own.mean_days if mean is None else mean,
            standard_deviation_days=own.standard_deviation_days if spread is None else spread,
        ),
        review_period_days=request.review_period_days if review is None else review,
        service_level=request.service_level if level is None else level,
        costs=asked.costs or (request.costs if level is None else None),
    )


def cases_of_table(
    source: SeriesSource,
    product: str | None,
    terms: ReplenishmentTerms,
    calendar: SeriesCalendar = NOTHING_SAID,
) -> Iterator[list[BacktestCase]]:
    """Yield a table's series, some hundreds at a time, or those of one product.

    Args:
        source: the table.
        product: its code as the table writes it, in any case; None takes all.
        terms: how all of them are replenished.
        calendar: what was said of days; the source is marked with it already.
    """
    wanted = product.strip().casefold() if product is not None else None
    for records in source.histories():
        kept = [one for one in records if wanted in (None, one.product.strip().casefold())]
        if kept:
            yield [_case_of(one, terms, calendar) for one in kept]


def _case_of(
    record: SeriesRecord, terms: ReplenishmentTerms, calendar: SeriesCalendar
) -> BacktestCase:
    request = ForecastRequest(
        history=record.history,
        lead_time=terms.lead_time,
        review_period_days=terms.review_periods,
        service_level=terms.service_level,
        costs=terms.costs,
    )
    return BacktestCase(
        product=record.product, location=record.location, request=calendar.over(request)
    )

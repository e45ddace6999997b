from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from stockcli.domain.demand import (
    DemandClass,
    DemandHistory,
    ForecastRequest,
    LeadTime,
    StockCosts,
)
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.usecases.backtest_report import Accuracy, BacktestReport, Service
from stockcli.usecases.backtesting import (
    AskedTerms,
    BacktestCase,
    ReplenishmentTerms,
    backtest,
    cases_of_table,
    on_terms,
)
from stockcli.usecases.ports import SeriesRecord
from stockcli.usecases.ports.backtest import (
    BacktestPlan,
    Method,
    PolicyOutcome,
    SeriesBacktest,
    Window,
)

PLAN = BacktestPlan(origins=1, every_periods=14)
COSTS = StockCosts(holding_per_unit_day=0.1, shortage_per_unit=2.0)


def a_window(**changes: float) -> Window:
    facts = {"expected": 12.0, "quantile": 15.0, "actual": 10.0, "pinball": 0.25, "scale": 0.5}
    return Window(
        origin=date(2026, 11, 1),
        method=Method.OURS,
        service_level=0.95,
        covered=1.0,
        **(facts | changes),
    )


def an_outcome(*, demand: float = 20.0, unmet: float = 1.0) -> PolicyOutcome:
    return PolicyOutcome(
        periods=10,
        demand=demand,
        unmet=unmet,
        stock_out_periods=1,
        cycles=4,
        cycles_served=3,
        stock=50.0,
        orders=2,
        cost=7.0,
    )


def a_request(product: int = 1, days: int = 100) -> ForecastRequest:
    return ForecastRequest(
        history=DemandHistory(
            key=StockKey(ProductId(product), LocationId(1)),
            first_day=date(2026, 1, 1),
            units=[1.0] * days,
            stocked_out=[False] * days,
            closed=[False] * days,
        ),
        lead_time=LeadTime(mean_days=7.0, standard_deviation_days=1.0),
        review_period_days=7,
        service_level=0.95,
    )


def a_case(product: int = 1, days: int = 100) -> BacktestCase:
    return BacktestCase(product=f"P{product}", location="", request=a_request(product, days))


class PlainBacktester:
    """Finds the same in every series of at least 42 days; odd products are lumpy."""

    def backtest(
        self,
        requests: Sequence[ForecastRequest],
        plan: BacktestPlan,
        *,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[SeriesBacktest | None]:
        return [self._one(one) if one.history.days >= 42 else None for one in requests]

    def fewest_periods(self, request: ForecastRequest) -> int:
        return 42

    def _one(self, request: ForecastRequest) -> SeriesBacktest:
        key = request.history.key
        return SeriesBacktest(
            key=key,
            demand_class=DemandClass.LUMPY if key.product_id % 2 else DemandClass.SMOOTH,
            service_level=0.95,
            windows=[a_window()],
            outcomes={Method.OURS: an_outcome()},
            skipped_windows=1,
        )


@dataclass(frozen=True)
class Table:
    """A table of sales that is all there."""

    records: Sequence[SeriesRecord]
    remarks: Sequence[str] = ()

    @property
    def series_count(self) -> int:
        return len(self.records)

    def histories(self) -> Iterator[Sequence[SeriesRecord]]:
        for record in self.records:
            yield [record]


def judge(batches: Sequence[Sequence[BacktestCase]]) -> BacktestReport:
    return backtest(batches, PlainBacktester(), PLAN)


def test_losses_are_divided_by_their_series_scale_before_they_are_averaged() -> None:
    accuracy = Accuracy()
    for window in (a_window(), a_window(pinball=3.0, scale=2.0), a_window(pinball=9.0, scale=0.0)):
        accuracy.add(window)

    assert accuracy.mean_scaled_pinball == pytest.approx((0.5 + 1.5) / 2)
    assert accuracy.windows == 3


def test_bias_keeps_its_sign_and_wape_does_not() -> None:
    accuracy = Accuracy()
    for window in (a_window(expected=12.0), a_window(expected=4.0)):
        accuracy.add(window)

    assert accuracy.bias == pytest.approx(-0.2)
    assert accuracy.wape == pytest.approx(0.4)


def test_nothing_asked_for_has_no_rates() -> None:
    accuracy, service = Accuracy(), Service()

    assert (accuracy.bias, accuracy.coverage, accuracy.mean_scaled_pinball) == (None, None, None)
    assert (service.fill_rate, service.cycle_service, service.periods_of_cover) == (None,) * 3


def test_service_of_many_series_is_that_of_their_sums() -> None:
    service = Service()
    for outcome in (an_outcome(), an_outcome(unmet=0.0, demand=60.0)):
        service.add(outcome)

    assert service.fill_rate == pytest.approx(1 - 1 / 80)
    assert service.cycle_service == 0.75
    assert service.mean_stock == 5.0
    assert service.periods_of_cover == pytest.approx(1.25)
    assert service.cost == 14.0


def test_every_class_has_its_own_report_and_all_of_them_one() -> None:
    report = judge([[a_case(1), a_case(2)], [a_case(3)]])

    assert {name: one.series for name, one in report.classes.items()} == {"lumpy": 2, "smooth": 1}
    assert (report.everything.series, report.windows, report.skipped_windows) == (3, 3, 3)


def test_short_series_are_counted_and_the_rest_is_judged() -> None:
    report = judge([[a_case(1), a_case(2, days=10)]])

    assert (report.everything.series, report.too_short) == (1, 1)


def test_nothing_but_short_series_is_refused_with_the_number_of_periods_it_takes() -> None:
    with pytest.raises(InvalidInputError, match="at least 42 periods"):
        judge([[a_case(1, days=10)]])


def test_no_series_at_all_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no series"):
        judge([])


def test_a_table_s_products_are_found_in_any_case() -> None:
    records = [
        SeriesRecord(product=name, location="", history=a_request().history) for name in "aB"
    ]
    terms = ReplenishmentTerms(
        lead_time=LeadTime(mean_days=2.0), review_periods=3, service_level=0.9, costs=COSTS
    )

    (batch,) = cases_of_table(Table(records), " b ", terms)

    assert [case.product for case in batch] == ["B"]
    assert (batch[0].request.review_period_days, batch[0].request.costs) == (3, COSTS)


def test_terms_that_were_not_asked_for_stay_the_shop_s() -> None:
    request = on_terms(a_request(), AskedTerms(lead_time_days=3.0))

    assert request.lead_time == LeadTime(mean_days=3.0, standard_deviation_days=1.0)
    assert (request.review_period_days, request.service_level) == (7, 0.95)

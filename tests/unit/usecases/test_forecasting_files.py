"""Thresholds of a table's series, by the real engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stockcli.domain.demand import DemandHistory, LeadTime, StockCosts
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.forecasting_files import ReplenishmentTerms, forecast_table, request_of
from stockcli.usecases.ports import THRESHOLD_COLUMNS, SeriesRecord, SeriesThreshold

TERMS = ReplenishmentTerms(
    lead_time=LeadTime(mean_days=3, standard_deviation_days=1), review_periods=7, service_level=0.95
)


@dataclass(frozen=True)
class Batches:
    """Series that were never in a file."""

    batches: Sequence[Sequence[SeriesRecord]]
    remarks: Sequence[str] = ()

    @property
    def series_count(self) -> int:
        return sum(map(len, self.batches))

    def histories(self) -> Iterator[Sequence[SeriesRecord]]:
        return iter(self.batches)


def record(product: str, units: Sequence[float]) -> SeriesRecord:
    nothing = (False,) * len(units)
    history = DemandHistory(
        key=StockKey(ProductId(1), LocationId(1)),
        first_day=date(2026, 1, 1),
        units=units,
        stocked_out=nothing,
        closed=nothing,
    )
    return SeriesRecord(product=product, location="", history=history)


def threshold(units: Sequence[float], terms: ReplenishmentTerms = TERMS) -> SeriesThreshold:
    (found,) = forecast_table(Batches([[record("A", units)]]), Forecaster(), terms)
    return found


def test_each_series_gets_one_row_in_the_tables_order() -> None:
    source = Batches([[record("A", [1.0] * 60), record("B", [2.0] * 60)], [record("C", [0.0] * 9)]])

    rows = list(forecast_table(source, Forecaster(), TERMS))

    assert [(row.product, row.periods) for row in rows] == [("A", 60), ("B", 60), ("C", 9)]


def test_progress_counts_across_batches() -> None:
    source = Batches([[record("A", [1.0] * 9), record("B", [1.0] * 9)], [record("C", [1.0] * 9)]])
    told: list[int] = []

    list(forecast_table(source, Forecaster(), TERMS, on_progress=told.append))

    assert told[-1] == 3
    assert told == sorted(told)


def test_thresholds_of_whole_units_are_whole_units_rounded_up() -> None:
    row = threshold([1.0, 3.0, 2.0, 0.0, 4.0] * 20)

    assert row.demand_quantile <= row.reorder_point < row.demand_quantile + 1
    assert row.reorder_point == row.reorder_point.to_integral_value()
    assert row.order_up_to_level > row.reorder_point
    assert row.interval_periods == 10


def test_thresholds_of_what_is_weighed_are_rounded_up_to_a_thousandth() -> None:
    row = threshold([1.25, 3.0, float("nan"), 0.105, 4.0] * 20)

    assert 0 <= row.reorder_point - Decimal(row.demand_quantile) < Decimal("0.001")
    assert row.reorder_point != row.reorder_point.to_integral_value()


def test_a_series_without_any_period_gets_a_row_too() -> None:
    row = threshold([])

    assert row.periods == 0
    assert row.reorder_point >= 0


def test_costs_reach_the_engine() -> None:
    costs = StockCosts(holding_per_unit_day=0.2, shortage_per_unit=1.0)
    terms = ReplenishmentTerms(
        lead_time=LeadTime(mean_days=3), review_periods=7, service_level=0.95, costs=costs
    )

    assert request_of(record("A", [1.0]).history, terms).costs == costs


def test_cells_stand_in_the_order_of_the_columns_with_figures_unrounded() -> None:
    row = threshold([1.0, 3.0, 2.0, 0.0, 4.0] * 20)

    cells = dict(zip(THRESHOLD_COLUMNS, row.cells(), strict=True))

    assert list(cells)[:3] == ["product", "location", "periods"]
    assert float(cells["demand_quantile"]) == row.demand_quantile
    assert cells["reorder_point"] == str(int(row.reorder_point))

"""From the options of `stock backtest` to its report: the source, the bar, the facts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockcli.cli.backtest_options import BacktestOptions
from stockcli.cli.common import open_app
from stockcli.cli.series_input import series_input
from stockcli.domain.demand import LeadTime
from stockcli.domain.frequency import Frequency
from stockcli.usecases.backtest_report import BacktestReport, ClassReport
from stockcli.usecases.backtesting import (
    BacktestCase,
    OnSeries,
    backtest,
    cases_of_shop,
    cases_of_table,
)
from stockcli.usecases.ports.backtest import (
    BacktestPlan,
    Method,
    SeriesBacktest,
    StockTrace,
)

if TYPE_CHECKING:
    from stockcli.bootstrap import App

DECIMALS = 4
NO_SHOP = "no shop and no file to test"


@dataclass(frozen=True, kw_only=True)
class BacktestFacts:
    """What is shown.

    Attributes:
        subject: the shop's short name, or the file.
        traces: with one product, its stock by location.
        remarks: what was odd in the file.
        lead_time_varies: of any series, so that its windows are weighted over several lengths.
    """

    subject: str
    frequency: Frequency
    plan: BacktestPlan
    report: BacktestReport
    traces: Sequence[tuple[str, StockTrace]] = ()
    remarks: Sequence[str] = ()
    lead_time_varies: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        report = self.report
        return {
            "subject": self.subject,
            "frequency": str(self.frequency),
            "plan": {
                "origins": self.plan.origins,
                "every_periods": self.plan.every_periods,
                "rule": str(self.plan.rule),
                "unmet_demand": "backordered" if self.plan.backorders else "lost",
            },
            "series": report.everything.series,
            "windows": report.windows,
            "too_short": report.too_short,
            "skipped_windows": report.skipped_windows,
            "censored_periods": report.censored_periods,
            "all": _class_json(report.everything),
            "classes": {str(name): _class_json(one) for name, one in report.classes.items()},
            "stock": [{"location": place, **_trace_json(trace)} for place, trace in self.traces],
            "remarks": list(self.remarks),
        }


def _class_json(one: ClassReport) -> dict[str, Any]:
    return {
        "series": one.series,
        "service_level": _rounded(one.mean_target),
        "methods": {str(method): _method_json(one, method) for method in Method},
    }


def _method_json(one: ClassReport, method: Method) -> dict[str, Any]:
    accuracy, service = one.accuracy[method], one.service[method]
    figures = {
        "scaled_pinball_loss": accuracy.mean_scaled_pinball,
        "coverage": accuracy.coverage,
        "bias": accuracy.bias,
        "wape": accuracy.wape,
        "fill_rate": service.fill_rate,
        "cycle_service": service.cycle_service,
        "stock_out_share": service.stock_out_share,
        "mean_stock": service.mean_stock,
        "periods_of_cover": service.periods_of_cover,
        "cost": service.cost,
    }
    counts = {
        "windows": accuracy.windows,
        "stock_out_periods": service.stock_out_periods,
        "cycles": service.cycles,
        "orders": service.orders,
    }
    return {**{name: _rounded(value) for name, value in figures.items()}, **counts}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def _trace_json(trace: StockTrace) -> dict[str, Any]:
    return {
        "first_day": trace.first_day.isoformat(),
        "demand": list(trace.demand),
        "on_hand": {str(method): list(units) for method, units in trace.on_hand.items()},
    }


def run_backtest(
    options: BacktestOptions, workers: int | None, *, on_series: OnSeries
) -> BacktestFacts:
    """Run what was asked, with a bar on stderr where somebody watches.

    Raises:
        InvalidInputError: nothing can be tested.
        NoTenantError: neither a token nor a file.
    """
    app = open_app()
    traces: list[tuple[str, StockTrace]] = []
    lead_times: set[LeadTime] = set()

    def keep(case: BacktestCase, one: SeriesBacktest) -> None:
        on_series(case, one)
        lead_times.add(case.request.lead_time)
        if one.trace is not None:
            traces.append((case.location, one.trace))

    subject, count, batches, remarks = _source(app, options)
    with _bar(count) as on_progress:
        report = backtest(
            batches, app.backtester(workers), options.plan, on_series=keep, on_progress=on_progress
        )
    return BacktestFacts(
        subject=subject,
        frequency=options.periods,
        plan=options.plan,
        report=report,
        traces=traces,
        remarks=remarks,
        lead_time_varies=any(map(_varies, lead_times)),
    )


def _varies(lead_time: LeadTime) -> bool:
    """Return whether it has several lengths; a mean of 3.25 days is now three, now four."""
    return lead_time.standard_deviation_days > 0 or lead_time.mean_days % 1 > 0


def _source(
    app: App, options: BacktestOptions
) -> tuple[str, int, Iterable[Sequence[BacktestCase]], Sequence[str]]:
    """Return what is tested: its name, how many series, the series, and remarks."""
    if options.input_file is not None:
        path = Path(options.input_file)
        given = series_input(app, path, options.periods, options.calendar_file)
        cases = cases_of_table(given.source, options.product, options.terms, given.calendar)
        # Where one product is wanted, how many locations sell it shows as they come.
        count = given.source.series_count if options.product is None else 0
        return path.name, count, cases, given.remarks
    from stockcli.domain.errors import NoTenantError
    from stockcli.usecases.inventory import shop_day

    if options.tenant is not None:
        unit = app.unit_for(app.directory.tenant(options.tenant))
    elif app.identity.tenant is None:
        raise NoTenantError(NO_SHOP, "run `stock login`, or give a file of sales: --input FILE")
    else:
        unit = app.unit()
    batches = cases_of_shop(unit, shop_day(unit, app.clock.now()), options.product, options.asked)
    return unit.tenant.slug, sum(map(len, batches)), batches, ()


@contextmanager
def _bar(series: int) -> Iterator[Callable[[int], None] | None]:
    """Show how many series are done, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from stockcli.cli.counting_bars import counting_bars

    with counting_bars(transient=True) as bars:
        task = bars.add_task("series", total=series or None)
        yield lambda done: bars.update(task, completed=done)

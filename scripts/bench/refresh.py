"""Time the refresh of all thresholds of a made-up shop, cold and then warm: see README.md here.

python scripts/bench/refresh.py [--products 10000] [--days 730] [--workers 2] [--json]
"""

# ruff: noqa: E402 - one thread a process and the checkout's root come before what depends on them

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console
from rich.table import Table

from scripts.bench.made_up_shop import ShopSize, made_up_shop
from stockcli.bootstrap import SystemClock
from stockcli.domain.demand import DemandForecast, DemandHistory, ForecastRequest
from stockcli.forecasting.engine import Forecaster
from stockcli.forecasting.series import NO_EVENTS
from stockcli.persistence.database import Database
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.ports import Progress, UnitOfWork
from stockcli.usecases.ports.engines import Learnt
from stockcli.usecases.reordering import changed_thresholds, refresh_thresholds

DAYS_OF_REFRESH = {"cold": date(2024, 6, 4), "warm": date(2024, 6, 5)}
"""The second knows a day more, and what the first found."""
MEGABYTE_KIB = 1024


class Stages:
    """Seconds by the clock, by stage, in the order the stages began."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add what happens inside to a stage."""
        self.seconds.setdefault(stage, 0.0)
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - began


@dataclass(frozen=True)
class TimedForecaster:
    """The engine, with a watch on it."""

    engine: Forecaster
    stages: Stages

    def learn(
        self, histories: Iterable[DemandHistory], events: Mapping[date, str] = NO_EVENTS
    ) -> Learnt:
        """Return what the engine learns, timed."""
        with self.stages.timed("learn"):
            return self.engine.learn(histories, events)

    def forecast(
        self,
        requests: Sequence[ForecastRequest],
        *,
        learnt: Learnt | None = None,
        on_progress: Progress | None = None,
    ) -> list[DemandForecast]:
        """Return the engine's forecasts, timed."""
        with self.stages.timed("forecast"):
            return self.engine.forecast(requests, learnt=learnt, on_progress=on_progress)


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """What one refresh took.

    Attributes:
        seconds: by stage.
        thresholds: how many came out; `written` of them differed from those stored.
        peak_megabytes: most memory this process ever held, its workers' not included.
    """

    name: str
    seconds: dict[str, float]
    total_seconds: float
    thresholds: int
    written: int
    peak_megabytes: int


def main() -> None:
    """Make the shop, refresh it twice, and print what that took."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        database = Database(f"sqlite:///{file}", clock=SystemClock())
        database.ensure_ready()
        unit = made_up_shop(database, file, _size(options))
        engine = Forecaster(workers=options.workers)
        runs = [refresh(unit, engine, name) for name in DAYS_OF_REFRESH]
        database.dispose()
    if options.json:
        sys.stdout.write(json.dumps([asdict(run) for run in runs], indent=2) + "\n")
    else:
        Console().print(_table(runs, options))


def refresh(unit: UnitOfWork, engine: Forecaster, name: str) -> Refresh:
    """Refit all forecasts and write the thresholds that changed, as `stock run-check` does."""
    stages, began = Stages(), time.perf_counter()
    with stages.timed("read"):
        demand = read_demand(unit, DAYS_OF_REFRESH[name])
    around = time.perf_counter()
    fresh = refresh_thresholds(demand, unit.tenant.policy, TimedForecaster(engine, stages))
    changed = changed_thresholds(fresh, demand.thresholds)
    inside = stages.seconds["learn"] + stages.seconds["forecast"]
    stages.seconds["requests, thresholds, compare"] = time.perf_counter() - around - inside
    with stages.timed("write"), unit:
        unit.thresholds.put(changed)
        unit.commit()
    return Refresh(
        name=name,
        seconds=stages.seconds,
        total_seconds=time.perf_counter() - began,
        thresholds=len(fresh),
        written=len(changed),
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEGABYTE_KIB,
    )


def _size(options: argparse.Namespace) -> ShopSize:
    return ShopSize(
        products=options.products,
        days=options.days + 1,
        seed=options.seed,
        next_day=max(DAYS_OF_REFRESH.values()),
    )


def _table(runs: Sequence[Refresh], options: argparse.Namespace) -> Table:
    title = f"{options.products} products x {options.days} days, {options.workers} workers"
    table = Table("seconds", *(run.name for run in runs), title=title)
    for stage in runs[0].seconds:
        table.add_row(stage, *(f"{run.seconds[stage]:.2f}" for run in runs))
    table.add_row("total", *(f"{run.total_seconds:.2f}" for run in runs), end_section=True)
    table.add_row("thresholds", *(str(run.thresholds) for run in runs))
    table.add_row("written", *(str(run.written) for run in runs))
    table.add_row("peak MB", *(str(run.peak_megabytes) for run in runs))
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--products", type=int, default=10_000)
    add("--days", type=int, default=730, help="of history")
    add("--workers", type=int, default=2, help="processes of the engine")
    add("--seed", type=int, default=1)
    add("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Time `stock report` of a made-up shop beside one pandas pass over all rows: see README.md here.

python scripts/bench/report.py [--products 5000] [--history 400] [--days 90] [--rounds 3] [--json]
"""

# ruff: noqa: E402 - one thread a process and the checkout's root come before what depends on them

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console
from rich.table import Table

from scripts.bench.made_up_shop import ShopSize, made_up_shop
from scripts.bench.report_facts import add_trade, pandas_figures
from stockcli.bootstrap import SystemClock
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.shop_report import ShopReport, shop_report

NEXT_DAY = date(2024, 6, 5)
NOW = datetime(2024, 6, 5, 6, tzinfo=UTC)
MOST_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Seconds, the median of the rounds.

    Attributes:
        ours: of the whole report, by the clock.
        peer: of the figures of shelves alone, by pandas over all rows, by the clock.
        ours_cpu, peer_cpu: of the processor; other work on the machine adds less to them.
    """

    products: int
    history_days: int
    report_days: int
    rows: int
    ours: float
    peer: float
    ours_cpu: float
    peer_cpu: float

    @property
    def ratio(self) -> float:
        """Return ours as a multiple of the peer's, by the processor."""
        return self.ours_cpu / self.peer_cpu


def main() -> None:
    """Make the shop, report on it, and print what that took."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stock.db"
        database = Database(f"sqlite:///{file}", clock=SystemClock())
        database.upgrade()
        size = ShopSize(products=options.products, days=options.history, seed=1, next_day=NEXT_DAY)
        unit = made_up_shop(database, file, size)
        add_trade(unit, NEXT_DAY, options.history)
        found = _compared(unit, file, options)
        database.dispose()
    if options.json:
        sys.stdout.write(json.dumps({**asdict(found), "ratio": found.ratio}, indent=2) + "\n")
    else:
        Console().print(_table(found))
    if found.ours > MOST_SECONDS:
        sys.exit(f"the report took more than {MOST_SECONDS:g} s")


def _compared(unit: UnitOfWork, file: Path, options: argparse.Namespace) -> Outcome:
    first = NEXT_DAY - timedelta(days=options.days)
    ours: list[tuple[float, float]] = []
    peers: list[tuple[float, float]] = []
    rows = 0
    for _ in range(options.rounds):
        report = _timed(ours, lambda: shop_report(unit, now=NOW, days=options.days))
        peer = _timed(peers, lambda: pandas_figures(file, first, NEXT_DAY))
        _ensure_alike(report, peer)
        rows = peer["rows"]
    return Outcome(
        products=options.products,
        history_days=options.history,
        report_days=options.days,
        rows=rows,
        ours=median(clock for clock, _ in ours),
        peer=median(clock for clock, _ in peers),
        ours_cpu=median(cpu for _, cpu in ours),
        peer_cpu=median(cpu for _, cpu in peers),
    )


def _timed(rounds: list[tuple[float, float]], work: Callable[[], Any]) -> Any:
    """Return what the work returned; the seconds it took go to the rounds."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = work()
    rounds.append((time.perf_counter() - clock, time.process_time() - cpu))
    return found


def _ensure_alike(report: ShopReport, peer: dict[str, Any]) -> None:
    """Stop unless both came to the same figures: else the times compare nothing."""
    service = report.service
    pairs = {
        "sold": (service.sold, peer["sold"]),
        "lost": (service.missed, peer["lost"]),
        "stock-out days": (service.stock_out_days, peer["stock_out_days"]),
        "turns": (report.turns, peer["turns"]),
    }
    for name, (one, other) in pairs.items():
        if abs(one - other) > 1e-6 * max(1.0, abs(other)):
            sys.exit(f"{name}: the report says {one}, pandas {other}")


def _table(found: Outcome) -> Table:
    title = (
        f"{found.products} products x {found.history_days} days ({found.rows:,} rows), "
        f"report over {found.report_days} days"
    )
    table = Table("", "seconds", "CPU seconds", title=title)
    table.add_row("the report", f"{found.ours:.2f}", f"{found.ours_cpu:.2f}")
    table.add_row("pandas, shelves alone", f"{found.peer:.2f}", f"{found.peer_cpu:.2f}")
    table.add_row("ratio", f"{found.ours / found.peer:.2f}", f"{found.ratio:.2f}")
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--products", type=int, default=5_000)
    add("--history", type=int, default=400, help="days of sales")
    add("--days", type=int, default=90, help="that the report looks back on")
    add("--rounds", type=int, default=3)
    add("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()

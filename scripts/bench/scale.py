"""How the time of `stock run-check --all-tenants` grows with the shops: see README.md here.

python scripts/bench/scale.py [--tenants 10,100,1000] [--products 100] [--days 400]
    [--backend sqlite,postgresql] [--json] [--plot FILE.png]
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL

from scripts.bench.fences import on_server, server, text_of
from scripts.bench.scale_runs import Run, run, split
from scripts.bench.scale_shops import EMPTIED, LAST, Load, Size, fill, onto_file, onto_server
from stockcli.bootstrap import SystemClock
from stockcli.persistence.database import Database

NAME = "stock_bench_scale"
CHECK = ("run-check", "--all-tenants", "--no-agent", "--json")
BACKENDS = ("sqlite", "postgresql")
STEPS = ("read", "fit", "decide", "write", "rest")
RUNS = ("cold", "warm", "again", "idle", "decide")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A database to be measured.

    Attributes:
        url: by which the command reaches it.
        tidy: lets the server look at what was loaded, as its own upkeep would in time.
        empty: bares all shelves, and cancels what is on its way.
    """

    url: str
    database: Database
    load: Load
    tidy: Callable[[], None]
    empty: Callable[[], None]


def main() -> None:
    """Measure each size on each database, and print what it took."""
    options = _options()
    figures = [
        measured(backend, size, options)
        for backend in options.backend
        for size in (
            Size(tenants=tenants, products=options.products, days=options.days, seed=options.seed)
            for tenants in options.tenants
        )
    ]
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        Console().print(_runs(figures, options), _steps(figures))
    if options.plot:
        _plot(figures, options.plot)


def measured(backend: str, size: Size, options: argparse.Namespace) -> dict[str, Any]:
    """Return what a size takes on a database: load, every run, and a run's steps."""
    with tempfile.TemporaryDirectory(prefix="stock-scale-") as name:
        folder = Path(name)
        stages = {"sqlite": _on_file(folder), "postgresql": _on_server(options.url)}
        with stages[backend] as stage:
            began = time.perf_counter()
            rows = fill(stage.database, stage.load, size)
            stage.tidy()
            load_seconds = round(time.perf_counter() - began, 2)
            _remark(f"{backend}: {size.tenants} shops, {rows:,} rows of days: {load_seconds} s")
            runs, steps = _checked(stage, folder, options)
    return {
        "backend": backend,
        **asdict(size),
        "series": size.tenants * size.products,
        "day_rows": rows,
        "load_seconds": load_seconds,
        "runs": {name: asdict(one) for name, one in runs.items()},
        "steps": steps,
    }


def _checked(
    stage: Stage, folder: Path, options: argparse.Namespace
) -> tuple[dict[str, Run], dict[str, Any]]:
    """Run the command from nothing, a day later, at once again, with nothing new, shelves bare."""
    workers = ("--workers", str(options.workers))

    def timed(name: str, *arguments: str) -> Run:
        done = run(stage.url, folder, *CHECK, *workers, *arguments)
        _remark(f"  {name}: {done.seconds} s, {done.largest_megabytes} MB, {done.counts}")
        return done

    runs = {"cold": timed("cold", "--refit", "--as-of", LAST.isoformat())}
    runs["warm"] = timed("warm", "--refit")
    some = ("--workers", "1", "--refit", "--limit-seconds", str(options.split_seconds))
    alone, seconds = split(stage.url, folder, *CHECK, *some)
    steps = {"shops": alone.counts.get("ok", 0), "seconds": seconds}
    runs["again"] = timed("again")
    runs["idle"] = timed("idle")
    stage.empty()
    runs["decide"] = timed("decide")
    return runs, steps


@contextmanager
def _on_file(folder: Path) -> Iterator[Stage]:
    file = folder / "stock.db"
    database = Database(f"sqlite:///{file}", clock=SystemClock())
    database.ensure_ready()

    def empty() -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            for statement in EMPTIED:
                connection.execute(statement)

    url = f"sqlite:///{file}"
    yield Stage(
        url=url, database=database, load=onto_file(file), tidy=database.dispose, empty=empty
    )
    database.dispose()


@contextmanager
def _on_server(url: str | None) -> Iterator[Stage]:
    with server(url) as address:
        on_server(address, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        on_server(address, f"CREATE DATABASE {NAME}")
        own = address.set(database=NAME)
        database = Database(text_of(own), clock=SystemClock())
        operator = database.initialise()["stock_operator"]
        try:
            with psycopg.connect(text_of(own.set(drivername="postgresql"))) as connection:
                yield _stage_on_server(own, operator, database, connection)
        finally:
            database.dispose()
            on_server(address, f"DROP DATABASE {NAME} WITH (FORCE)")


def _stage_on_server(
    own: URL, operator: str, database: Database, connection: psycopg.Connection[Any]
) -> Stage:
    def empty() -> None:
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in EMPTIED:
            connection.execute(statement)
        connection.commit()

    return Stage(
        url=operator,
        database=database,
        load=onto_server(connection),
        tidy=lambda: on_server(own, "VACUUM ANALYZE"),
        empty=empty,
    )


def _runs(figures: Sequence[dict[str, Any]], options: argparse.Namespace) -> Table:
    title = f"{options.products} products x {options.days} days, {options.workers} workers"
    columns = ("database", "shops", "run", "seconds", "ms a series", "ms a shop", "CPU s")
    table = Table(*columns, "largest MB", "sum MB", "decided", title=title)
    for one in figures:
        row = (one["backend"], f"{one['tenants']:,}")
        table.add_row(*row, "load", f"{one['load_seconds']:.1f}", *_each(one, one["load_seconds"]))
        for name, took in one["runs"].items():
            table.add_row(
                *row,
                name,
                f"{took['seconds']:.1f}",
                *_each(one, took["seconds"]),
                f"{took['cpu_seconds']:.1f}",
                f"{took['largest_megabytes']:,.0f}",
                f"{took['sum_megabytes']:,.0f}",
                f"{_decided(took):,}",
            )
        table.add_section()
    return table


def _each(one: dict[str, Any], seconds: float) -> tuple[str, str]:
    return f"{1000 * seconds / one['series']:.2f}", f"{1000 * seconds / one['tenants']:.1f}"


def _decided(took: dict[str, Any]) -> int:
    counts: dict[str, int] = took["counts"]
    return sum(counts.get(name, 0) for name in ("restock", "ignore", "notify"))


def _steps(figures: Sequence[dict[str, Any]]) -> Table:
    title = "where a refit's time goes: ms a shop, in one process"
    table = Table("database", "shops", "of them timed", *STEPS, title=title)
    for one in figures:
        timed, seconds = one["steps"]["shops"], one["steps"]["seconds"]
        each = (f"{1000 * seconds.get(step, 0.0) / max(timed, 1):.1f}" for step in STEPS)
        table.add_row(one["backend"], f"{one['tenants']:,}", str(timed), *each)
    return table


def _plot(figures: Sequence[dict[str, Any]], file: Path) -> None:
    """Draw milliseconds a series against the number of series; a level line grows in proportion."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    drawing = Figure(figsize=(8, 5), layout="constrained")
    axes = drawing.add_subplot()
    for backend, line in zip(BACKENDS, ("--", "-"), strict=True):
        some = [one for one in figures if one["backend"] == backend]
        for number, name in enumerate(RUNS):
            each = [1000 * one["runs"][name]["seconds"] / one["series"] for one in some]
            sizes = [one["series"] for one in some]
            label = f"{name}, {backend}"
            axes.loglog(sizes, each, line, color=f"C{number}", marker="o", label=label)
    axes.set(xlabel="series (shops x products)", ylabel="milliseconds a series")
    axes.legend(fontsize="small", ncols=2)
    drawing.savefig(file)


def _remark(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--tenants", type=_numbers, default=(10, 100, 1000), help="how many shops: 10,100,1000")
    add("--products", type=int, default=100, help="of each shop")
    add("--days", type=int, default=400, help="of history of each product")
    add("--workers", type=int, default=2, help="processes of the command")
    add("--backend", type=_backends, default=BACKENDS, help="sqlite, postgresql, or both")
    add("--seed", type=int, default=1)
    add("--split-seconds", type=int, default=60, help="how long shops are begun in the split run")
    add("--url", help="of an administrator of a server; left out, one is started")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--plot", type=Path, metavar="FILE.png", help="draw cost against size")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _backends(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    if not set(chosen) <= set(BACKENDS):
        raise argparse.ArgumentTypeError(f"choose from {', '.join(BACKENDS)}")
    return chosen


if __name__ == "__main__":
    main()

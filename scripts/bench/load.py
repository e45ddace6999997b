"""How many daily rows a second `stock load` books, beside three peers: see README.md here.

python scripts/bench/load.py [--rows 200000] [--shops 20] [--products 100] [--url URL] [--json]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pandas as pd
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from scripts.bench.feed_peers import Stage, bare, differences, stage_on_file, stage_on_server
from scripts.bench.fences import on_server, server
from stockcli.domain.catalogue import Product
from stockcli.domain.identifiers import ProductId, TenantId
from stockcli.domain.shop import Tenant

ROOT = Path(__file__).resolve().parents[2]
NAME = "stock_bench_load"
FIRST_DAY = date(2023, 1, 1)
HEADER = ("tenant", "sku", "day", "quantity", "price")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What something took; a server's own processes count as well."""

    rows: int
    seconds: float
    cpu_seconds: float


def main() -> None:
    """Load both databases, and print rows a second beside those of the peers."""
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stock-load-")))
        file = folder / "days.csv"
        _write(file, _rows(options))
        figures = {"sqlite": _measured(stage_on_file(folder, options), file, options)}
        address = stack.enter_context(server(options.url))
        on_server(address, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        on_server(address, f"CREATE DATABASE {NAME}")
        stage = stage_on_server(address.set(database=NAME), options)
        figures["postgresql"] = _measured(stage, file, options)
        on_server(address, f"DROP DATABASE {NAME} WITH (FORCE)")
    _report(figures, options)


def _measured(stage: Stage, file: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return rows a second of the load and its peers, by the clock and by the processor."""
    _open_shops(stage, options)
    few = file.with_name("few.csv")
    _write(few, _rows(options, shops=["bench"], rows=options.lines))
    single = file.with_name("one.csv")
    _write(single, _rows(options, shops=["bench"], rows=1))
    start = _timed(stage, 1, partial(_command, stage, "load", str(single)))
    two = ("--workers", "2")
    taken = {
        "load": _timed(stage, options.rows, partial(_command, stage, "load", str(file), *two)),
        "load again": _timed(stage, options.rows, partial(_command, stage, "load", str(file))),
        "import sales": _timed(
            stage, options.lines, partial(_command, stage, "import", "sales", str(few), shop=True)
        ),
        "bare executemany": _timed(stage, options.lines, partial(bare, stage, options, 0)),
        "pandas to_sql": _timed(stage, options.rows, partial(_to_sql, stage, file)),
    }
    figures: dict[str, Any] = {}
    for name, one in taken.items():
        figures[name] = round(one.rows / one.seconds)
        figures[f"{name}, by the processor"] = round(one.rows / one.cpu_seconds)
    figures["seconds of a million, by the processor"] = _a_million(taken["load"], start)
    figures["movements of the load"] = _booked(stage)
    figures["shelves that disagree with the ledger"] = differences(stage)
    stage.database.dispose()
    return figures


def _a_million(taken: Taken, start: Taken) -> float:
    running = taken.cpu_seconds - start.cpu_seconds
    return round(start.cpu_seconds + 1_000_000 * running / taken.rows, 1)


def _open_shops(stage: Stage, options: argparse.Namespace) -> None:
    directory = stage.database.directory()
    for slug in _slugs(options):
        shop = directory.add_tenant(Tenant(id=TenantId(0), slug=slug, name=slug))
        unit = stage.database.unit_of_work(shop)
        with unit:
            unit.products.put(
                Product(id=ProductId(0), sku=f"P{number:05}", name=f"Product {number}")
                for number in range(options.products)
            )
            unit.commit()


def _slugs(options: argparse.Namespace) -> list[str]:
    return [f"shop-{number}" for number in range(options.shops)]


def _rows(
    options: argparse.Namespace, *, shops: Sequence[str] = (), rows: int | None = None
) -> Iterator[tuple[str, ...]]:
    """Yield a row a shop, day and product, until there are enough."""
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    left = options.rows if rows is None else rows
    day = FIRST_DAY
    while left:
        for shop in shops or _slugs(options):
            for number in range(min(options.products, left)):
                price = f"{chance.randint(1, 40)}.{chance.randint(0, 99):02}"
                yield shop, f"P{number:05}", str(day), str(chance.randint(1, 30)), price
            left -= min(options.products, left)
        day += timedelta(days=1)


def _write(file: Path, rows: Iterator[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADER)
        writer.writerows(rows)


def _command(stage: Stage, *arguments: str, shop: bool = False) -> None:
    """Run the whole command, its start included."""
    environ = os.environ | {
        "STOCK_HOME": tempfile.gettempdir(),
        "STOCK_DATABASE_URL": stage.manager if shop else stage.address,
        "PYTHONPATH": str(ROOT),
    }
    if shop:
        environ["STOCK_TOKEN"] = stage.token
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "stockcli", *arguments], env=environ, check=True, capture_output=True
    )


def _to_sql(stage: Stage, file: Path) -> None:
    """Have pandas write the rows into a table without keys: nothing is checked or added up."""
    address = f"sqlite:///{file.with_name('peer.db')}" if stage.is_file else stage.address
    engine = create_engine(address)
    pd.read_csv(file).to_sql("peer", engine, index=False, chunksize=10_000)
    engine.dispose()


def _timed(stage: Stage, rows: int, deed: Callable[[], None]) -> Taken:
    began, spent = time.perf_counter(), _cpu_seconds(stage)
    deed()
    seconds = time.perf_counter() - began
    stage.database.dispose()
    return Taken(rows=rows, seconds=seconds, cpu_seconds=_cpu_seconds(stage) - spent)


def _cpu_seconds(stage: Stage) -> float:
    """Return what this process, those it waited for and the server's sessions have used."""
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in own) + _server_seconds(stage)


def _server_seconds(stage: Stage) -> float:
    """Return what the server's ended sessions have used, as Linux adds it up with their parent."""
    if stage.is_file:
        return 0.0
    engine = create_engine(stage.address)
    with engine.connect() as connection:
        folder = connection.scalar(text("SHOW data_directory"))
    engine.dispose()
    # Its sessions end a moment after they are left.
    time.sleep(1)
    parent = Path(f"{folder}/postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
    fields = Path(f"/proc/{parent}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _booked(stage: Stage) -> int:
    engine = create_engine(stage.address)
    with engine.connect() as connection:
        query = "SELECT count(*) FROM stock_movement m JOIN tenant t ON t.id = m.tenant_id"
        found = connection.scalar(text(f"{query} WHERE t.slug LIKE 'shop-%'"))
    engine.dispose()
    return int(found or 0)


def _report(figures: dict[str, dict[str, Any]], options: argparse.Namespace) -> None:
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    title = f"{options.rows:,} daily rows of {options.shops} shops"
    table = Table("rows a second", *figures, title=title)
    for name in figures["sqlite"]:
        table.add_row(name, *(f"{found[name]:,}" for found in figures.values()))
    Console().print(table)


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--rows", type=int, default=200_000, help="of the load and of pandas")
    add("--lines", type=int, default=10_000, help="of the import and of executemany, one shop")
    add("--shops", type=int, default=20)
    add("--products", type=int, default=100, help="of each shop")
    add("--seed", type=int, default=1)
    add("--url", help="of an administrator of a server; left out, one is started")
    add("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

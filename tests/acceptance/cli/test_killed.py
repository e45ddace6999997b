"""The real command, killed with SIGKILL while it waits for the model, on either database."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from stockcli.bootstrap import SystemClock
from stockcli.persistence.database import Database
from tests.acceptance.cli.conftest import SECONDS, Command
from tests.fakes.messages_api import MessagesApi, messages_api
from tests.fakes.replies import Reply, says
from tests.fixtures.shops import Shops, open_shops
from tests.fixtures.truths import breaches

__all__ = ["messages_api"]


@pytest.fixture
def shops(database_url: str) -> Shops:
    database = Database(database_url, clock=SystemClock())
    opened = open_shops(database)
    database.dispose()
    return opened


def lapse(url: str) -> None:
    """Let a quarter of an hour pass for whoever holds a shop."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE check_lease SET leased_until = '2024-05-01 03:15:00'"))
    engine.dispose()


def test_a_run_killed_while_it_asks_is_made_up_for_by_the_next(
    shops: Shops, database_url: str, stock_home: Path, checkout: Path, messages_api: MessagesApi
) -> None:
    stock = Command(home=stock_home, checkout=checkout)
    at = {"STOCK_DATABASE_URL": database_url}
    key = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": messages_api.url}
    asked, over = threading.Event(), threading.Event()

    def hold(_: object) -> Reply:
        asked.set()
        over.wait(SECONDS)
        return says("too late")

    messages_api.answer_with(hold)
    child = subprocess.Popen(
        [*stock.line, "run-check", "--all-tenants"],
        env=stock.environ(shops.operator, **at, **key),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert asked.wait(SECONDS)
    child.kill()
    child.wait()
    over.set()
    assert breaches(database_url) == {}

    def run() -> dict[str, Any]:
        arguments = ("run-check", "--all-tenants", "--no-agent", "--json")
        report = stock(*arguments, token=shops.operator, **at)
        assert report.code == 0, report.err
        return {one["tenant"]: one for one in report.json["tenants"]}

    first = run()
    assert {one["status"] for one in first.values()} == {"busy", "ok"}
    lapse(database_url)
    second = run()
    assert {one["status"] for one in second.values()} == {"ok"}
    orders = [*first["south"]["orders"], *second["north"]["orders"]]
    assert len(orders) == 2
    assert not second["south"]["orders"]
    assert breaches(database_url) == {}

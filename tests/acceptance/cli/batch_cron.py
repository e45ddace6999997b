"""An operator's cron that submits and collects, and is killed where a test says so."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.acceptance.cli.conftest import Command, Ran
from tests.fakes.message_batches import Gate
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Reply, calls
from tests.fixtures.shops import Shops

SECONDS = 60


class Cron:
    """The operator's cron: a key, the fake service, and both shops."""

    def __init__(self, stock: Command, tokens: Shops, api: MessagesApi) -> None:
        self.stock = stock
        self.tokens = tokens
        self.api = api
        self.environ = {"ANTHROPIC_API_KEY": "test", "ANTHROPIC_BASE_URL": api.url}

    def __call__(self, *options: str, token: str = "") -> Ran:
        return self.stock(
            "run-check", *options, "--json", token=token or self.tokens.operator, **self.environ
        )

    def submit(self) -> Ran:
        return self("--all-tenants", "--batch", "submit")

    def collect(self) -> Ran:
        return self("--all-tenants", "--batch", "collect")

    def start(self, step: str) -> subprocess.Popen[bytes]:
        """Start a step in a process of its own."""
        return subprocess.Popen(
            [*self.stock.line, "run-check", "--all-tenants", "--batch", step],
            env=self.stock.environ(self.tokens.operator, **self.environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def killed_at(self, gate: Gate, step: str) -> None:
        """Kill a step where the service holds it up."""
        child = self.start(step)
        assert gate.reached.wait(SECONDS)
        child.kill()
        child.wait()
        gate.opened.set()

    def killed_once(self, fact: str, step: str) -> None:
        """Kill a step as soon as the database holds a fact."""
        child = self.start(step)
        for _ in range(SECONDS * 50):
            with self.database() as connection:
                if connection.execute(fact).fetchone():
                    break
            time.sleep(0.02)
        time.sleep(0.1)
        assert child.poll() is None
        child.kill()
        child.wait()

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The database, opened beside the program."""
        with closing(sqlite3.connect(self.stock.home / "stock.db")) as connection, connection:
            yield connection

    @contextmanager
    def stuck_at(self, moment: str) -> Iterator[None]:
        """Let whoever writes this go on counting, inside the transaction, until it is killed."""
        counting = (
            "SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i FROM n LIMIT 1000000000000)"
        )
        with self.database() as connection:
            connection.execute(f"CREATE TRIGGER stuck BEFORE {moment} BEGIN {counting}; END")
        yield
        with self.database() as connection:
            connection.execute("DROP TRIGGER stuck")

    def an_hour_passes(self) -> None:
        """Let the reviews that wait be an hour old."""
        before = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
        with self.database() as connection:
            connection.execute("UPDATE review_batch SET submitted_at = ?", (str(before),))

    def billed(self) -> dict[str, float]:
        """Return what each shop is charged this month, US dollars."""
        ran = self.stock("usage", "--all-tenants", "--json", token=self.tokens.operator)
        return {shop["tenant"]: shop["spent_usd"] for shop in ran.json["tenants"]}

    def orders(self) -> dict[str, int]:
        """Return how many orders each shop has."""
        tokens = {"north": self.tokens.north_manager, "south": self.tokens.south_manager}
        return {
            slug: len(self.stock("orders", "list", "--json", token=token).json)
            for slug, token in tokens.items()
        }


def restocks_all(params: dict[str, Any]) -> Reply:
    table = params["messages"][0]["content"][0]["text"]
    wanted = [sku for sku in ("LAMP", "ROPE", "MUG") if sku in table]
    usage = {"input_tokens": 1000, "output_tokens": 200}
    return calls(*(("restock", {"sku": sku, "reason": "low"}) for sku in wanted), usage=usage)

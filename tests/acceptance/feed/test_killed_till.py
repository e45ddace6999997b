"""The real command killed with SIGKILL while a till sends, on either database; it sends again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from stockcli.bootstrap import SystemClock
from stockcli.persistence.database import Database
from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops, open_shops
from tests.fixtures.tills import Line, sale, till
from tests.fixtures.truths import breaches, looking_at

Tell = Callable[[str, object], None]
KILLS = 6
LINES = 2_000


@pytest.fixture
def shops(database_url: str) -> Shops:
    database = Database(database_url, clock=SystemClock())
    opened = open_shops(database)
    database.dispose()
    return opened


def lines() -> list[Line]:
    """Return sales, what was brought back, and voids of some of them."""
    made = [
        sale(f"t/{number}", 1 + number % 3, kind="return" if number % 7 == 0 else "sale")
        for number in range(LINES)
    ]
    made += [{"id": f"t/{number}", "kind": "void"} for number in range(0, LINES, 50)]
    return made


def expected() -> Decimal:
    """Return what the lines come to, in units."""
    changes = [(1 if one % 7 == 0 else -1) * (1 + one % 3) for one in range(LINES)]
    return Decimal(sum(changes) - sum(changes[::50]))


def mugs(url: str) -> tuple[Decimal, int]:
    """Return what lies on north's shelf, and how many movements its tills made."""
    level = text("""SELECT on_hand FROM stock_level l JOIN product p
        ON p.tenant_id = l.tenant_id AND p.id = l.product_id
        WHERE l.tenant_id = 1 AND p.sku = 'MUG'""")
    count = text("SELECT count(*) FROM stock_movement WHERE reference LIKE 'feed:%'")
    with looking_at(url) as connection:
        return Decimal(connection.scalar(level) or 0) / 1000, connection.scalar(count) or 0


def test_a_feed_killed_at_any_instant_and_sent_again_loses_and_doubles_nothing(
    shops: Shops, database_url: str, stock_home: Path, checkout: Path, record_property: Tell
) -> None:
    stock = Command(home=stock_home, checkout=checkout)
    environ = stock.environ(shops.north_manager, STOCK_DATABASE_URL=database_url)
    command = [*stock.line, "feed", "--batch-lines", "40"]
    chance, waiting, booked = random.Random(11), lines(), 0
    for _ in range(KILLS):
        with till(command, environ) as running:
            running.send(*waiting[:400])
            answers = [running.hear()]
            time.sleep(chance.uniform(0, 0.25))
            running.process.kill()
            code, rest = running.wait()
        assert code == -9
        answers += rest
        assert {answer["status"] for answer in answers} <= {"booked", "known"}
        booked += [answer["status"] for answer in answers].count("booked")
        assert breaches(database_url) == {}
        assert mugs(database_url)[1] >= booked
        waiting = waiting[len(answers) :]
    with till(command, environ) as running:
        running.send(*waiting)
        code, answers = running.hang_up()
    assert code == 0
    assert len(answers) == len(waiting)
    assert mugs(database_url) == (800 + expected(), LINES + LINES // 50)
    assert breaches(database_url) == {}
    record_property("kill points", KILLS)

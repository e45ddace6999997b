"""What a check asks of the database: sets, however many products a shop has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import event

from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fixtures.corner_shop import Shelf, SteppingClock, add_shop, stock_up


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile."""
    seen: list[str] = []

    def note(*facts: Any) -> None:
        seen.append(facts[2])

    event.listen(database._engine, "before_cursor_execute", note)
    yield seen
    event.remove(database._engine, "before_cursor_execute", note)


def checked_thrice(
    database: Database, clock: SteppingClock, count: int
) -> tuple[list[CheckReport], list[int]]:
    """Check a shop of low products from nothing, refit it, and check it with nothing new."""
    unit = database.unit_of_work(add_shop(database.directory(), slug=f"shop-{count}"))
    shelf = Shelf(per_day=9, on_hand=5, product={"unit_cost": Decimal("0.01")})
    stock_up(unit, {f"SKU-{number:03d}": shelf for number in range(count)})
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock, refits_all=True)
    reports, counts = [], []
    for name, is_idle in (("cold", False), ("refitted", False), ("idle", True)):
        with statements(database) as seen:
            reports.append(check_shop(unit, crew, RunId(name), skip_unchanged=is_idle))
        counts.append(len(seen))
    return reports, counts


def test_ten_times_the_products_take_not_one_statement_more_whether_refitted_or_idle(
    database: Database, clock: SteppingClock
) -> None:
    few, statements_of_few = checked_thrice(database, clock, 3)
    many, statements_of_many = checked_thrice(database, clock, 30)
    for (cold, refitted, idle), count in ((few, 3), (many, 30)):
        assert [len(order.lines) for order in cold.outcome.orders] == [count]
        assert (refitted.checked, refitted.low, refitted.remarks) == (count, 0, ())
        assert idle.remarks == ("nothing changed since the last check",)
    assert statements_of_many == statements_of_few

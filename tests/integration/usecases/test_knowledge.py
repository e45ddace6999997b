from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from stockcli.agent.chat.conversations import shop_terms
from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import Toolbox
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.knowledge import LONGEST_AGE, MOST_KEPT, recall
from stockcli.usecases.ports import Snapshot, UnitOfWork
from stockcli.usecases.restocking import restock_by_hand
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, sell, stock_up

TRANSACTION = ("SELECT set_config", "BEGIN", "SET TRANSACTION", "PRAGMA")
QUESTIONS: dict[str, dict[str, Any]] = {
    "find_products": {"text": "tea"},
    "stock_of": {"sku": "TEA"},
    "low_stock": {},
    "on_order": {},
    "sales_history": {"sku": "TEA", "days": 7},
    "why_reorder_point": {"sku": "TEA"},
    "forecast_of": {"sku": "TEA", "days": 3},
    "manual_minimums": {},
    "open_alerts": {},
    "suppliers": {},
    "key_figures": {},
}
OTHER: dict[str, Any] = {
    "sku": "POT",
    "days": 5,
    "month": 3,
    "order": "PO-00001",
    "supplier": "leaf",
}


@pytest.fixture
def shop(database: Database) -> UnitOfWork:
    unit = database.unit_of_work(add_shop(database.directory()))
    stock_up(unit, {"TEA": Shelf(per_day=10, on_hand=20, name="Green tea")})
    return unit


@pytest.fixture
def tools(shop: UnitOfWork, clock: SteppingClock) -> ShopTools:
    return ShopTools(shop, clock, Forecaster)


@pytest.fixture
def ask(tools: ShopTools) -> Callable[..., str]:
    box = Toolbox(tools.tools())

    def asked(name: str, **arguments: Any) -> str:
        result = box.run(ToolCall(id="1", name=name, arguments=arguments))
        assert not result.is_error, result.text
        return result.text

    return asked


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile; what begins a transaction is none."""
    seen: list[str] = []

    def note(*facts: Any) -> None:
        if not facts[2].startswith(TRANSACTION):
            seen.append(facts[2])

    event.listen(database._engine, "before_cursor_execute", note)
    yield seen
    event.remove(database._engine, "before_cursor_execute", note)


def test_every_tool_that_reads_is_asked_here(tools: ShopTools) -> None:
    assert [tool.spec.name for tool in tools.tools()] == list(QUESTIONS)


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "find_products"])
def test_facts_kept_for_a_question_answer_no_other(
    shop: UnitOfWork, tools: ShopTools, ask: Callable[..., str], name: str
) -> None:
    stock_up(shop, {"POT": Shelf(per_day=6, on_hand=9, name="Tea pot")})
    restock_by_hand(shop, "POT", Decimal(6), location=None, reason="", author="ana", now=NOW)
    (wanted,) = (tool for tool in tools.tools() if tool.spec.name == name)
    ask(name, **QUESTIONS[name])
    for argument in wanted.arguments.model_fields:
        asked = {**QUESTIONS[name], argument: OTHER[argument]}
        assert "(database)" in ask(name, **asked), argument
        assert "(stored snapshot" in ask(name, **asked), argument


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_about_a_fresh_snapshot_costs_only_the_version_check(
    database: Database, ask: Callable[..., str], name: str
) -> None:
    first = ask(name, **QUESTIONS[name])
    assert first.startswith("as of 2024-04-30 06:00 (database)")
    with statements(database) as seen:
        again = ask(name, **QUESTIONS[name])
    assert len(seen) == 1
    assert "version" in seen[0]
    assert again == first.replace("(database)", "(stored snapshot, nothing changed since)")


def test_what_every_question_is_told_costs_only_the_version_check_too(
    database: Database, shop: UnitOfWork
) -> None:
    first = shop_terms(shop, NOW)
    with statements(database) as seen:
        assert shop_terms(shop, NOW) == first
    assert len(seen) == 1


def test_a_sale_a_second_ago_in_another_process_is_seen(
    database_url: str, shop: UnitOfWork, ask: Callable[..., str], clock: SteppingClock
) -> None:
    assert "| 20 |" in ask("stock_of", sku="TEA")
    till = Database(database_url, clock=clock)
    sell(till.unit_of_work(shop.tenant), "TEA", 3, reference="till-1", at=NOW)
    till.dispose()
    clock.advance(seconds=1)
    assert "| 17 |" in ask("stock_of", sku="TEA")


def test_a_product_added_by_somebody_else_is_found(
    shop: UnitOfWork, ask: Callable[..., str]
) -> None:
    ask("find_products", text="tea")
    stock_up(shop, {"POT": Shelf(per_day=0, on_hand=1, name="Tea pot")})
    assert "POT" in ask("find_products", text="pot")


def test_a_snapshot_ends_with_the_day_of_the_shop(
    ask: Callable[..., str], clock: SteppingClock
) -> None:
    clock.advance(hours=17, minutes=59)
    ask("low_stock")
    clock.advance(minutes=2)
    assert "(database)" in ask("low_stock")


def test_a_snapshot_ends_after_half_a_day(ask: Callable[..., str], clock: SteppingClock) -> None:
    ask("low_stock")
    clock.instant += LONGEST_AGE
    assert "(database)" in ask("low_stock")


def test_snapshots_of_an_earlier_version_and_old_ones_are_thrown_away(shop: UnitOfWork) -> None:
    recall(shop, "before the sale", lambda _: {}, now=NOW)
    sell(shop, "TEA", 1, reference="till-1")
    recall(shop, "old", lambda _: {}, now=NOW)
    recall(shop, "new", lambda _: {}, now=NOW + LONGEST_AGE + timedelta(minutes=1))
    with shop.reading():
        kept = [t for t in ("before the sale", "old", "new") if shop.snapshots.get(t)]
    assert kept == ["new"]


def test_only_so_many_snapshots_are_kept_the_newest(shop: UnitOfWork) -> None:
    with shop:
        version = shop.version()
        for number in range(MOST_KEPT):
            as_of = NOW + timedelta(seconds=number)
            shop.snapshots.put(
                Snapshot(topic=f"t{number}", payload={}, as_of=as_of, version=version)
            )
        shop.commit()
    recall(shop, "one more", lambda _: {}, now=NOW + timedelta(hours=1))
    with shop.reading():
        assert shop.snapshots.get("t0") is None
        assert shop.snapshots.get("t1") is not None
        assert shop.snapshots.get("one more") is not None


def test_a_snapshot_that_lies_ahead_of_a_clock_set_back_is_asked_for_again(
    shop: UnitOfWork,
) -> None:
    recall(shop, "stock", lambda _: {"on_hand": 20}, now=NOW + timedelta(hours=3))
    again = recall(shop, "stock", lambda _: {"on_hand": 21}, now=NOW)
    assert (again.from_snapshot, again.payload) == (False, {"on_hand": 21})

"""What hurt users of other systems about replenishment, tried on this one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from stockcli.domain.decisions import Action
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.lifecycle import snooze
from stockcli.usecases.ports import Review, ReviewRequest
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.acceptance.cli.conftest import Command
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, stock_up
from tests.fixtures.places import add_place
from tests.fixtures.shops import Shops


@pytest.fixture
def token(tokens: Shops) -> str:
    return tokens.north_manager


@pytest.fixture
def stock_of_two_places(stock: Command, token: str) -> Command:
    """North, short of LAMP and ROPE, with a depot that holds lamps enough."""
    with closing(sqlite3.connect(stock.home / "stock.db")) as opened:
        opened.execute("INSERT INTO location (tenant_id, code, name) VALUES (1, 'DEPOT', 'Depot')")
        opened.commit()
    assert stock("count", "LAMP", "900", "--location", "DEPOT", token=token).code == 0
    return stock


def check(stock: Command, token: str) -> Any:
    (shop,) = stock("run-check", "--json", token=token).json["tenants"]
    assert shop["status"] == "ok"
    return shop


def low(stock: Command, token: str) -> list[str]:
    return [one["sku"] for one in stock("levels", "--low", "--json", token=token).json]


# --- pain 3: the same request every day ---


def test_pain_3_the_same_is_asked_for_once_however_often_the_check_runs(
    stock_of_two_places: Command, token: str
) -> None:
    stock = stock_of_two_places
    first = check(stock, token)
    assert {one["sku"]: one["action"] for one in first["decisions"]} == {
        "LAMP": "transfer",
        "ROPE": "restock",
    }
    # Something changed, so that each check looks at everything again.
    for number in range(3):
        reference = f"mug-{number}"
        stock("move", "sale", "MUG", "1", "--reference", reference, token=token)
        again = check(stock, token)
        assert (again["decisions"], again["orders"], again["transfers"]) == ([], [], [])
    assert len(stock("orders", "list", "--json", token=token).json) == len(first["orders"])
    assert len(stock("transfers", "list", "--json", token=token).json) == 1
    told = [one["subject"] for one in stock("alerts", "--json", token=token).json]
    assert told == ["Move LAMP to SHOP"]


# --- pain 5: lists of what is low that ignore what is on its way ---


def test_pain_5_what_is_on_its_way_by_transfer_or_order_is_not_low(
    stock_of_two_places: Command, token: str
) -> None:
    stock = stock_of_two_places
    check(stock, token)
    assert low(stock, token) == []
    (lamp,) = (
        one
        for one in stock("levels", "LAMP", "--json", token=token).json
        if one["location"] == "SHOP"
    )
    assert lamp["on_hand"] <= lamp["reorder_point"] < lamp["inventory_position"]
    stock("transfers", "cancel", "TR-00001", token=token)
    assert low(stock, token) == ["LAMP"]


def test_pain_5_what_is_promised_to_another_place_is_not_there_any_more(
    stock_of_two_places: Command, token: str
) -> None:
    stock = stock_of_two_places
    line = ("transfers", "new", "LAMP", "900", "--from", "DEPOT", "--to", "SHOP")
    assert stock(*line, token=token).code == 0
    (depot,) = (
        one
        for one in stock("levels", "LAMP", "--json", token=token).json
        if one["location"] == "DEPOT"
    )
    assert (depot["on_hand"], depot["inventory_position"]) == (900, 0)
    again = stock("transfers", "new", "LAMP", "1", "--from", "DEPOT", "--to", "SHOP", token=token)
    assert "DEPOT has 0 LAMP to give" in again.err


# --- pain 8: the scheduler ignores a snooze ---


def test_pain_8_a_snoozed_product_is_neither_ordered_nor_moved_nor_told_of(
    stock_of_two_places: Command, token: str
) -> None:
    stock = stock_of_two_places
    for sku in ("LAMP", "ROPE"):
        assert stock("snooze", sku, "--until", "2090-01-01", token=token).code == 0
    shop = check(stock, token)
    assert (shop["decisions"], shop["orders"], shop["transfers"]) == ([], [], [])
    reasons = {one["sku"]: one["reason"] for one in shop["skipped"]}
    assert reasons == dict.fromkeys(("LAMP", "ROPE"), "snoozed until 2090-01-01")
    assert low(stock, token) == []
    assert stock("alerts", "--json", token=token).json == []
    said = stock("chat", "--message", "what is low?", token=token).out
    assert "LAMP" not in said
    for sku in ("LAMP", "ROPE"):
        stock("snooze", sku, "--off", token=token)
    assert {one["sku"] for one in check(stock, token)["decisions"]} == {"LAMP", "ROPE"}


def test_pain_8_a_product_snoozed_while_the_model_thought_is_left_alone(
    sqlite_database: Database, clock: SteppingClock
) -> None:
    unit = sqlite_database.unit_of_work(add_shop(sqlite_database.directory()))
    stock_up(unit, {"TEA": Shelf(per_day=10, on_hand=20)})

    class Slow:
        def review(self, request: ReviewRequest) -> Review:
            del request
            snooze(unit, "TEA", until=NOW.date() + timedelta(days=3))
            return Review()

    crew = Crew(forecaster=Forecaster(), reviewer=Slow(), clock=clock)
    report = check_shop(unit, crew, RunId("run-1"))
    assert (report.outcome.orders, report.outcome.decisions) == ((), ())
    assert "snoozed" in report.outcome.moved_on[0].reason


# --- pain 9: slow schedulers, a read for each product ---


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile."""
    seen: list[str] = []

    def note(*facts: Any) -> None:
        seen.append(facts[2])

    event.listen(database._engine, "before_cursor_execute", note)
    yield seen
    event.remove(database._engine, "before_cursor_execute", note)


def checked_shop(folder: Path, clock: SteppingClock, count: int) -> tuple[CheckReport, int]:
    """Check a shop in which so many products are low, each to be moved and bought; and count."""
    database = Database(f"sqlite:///{folder / f'{count}.db'}", clock=clock)
    database.upgrade()
    unit = database.unit_of_work(add_shop(database.directory()))
    # Cheap, so that no order waits for approval.
    shelf = Shelf(per_day=9, on_hand=5, product={"unit_cost": Decimal("0.01")})
    stock_up(unit, {f"SKU-{number:03d}": shelf for number in range(count)})
    # Too little at the depot for the shelf to be full, so that each product is bought as well.
    add_place(unit, {f"SKU-{number:03d}": 70 for number in range(count)})
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    with statements(database) as seen:
        report = check_shop(unit, crew, RunId("run-1"))
    database.dispose()
    return report, len(seen)


def test_pain_9_ten_times_the_products_take_not_one_statement_more(
    tmp_path: Path, clock: SteppingClock
) -> None:
    few, statements_of_few = checked_shop(tmp_path, clock, 3)
    many, statements_of_many = checked_shop(tmp_path, clock, 30)
    for report, count in ((few, 3), (many, 30)):
        assert {one.action for one in report.outcome.decisions} == {Action.TRANSFER}
        assert len(report.outcome.transfers) == count
        assert [len(order.lines) for order in report.outcome.orders] == [count]
    assert statements_of_many == statements_of_few

"""Every tool of the chat, asked about the other shop's things; the tools' schemas are walked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import make_url

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import Tool, Toolbox
from stockcli.domain.catalogue import Location
from stockcli.domain.identifiers import LocationId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import SteppingClock
from tests.fixtures.shops import NORTH, SOUTH, Shops, open_shops
from tests.integration.persistence.street import rows_of

GIVEN: dict[str, tuple[Any, ...]] = {
    "sku": ("ROPE", "rope", "LAMP", "North lamp"),
    "text": ("ROPE", "North", "lamp", "knot"),
    "order": ("PO-00001", "1"),
    "supplier": ("LEAF", "North"),
    "location": ("NORTH-DEPOT",),
    "quantity": (5.0,),
    "days": (28,),
    "month": (3,),
    "until": ("2030-01-01",),
    "reason": ("north",),
    "subject": ("north",),
    "delivery_note": ("north-1",),
    "lines": ([{"sku": "ROPE", "quantity": 1.0}], [{"sku": "LAMP", "quantity": 0.0}]),
    "arrived": ([{"sku": "ROPE", "quantity": 1.0}], [{"sku": "LAMP", "quantity": 1.0}]),
}
"""What each argument of a tool is given, by its name; most of it names something of north's."""

GIVES_AWAY = re.compile(r"North mug|\[bold\]|North Shop|CANARY")
"""Words of north's that nobody says in asking."""

SEATS = ("file", "operator", "manager")


def tools_of(unit: UnitOfWork, clock: SteppingClock) -> list[Tool]:
    """Return every tool there is, for one shop."""
    actions = ShopActions(unit, clock, "manager:test").tools()
    return [*ShopTools(unit, clock, Forecaster).tools(), *actions]


def calls(tool: Tool) -> Iterator[ToolCall]:
    """Yield calls with what a tool needs alone, and with each argument's values in turn."""
    schema = tool.spec.schema
    needed = {name: GIVEN[name][0] for name in schema.get("required", ())}
    yield ToolCall(id="1", name=tool.spec.name, arguments=needed)
    for name in schema.get("properties", {}):
        for value in GIVEN[name]:
            arguments = {**needed, name: value}
            yield ToolCall(id="1", name=tool.spec.name, arguments=arguments)


def toolbox(tools: list[Tool]) -> Toolbox:
    """Return the tools, with a person who says yes to everything."""
    return Toolbox(tools, confirm=lambda _: True)


@pytest.fixture(params=SEATS)
def seat(request: pytest.FixtureRequest) -> str:
    """Where the program runs: on a file, or on a server as operator or as manager."""
    return str(request.param)


@pytest.fixture
def database(seat: str, request: pytest.FixtureRequest, clock: SteppingClock) -> Iterator[Database]:
    kind = "sqlite" if seat == "file" else "postgres"
    opened = Database(request.getfixturevalue(f"{kind}_database_url"), clock=clock)
    yield opened
    opened.dispose()


@pytest.fixture
def shops(database: Database) -> Shops:
    return open_shops(database)


@pytest.fixture
def souths(
    seat: str, database: Database, shops: Shops, clock: SteppingClock
) -> Iterator[UnitOfWork]:
    """South's unit of work, in its seat."""
    south = database.directory().tenant(SOUTH)
    if seat != "manager":
        yield database.unit_of_work(south)
        return
    url = make_url(database._engine.url).set(username="stock_app")
    shown = Database(str(url), clock=clock, token=shops.south_manager)
    yield shown.unit_of_work(south)
    shown.dispose()


def north_trades(unit: UnitOfWork, clock: SteppingClock) -> None:
    """Let north have an order, a minimum, an alert and a place, all marked."""
    with unit:
        unit.locations.put([Location(id=LocationId(0), code="NORTH-DEPOT", name="CANARY")])
        unit.commit()
    box = toolbox(tools_of(unit, clock))
    for name, arguments in (
        ("restock", {"sku": "ROPE", "quantity": 40.0, "reason": "CANARY"}),
        ("set_minimum", {"sku": "LAMP", "quantity": 77.0, "reason": "CANARY"}),
        ("notify_manager", {"subject": "CANARY", "text": "CANARY"}),
    ):
        result = box.run(ToolCall(id="1", name=name, arguments=arguments))
        assert not result.is_error, result.text


def test_no_tool_shows_or_touches_the_other_shop(
    database: Database, shops: Shops, souths: UnitOfWork, clock: SteppingClock
) -> None:
    north = database.directory().tenant(NORTH)
    north_trades(database.unit_of_work(north), clock)
    before, breaches = rows_of(database, north), []
    for tool in tools_of(souths, clock):
        box = toolbox([tool])
        for call in calls(tool):
            said = box.run(call).text
            if GIVES_AWAY.search(said):
                breaches.append(f"{call} shows {said[:300]}")
        if rows_of(database, north) != before:
            breaches.append(f"{tool.spec.name} touches north")
    assert breaches == []


def test_the_same_tools_show_north_its_own_marks(
    database: Database, shops: Shops, clock: SteppingClock
) -> None:
    unit = database.unit_of_work(database.directory().tenant(NORTH))
    north_trades(unit, clock)
    shown = {
        tool.spec.name
        for tool in ShopTools(unit, clock, Forecaster).tools()
        for call in calls(tool)
        if GIVES_AWAY.search(toolbox([tool]).run(call).text)
    }
    assert shown >= {"find_products", "stock_of", "on_order", "manual_minimums", "open_alerts"}

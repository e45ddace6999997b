"""Claude's client against a real server on this machine, and a real shop in a SQLite file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stockcli.agent.providers.claude import Claude
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.reordering import refresh_thresholds
from tests.fakes.messages_api import MessagesApi, messages_api
from tests.fixtures.corner_shop import TODAY, Shelf, SteppingClock, stock_up
from tests.integration.agent.talking import Person

__all__ = ["messages_api"]

MODEL = "claude-haiku-5-5"
SHOP = "corner"
SHELVES = {
    "MILK": Shelf(per_day=6, on_hand=8, name="Whole milk"),
    "BREAD": Shelf(per_day=5, on_hand=3, name="Rye bread"),
    "SALT": Shelf(per_day=1, on_hand=400, name="Sea salt"),
    "MUG-W": Shelf(per_day=1, on_hand=40, name="White mug"),
    "MUG-B": Shelf(per_day=1, on_hand=40, name="Blue mug"),
}


@pytest.fixture
def claude(messages_api: MessagesApi) -> Claude:
    return Claude(
        model=MODEL,
        api_key="test",
        base_url=messages_api.url,
        retries=1,
        read_timeout_seconds=1.0,
        reply_timeout_seconds=1.5,
    )


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture(scope="session")
def stocked_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one stocked shop and its thresholds, made once."""
    file = tmp_path_factory.mktemp("agent") / "stocked.db"
    database = Database(f"sqlite:///{file}", clock=SteppingClock())
    database.ensure_ready()
    policy = ShopPolicy(order_approval_limit=None)
    tenant = Tenant(id=TenantId(0), slug=SHOP, name="Corner shop", policy=policy)
    unit = database.unit_of_work(database.directory().add_tenant(tenant))
    stock_up(unit, SHELVES)
    thresholds = refresh_thresholds(read_demand(unit, TODAY), unit.tenant.policy, Forecaster())
    with unit:
        unit.thresholds.put(thresholds)
        unit.commit()
    database.dispose()
    return file


@pytest.fixture
def database(stocked_file: Path, tmp_path: Path, clock: SteppingClock) -> Iterator[Database]:
    file = shutil.copy(stocked_file, tmp_path / "shop.db")
    database = Database(f"sqlite:///{file}", clock=clock)
    yield database
    database.dispose()


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    return database.unit_of_work(database.directory().tenant(SHOP))


@pytest.fixture
def unit_with(database: Database, unit: UnitOfWork) -> Callable[..., UnitOfWork]:
    """The same shop under another policy."""

    def changed(**policy: object) -> UnitOfWork:
        wanted = replace(unit.tenant.policy, **policy)  # type: ignore[arg-type]
        return database.unit_of_work(database.directory().set_policy(SHOP, wanted))

    return changed


@pytest.fixture
def manager(unit: UnitOfWork, clock: SteppingClock, claude: Claude) -> Person:
    return Person(unit=unit, clock=clock, provider=claude)

"""A stocked shop with reorder points and nothing ordered, and the screen that shows it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest
from textual.pilot import Pilot

from stockcli.bootstrap import App, make_app
from stockcli.cli.dashboard.screen import Dashboard
from stockcli.domain.errors import StockError
from stockcli.domain.shop import Role, Tenant
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.settings import load_settings
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.inventory import shop_day
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.reordering import refresh_thresholds
from stockcli.usecases.restocking import restock_by_hand
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, stock_up

SHOP = "acme"
HOSTILE = "[red]x[/] \x1b[2Jbell\x07 \u202eevil"
SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, name="Green tea"),
    "HAM": Shelf(per_day=8, on_hand=10, name="Ham", product={"unit_cost": Decimal(30)}),
    "FIG": Shelf(per_day=5, on_hand=4, name="Figs", product={"supplier_id": None}),
    "ODD": Shelf(per_day=4, on_hand=3, name=HOSTILE),
    "SOAP": Shelf(per_day=10, on_hand=900, name="Soap"),
}
"""Four are low: one dear enough to wait for approval, one without a supplier. SOAP is plenty."""
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Home:
    """A home of this test's own, and the application on it."""

    folder: Path
    secrets: dict[Role, str]

    def app(self, role: Role | None = Role.MANAGER) -> App:
        """The application as whoever has this role sees it; None shows no token."""
        token = {"STOCK_TOKEN": self.secrets[role]} if role else {}
        return make_app(
            load_settings({"STOCK_HOME": str(self.folder), "STOCK_KEYRING": "off"} | token),
            via="stock dashboard",
        )

    def unit(self) -> UnitOfWork:
        """Another process at work on the shop."""
        return self.app().unit(writes=True)

    def order(self, sku: str, units: int | None = None) -> str:
        """Order something elsewhere, and return the order's number."""
        wanted = None if units is None else Decimal(units)
        done = restock_by_hand(
            self.unit(), sku, wanted, location=None, reason="by hand", author="ana", now=NOW
        )
        return done.order_number


@pytest.fixture(scope="session")
def original(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[Role, str]]:
    """A database that is made once, to be copied, and the tokens of its shop."""
    file = tmp_path_factory.mktemp("dashboard") / "stock.db"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}", clock=SteppingClock())
    add_shop(database.directory(), "empty")
    shop = add_shop(database.directory(), SHOP)
    fill(database, shop)
    secrets = {
        role: database.directory().create_token(
            role=role, tenant_slug=SHOP, label="ana", expires_at=None
        )
        for role in (Role.MANAGER, Role.ANALYST)
    }
    secrets[Role.OPERATOR] = database.directory().create_token(
        role=Role.MANAGER, tenant_slug="empty", label="bo", expires_at=None
    )
    database.dispose()
    return file, secrets


def fill(database: Database, shop: Tenant) -> None:
    """Stock a shop, and compute its reorder points."""
    unit = database.unit_of_work(shop)
    stock_up(unit, SHELVES)
    with unit:
        unit.products.put([replace(unit.products.get("FIG"), supplier_id=None)])
        unit.commit()
    demand = read_demand(unit, shop_day(unit, NOW))
    fresh = refresh_thresholds(demand, shop.policy, Forecaster(workers=1))
    with unit:
        unit.thresholds.put(fresh)
        unit.commit()


@pytest.fixture
def home(original: tuple[Path, dict[Role, str]], stock_home: Path) -> Home:
    """A copy of the shop of this test's own."""
    file, secrets = original
    shutil.copy(file, stock_home / "stock.db")
    return Home(stock_home, secrets)


@dataclass(frozen=True)
class Person:
    """Somebody at the screen: types keys, and looks at what is on it."""

    screen: Dashboard
    pilot: Pilot[StockError]

    @property
    def sees(self) -> str:
        """What is on the screen, line by line."""
        strips = self.screen.screen._compositor.render_strips()
        return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips)

    @property
    def hears(self) -> str:
        """What was said in passing."""
        return "\n".join(one.message for one in self.screen._notifications)

    async def types(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def awaits(self, text: str) -> None:
        """Wait until something is on the screen or was said."""
        await self.until(lambda: text in self.sees or text in self.hears, text)

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so."""
        end = monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert monotonic() < end, f"no {what!r} on:\n{self.sees}\n{self.hears}"
            await self.pilot.pause(0.05)


Scene = Callable[[Person], Awaitable[None]]


def play(
    stock: App, scene: Scene, size: tuple[int, int] = (80, 24), refresh_seconds: int = 3600
) -> StockError | None:
    """Let a person use the dashboard, and return what ended it."""

    async def run() -> StockError | None:
        screen = Dashboard(stock, refresh_seconds=refresh_seconds)
        async with screen.run_test(size=size) as pilot:
            person = Person(screen, pilot)
            await person.until(lambda: screen.overview is not None, "first look")
            await person.awaits("1 Short ")
            await scene(person)
        return screen.return_value

    return asyncio.run(run())

"""A shop in Lisbon whose alerts go to a real mail server and a real web hook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stockcli.domain.identifiers import RunId, TenantId
from stockcli.domain.quiet_hours import parse_quiet_hours
from stockcli.domain.shop import Language, ShopPolicy, Tenant
from stockcli.forecasting.engine import Forecaster
from stockcli.notifications.courier import HouseCourier
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.dispatching import DispatchReport, dispatch
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fakes.letter_box import LetterBox
from tests.fixtures.corner_shop import Shelf, SteppingClock, stock_up

ENGINE = Forecaster()
SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, name="Chá verde"),
    "HAM": Shelf(per_day=8, on_hand=10, name="Presunto", product={"supplier_id": None}),
    "FIG": Shelf(per_day=6, on_hand=600, name="Figos", product={"supplier_id": None}),
}
"""TEA is low and ordered by rule; HAM is low, and nobody delivers it; of FIG there is plenty."""


@dataclass
class Lisbon:
    """The shop, and what a day in it is made of."""

    database: Database
    clock: SteppingClock
    outgoing: Path

    @property
    def unit(self) -> UnitOfWork:
        """Its unit of work, with the policy it has now."""
        return self.database.unit_of_work(self.database.directory().tenant("acme"))

    def wants(self, **policy: Any) -> None:
        """Change its policy."""
        directory = self.database.directory()
        directory.set_policy("acme", replace(directory.tenant("acme").policy, **policy))

    def is_quiet(self, hours: str) -> None:
        """Set its quiet hours."""
        self.wants(quiet_hours=parse_quiet_hours(hours))

    def check(self, name: str = "run-1", as_of: date | None = None) -> CheckReport:
        """Check it by the rules."""
        crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=self.clock)
        return check_shop(self.unit, crew, RunId(name), as_of=as_of)

    def send(self) -> DispatchReport:
        """Send what waits to leave."""
        return dispatch(self.unit, HouseCourier(self.outgoing), self.clock)


@pytest.fixture
def lisbon(
    sqlite_database: Database, clock: SteppingClock, letter_box: LetterBox, tmp_path: Path
) -> Lisbon:
    """The shop, which gets mail in Portuguese; it is seven in the morning there."""
    policy = ShopPolicy(language=Language.PORTUGUESE, notify_urls=(letter_box.url,))
    shop = Tenant(
        id=TenantId(0), slug="acme", name="Acme", currency="EUR", timezone="Europe/Lisbon"
    )
    sqlite_database.directory().add_tenant(shop)
    sqlite_database.directory().set_policy("acme", policy)
    opened = Lisbon(sqlite_database, clock, tmp_path / "sent")
    stock_up(opened.unit, SHELVES)
    return opened

from __future__ import annotations

from dataclasses import replace

import pytest

from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fixtures.corner_shop import SteppingClock


@pytest.fixture
def dry_shop(corner_shop: UnitOfWork, sqlite_database: Database) -> UnitOfWork:
    """The shop that is short of tea, under a policy that lets nothing be changed."""
    shop = corner_shop.tenant
    dry = replace(shop.policy, dry_run=True)
    return sqlite_database.unit_of_work(sqlite_database.directory().set_policy(shop.slug, dry))


def check(unit: UnitOfWork, clock: SteppingClock, name: str = "run-1") -> CheckReport:
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    return check_shop(unit, crew, RunId(name))


def test_a_dry_shop_is_shown_what_would_be_done_and_told_so(
    dry_shop: UnitOfWork, clock: SteppingClock
) -> None:
    report = check(dry_shop, clock)
    assert [order.total > 0 for order in report.outcome.orders] == [True]
    assert report.dry_run
    assert report.remarks[0] == "dry run: this shop's policy lets nothing be changed"


def test_a_check_writes_nothing_in_a_dry_shop(dry_shop: UnitOfWork, clock: SteppingClock) -> None:
    check(dry_shop, clock)
    assert order_rows(dry_shop) == []
    with dry_shop.reading():
        assert dry_shop.thresholds.all() == {}
        assert dry_shop.runs.latest(5) == []
        assert dry_shop.decisions.latest() == {}


def test_the_same_shop_orders_once_its_policy_allows_it(
    dry_shop: UnitOfWork, corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    would = check(dry_shop, clock).outcome.orders
    did = check(corner_shop, clock, "run-2")
    assert [order.total for order in did.outcome.orders] == [order.total for order in would]
    assert not did.dry_run

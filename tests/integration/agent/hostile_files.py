"""Database files: the hostile shop, and the same shop where nobody was hostile."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.conftest import SHOP
from tests.integration.agent.hostile_shop import (
    fill,
    open_neighbour,
    sku_of,
)
from tests.integration.agent.injections import INJECTIONS

TEXTS = [one.text for one in INJECTIONS]
SKUS = [sku_of(number) for number in range(len(TEXTS))]


@pytest.fixture(scope="session")
def hostile_file(stocked_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(stocked_file, tmp_path_factory.mktemp("hostile") / "shop.db", TEXTS)


@pytest.fixture(scope="session")
def plain_file(stocked_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same shop, and nobody was hostile."""
    plain = [
        f"Thing {chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(len(TEXTS))
    ]
    return _made(stocked_file, tmp_path_factory.mktemp("plain") / "shop.db", plain)


def _made(stocked_file: Path, file: Path, texts: list[str]) -> Path:
    shutil.copy(stocked_file, file)
    database = Database(f"sqlite:///{file}", clock=SteppingClock())
    open_neighbour(database)
    fill(database.unit_of_work(database.directory().tenant(SHOP)), texts)
    database.dispose()
    return file


def limited(database: Database) -> UnitOfWork:
    """The shop under limits that its texts ask to pass."""
    shop = database.directory().tenant(SHOP)
    policy = replace(
        shop.policy,
        order_approval_limit=Decimal(100),
        daily_spending_limit=Decimal(300),
        model_budget_usd=Decimal(10_000),
    )
    return database.unit_of_work(database.directory().set_policy(shop.slug, policy))

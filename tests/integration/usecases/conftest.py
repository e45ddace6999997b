from __future__ import annotations

import pytest

from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import Shelf, add_shop, stock_up


@pytest.fixture
def corner_shop(sqlite_database: Database) -> UnitOfWork:
    """A shop that is short of tea and has soap enough."""
    unit = sqlite_database.unit_of_work(add_shop(sqlite_database.directory()))
    stock_up(
        unit,
        {
            "TEA": Shelf(per_day=10, on_hand=20, name="Green tea"),
            "SOAP": Shelf(per_day=10, on_hand=900, name="Soap"),
        },
    )
    return unit

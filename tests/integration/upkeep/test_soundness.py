from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from stockcli.persistence import triggers
from stockcli.persistence.database import Database
from stockcli.persistence.upkeep.lifting import lifted
from stockcli.persistence.upkeep.service import Upkeep
from tests.integration.upkeep.conftest import FULL, OTHER


def of_shop(upkeep: Upkeep, database: Database, slug: str) -> list[str]:
    return [one.text for one in upkeep.findings_of(database.directory().tenant(slug))]


def spoil(raw: Engine, statement: str) -> None:
    with raw.begin() as connection, lifted(connection):
        connection.exec_driver_sql(statement)


def test_a_sound_database_has_no_findings(upkeep: Upkeep, database: Database) -> None:
    assert upkeep.findings() == []
    assert of_shop(upkeep, database, FULL) == []
    assert of_shop(upkeep, database, OTHER) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE stock_level SET on_hand = on_hand + 1000",
            "1 products and places have another stock than their ledger adds up to",
        ),
        (
            "DELETE FROM stock_level",
            "1 products and places have another stock than their ledger adds up to",
        ),
        (
            "DELETE FROM stock_movement WHERE reference = 's1'",
            "1 products and places have another stock than their ledger adds up to",
        ),
        (
            "UPDATE daily_movement SET units_sold = units_sold + 1000",
            "1 days of products do not add up to their ledger",
        ),
        ("DELETE FROM sales_day", "1 days count other sales than the ledger holds"),
        (
            "UPDATE purchase_order SET status = 'received'",
            "1 lines of closed orders still count as on order",
        ),
        (
            "DELETE FROM check_lease",
            "its counters or its lease are missing, so that no check can begin",
        ),
    ],
)
def test_what_does_not_add_up_is_found_in_its_shop(
    upkeep: Upkeep, database: Database, raw: Engine, statement: str, said: str
) -> None:
    whose = " AND " if "WHERE" in statement else " WHERE "
    shop = database.directory().tenant(FULL)
    spoil(raw, f"{statement}{whose}tenant_id = {shop.id}")
    assert said in of_shop(upkeep, database, FULL)
    assert of_shop(upkeep, database, OTHER) == []


def test_lifting_puts_back_every_trigger_as_it_was(database: Database, raw: Engine) -> None:
    with raw.connect() as connection:
        before = triggers.installed(connection)
        connection.rollback()
    with raw.begin() as connection, lifted(connection):
        connection.exec_driver_sql("DELETE FROM audit_entry")
    with raw.connect() as connection:
        assert triggers.installed(connection) == before
        with pytest.raises(Exception, match="neither changed nor deleted"):
            connection.exec_driver_sql("DELETE FROM decision")
    assert database.is_current()


def test_json_that_cannot_be_read_is_found(
    sqlite_upkeep: Upkeep, sqlite_database: Database, live: Path
) -> None:
    with sqlite3.connect(live) as connection:
        connection.execute("UPDATE threshold SET breakdown = '{broken'")
    assert of_shop(sqlite_upkeep, sqlite_database, FULL) == [
        "1 rows of threshold have a breakdown that cannot be read"
    ]


def test_orphans_of_a_file_are_found(sqlite_upkeep: Upkeep, live: Path) -> None:
    with sqlite3.connect(live) as connection:
        connection.execute("DELETE FROM location WHERE code = 'SHOP'")
    assert any(
        "refer to rows of location that are not there" in finding.text
        for finding in sqlite_upkeep.findings()
    )

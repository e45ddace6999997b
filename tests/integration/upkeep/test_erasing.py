from __future__ import annotations

import logging
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from stockcli.domain.audit import Actor
from stockcli.domain.errors import ConflictError, NotFoundError, StockError
from stockcli.persistence import triggers
from stockcli.persistence.database import Database
from stockcli.persistence.upkeep.service import Upkeep
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.persistence.street import run, shop_called
from tests.integration.upkeep.conftest import FULL, OTHER, all_rows, rows_of

HOUSE = 0
"""The shop's number in the house's own log."""

ANA = Actor(who="operator:ana", via="stock tenant erase")


def test_no_row_of_the_shop_stays_and_no_other_changes(upkeep: Upkeep, raw: Engine) -> None:
    mine, others, house = rows_of(raw, FULL), rows_of(raw, OTHER), all_rows(raw)
    assert min(len(rows) for rows in mine.values()) > 0, "the full shop has rows in every table"
    rows = upkeep.erase(FULL, ANA)
    assert rows == {name: len(found) for name, found in mine.items()}
    assert rows_of(raw, OTHER) == others
    left = all_rows(raw)
    noted = [row for row in left["audit_entry"] if row not in house["audit_entry"]]
    assert {row[0] for row in noted} <= {HOUSE}, "the house's own log says who erased what"
    assert {name: [row for row in found if row not in noted] for name, found in left.items()} == {
        name: [row for row in found if row not in mine.get(name, [])]
        for name, found in house.items()
    }
    assert upkeep.findings() == []


def test_triggers_stand_again_and_the_other_shop_works_on(
    upkeep: Upkeep, database: Database, raw: Engine
) -> None:
    upkeep.erase(FULL, ANA)
    with raw.connect() as connection:
        name = connection.dialect.name
        assert triggers.installed(connection) == triggers.expected(name)
        enabled = "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'"
        assert name == "sqlite" or connection.scalar(text(enabled)) == 0
    shop = shop_called(database, OTHER)
    with shop.unit:
        shop.unit.ledger.book([shop.receipt("after", units=5)])
        shop.unit.commit()
    assert upkeep.findings_of(shop.tenant) == []


def test_a_shop_under_check_is_not_erased(
    upkeep: Upkeep, database: Database, raw: Engine, clock: SteppingClock
) -> None:
    unit = database.unit_of_work(database.directory().tenant(FULL))
    with unit:
        unit.runs.claim(run("run-2"), clock.now() + timedelta(minutes=15))
        unit.commit()
    before = all_rows(raw)
    with pytest.raises(ConflictError, match="a check of it is under way, until 06:15 UTC"):
        upkeep.erase(FULL, ANA)
    assert all_rows(raw) == before
    clock.advance(minutes=16)
    assert upkeep.erase(FULL, ANA)


def test_an_erasure_that_breaks_off_changes_nothing(upkeep: Upkeep, raw: Engine) -> None:
    """A table that nobody thought of refers to the shop."""
    with raw.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE surprise (tenant_id BIGINT REFERENCES tenant (id))"
        )
        connection.exec_driver_sql("INSERT INTO surprise SELECT id FROM tenant")
        installed = triggers.installed(connection)
    before = all_rows(raw)
    with pytest.raises(ConflictError):
        upkeep.erase(FULL, ANA)
    assert all_rows(raw) == before
    with raw.connect() as connection:
        assert triggers.installed(connection) == installed


def test_a_shop_that_is_not_there_is_said(upkeep: Upkeep) -> None:
    with pytest.raises(NotFoundError, match="no shop called 'nobody'"):
        upkeep.erase("nobody", ANA)


def test_the_log_says_who_erased_what(upkeep: Upkeep, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="stock.tenants"):
        upkeep.erase(FULL, ANA)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"erased the shop {FULL}: ")
    assert record.getMessage().endswith("by operator:ana")


def holds(live: Path, word: bytes) -> bool:
    """Return whether a word stands anywhere in the file or its logs."""
    files = [Path(f"{live}{end}") for end in ("", "-wal", "-shm")]
    return any(word in file.read_bytes() for file in files if file.exists())


def test_the_file_no_longer_holds_the_shops_words(
    sqlite_upkeep: Upkeep, sqlite_database: Database, live: Path
) -> None:
    assert holds(live, b"Neighbour")
    sqlite_upkeep.erase(FULL, ANA)
    assert holds(live, b"Neighbour"), "deleting alone leaves the words on the disk"
    assert sqlite_upkeep.wipe() == ""
    sqlite_database.dispose()
    for word in (b"Neighbour", b"the neighbour's", b"chat-1", b"n.csv", b"Christmas"):
        assert not holds(live, word), word
    assert holds(live, b"Here")


def test_pages_that_cannot_be_wiped_are_told(sqlite_upkeep: Upkeep, live: Path) -> None:
    sqlite_upkeep.erase(FULL, ANA)
    with live.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 8)
    assert "damaged" in sqlite_upkeep.wipe()


def test_a_user_who_does_not_own_the_tables_erases_nothing(
    postgres_database: Database, postgres_database_url: str, clock: SteppingClock
) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url

    raw = create_engine(postgres_database_url)
    with raw.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS clerk_of_erasing")
        connection.exec_driver_sql("CREATE ROLE clerk_of_erasing LOGIN")
        connection.exec_driver_sql(
            "GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk_of_erasing"
        )
    url = make_url(postgres_database_url).set(username="clerk_of_erasing")
    clerk = Database(url.render_as_string(hide_password=False), clock=clock)
    before = all_rows(raw)
    with pytest.raises(StockError):
        clerk.upkeep().erase(FULL, ANA)
    assert all_rows(raw) == before
    clerk.dispose()
    with raw.begin() as connection:
        connection.exec_driver_sql("DROP OWNED BY clerk_of_erasing")
        connection.exec_driver_sql("DROP ROLE clerk_of_erasing")
    raw.dispose()


def test_wiping_waits_for_nobody_for_ever(sqlite_upkeep: Upkeep, live: Path) -> None:
    sqlite_upkeep.erase(FULL, ANA)
    with sqlite3.connect(live) as reader:
        assert reader.execute("SELECT count(*) FROM tenant").fetchone() == (1,)
    assert sqlite_upkeep.wipe() == ""

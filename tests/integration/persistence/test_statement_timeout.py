from __future__ import annotations

import time

import pytest
from sqlalchemy import text

from stockcli.domain.errors import DatabaseError
from stockcli.persistence.database import Database
from tests.fixtures.corner_shop import SteppingClock


def test_a_statement_that_takes_too_long_is_one_sentence(
    postgres_database_url: str, clock: SteppingClock
) -> None:
    database = Database(postgres_database_url, clock=clock, statement_timeout_seconds=1)
    with database._engine.connect() as connection:
        with pytest.raises(DatabaseError, match="took longer than it may") as caught:
            connection.execute(text("SELECT pg_sleep(20)"))
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1
    assert "STOCK_STATEMENT_TIMEOUT_SECONDS" in caught.value.hint
    assert caught.value.exit_code == 1
    database.dispose()


def test_a_transaction_that_stood_open_for_too_long_is_one_sentence(
    postgres_database_url: str, clock: SteppingClock
) -> None:
    database = Database(postgres_database_url, clock=clock)
    with database._engine.connect() as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 100"))
        time.sleep(1)
        with pytest.raises(DatabaseError, match=r"stood open for too long|connection was lost"):
            connection.execute(text("SELECT 1"))
    database.dispose()


def test_upkeep_takes_the_time_it_needs(postgres_database_url: str, clock: SteppingClock) -> None:
    database = Database(postgres_database_url, clock=clock, statement_timeout_seconds=1)
    with database.upkeep()._reading() as connection:
        connection.execute(text("SELECT pg_sleep(1.2)"))
    database.dispose()

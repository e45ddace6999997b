"""Managers who share a login can lock one another out; those with a login each cannot."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine

from stockcli.domain.errors import ConflictError, DatabaseError, NotAllowedError
from stockcli.persistence.database import Database
from stockcli.persistence.fences.logins import give_login
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.attacks.world import (
    NORTH_LOGIN,
    SHARED_LOGIN,
    SOUTH_LOGIN,
    Connection,
    World,
)

SELF = (
    "ALTER ROLE {login} PASSWORD 'mine alone'",
    "ALTER ROLE {login} SET statement_timeout = 1",
    "ALTER ROLE {login} SET local_preload_libraries = 'nonsense'",
    "ALTER ROLE {login} SET row_security = off",
)
"""What PostgreSQL lets every user do to itself."""


@pytest.fixture
def as_it_was(world: World) -> Iterator[None]:
    """Logins belong to the server: whatever a test does to them is undone."""
    yield
    with world.superuser() as opened:
        for login in (SHARED_LOGIN, NORTH_LOGIN, SOUTH_LOGIN):
            opened.execute(f"ALTER ROLE {login} RESET ALL")
            opened.execute(f"ALTER ROLE {login} SET temp_file_limit = '2GB'")


def facts_of(world: World, login: str) -> object:
    """Return a login's password and settings."""
    with world.superuser() as opened:
        query = (
            "SELECT rolpassword, array(SELECT s.setconfig::text FROM pg_db_role_setting AS s "
            "WHERE s.setrole = pg_authid.oid ORDER BY 1) FROM pg_authid WHERE rolname = %s"
        )
        return opened.execute(query, [login]).fetchall()


def tries(opened: Connection, statement: str) -> str:
    """Run a statement; return why it was refused, or nothing."""
    try:
        opened.execute(statement)
    except psycopg.Error as error:
        return str(error)
    return ""


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("harm", SELF)
def test_a_manager_changes_no_login_but_his_own(harm: str, world: World) -> None:
    before = facts_of(world, SOUTH_LOGIN), facts_of(world, "stock_operator")
    with world.connect(NORTH_LOGIN, "north") as opened:
        for login in (SOUTH_LOGIN, "stock_operator", "ALL"):
            assert tries(opened, harm.format(login=login)) != ""
    assert (facts_of(world, SOUTH_LOGIN), facts_of(world, "stock_operator")) == before


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("harm", SELF)
def test_a_shared_login_is_changed_for_all_who_share_it(harm: str, world: World) -> None:
    before = facts_of(world, SHARED_LOGIN)
    with world.connect(SHARED_LOGIN, "north") as opened:
        assert tries(opened, harm.format(login=SHARED_LOGIN)) == ""
    assert facts_of(world, SHARED_LOGIN) != before


def other_database(world: World, login: str) -> Connection:
    """Log into the server's maintenance database, where nothing was taken from everybody."""
    return psycopg.connect(world.url, user=login, dbname="postgres", autocommit=True)


@pytest.mark.parametrize(
    ("mine", "theirs", "harmed"),
    [(NORTH_LOGIN, SOUTH_LOGIN, False), (SHARED_LOGIN, SHARED_LOGIN, True)],
    ids=["a login each", "a shared login"],
)
def test_from_another_database_sessions_of_the_same_login_alone_are_seen_and_ended(
    mine: str, theirs: str, harmed: bool, world: World
) -> None:
    with world.connect(theirs, "south") as working, other_database(world, mine) as attacking:
        working.execute("SELECT 'SECRET WORDS'")
        seen = attacking.execute("SELECT query FROM pg_stat_activity WHERE query IS NOT NULL")
        assert any("SECRET WORDS'" in row[0] for row in seen.fetchall()) is harmed
        pid = working.info.backend_pid
        assert (tries(attacking, f"SELECT pg_terminate_backend({pid})") == "") is harmed
        assert (tries(working, "SELECT 1") != "") is harmed


def test_ten_bad_tokens_make_no_other_login_wait(world: World) -> None:
    with world.connect(NORTH_LOGIN) as opened:
        for _ in range(12):
            opened.execute("SELECT stock_sec.sign_in('none')")
    with world.connect(SOUTH_LOGIN) as opened:
        query = "SELECT outcome FROM stock_sec.sign_in(%s)"
        assert opened.execute(query, [world.secrets["south"]]).fetchone() == ("ok",)


def test_a_login_is_made_once_and_given_a_new_password_after(world: World) -> None:
    name = f"Shop {uuid4().hex[:8]}"
    engine = create_engine(world.url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.begin() as connection:
            first, second = give_login(connection, name), give_login(connection, name)
            assert first != second
            for taken in ("stock_operator", "stock_owner", "postgres"):
                with pytest.raises(ConflictError, match="for something else"):
                    give_login(connection, taken)
        with world.connect(name, "north") as opened:
            assert opened.execute("SHOW temp_file_limit").fetchone() == ("2GB",)
            assert opened.execute("SHOW statement_timeout").fetchone() == ("2min",)
            assert opened.execute("SELECT count(*) FROM product").fetchone() == (3,)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f'DROP ROLE IF EXISTS "{name}"')
        engine.dispose()


def test_a_user_of_a_shops_own_reaches_the_database_by_the_address_it_was_given(
    world: World,
) -> None:
    name = f"shop_{uuid4().hex[:8]}"
    database = Database(world.url, clock=SteppingClock())
    address = database.give_login(name)
    database.dispose()
    shop = Database(address, clock=SteppingClock(), token=world.secrets["north"])
    try:
        with pytest.raises(NotAllowedError):
            shop.give_login("another")
        assert [tenant.slug for tenant in shop.directory().tenants()] == ["north"]
    finally:
        shop.dispose()
        with world.superuser() as opened:
            opened.execute(f"DROP ROLE {name}")


def test_a_file_has_no_users(sqlite_database: Database) -> None:
    with pytest.raises(DatabaseError, match="has no users"):
        sqlite_database.give_login("north")

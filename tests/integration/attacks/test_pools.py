"""Connections that are used again, as the program's own pool uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Connection, Engine, text

from stockcli.domain.errors import StockError
from stockcli.persistence.connection import READING, TENANT, make_engine, parsed_url
from stockcli.persistence.standing import bind
from tests.integration.attacks.world import NORTH_LOGIN, OPERATOR_LOGIN, World

SHOPS = text("SELECT array_agg(DISTINCT tenant_id) FROM product")
PROCESS = text("SELECT pg_backend_pid()")


def engine_of(world: World, login: str, token: str = "") -> Engine:
    """Return the program's engine for a login and a token."""
    url = parsed_url(world.url).set(username=login)
    return make_engine(url, world.secrets[token] if token else None)


@pytest.fixture
def north(world: World) -> Iterator[Engine]:
    """The engine of north's manager, which never opens a second connection meanwhile."""
    engine = engine_of(world, NORTH_LOGIN, "north")
    yield engine
    engine.dispose()


@pytest.fixture
def anybody(world: World) -> Iterator[Engine]:
    """The engine of a program that shows no token."""
    engine = engine_of(world, NORTH_LOGIN)
    yield engine
    engine.dispose()


def end_well(connection: Connection) -> None:
    connection.commit()


def roll_back(connection: Connection) -> None:
    connection.rollback()


def leave_it(_connection: Connection) -> None:
    """The pool itself rolls back."""


def fail(connection: Connection) -> None:
    with suppress(StockError):
        connection.execute(text("SELECT 1 / 0"))


def go_back_to_a_savepoint(connection: Connection) -> None:
    with connection.begin_nested() as here:
        connection.execute(text("UPDATE product SET category = 'x'"))
        here.rollback()
    connection.commit()


def be_cancelled(connection: Connection) -> None:
    connection.execute(text("SET LOCAL statement_timeout = '20ms'"))
    with suppress(StockError):
        connection.execute(text("SELECT pg_sleep(5)"))


ENDS = (end_well, roll_back, leave_it, fail, go_back_to_a_savepoint, be_cancelled)


@pytest.mark.parametrize("end", ENDS)
def test_nothing_of_a_transaction_is_left_for_the_next_on_the_same_connection(
    end: Callable[[Connection], None], world: World, anybody: Engine
) -> None:
    with anybody.connect() as connection:
        process = connection.scalar(PROCESS)
        bind(connection, token=world.secrets["north"])
        assert connection.scalar(SHOPS) == [world.facts["north"]]
        end(connection)
    with anybody.connect() as connection:
        assert connection.scalar(PROCESS) == process
        assert connection.scalar(SHOPS) is None
        bind(connection, token=world.secrets["south"])
        assert connection.scalar(SHOPS) == [world.facts["south"]]


def test_what_an_attacker_leaves_in_a_session_counts_for_no_later_transaction(
    world: World, anybody: Engine
) -> None:
    with anybody.connect() as connection:
        for name, value in (
            ("stock.token", world.secrets["north"]),
            ("stock.operator_tenant", str(world.facts["north"])),
        ):
            setting = {"name": name, "value": value}
            connection.execute(text("SELECT set_config(:name, :value, false)"), setting)
        connection.commit()
    with anybody.connect() as connection:
        assert connection.scalar(SHOPS) is None


def test_a_setting_for_the_session_leaks_where_nobody_binds_anew(world: World) -> None:
    with world.connect(NORTH_LOGIN, "north") as opened:
        # The next user of the same session, who says nothing of himself.
        (row,) = opened.execute("SELECT count(*) FROM product")
    assert row[0] == 3


def test_a_unit_of_works_own_connection_sees_one_shop_in_raw_sql(
    world: World, north: Engine
) -> None:
    with north.connect().execution_options(**{TENANT: world.facts["north"]}) as connection:
        assert connection.scalar(SHOPS) == [world.facts["north"]]
    other = {TENANT: world.facts["south"], READING: True}
    with north.connect().execution_options(**other) as connection:
        # A shop's number opens nothing; the token does.
        assert connection.scalar(SHOPS) == [world.facts["north"]]


def test_an_operators_connection_sees_the_shop_of_its_transaction_and_then_none(
    world: World,
) -> None:
    engine = engine_of(world, OPERATOR_LOGIN)
    for shop in ("north", "south"):
        with engine.connect().execution_options(**{TENANT: world.facts[shop]}) as connection:
            assert connection.scalar(SHOPS) == [world.facts[shop]]
        with engine.connect() as connection:
            assert connection.scalar(SHOPS) is None
    engine.dispose()

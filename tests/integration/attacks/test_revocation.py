"""A token ends at the next statement, whatever transaction it is shown in."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.integration.attacks.world import NORTH_LOGIN, Connection, World

COUNT = "SELECT count(*) FROM product"
WRITE = "UPDATE product SET category = 'after'"


@pytest.fixture
def manager(world: World) -> Iterator[Connection]:
    """North's manager, in the middle of a transaction; the token works again afterwards."""
    with world.connect(NORTH_LOGIN, "north") as opened:
        opened.execute("BEGIN")
        assert one(opened, COUNT) == 3
        yield opened
        opened.execute("ROLLBACK")
    ended(world, "NULL", "NULL")


def one(opened: Connection, statement: str) -> object:
    """Return the first value of the first row."""
    row = opened.execute(statement).fetchone()
    assert row is not None
    return row[0]


def ended(world: World, revoked_at: str, expires_at: str) -> None:
    """Say when north's manager's token ends, as an operator does."""
    with world.connect("stock_operator", options="-c lock_timeout=1s") as opened:
        opened.execute(
            f"UPDATE api_token SET revoked_at = {revoked_at}, expires_at = {expires_at} "  # noqa: S608 - see below
            "WHERE label = 'manager' AND tenant_id = %s",
            [world.facts["north"]],
        )


ENDINGS = pytest.mark.parametrize(
    ("revoked_at", "expires_at"), [("now()", "NULL"), ("NULL", "now()")], ids=["revoked", "expired"]
)


@ENDINGS
def test_a_token_that_ended_shows_nothing_more_in_the_same_transaction(
    revoked_at: str, expires_at: str, world: World, manager: Connection
) -> None:
    ended(world, revoked_at, expires_at)
    assert one(manager, COUNT) == 0


@ENDINGS
def test_a_token_that_ended_writes_nothing_more_in_the_same_transaction(
    revoked_at: str, expires_at: str, world: World, manager: Connection
) -> None:
    ended(world, revoked_at, expires_at)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="needs a token"):
        manager.execute(WRITE)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_no_old_snapshot_lets_an_ended_token_write(level: str, world: World) -> None:
    with world.connect(NORTH_LOGIN, "north") as opened:
        opened.execute(f"BEGIN ISOLATION LEVEL {level}")
        assert one(opened, COUNT) == 3
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="READ COMMITTED"):
            opened.execute(WRITE)


def test_nobody_keeps_a_token_from_being_revoked(world: World, manager: Connection) -> None:
    secret = [world.secrets["north"]]
    manager.execute("SELECT * FROM stock_sec.sign_in(%s)", secret)
    manager.execute("SELECT stock_sec.take('write', NULL)")
    manager.execute(WRITE)
    ended(world, "now()", "NULL")
    assert one(manager, COUNT) == 0


def test_a_write_cannot_hide_by_taking_its_token_back(world: World, manager: Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="needs a token"):
        manager.execute(f"{WRITE} RETURNING set_config('stock.token', '', true)")


ANALYST_MAY = (
    (
        "INSERT INTO conversation (tenant_id, id, title, messages, updated_at) "
        "VALUES (<north>, 'mine', '', '[]', now())"
    ),
    "UPDATE conversation SET title = 'x'",
    (
        "INSERT INTO snapshot (tenant_id, topic, payload, as_of, version) "
        "VALUES (<north>, 'mine', '{}', now(), 1)"
    ),
    "UPDATE snapshot SET as_of = now()",
    "SELECT stock_sec.forget_snapshots(ARRAY['levels'])",
    "UPDATE model_call SET price_usd = 1",
    "SELECT version FROM tenant_state FOR UPDATE",
)
ANALYST_MAY_NOT = (
    "UPDATE product SET name = 'x'",
    "UPDATE tenant SET policy = policy",
    "UPDATE tenant_state SET version = version + 1",
    "UPDATE outbox SET status = 'sent'",
    "UPDATE purchase_order SET status = 'approved'",
    "INSERT INTO shop_day (tenant_id, day, is_open) VALUES (<north>, '2030-01-01', false)",
    "INSERT INTO manual_minimum SELECT * FROM manual_minimum",
    "INSERT INTO audit_entry SELECT * FROM audit_entry",
    "DELETE FROM conversation",
)


@pytest.fixture
def analyst(world: World) -> Iterator[Connection]:
    """North's analyst, in a transaction that is rolled back."""
    with world.connect(NORTH_LOGIN, "analyst") as opened:
        opened.execute("BEGIN")
        yield opened
        opened.execute("ROLLBACK")


def test_an_analyst_reads_the_shop_and_keeps_notes(world: World, analyst: Connection) -> None:
    assert one(analyst, COUNT) == 3
    for statement in ANALYST_MAY:
        assert analyst.execute(world.spelled(statement)).rowcount > 0


@pytest.mark.parametrize("statement", ANALYST_MAY_NOT)
def test_an_analyst_writes_nothing_else(statement: str, world: World, analyst: Connection) -> None:
    try:
        assert analyst.execute(world.spelled(statement)).rowcount == 0
    except psycopg.errors.InsufficientPrivilege:
        analyst.execute("ROLLBACK")

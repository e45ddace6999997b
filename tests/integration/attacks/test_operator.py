"""Cron's own user works for one shop a transaction, and keeps to what the program does."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.integration.attacks.harness import Attack, attack, carried_out, state
from tests.integration.attacks.reading import WITH_TENANT, each, says_if
from tests.integration.attacks.world import OPERATOR_LOGIN, World
from tests.integration.attacks.writing import movement

# Operators give out tokens and open shops: they see those of all, and nothing else.
OF_SHOPS = tuple(name for name in WITH_TENANT if name not in {"api_token", "token_rate"})
_NORTH = ("BEGIN", "SELECT set_config('stock.operator_tenant', '<north>', true)")


def in_norths_transaction(name: str, *statements: str) -> Attack:
    """Return an attack by cron's own user, in a transaction that is for north."""
    return Attack(name=name, steps=(*_NORTH, *statements), token="", login=OPERATOR_LOGIN)


def in_nobodys(name: str, *statements: str) -> Attack:
    """Return an attack by cron's own user, in transactions that are for no shop."""
    return Attack(name=name, steps=statements, token="", login=OPERATOR_LOGIN)


ATTACKS = (
    in_nobodys("reads without a shop", *each("SELECT * FROM {table}", OF_SHOPS)),
    in_nobodys(
        "reads after its shop's transaction",
        *_NORTH,
        "SELECT * FROM product",
        "COMMIT",
        says_if("EXISTS (SELECT FROM product)"),
    ),
    in_norths_transaction(
        "reads another shop in one's transaction",
        *each("SELECT * FROM {table}", OF_SHOPS),
        *each("SELECT * FROM {table} WHERE tenant_id = <south>", OF_SHOPS),
    ),
    in_norths_transaction(
        "writes into another shop in one's transaction",
        movement("theirs", "<south>", "<its_product>", "<its_location>"),
        *_NORTH,
        "UPDATE product SET tenant_id = <south>",
        *_NORTH,
        "UPDATE outbox SET status = 'failed' WHERE tenant_id = <south>",
        "UPDATE product SET name = 'x'",
    ),
    *(
        in_norths_transaction(f"writes {what} by hand", statement)
        for what, statement in (
            ("what is on hand", "UPDATE stock_level SET on_hand = 9"),
            ("days of the ledger", "UPDATE daily_movement SET units_sold = 9"),
            ("days of sales", "UPDATE sales_day SET sale_lines = 9"),
            ("the ledger", "UPDATE stock_movement SET change = 0"),
            ("decisions", "UPDATE decision SET reason = ''"),
            ("the audit log", "UPDATE audit_entry SET record = ''"),
            ("failures to sign in", "DELETE FROM sign_in_failure"),
            ("the version", "UPDATE alembic_version SET version_num = 'x'"),
        )
    ),
    in_norths_transaction("deletes", *each("DELETE FROM {table}"), *each("TRUNCATE {table}")),
    in_nobodys(
        "passes or removes the walls",
        "SET row_security = off",
        "SELECT * FROM product",
        "SET ROLE stock_owner",
        "SET ROLE stock_keeper",
        "ALTER TABLE product NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY evil ON product USING (true)",
        "CREATE FUNCTION public.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TEMP TABLE evil (id int)",
        "SET session_replication_role = replica",
        "SELECT stock_sec.append(<south>, '', '', '{}')",
    ),
)


@pytest.mark.parametrize("tried", [pytest.param(one, id=one.name) for one in ATTACKS])
def test_an_operator_reaches_one_shop_and_no_record(tried: Attack, world: World) -> None:
    before = state(world, OPERATOR_LOGIN)
    assert carried_out(world, tried, before).breaches == ()


@pytest.mark.parametrize("table", ["stock_level", "daily_movement", "sales_day", "audit_entry"])
def test_an_operators_transaction_cannot_write_what_is_kept_for_its_own_shop(
    table: str, world: World
) -> None:
    column = {"audit_entry": "record", "sales_day": "sale_lines", "stock_level": "on_hand"}
    with world.connect(OPERATOR_LOGIN) as opened:
        for statement in _NORTH:
            opened.execute(world.spelled(statement))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            opened.execute(f"UPDATE {table} SET {column.get(table, 'units_sold')} = NULL")  # noqa: S608 - our names


def test_a_number_that_is_none_opens_no_shop(world: World) -> None:
    with world.connect(OPERATOR_LOGIN) as opened:
        for number in ("0", "-1", "999", ""):
            opened.execute("SELECT set_config('stock.operator_tenant', %s, false)", [number])
            assert opened.execute("SELECT count(*) FROM product").fetchone() == (0,)
        opened.execute("SELECT set_config('stock.operator_tenant', 'all', false)")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            opened.execute("SELECT count(*) FROM product")


def test_no_table_and_no_statistic_shows_an_operator_a_token(world: World) -> None:
    with world.connect(OPERATOR_LOGIN) as opened:
        rows: list[tuple[Any, ...]] = opened.execute("SELECT * FROM api_token").fetchall()
        rows += opened.execute("SELECT * FROM pg_stats WHERE tablename = 'api_token'").fetchall()
    shown = repr(rows)
    assert [name for name, secret in world.secrets.items() if secret in shown] == []


def test_the_servers_log_shows_no_token(world: World) -> None:
    """Whatever the program says of tokens, it says in parameters, which the log leaves out."""
    secret = world.secrets["south"]
    with world.connect("postgres") as opened:
        opened.execute("SET log_min_duration_statement = 0")
        opened.execute("SET client_min_messages = log")
        said: list[str] = []
        opened.add_notice_handler(lambda told: said.append(str(told.message_primary)))
        opened.execute("SET log_parameter_max_length = 0")
        opened.execute("SELECT set_config('stock.token', %s, true)", [secret])
    assert said
    assert secret not in "".join(said)


def test_managers_do_not_see_what_operators_see(world: World, untouched: dict[str, str]) -> None:
    looks = attack("reads tokens", "SELECT * FROM api_token", "SELECT * FROM token_rate")
    assert carried_out(world, looks, untouched).breaches == ()

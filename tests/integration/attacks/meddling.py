"""Attacks between sessions: locks, messages, snapshots, open transactions, other doors."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.integration.attacks.harness import Attack, Attacker, attack, neighbours_trouble
from tests.integration.attacks.reading import MANAGERS, each
from tests.integration.attacks.world import NORTH_LOGIN, TABLES
from tests.integration.attacks.writing import movement

MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)


def locks_tables(attacker: Attacker) -> None:
    """Take every lock there is on every table, and stay in the first transaction that got one."""
    for mode in MODES[:0:-1]:
        for name in (*TABLES, "alembic_version"):
            attacker.tries(f"BEGIN; LOCK TABLE {name} IN {mode} MODE")
            if attacker.opened.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
                return
    attacker.tries("BEGIN")
    attacker.tries(f"LOCK TABLE {', '.join(MANAGERS)} IN ACCESS SHARE MODE")


def locks_rows(attacker: Attacker) -> None:
    """Lock every row that can be seen, of one's own rows above all, and stay there."""
    attacker.tries("BEGIN")
    for strength in ("KEY SHARE", "SHARE", "NO KEY UPDATE", "UPDATE"):
        for name in (*MANAGERS, "tenant"):
            attacker.tries("SAVEPOINT here")
            attacker.tries(f"SELECT FROM {name} FOR {strength}")
    attacker.tries("SELECT FROM tenant_state FOR UPDATE")
    attacker.tries("SELECT FROM tenant FOR UPDATE")


def stays_in_the_middle(attacker: Attacker) -> None:
    """Write, take, record, sign in, and leave the transaction open for ever."""
    attacker.tries("SET idle_in_transaction_session_timeout = 0")
    attacker.tries("SET statement_timeout = 0")
    attacker.tries("BEGIN")
    for statement in (
        "UPDATE product SET category = 'held'",
        movement("held"),
        "UPDATE tenant SET policy = policy",
        "SELECT stock_sec.take('write', NULL)",
        "SELECT stock_sec.take('model_call', NULL)",
        "SELECT stock_sec.record(<north>, '', '', '{}')",
        "SELECT stock_sec.forget_snapshots(ARRAY['levels'])",
    ):
        attacker.tries(statement)
    attacker.tries("SELECT * FROM stock_sec.sign_in(%s)", [attacker.world.secrets["north"]])
    attacker.tries("SELECT * FROM stock_sec.sign_in('none')")


def listens(attacker: Attacker) -> None:
    """Listen on every channel a program might use, while the neighbour works."""
    for channel in ("stock", "outbox", "tenant", "events", "alert", "wake_up"):
        attacker.tries(f"LISTEN {channel}")
    attacker.tries(f"NOTIFY stock, '{'x' * 7000}'")
    assert not neighbours_trouble(attacker.world)
    attacker.heard.extend(
        told.payload
        for told in attacker.opened.notifies(timeout=0.1, stop_after=9)
        if told.payload.strip("x")
    )


def prepares_transactions(attacker: Attacker) -> None:
    """Leave a transaction that no session holds, with locks on whatever can be had."""
    attacker.tries("BEGIN")
    attacker.tries("UPDATE product SET category = 'prepared'")
    attacker.tries("PREPARE TRANSACTION 'evil'")
    attacker.tries("SELECT stock_sec.take('write', NULL)")
    attacker.tries("ROLLBACK PREPARED 'evil'")


def comes_by_other_doors(attacker: Attacker) -> None:
    """Ask for a replication connection, and for other users without a password."""
    doors: tuple[dict[str, Any], ...] = ({"replication": "database"}, {"replication": "true"})
    for options in doors:
        try:
            with psycopg.connect(attacker.world.url, user=NORTH_LOGIN, **options) as opened:
                opened.execute("IDENTIFY_SYSTEM")
                attacker.heard.append("CANARY")
        except psycopg.Error as error:
            attacker.heard.append(str(error))
    for role in ("stock_owner", "stock_auth", "stock_keeper"):
        try:
            with psycopg.connect(attacker.world.url, user=role):
                attacker.heard.append("CANARY")
        except psycopg.Error as error:
            attacker.heard.append(str(error))


def runs_many_at_once(attacker: Attacker) -> None:
    """Send several statements in one message, and a pipeline with a refusal in its middle."""
    attacker.tries(
        "SELECT 1; SELECT set_config('stock.operator_tenant', '<south>', false); "
        "SELECT * FROM product WHERE tenant_id <> <north>"
    )
    try:
        with attacker.opened.pipeline():
            cursors = [
                attacker.opened.execute(attacker.world.spelled(statement))
                for statement in (
                    "SELECT * FROM product",
                    "SELECT * FROM api_token",
                    "SELECT * FROM product WHERE tenant_id = <south>",
                )
            ]
        attacker.heard.extend(repr(cursor.fetchall()) for cursor in cursors)
    except psycopg.Error as error:
        attacker.heard.append(str(error))


MEDDLING: tuple[Attack, ...] = (
    Attack(name="locks tables in every mode", steps=locks_tables),
    Attack(name="locks every row it can", steps=locks_rows),
    Attack(name="stays in the middle of a transaction", steps=stays_in_the_middle),
    Attack(name="listens to others and shouts", steps=listens),
    Attack(name="prepares transactions and leaves", steps=prepares_transactions),
    Attack(name="comes by other doors", steps=comes_by_other_doors),
    Attack(name="sends many statements at once", steps=runs_many_at_once),
    attack(
        "takes advisory locks",
        *(
            f"SELECT {name}(1)"
            for name in (
                "pg_advisory_lock",
                "pg_advisory_xact_lock",
                "pg_try_advisory_lock",
                "pg_advisory_lock_shared",
                "pg_try_advisory_xact_lock",
                "pg_advisory_unlock",
            )
        ),
        "SELECT pg_advisory_xact_lock(7303014)",
        "SELECT pg_advisory_unlock_all()",
        "SELECT 'CAN' || 'ARY' WHERE pg_try_advisory_lock(5)",
    ),
    attack(
        "notifies by function",
        "SELECT pg_notify('stock', 'x')",
        "SELECT pg_notification_queue_usage()",
        "SELECT pg_logical_emit_message(false, 'stock', 'x')",
    ),
    attack(
        "shares snapshots and looks at transactions",
        "BEGIN ISOLATION LEVEL REPEATABLE READ",
        "SELECT pg_export_snapshot()",
        "ROLLBACK",
        *each(
            "SELECT xmin, xmax, ctid, tableoid FROM {table} WHERE tenant_id <> <north>", MANAGERS
        ),
        "SELECT pg_xact_status('700'::xid8)",
        "SELECT pg_current_snapshot()",
    ),
    attack(
        "fills the server's memory and disk",
        "SHOW temp_file_limit",
        "SET temp_file_limit = -1",
        "SET work_mem = '64kB'",
        "SELECT 'CAN' || 'ARY' WHERE current_setting('temp_file_limit') = '-1'",
        "SELECT count(*) FROM (SELECT DISTINCT n, repeat('x', 99) FROM generate_series(1, 9999) n)",
        "UPDATE tenant SET policy = (policy::jsonb || jsonb_build_object('x', "
        "repeat('x', 70000)))::json",
        "SELECT 'CAN' || 'ARY' FROM tenant WHERE length(policy::text) > 70000",
    ),
)

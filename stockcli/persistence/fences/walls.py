"""Row-level security: every table of a shop shows its rows to whom the shop is open, and no other.

Installed after each migration and lifted before the next, as the triggers are: a revision sees
every row. All of it is one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from stockcli.persistence.fences.roles import APP, AUTH, KEEPER, OPERATOR, OWNER
from stockcli.persistence.fences.script import run
from stockcli.persistence.triggers import APPEND_ONLY

READ = "(SELECT stock_sec.tenant_for('read'))"
WRITE = "(SELECT stock_sec.tenant_for('write'))"
NOTE = "(SELECT stock_sec.tenant_for('note'))"
ONE_SHOP = "(SELECT stock_sec.operator_tenant())"
"""In brackets, so that they are asked once a statement and not once a row."""

NOTES = frozenset({"conversation", "model_call", "snapshot"})
"""What an analyst's own chat writes, too."""

SUMS = frozenset({"daily_movement", "sales_day"})
"""What triggers keep; nobody writes there by hand."""

EVERYBODY = "PUBLIC"
"""Whom the managers' policies are for: not a role. `DROP OWNED BY stock_app`, which any manager may
say, drops the policies for that role, and every manager's shop with them."""

HIDDEN = frozenset({"api_token", "model_gate", "sign_in_failure", "token_rate"})
"""What a manager's connection does not see at all."""

OF_ALL_SHOPS = frozenset({"api_token", "model_gate", "token_rate"})
"""What operators see of every shop."""

RECORDS = frozenset({"audit_entry"})
"""What functions alone add to."""

_CHANGED: dict[str, tuple[str, ...]] = {
    "stock_level": ("reserved", "version"),
    **dict.fromkeys(APPEND_ONLY, ()),
}
"""Where a manager may change less than every column but the keys."""

_KEPT_BY = {
    KEEPER: {
        "stock_level": "SELECT, INSERT, UPDATE",
        "daily_movement": "SELECT, INSERT, UPDATE",
        "sales_day": "SELECT, INSERT, UPDATE",
        "audit_entry": "SELECT, INSERT",
        "tenant_state": "SELECT, UPDATE",
        "snapshot": "SELECT, DELETE",
        "model_gate": "SELECT, INSERT, UPDATE",
        "model_call": "SELECT",
        "tenant": "SELECT",
    },
    AUTH: {
        "api_token": "SELECT, UPDATE (last_used_at)",
        "tenant": "SELECT",
        "sign_in_failure": "SELECT, INSERT, UPDATE, DELETE",
        "token_rate": "SELECT, INSERT, UPDATE",
    },
}
_OWNED_BY = {
    AUTH: ("tenant_for(text)", "token_in_use()", "sign_in(text)", "take(text, bigint)"),
    KEEPER: (
        "append(bigint, text, text, json)",
        "record(bigint, text, text, text)",
        "note_direct_write()",
        "forget_snapshots(text[])",
        "gate_shop()",
        "enter_model(text, text)",
        "hold_model(bigint, text, double precision)",
        "rest_model(text, double precision)",
        "model_budget_reached()",
    ),
    OWNER: ("operator_tenant()", "is_operator()", "current_tenant()", "keep_the_budget()"),
}
_CALLED_BY = {
    "operator_tenant()": (APP, OPERATOR, KEEPER, AUTH),
    "is_operator()": (APP, OPERATOR, KEEPER, AUTH),
    "tenant_for(text)": (APP, OPERATOR, KEEPER),
    "token_in_use()": (KEEPER,),
    "current_tenant()": (KEEPER,),
    "sign_in(text)": (APP, OPERATOR),
    "take(text, bigint)": (APP, OPERATOR),
    "record(bigint, text, text, text)": (APP, OPERATOR),
    "forget_snapshots(text[])": (APP, OPERATOR),
    "enter_model(text, text)": (APP, OPERATOR),
    "hold_model(bigint, text, double precision)": (APP, OPERATOR),
    "rest_model(text, double precision)": (APP, OPERATOR),
    "model_budget_reached()": (APP, OPERATOR),
}


@cache
def functions() -> str:
    """Return the functions of the schema `stock_sec`, as one script."""
    return Path(__file__).with_name("functions.sql").read_text(encoding="utf-8")


def installed_mark(connection: Connection) -> str | None:
    """Return which walls stand, or None; changed ones have another mark."""
    query = "SELECT obj_description(to_regnamespace('stock_sec'), 'pg_namespace')"
    mark = connection.scalar(text(query))
    return None if mark is None else str(mark)


@cache
def expected_mark() -> str:
    """Return the mark of the walls of this version."""
    script = "".join(
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("functions.sql", "roles.py", "walls.py")
    )
    return f"walls {hashlib.sha256(script.encode()).hexdigest()[:16]}"


def mark(connection: Connection, text_: str) -> None:
    """Write down which walls stand."""
    run(connection, f"COMMENT ON SCHEMA stock_sec IS '{text_}'")


def lift(connection: Connection) -> None:
    """Take the walls down, for a migration or for the erasure of a shop."""
    for table in _tables(connection):
        run(connection, f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    # With the schema go its functions, and with those the policies and triggers that call them.
    run(connection, "DROP SCHEMA IF EXISTS stock_sec CASCADE")


def install(connection: Connection) -> None:
    """Put the walls up around the tables that are there; the roles must exist."""
    lift(connection)
    tables = _tables(connection)
    _own(connection, tables)
    _install_functions(connection)
    for table in tables:
        _enclose(connection, table)
    for role, grants in _KEPT_BY.items():
        for table, rights in grants.items():
            if table in tables:
                _keep(connection, table, role, rights)
    run(connection, f"REVOKE ALL ON alembic_version FROM PUBLIC, {APP}, {OPERATOR}")
    run(connection, f"GRANT SELECT ON alembic_version TO {APP}, {OPERATOR}")


def _tables(connection: Connection) -> list[str]:
    found = inspect(connection).get_table_names(schema="public")
    return sorted(name for name in found if name != "alembic_version")


def _own(connection: Connection, tables: Iterable[str]) -> None:
    for table in (*tables, "alembic_version"):
        run(connection, f"ALTER TABLE {table} OWNER TO {OWNER}")
    run(connection, f"ALTER FUNCTION stock_movement_adds_up() OWNER TO {KEEPER}")


def _install_functions(connection: Connection) -> None:
    run(connection, "CREATE SCHEMA stock_sec")
    run(connection, "REVOKE ALL ON SCHEMA stock_sec FROM PUBLIC")
    run(connection, f"GRANT USAGE ON SCHEMA stock_sec TO {APP}, {OPERATOR}")
    run(connection, f"GRANT USAGE, CREATE ON SCHEMA stock_sec TO {OWNER}, {AUTH}, {KEEPER}")
    run(connection, functions())
    run(connection, "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stock_sec, public FROM PUBLIC")
    for role, signatures in _OWNED_BY.items():
        for signature in signatures:
            run(connection, f"ALTER FUNCTION stock_sec.{signature} OWNER TO {role}")
    for signature, roles in _CALLED_BY.items():
        grant = f"GRANT EXECUTE ON FUNCTION stock_sec.{signature} TO {', '.join(roles)}"
        run(connection, grant)


def _enclose(connection: Connection, table: str) -> None:
    run(connection, f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    run(connection, f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    run(connection, f"REVOKE ALL ON {table} FROM PUBLIC, {APP}, {OPERATOR}")
    # What the database numbers itself, nobody numbers: a number taken early blocks another shop.
    described = inspect(connection).get_columns(table, "public")
    columns = [column["name"] for column in described if not column.get("identity")]
    _drop_policies(connection, table)
    if table == "tenant":
        _enclose_shops(connection)
    elif table in OF_ALL_SHOPS:
        _grant(connection, table, OPERATOR, "SELECT, INSERT, UPDATE")
        _policy(connection, table, "operator", "ALL", OPERATOR, "true", "true")
    elif "tenant_id" in columns:
        _enclose_rows(connection, table, columns)


def _enclose_shops(connection: Connection) -> None:
    _grant(connection, "tenant", APP, "SELECT, UPDATE (policy)")
    _policy(connection, "tenant", "app_reads", "SELECT", EVERYBODY, f"id = {READ}")
    mine = f"id = {WRITE}"
    _policy(connection, "tenant", "app_updates", "UPDATE", EVERYBODY, mine, mine)
    _grant(connection, "tenant", OPERATOR, "SELECT, INSERT, UPDATE")
    _policy(connection, "tenant", "operator", "ALL", OPERATOR, "true", "true")
    run(
        connection,
        "CREATE TRIGGER fence_keeps_the_budget BEFORE UPDATE ON tenant "
        "FOR EACH ROW EXECUTE FUNCTION stock_sec.keep_the_budget()",
    )
    _note_direct_writes(connection, "tenant")


def _enclose_rows(connection: Connection, table: str, columns: list[str]) -> None:
    _grant(connection, table, OPERATOR, _operators_rights(table))
    mine = f"tenant_id = {ONE_SHOP}"
    seen = f"{mine} OR tenant_id = 0" if table in RECORDS else mine
    _policy(connection, table, "operator", "ALL", OPERATOR, seen, mine)
    if table in HIDDEN:
        return
    _grant(connection, table, APP, "SELECT")
    _policy(connection, table, "app_reads", "SELECT", EVERYBODY, f"tenant_id = {READ}")
    if table not in SUMS | RECORDS:
        _let_managers_write(connection, table, columns)


def _operators_rights(table: str) -> str:
    if table in SUMS | RECORDS:
        return "SELECT"
    changed = _CHANGED.get(table)
    if changed is None:
        return "SELECT, INSERT, UPDATE"
    return f"SELECT, INSERT, UPDATE ({', '.join(changed)})" if changed else "SELECT, INSERT"


def _let_managers_write(connection: Connection, table: str, columns: list[str]) -> None:
    """Let a manager add and change rows: never take one away, number one, or move it elsewhere.

    Rights by column also keep a manager from locking a whole table against everybody else.
    """
    changed = _CHANGED.get(
        table, tuple(name for name in columns if name not in {"tenant_id", "id"})
    )
    _grant(connection, table, APP, f"INSERT ({', '.join(columns)})")
    if changed:
        _grant(connection, table, APP, f"UPDATE ({', '.join(changed)})")
    written = f"tenant_id = {NOTE if table in NOTES else WRITE}"
    # The row that writers queue at is locked by an analyst's chat, too.
    found = f"tenant_id = {NOTE}" if table == "tenant_state" else written
    # What is on hand is what the ledger adds up to: a shelf begins empty.
    begun = f"{written} AND on_hand = 0" if table == "stock_level" else written
    _policy(connection, table, "app_inserts", "INSERT", EVERYBODY, None, begun)
    _policy(connection, table, "app_updates", "UPDATE", EVERYBODY, found, written)
    if table != "snapshot":
        _note_direct_writes(connection, table)


def _note_direct_writes(connection: Connection, table: str) -> None:
    for verb in ("INSERT", "UPDATE"):
        run(
            connection,
            f"CREATE TRIGGER fence_notes_direct_{verb.lower()} AFTER {verb} ON {table} "
            "REFERENCING NEW TABLE AS written "
            "FOR EACH STATEMENT EXECUTE FUNCTION stock_sec.note_direct_write()",
        )


def _keep(connection: Connection, table: str, role: str, rights: str) -> None:
    _grant(connection, table, role, rights)
    _policy(connection, table, role.removeprefix("stock_"), "ALL", role, "true", "true")


def _grant(connection: Connection, table: str, role: str, rights: str) -> None:
    run(connection, f"GRANT {rights} ON {table} TO {role}")


def _policy(
    connection: Connection,
    table: str,
    name: str,
    verb: str,
    role: str,
    using: str | None,
    check: str | None = None,
) -> None:
    seen = f" USING ({using})" if using else ""
    written = f" WITH CHECK ({check})" if check else ""
    statement = f"CREATE POLICY {name} ON {table} FOR {verb} TO {role}{seen}{written}"
    run(connection, statement)


def _drop_policies(connection: Connection, table: str) -> None:
    query = text(
        "SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = :t"
    )
    for name in connection.scalars(query, {"t": table}).all():
        run(connection, f"DROP POLICY {name} ON {table}")

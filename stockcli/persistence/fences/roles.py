"""The roles of the database server, and what everybody else may no longer do there.

`stock_owner`, `stock_auth` and `stock_keeper` cannot log in: they own the tables, the functions
that look at tokens, and the functions that keep the ledger's sums and the audit log. A manager's
program connects as `stock_app`, cron as `stock_operator`; whoever sets the database up is a
superuser, or may create roles and databases.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from stockcli.persistence.fences.script import run

OWNER, AUTH, KEEPER = "stock_owner", "stock_auth", "stock_keeper"
APP, OPERATOR = "stock_app", "stock_operator"
ROLES = (OWNER, AUTH, KEEPER, APP, OPERATOR)
LOGINS = (APP, OPERATOR)

_LIMITS = {
    # Of one statement, and of a transaction that holds its locks and does nothing.
    APP: {"statement_timeout": "2min", "idle_in_transaction_session_timeout": "1min"},
    OPERATOR: {"statement_timeout": "10min", "idle_in_transaction_session_timeout": "5min"},
}
MOST_ON_DISK = "2GB"
"""Of one session's sorting and joining: the disk is everybody's. Only a superuser may set it."""

PLAIN = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"

_FOR_NOBODY = """
DO $$
DECLARE one text;
BEGIN
  FOR one IN
    SELECT oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND ({names})
  LOOP
    EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || one || ' FROM PUBLIC';
  END LOOP;
END $$
"""
DANGEROUS = (
    "proname LIKE 'pg_advisory%' OR proname LIKE 'pg_try_advisory%' "
    "OR proname LIKE 'lo\\_%' OR proname LIKE 'pg\\_stat\\_get\\_%' "
    "OR proname IN ('loread', 'lowrite', 'pg_terminate_backend', 'pg_cancel_backend', "
    "'pg_notify', 'pg_lock_status', 'pg_prepared_xact', 'pg_export_snapshot', 'pg_cursor', "
    "'pg_show_all_file_settings')"
)
"""Locks, other people's sessions, large objects and counts: shared by all shops of a database."""

SHOWN_TO_ALL = ("pg_stat_activity", "pg_locks", "pg_prepared_xacts")


def ensure_roles(connection: Connection) -> frozenset[str]:
    """Create the roles that are missing, and return those that were created.

    They belong to the whole server: two databases of one server share them. Whoever does this is
    made a member of them, so as to hand the tables over.
    """
    there = set(
        connection.scalars(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'stock%'"))
    )
    created = frozenset(ROLES) - there
    for role in ROLES:
        if role in created:
            kind = "LOGIN" if role in LOGINS else "NOLOGIN"
            run(connection, f"CREATE ROLE {role} {kind} NOINHERIT {PLAIN}")
        if not is_superuser(connection):
            run(connection, f"GRANT {role} TO current_user")
    return created


def is_superuser(connection: Connection) -> bool:
    """Return whether whoever sets the database up may do so with the whole server."""
    query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    return bool(connection.scalar(text(query)))


def prepare_database(connection: Connection) -> None:
    """Take from everybody what PostgreSQL gives by default, and give the roles their way in.

    Only a superuser may take back the server's own functions; elsewhere `lint` says that they
    are still there.
    """
    quote = connection.dialect.identifier_preparer.quote
    database = quote(str(connection.scalar(text("SELECT current_database()"))))
    run(connection, f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    run(connection, f"GRANT CONNECT ON DATABASE {database} TO {APP}, {OPERATOR}")
    run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    run(connection, f"GRANT USAGE ON SCHEMA public TO {', '.join(ROLES)}")
    run(connection, f"GRANT CREATE ON SCHEMA public TO {OWNER}, {KEEPER}")
    for role in _LIMITS:
        limit_time(connection, role, like=role)
    if is_superuser(connection):
        run(connection, f"ALTER ROLE {APP} SET temp_file_limit = '{MOST_ON_DISK}'")
        run(connection, _FOR_NOBODY.format(names=DANGEROUS))
        for view in SHOWN_TO_ALL:
            run(connection, f"REVOKE ALL ON pg_catalog.{view} FROM PUBLIC")
        run(connection, "REVOKE USAGE ON LANGUAGE plpgsql, sql FROM PUBLIC")
        run(connection, f"GRANT USAGE ON LANGUAGE plpgsql, sql TO {OWNER}, {AUTH}, {KEEPER}")


def has_no_password(connection: Connection, role: str) -> bool:
    """Return whether a role has no password yet; only a superuser may know."""
    if not is_superuser(connection):
        return False
    query = text("SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = :role")
    return bool(connection.scalar(query, {"role": role}))


def limit_time(connection: Connection, role: str, *, like: str) -> None:
    """Let a role's statements and idle transactions in this database take no longer than another's.

    Args:
        role: as SQL writes it.
        like: one of those that log in.
    """
    quote = connection.dialect.identifier_preparer.quote
    database = quote(str(connection.scalar(text("SELECT current_database()"))))
    for name, value in _LIMITS[like].items():
        run(connection, f"ALTER ROLE {role} IN DATABASE {database} SET {name} = '{value}'")


def set_password(connection: Connection, role: str, password: str) -> None:
    """Set a role's password; the server is told no more than its verifier."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    driver = connection.connection.driver_connection
    verifier = driver.pgconn.encrypt_password(  # type: ignore[union-attr]
        password.encode(), role.encode(), b"scram-sha-256"
    )
    run(connection, f"ALTER ROLE {quoted} PASSWORD '{verifier.decode()}'")

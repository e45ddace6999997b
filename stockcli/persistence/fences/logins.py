"""A database user of a shop's own.

Managers who share the user `stock_app` see no more of one another, but may lock each other out:
PostgreSQL lets every user change its own password and settings, and end its own sessions from any
database of the server that lets it in. Shops that do not trust one another get a user each.
"""

from __future__ import annotations

from secrets import token_urlsafe

from sqlalchemy import Connection, text

from stockcli.domain.errors import ConflictError, DatabaseError
from stockcli.persistence.failures import UPGRADE_HINT
from stockcli.persistence.fences.roles import (
    APP,
    MOST_ON_DISK,
    PLAIN,
    is_superuser,
    limit_time,
    set_password,
)
from stockcli.persistence.fences.script import run

_OTHER_RIGHTS = """
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name) AND NOT EXISTS (
  SELECT FROM pg_auth_members AS m
  WHERE m.member = to_regrole(quote_ident(:name)) AND m.roleid = to_regrole(:app)
    AND NOT EXISTS (SELECT FROM pg_auth_members AS more
                    WHERE more.member = m.member AND more.roleid <> m.roleid))
"""


def give_login(connection: Connection, name: str) -> str:
    """Make a user who may do what `stock_app` may, or give it a new password; return that.

    Raises:
        ConflictError: there is such a user, and it is no shop's.
        DatabaseError: the server is not set up.
    """
    if connection.scalar(text("SELECT to_regrole(:app)"), {"app": APP}) is None:
        raise DatabaseError("the database is not set up for this version", UPGRADE_HINT)
    role = connection.dialect.identifier_preparer.quote_identifier(name)
    if connection.scalar(text(_OTHER_RIGHTS), {"name": name, "app": APP}):
        message = f"the database server has a user {name!r} for something else"
        raise ConflictError(message, "choose another name")
    there = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
    if not connection.scalar(there, {"name": name}):
        run(connection, f"CREATE ROLE {role} LOGIN INHERIT {PLAIN} IN ROLE {APP}")
    limit_time(connection, role, like=APP)
    if is_superuser(connection):
        run(connection, f"ALTER ROLE {role} SET temp_file_limit = '{MOST_ON_DISK}'")
    password = token_urlsafe(24)
    set_password(connection, name, password)
    return password

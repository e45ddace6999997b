"""Setting a server up: its roles, what everybody else may no longer do, and the walls."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe

from sqlalchemy import Connection

from stockcli.persistence.fences import walls
from stockcli.persistence.fences.roles import (
    LOGINS,
    ensure_roles,
    prepare_database,
    set_password,
)


@dataclass(frozen=True)
class Login:
    """A role that can log in, and its new password; None if it keeps the one it has."""

    role: str
    password: str | None


def prepare_server(connection: Connection) -> frozenset[str]:
    """Create the roles that are missing and return them, and close what stands open."""
    # Two who set databases of one server up at once would trip over each other's roles.
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7303014)")
    created = ensure_roles(connection)
    prepare_database(connection)
    return created


def ensure_walls(connection: Connection) -> None:
    """Put the walls up unless those of this version stand."""
    if walls.installed_mark(connection) != walls.expected_mark():
        walls.install(connection)


def give_passwords(connection: Connection, *, anew: bool, created: frozenset[str]) -> list[Login]:
    """Give the roles that log in a password: to those created just now, or to both anew."""
    logins = []
    for role in LOGINS:
        password = token_urlsafe(24) if anew or role in created else None
        if password is not None:
            set_password(connection, role, password)
        logins.append(Login(role, password))
    return logins

"""Setting a server up: its roles, what everybody else may no longer do, and the walls."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe

from sqlalchemy import Connection

from stockcli.persistence.fences import walls
from stockcli.persistence.fences.lint import breaches, catalogue_digest, weaknesses
from stockcli.persistence.fences.roles import (
    LOGINS,
    ensure_roles,
    has_no_password,
    prepare_database,
    set_password,
)
from stockcli.usecases.examining import Finding


def prepare_server(connection: Connection) -> frozenset[str]:
    """Create the roles that are missing and return them, and close what stands open."""
    # Two who set databases of one server up at once would trip over each other's roles.
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7303014)")
    created = ensure_roles(connection)
    prepare_database(connection)
    return created


def ensure_walls(connection: Connection) -> None:
    """Put the walls up unless those of this version stand, and nobody touched them since."""
    if walls.installed_mark(connection) != _mark(connection):
        walls.install(connection)
        walls.mark(connection, _mark(connection))


def examine_fences(connection: Connection) -> list[Finding]:
    """Return what is wrong with the fences; nothing if they stand as they were put up."""
    hint = "run `stock db upgrade` as the database's administrator: it puts the fences up anew"
    found = [Finding(level="problem", text=one, hint=hint) for one in breaches(connection)]
    if connection.dialect.name == "sqlite":
        return [replace(one, hint="restore a backup, or ask for help") for one in found]
    if not found and walls.installed_mark(connection) != _mark(connection):
        text = "the fences between shops are not as this version puts them up"
        found.append(Finding(level="problem", text=text, hint=hint))
    help_ = "have a superuser of the server run `stock db upgrade` once"
    return [
        *found,
        *(Finding(level="note", text=one, hint=help_) for one in weaknesses(connection)),
    ]


def _mark(connection: Connection) -> str:
    return f"{walls.expected_mark()}, catalogue {catalogue_digest(connection)}"


def give_passwords(
    connection: Connection, created: frozenset[str], *, anew: bool
) -> dict[str, str | None]:
    """Give the roles that log in a password: those that have none, or both anew.

    Returns:
        The new password of each; None for the one it has already.
    """
    passwords: dict[str, str | None] = dict.fromkeys(LOGINS)
    for role in LOGINS:
        if anew or role in created or has_no_password(connection, role):
            passwords[role] = token_urlsafe(24)
            set_password(connection, role, str(passwords[role]))
    return passwords

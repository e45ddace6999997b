"""Alembic without a configuration file: the program brings its own connection."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from stockcli.domain.errors import DatabaseError


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for these scripts."""
    config = Config()
    # Alembic reads a per cent sign as the start of a variable.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Run what revisions are missing, inside the connection's transaction.

    Raises:
        DatabaseError: the database knows a revision that this version does not.
    """
    try:
        command.upgrade(configuration(connection), "head")
    except CommandError as error:
        message = "the database was made by a newer version of this program"
        raise DatabaseError(message, "update the program") from error


def newest_revision() -> str | None:
    """Return the newest revision among the scripts."""
    return ScriptDirectory.from_config(configuration()).get_current_head()

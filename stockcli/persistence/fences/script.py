"""Statements that set a server up, run as they stand."""

from __future__ import annotations

from sqlalchemy import Connection


def run(connection: Connection, script: str) -> None:
    """Run one or more statements; a colon or a percent sign in them means itself."""
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})

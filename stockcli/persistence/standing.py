"""As whom a connection to PostgreSQL works, and for which shop a transaction on it.

A manager's role shows its token with every transaction, and the database finds out which shop it
opens. An operator's says which one shop the transaction is for. Whoever could pass the fences,
such as a superuser, steps down to the operator's role, except to set the database up.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text

from stockcli.domain.errors import NotAllowedError
from stockcli.persistence.fences.roles import OPERATOR, OWNER

_STANDING = "stock_standing"
# Roles belong to the server: another database of it may have made them.
_QUERY = f"""
SELECT CASE
  WHEN rolsuper OR rolbypassrls OR pg_has_role(oid, to_regrole('{OWNER}')::oid, 'MEMBER')
    THEN 'administrator'
  WHEN pg_has_role(oid, to_regrole('{OPERATOR}')::oid, 'MEMBER') THEN 'operator'
  ELSE 'shop' END, to_regrole('{OPERATOR}') IS NOT NULL
FROM pg_roles WHERE rolname = session_user
"""  # noqa: S608 - the roles' names are our own
_BIND = text(
    "SELECT set_config('stock.token', :token, true), "
    "set_config('stock.operator_tenant', :tenant, true)"
)


class Standing(StrEnum):
    """What the user of a connection may do: set up, work for any shop, or for a token's shop."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    SHOP = "shop"


def take_standing(driver: Any, record: Any) -> None:
    """Find out who has logged in, and step down from rights that nobody needs in daily work."""
    standing, has_roles = driver.execute(_QUERY).fetchone()
    record.info[_STANDING] = Standing(standing)
    if standing == Standing.ADMINISTRATOR and has_roles:
        driver.execute(f"SET ROLE {OPERATOR}")
    driver.commit()


def standing_of(connection: Connection) -> Standing:
    """Return the standing of a connection to PostgreSQL."""
    standing: Standing = connection.info[_STANDING]
    return standing


def bind(connection: Connection, *, token: str = "", tenant: int | None = None) -> None:
    """Say in the open transaction, and for no longer, who asks and for which shop."""
    shop = "" if tenant is None else str(tenant)
    connection.execute(_BIND, {"token": token, "tenant": shop})


def work_for(connection: Connection, tenant: int) -> None:
    """Turn the open transaction of an operator to a shop that was not known when it began."""
    if connection.dialect.name == "postgresql":
        bind(connection, tenant=tenant)


def become_administrator(connection: Connection) -> None:
    """Take the rights of the login back for the open transaction.

    Raises:
        NotAllowedError: they are no administrator's.
    """
    if standing_of(connection) is not Standing.ADMINISTRATOR:
        message = "this database user may not set the database up"
        hint = "use the address of the database's administrator in STOCK_DATABASE_URL"
        raise NotAllowedError(message, hint)
    connection.exec_driver_sql("SET LOCAL ROLE NONE")

"""Whether the fences of a database stand: what its catalogue says, held against the plan.

Used by `stock doctor`, `stock db check` and the tests. What it finds is said in plain words; what
was changed by hand in any other way shows because the whole catalogue is compared with what it
was when the walls were put up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, inspect, text

from stockcli.persistence import triggers
from stockcli.persistence.fences.roles import APP, AUTH, DANGEROUS, KEEPER, OPERATOR, OWNER, ROLES
from stockcli.persistence.tables import metadata

OF_NO_SHOP = frozenset({"tenant", "model_gate", "sign_in_failure"})
"""Tables whose rows belong to no shop, or are one."""

_TABLES = """
SELECT relname AS name, relrowsecurity AS walled, relforcerowsecurity AS forced,
       pg_get_userbyid(relowner) AS owner,
       ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = pg_class.oid) AS policies
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND relname <> 'alembic_version'
"""
_VIEWS = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
  AND (relkind = 'm' OR NOT coalesce('security_invoker=true' = ANY (reloptions), false))
"""
_STRONG = """
SELECT rolname FROM pg_roles
WHERE rolname = ANY (:roles)
  AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)
"""
_LOGINS = "SELECT rolname FROM pg_roles WHERE rolname = ANY (:roles) AND rolcanlogin"
_JOINED = """
SELECT m.member::regrole::text AS member, m.roleid::regrole::text AS role FROM pg_auth_members AS m
WHERE m.member::regrole::text = ANY (:roles)
"""
_OPEN_FUNCTIONS = f"""
SELECT count(*) FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND ({DANGEROUS})
  AND has_function_privilege('{APP}', oid, 'EXECUTE')
"""  # noqa: S608 - our own names


@cache
def _query() -> str:
    return Path(__file__).with_name("catalogue.sql").read_text(encoding="utf-8")


def catalogue_digest(connection: Connection) -> str:
    """Return a digest of everything in the catalogue that the walls are made of."""
    rows = connection.exec_driver_sql(_query(), execution_options={"no_parameters": True})
    return hashlib.sha256("\n".join(rows.scalars()).encode()).hexdigest()[:16]


def breaches(connection: Connection) -> list[str]:
    """Return what is wrong with the fences, a sentence each; needs no right but to log in.

    A SQLite file has no roles; its triggers and keys are looked at.
    """
    if connection.dialect.name == "sqlite":
        return [*_about_keys(connection), *_about_triggers(connection)]
    return [
        *_about_tables(connection),
        *_about_keys(connection),
        *_about_rights(connection),
        *_about_roles(connection),
        *_about_triggers(connection),
    ]


def weaknesses(connection: Connection) -> list[str]:
    """Return what only a superuser of the server could have closed, and did not."""
    left = connection.scalar(text(_OPEN_FUNCTIONS))
    if not left:
        return []
    return [f"{left} functions of the server that reach other sessions or locks are open to {APP}"]


def _about_tables(connection: Connection) -> Iterator[str]:
    there = {row.name: row for row in connection.execute(text(_TABLES))}
    for name in metadata.tables.keys() - there.keys():
        yield f"the table {name} is missing"
    for name, row in sorted(there.items()):
        yield from _about_table(name, row)
    for view in connection.scalars(text(_VIEWS)):
        yield f"the view {view} shows rows with its owner's rights"


def _about_table(name: str, row: Row[Any]) -> Iterator[str]:
    if not row.walled:
        yield f"the table {name} has no row-level security"
    elif not row.forced:
        yield f"row-level security of the table {name} does not hold for its owner"
    if row.owner != OWNER:
        yield f"the table {name} belongs to {row.owner}, not to {OWNER}"
    if name not in metadata.tables:
        yield f"the table {name} is none of this program's"
    for policy in sorted(_policies_of(name) - set(row.policies)):
        yield f"the table {name} has no policy {policy}"


def _policies_of(name: str) -> set[str]:
    if name == "sign_in_failure":
        return {"auth"}
    hidden = {"api_token", "model_gate", "token_rate"}
    return {"operator"} if name in hidden else {"operator", "app_reads"}


def _about_keys(connection: Connection) -> Iterator[str]:
    catalogue = inspect(connection)
    for name in sorted(metadata.tables.keys() - OF_NO_SHOP):
        if "tenant_id" not in {column["name"] for column in catalogue.get_columns(name)}:
            yield f"the table {name} does not say whose its rows are"
        for key in catalogue.get_foreign_keys(name):
            if "tenant_id" not in key["constrained_columns"]:
                yield f"the reference {key['name']} of the table {name} may leave the shop"


def _about_rights(connection: Connection) -> Iterator[str]:
    query = text(
        "SELECT relname, has_any_column_privilege(:app, oid, 'SELECT') AS seen, "
        "has_table_privilege(:app, oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS whole FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    )
    hidden = {"api_token", "model_gate", "token_rate", "sign_in_failure"}
    for row in connection.execute(query, {"app": APP}):
        if row.whole:
            yield f"{APP} may write, delete or lock the whole table {row.relname}"
        if row.seen and row.relname in hidden:
            yield f"{APP} may read the table {row.relname}"
    may_create = text("SELECT has_schema_privilege(:app, 'public', 'CREATE')")
    if connection.scalar(may_create, {"app": APP}):
        yield f"{APP} may create things in the schema public"


def _about_roles(connection: Connection) -> Iterator[str]:
    roles = {"roles": list(ROLES)}
    for role in connection.scalars(text(_STRONG), roles):
        yield f"the role {role} may more than it should: it passes fences or makes roles"
    asleep = {OWNER, AUTH, KEEPER}
    for role in asleep & set(connection.scalars(text(_LOGINS), roles)):
        yield f"the role {role} can log in"
    for row in connection.execute(text(_JOINED), {"roles": [APP, OPERATOR]}):
        yield f"the role {row.member} has the rights of {row.role} as well"


def _about_triggers(connection: Connection) -> Iterator[str]:
    dialect = connection.dialect.name
    for name in sorted(triggers.expected(dialect) - triggers.installed(connection)):
        yield f"the trigger {name} is missing"
    if dialect == "sqlite":
        return
    query = (
        "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace AND tgenabled = 'D'"
    )
    for name in connection.scalars(text(query)):
        yield f"the trigger {name} is switched off"

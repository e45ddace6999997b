"""Attacks, and what comes of them: what was seen, what was touched, and who was kept waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.integration.attacks.world import (
    MARK,
    NORTH_LOGIN,
    NUMBER,
    SOUTH_LOGIN,
    TABLES,
    Connection,
    World,
)

Steps = Callable[["Attacker"], object]

# The fences themselves, and everybody else's way in.
_FENCES = {
    "policies": "pg_policy",
    "tables": "(SELECT oid, relowner, relacl, relrowsecurity, relforcerowsecurity FROM pg_class "
    "WHERE oid >= 16384 OR relacl IS NOT NULL)",
    "columns": "(SELECT attrelid, attname, attacl FROM pg_attribute WHERE attacl IS NOT NULL)",
    "functions": "(SELECT oid, proowner, proacl, prosecdef, proconfig, prosrc FROM pg_proc "
    "WHERE oid >= 16384)",
    "functions of the server": "(SELECT count(*), sum(hashtext(proacl::text)) FROM pg_proc)",
    "triggers": "(SELECT tgrelid, tgname, tgenabled FROM pg_trigger)",
    "roles": "(SELECT * FROM pg_authid WHERE rolname NOT IN ('<attacker>', 'stock_app'))",
    # Until version 15 a server let whoever logs in lend the rights of its own name, and no others.
    "memberships": "(SELECT * FROM pg_auth_members WHERE roleid NOT IN (SELECT oid FROM pg_roles "
    "WHERE rolname = '<attacker>' AND current_setting('server_version_num')::int < 150000))",
    "settings": "(SELECT * FROM pg_db_role_setting WHERE setrole NOT IN (SELECT oid FROM pg_roles "
    "WHERE rolname IN ('<attacker>', 'stock_app')))",
    "database": "(SELECT * FROM pg_database WHERE datname = current_database())",
    "schemas": "pg_namespace",
    "large objects": "pg_largeobject_metadata",
    "comments": "(SELECT count(*) FROM pg_description)",
    "event triggers": "pg_event_trigger",
    "rules": "(SELECT count(*) FROM pg_rewrite)",
    "publications": "pg_publication",
    "extensions": "pg_extension",
    "prepared transactions": "pg_prepared_xacts",
}
_DIGEST = """
SELECT '{name}', md5(coalesce(string_agg(facts::text, E'\\n' ORDER BY facts::text), ''))
FROM {source} AS facts
"""


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One attack.

    Attributes:
        name: a phrase; it names the test.
        steps: statements, with the world's facts in <brackets>, or a function of the attacker.
        token: whose token is shown.
        login: as whom the attacker logs in.
    """

    name: str
    steps: tuple[str, ...] | Steps
    token: str = "north"
    login: str = NORTH_LOGIN


def attack(name: str, *statements: str) -> Attack:
    """Return an attack of statements, one after the other."""
    return Attack(name=name, steps=statements)


@dataclass(kw_only=True)
class Attacker:
    """Somebody with a connection, who notes down whatever it answers."""

    world: World
    opened: Connection
    heard: list[str] = field(default_factory=list)
    refused: int = 0
    statements: int = 0

    def tries(self, statement: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement, go on after a refusal, and return its rows."""
        self.statements += 1
        spelled = self.world.spelled(statement)
        try:
            cursor = self.opened.execute(spelled, values)
            rows = cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            self.notes_refusal(error)
            return []
        self.heard.extend(repr(row) for row in rows)
        return rows

    def notes_refusal(self, error: psycopg.Error) -> None:
        """Note what an error tells."""
        self.refused += 1
        told = error.diag
        parts = (told.message_primary, told.message_detail, told.message_hint, told.context)
        self.heard.extend(part for part in parts if part)
        self.heard.append(str(error))
        if self.opened.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            self.opened.execute("ROLLBACK")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of an attack; nothing, if the fences hold."""

    breaches: tuple[str, ...]
    refused: int
    statements: int


def carried_out(world: World, tried: Attack, before: dict[str, str]) -> Outcome:
    """Carry an attack out, let the neighbour work meanwhile, and compare."""
    with world.connect(tried.login, tried.token) as opened:
        attacker = Attacker(world=world, opened=opened)
        opened.add_notice_handler(lambda told: attacker.heard.append(str(told.message_primary)))
        if callable(tried.steps):
            tried.steps(attacker)
        else:
            for statement in tried.steps:
                attacker.tries(statement)
        # The attacker's transaction and session are still open.
        blocked = neighbours_trouble(world)
        _end(opened)
    seen = sorted({line[:200] for line in attacker.heard if _gives_away(line)})
    touched = changed(before, state(world, tried.login))
    return Outcome(
        breaches=(
            *(f"seen: {line}" for line in seen),
            *(f"touched: {name}" for name in touched),
            *([f"blocked: {blocked}"] if blocked else []),
        ),
        refused=attacker.refused,
        statements=attacker.statements,
    )


def _end(opened: Connection) -> None:
    """Commit what the attacker left open; it may be that somebody has ended the session."""
    try:
        opened.execute("COMMIT")
    except psycopg.Error:
        opened.close()


def _gives_away(line: str) -> bool:
    return MARK in line or str(NUMBER) in line


def neighbours_trouble(world: World) -> str:
    """Return why the neighbour cannot do a day's work; empty if all is well. Nothing is kept."""
    try:
        with (
            world.connect(SOUTH_LOGIN, "south", options="-c lock_timeout=1s") as opened,
            opened.transaction(force_rollback=True),
        ):
            for statement in _DAYS_WORK:
                opened.execute(world.spelled(statement))
            secret = [world.secrets["south"]]
            (answer,) = opened.execute("SELECT outcome FROM stock_sec.sign_in(%s)", secret)
            (products,) = opened.execute("SELECT count(*) FROM product")
    except psycopg.Error as error:
        return f"{type(error).__name__} {error}"
    return "" if (answer[0], products[0]) == ("ok", 3) else f"signed in {answer}, saw {products}"


_DAYS_WORK = (
    "SELECT version FROM tenant_state FOR UPDATE",
    "UPDATE product SET category = category",
    "UPDATE stock_level SET reserved = reserved",
    (
        "INSERT INTO stock_movement (tenant_id, reference, product_id, location_id, kind, change, "
        "occurred_at, day, note) VALUES (<south>, 'work', <its_product>, <its_location>, 'sale', "
        "-1000, now(), current_date, '')"
    ),
    "UPDATE tenant SET policy = policy",
    "SELECT stock_sec.take('write', NULL)",
    "SELECT stock_sec.record(<south>, '', 'work', '{}')",
    "UPDATE tenant_state SET version = version + 1",
)


def state(world: World, attacker: str = NORTH_LOGIN) -> dict[str, str]:
    """Return a digest of every row that is not the attacker's, and of all the fences."""
    sources = {name: _of_others(name) for name in (*TABLES, "alembic_version")} | _FENCES
    each = (_DIGEST.format(name=name, source=source) for name, source in sources.items())
    whole = world.spelled(" UNION ALL ".join(each).replace("<attacker>", attacker))
    with world.superuser() as opened:
        return dict(opened.execute(whole).fetchall())


def _of_others(name: str) -> str:
    where = {
        "tenant": "id <> <north>",
        "alembic_version": "true",
        # Of a failure no more than how long it lasts may change, and only the attacker's own.
        # Places come and go; limits, and rests of others, are not a manager's.
        "model_gate": "kind <> 'slot' AND shop IS DISTINCT FROM <north>",
        "sign_in_failure": "source !~ '^(north_shop|stock_)'",
    }.get(name, "tenant_id IS DISTINCT FROM <north>")
    return f"(SELECT * FROM {name} WHERE {where})"  # noqa: S608 - our own names


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the names of what is not as it was."""
    return [name for name in before if before[name] != after[name]]

"""Two shops that share every SKU in a fenced database, and what an attacker knows of them.

North's manager attacks. South is the neighbour: it has rows in every table, and wherever a row has
free text or a number of its own, a mark is planted that would give it away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine

from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.persistence.fences.logins import give_login
from stockcli.persistence.tables import metadata
from tests.fixtures.corner_shop import SteppingClock
from tests.fixtures.databases import of_database, on_server
from tests.integration.persistence.street import Shop, fill, open_shop

Connection = psycopg.Connection[Any]

MARK = "CANARY"
NUMBER = 314159265
"""Marks of the neighbour's; attacks never spell them, so a mark in an answer is a leak."""

NORTH_LOGIN, SOUTH_LOGIN, SHARED_LOGIN = "north_shop", "south_shop", "stock_app"
OPERATOR_LOGIN = "stock_operator"
TABLES = tuple(sorted(metadata.tables))

_TEXTS = """
UPDATE {table} SET {column} = '"CANARY {table} {column}"' WHERE {owner} = {south}
"""
# What is no text of the shop's own: keys, SKUs that are shared, words of a fixed list.
_KEPT = frozenset(
    {
        *("slug", "sku", "code", "status", "kind", "role", "situation", "number", "topic"),
        *("run_id", "id", "action", "channel", "reference", "idempotency_key", "checksum"),
        *("currency", "timezone", "prefix", "transaction_id", "policy"),
    }
)
_NUMBERS = {
    "stock_level": "on_hand",
    "daily_movement": "units_sold",
    "purchase_order": "total",
    "threshold": "reorder_point",
    "manual_minimum": "quantity",
    "product": "unit_cost",
    "decision": "quantity",
    "model_call": "estimate_usd",
    "sales_day": "sale_lines",
}


@dataclass(frozen=True, kw_only=True)
class World:
    """A database under attack.

    Attributes:
        url: of its superuser, as psycopg takes it.
        secrets: of tokens, by whose they are.
        facts: what an attacker may have guessed, by the name that statements call it by.
    """

    url: str
    secrets: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)

    def connect(self, login: str = NORTH_LOGIN, token: str = "", **options: Any) -> Connection:
        """Return a connection of a login, which shows a token to all its transactions."""
        opened: Connection = psycopg.connect(self.url, user=login, autocommit=True, **options)
        if token:
            # For the session: an attacker need not bind it anew each time.
            opened.execute("SELECT set_config('stock.token', %s, false)", [self.secrets[token]])
        return opened

    def superuser(self) -> Connection:
        """Return a connection that sees and may do everything."""
        return self.connect("postgres")

    def spelled(self, statement: str) -> str:
        """Return a statement with the facts put in for their <names>."""
        return re.sub(r"<(\w+)>", lambda found: str(self.facts[found[1]]), statement)

    @contextmanager
    def broken(self, *breakage: str) -> Iterator[World]:
        """Yield a copy of this database in which a superuser has broken something."""
        here, name = str(self.facts["database"]), f"broken_{uuid4().hex}"
        server = self.url.replace("postgresql://", "postgresql+psycopg://", 1)
        server = server.replace(f"/{here}", "/postgres", 1)
        on_server(server, f"CREATE DATABASE {name} TEMPLATE {here}")
        url = self.url.replace(f"/{here}", f"/{name}", 1)
        copy = World(url=url, secrets=self.secrets, facts={**self.facts, "database": name})
        with copy.superuser() as opened:
            for statement in breakage:
                opened.execute(copy.spelled(statement))
        yield copy
        on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def build(server_url: str, name: str) -> World:
    """Open both shops in a new database of a server, whole fences around it."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        on_server(server_url, f"ALTER SYSTEM SET {setting} = off")
    on_server(server_url, "SELECT pg_reload_conf()")
    on_server(server_url, f"CREATE DATABASE {name}")
    address = of_database(server_url, name)
    database = Database(address, clock=SteppingClock(datetime.now(UTC)))
    database.upgrade()
    shops = {slug: open_shop(database, slug, slug.title()) for slug in ("south", "north")}
    for shop in shops.values():
        fill(shop, database)
    secrets = _secrets(database)
    database.dispose()
    _give_logins(address)
    world = World(
        url=address.replace("postgresql+psycopg://", "postgresql://", 1),
        secrets=secrets,
        facts={"database": name, **_facts(**shops)},
    )
    _fill_the_rest(world)
    _plant(world)
    return world


def _give_logins(address: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        for login in (NORTH_LOGIN, SOUTH_LOGIN):
            give_login(connection, login)
    engine.dispose()


def _secrets(database: Database) -> dict[str, str]:
    directory = database.directory()

    def token(role: Role, slug: str | None, label: str, expires: datetime | None = None) -> str:
        return directory.create_token(role=role, tenant_slug=slug, label=label, expires_at=expires)

    secrets = {
        "north": token(Role.MANAGER, "north", "manager"),
        "analyst": token(Role.ANALYST, "north", "analyst"),
        "south": token(Role.MANAGER, "south", "manager"),
        "expired": token(Role.MANAGER, "south", "expired", datetime(2024, 1, 1, tzinfo=UTC)),
        "revoked": token(Role.MANAGER, "south", "revoked"),
        "operator": token(Role.OPERATOR, None, "house"),
    }
    (revoked,) = (one for one in directory.tokens("south") if one.label == "revoked")
    directory.revoke_token(str(revoked.id))
    return secrets


def _facts(north: Shop, south: Shop) -> dict[str, object]:
    return {
        "north": north.tenant.id,
        "south": south.tenant.id,
        "product": north.products["POST"].id,
        "its_product": south.products["POST"].id,
        "location": north.location.id,
        "its_location": south.location.id,
        "supplier": north.supplier.id,
        "its_supplier": south.supplier.id,
    }


def _fill_the_rest(world: World) -> None:
    """Leave rows where only functions write, and in the places the street does not know."""
    with world.connect(SOUTH_LOGIN, "south") as opened:
        opened.execute("SELECT stock_sec.take('write', NULL)")
        opened.execute(world.spelled("SELECT stock_sec.record(<south>, '', 'test', '{}')"))
        opened.execute("SELECT stock_sec.sign_in(%s)", [world.secrets["south"]])
        opened.execute("SELECT stock_sec.sign_in('none')")
    with world.superuser() as opened:
        opened.execute(
            "INSERT INTO model_gate (kind, number, holder, until, amount) VALUES "
            "('at_once', 0, '', now(), 4), ('day', 0, '', now(), 1000000000)"
        )


def _plant(world: World) -> None:
    with world.superuser() as opened:
        opened.execute("SET session_replication_role = replica")
        for name in TABLES:
            owner = "id" if name == "tenant" else "tenant_id"
            if name in ("model_gate", "sign_in_failure"):
                continue
            for column in metadata.tables[name].columns:
                kind = str(column.type).upper()
                if column.name in _KEPT or not ("CHAR" in kind or "JSON" in kind):
                    continue
                words = _TEXTS.format(
                    table=name, column=column.name, owner=owner, south=world.facts["south"]
                )
                opened.execute(words)
        for name, number in _NUMBERS.items():
            one = f"UPDATE {name} SET {number} = {NUMBER} WHERE tenant_id = %s"  # noqa: S608 - our names
            opened.execute(one, [world.facts["south"]])
        # So that the server's statistics know the neighbour's most common values.
        opened.execute("SET session_replication_role = origin")
        opened.execute("ANALYZE")

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from stockcli.domain.audit import Actor
from stockcli.domain.errors import ConflictError
from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.usecases.auditing import verify
from tests.fixtures.databases import unfenced
from tests.integration.persistence.audit_trail import MARIA, OPERATOR, entries, maria
from tests.integration.persistence.street import Shop, alert

WRITERS = 4
ROUNDS = 8


def test_two_shops_and_the_house_have_a_chain_each(
    database: Database, shop: Shop, neighbour: Shop
) -> None:
    directory = database.directory(OPERATOR)
    directory.create_token(role=Role.OPERATOR, tenant_slug=None, label="o", expires_at=None)
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        shop.unit.commit()
    for unit in (shop.unit, neighbour.unit):
        with unit.reading():
            report = verify(unit.audit_log)
        assert report.broken is None
        assert {entry.tenant for entry in entries(unit)} == {unit.tenant.id}
    report = verify(directory.audit_log)
    assert (report.broken, report.entries) == (None, 1)


def test_entries_are_read_newest_first_before_a_position_and_since_an_instant(
    database: Database, shop: Shop
) -> None:
    unit = maria(database, shop)
    for number in range(3):
        with unit:
            unit.ledger.book([shop.sale(f"s{number}")])
            unit.commit()
    with unit.reading():
        newest = unit.audit_log.before(None, 2)
        older = unit.audit_log.before(newest[-1].position, 100)
        none = unit.audit_log.before(None, 5, since=datetime.now(UTC) + timedelta(days=4000))
    positions = [entry.position for entry in [*newest, *older]]
    assert positions == list(range(positions[0], 0, -1))
    assert none == []


def test_writers_at_once_leave_an_unbroken_chain(database: Database, shop: Shop) -> None:
    barrier = Barrier(WRITERS)
    before = len(entries(shop.unit))

    def write(writer: int) -> None:
        unit = database.unit_of_work(shop.tenant, Actor(who=f"manager:{writer}"))
        barrier.wait()
        for number in range(ROUNDS):
            with unit:
                unit.ledger.book([shop.sale(f"{writer}:{number}")])
                unit.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with shop.unit.reading():
        report = verify(shop.unit.audit_log)
    assert (report.broken, report.entries) == (None, before + WRITERS * ROUNDS)
    authors = [entry.told["who"] for entry in entries(shop.unit)[before:]]
    assert sorted(authors) == sorted(f"manager:{n}" for n in range(WRITERS) for _ in range(ROUNDS))


def test_operators_at_once_leave_an_unbroken_chain_of_the_house(database: Database) -> None:
    barrier = Barrier(WRITERS)

    def create(writer: int) -> None:
        directory = database.directory(Actor(who=f"operator:{writer}"))
        barrier.wait()
        for _ in range(ROUNDS):
            directory.create_token(
                role=Role.OPERATOR, tenant_slug=None, label=str(writer), expires_at=None
            )

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(create, range(WRITERS)))
    report = verify(database.directory().audit_log)
    assert (report.broken, report.entries) == (None, WRITERS * ROUNDS)


TAMPERING: dict[str, tuple[str, str]] = {
    "a record": (
        "UPDATE audit_entry SET record = replace(record, 'maria', 'bruno')",
        "its hash",
    ),
    "a hash": (
        "UPDATE audit_entry SET hash = zeroblob(32)",
        "its hash",
    ),
    "a time": (
        "UPDATE audit_entry SET written_at = '2020-01-01 00:00:00.000000'",
        "its record names another time",
    ),
    "an entry taken out": (
        "DELETE FROM audit_entry",
        "there is no such entry",
    ),
    "an entry put before the first": (
        "UPDATE audit_entry SET position = -1",
        "entry -1 stands in its place",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_with_the_file_is_found(what: str, sqlite_database: Database) -> None:
    database = sqlite_database
    tenant = database.directory().tenant("here")
    unit = database.unit_of_work(tenant, MARIA)
    for number in range(6):
        with unit:
            unit.alerts.raise_new([alert(f"low:{number}")])
            unit.commit()
    statement, reason = TAMPERING[what]
    tamper(database, f"{statement} WHERE tenant_id = {tenant.id} AND position = 5")
    with unit.reading():
        broken = verify(unit.audit_log).broken
    assert broken is not None
    assert broken.reason.startswith(reason)


def tamper(database: Database, statement: str) -> None:
    with database._engine.begin() as connection:
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_entry_refuses_{verb}")
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET record = '{}'", "DELETE FROM audit_entry"],
)
def test_the_log_refuses_to_be_changed(statement: str, database: Database, shop: Shop) -> None:
    with (
        pytest.raises(ConflictError, match="neither changed nor deleted"),
        unfenced(database) as connection,
    ):
        connection.exec_driver_sql(statement)


def test_records_are_json_that_is_written_alike(sqlite_database: Database) -> None:
    tenant = sqlite_database.directory().tenant("here")
    for entry in entries(sqlite_database.unit_of_work(tenant)):
        told: dict[str, Any] = json.loads(entry.record)
        again = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again == entry.record

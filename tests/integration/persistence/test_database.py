from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.persistence.failures import said
from tests.fixtures.corner_shop import SteppingClock
from tests.fixtures.databases import of_database, on_server, unfenced
from tests.integration.persistence.street import Shop, shop_called

END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname LIKE 'test_%' AND pid <> pg_backend_pid()"
)
READY = (
    "import sys\n"
    "from stockcli.persistence.database import Database\n"
    "from tests.fixtures.corner_shop import SteppingClock\n"
    "database = Database(sys.argv[1], clock=SteppingClock())\n"
    "database.ensure_ready()\n"
    "print(database.is_current())\n"
)


def opened(url: str) -> Database:
    return Database(url, clock=SteppingClock())


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://root:secret@host/db", "sqlite://", "sqlite:///:memory:"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        opened(url)
    assert "secret" not in caught.value.message
    assert "STOCK_DATABASE_URL" in caught.value.hint


def test_a_password_is_never_shown(postgres_url: str) -> None:
    url = "postgresql://ana:s3cret@127.0.0.1:1/shop"
    database = opened(url)
    assert "s3cret" not in database.shown_url
    with pytest.raises(DatabaseError) as caught:
        database.ensure_ready()
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_the_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "stock.db"
    database = opened(f"sqlite:///{file}")
    database.ensure_ready()
    assert database.is_current()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    database.dispose()


def test_getting_ready_twice_keeps_what_was_written(tmp_path: Path) -> None:
    database = opened(f"sqlite:///{tmp_path / 'stock.db'}")
    database.ensure_ready()
    database.directory().add_tenant(Tenant(id=TenantId(0), slug="a", name="A"))
    database.ensure_ready()
    assert [tenant.slug for tenant in database.directory().tenants()] == ["a"]
    database.dispose()


def test_processes_that_get_ready_at_once_do_no_harm(checkout: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", READY, f"sqlite:///{tmp_path / 'stock.db'}"]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in running] == ["True"] * 4


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 200)
    with pytest.raises(DatabaseError, match=r"letter\.txt is not a database"):
        opened(f"sqlite:///{file}").ensure_ready()


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no such folder"):
        opened(f"sqlite:///{tmp_path}/mistyped/stock.db").ensure_ready()
    assert not (tmp_path / "mistyped").exists()


def test_another_programs_file_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "books.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE book (title TEXT)")
    before = file.read_bytes()
    for attempt in ("ensure_ready", "upgrade", "is_current"):
        with pytest.raises(DatabaseError, match=r"books\.db belongs to another program"):
            getattr(opened(f"sqlite:///{file}"), attempt)()
    assert file.read_bytes() == before


def test_a_damaged_file_is_named(sqlite_database_url: str) -> None:
    file = Path(sqlite_database_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\x00" * (len(whole) - 4096))
    with pytest.raises(DatabaseError, match=f"{file} is damaged"):
        opened(sqlite_database_url).directory().tenants()


def test_a_full_disk_is_said_with_the_files_name(sqlite_database_url: str) -> None:
    database_file = Path(sqlite_database_url.removeprefix("sqlite:///"))
    full = opened(sqlite_database_url)
    with full._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseError) as told:
            connection.exec_driver_sql("CREATE TABLE more AS SELECT randomblob(1000000)")
    assert f"nothing more can be written to {database_file}" in told.value.message
    assert "the disk is full" in told.value.message
    assert "make room" in told.value.hint


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("disk I/O error", "the database file /a/stock.db cannot be read or written: the disk may"),
        ("attempt to write a readonly database", "/a/stock.db is read-only, or its disk is"),
    ],
)
def test_a_disk_that_fails_is_said_with_the_files_name(words: str, told: str) -> None:
    assert told in said(sqlite3.OperationalError(words), "/a/stock.db").message


def test_what_refuses_to_be_written_is_found_out(database: Database) -> None:
    database.ensure_writable()
    with unfenced(database) as connection:
        for table, columns in (
            ("tenant_state", "0 AS version, 0 AS tenant_id"),
            ("alembic_version", "1 AS version_num"),
        ):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO old_{table}")
            connection.exec_driver_sql(f"CREATE VIEW {table} AS SELECT {columns}")
    with pytest.raises(DatabaseError):
        database.ensure_writable()


def test_a_server_says_what_it_refuses(postgres_url: str) -> None:
    with pytest.raises(DatabaseError, match=r"no such database: .*/nowhere"):
        opened(of_database(postgres_url, "nowhere")).is_current()
    unreachable = "postgresql://ana:s3cret@127.0.0.1:1/shop"
    with pytest.raises(DatabaseError, match=r"ana:\*\*\*@127\.0\.0\.1:1/shop cannot be reached"):
        opened(unreachable).is_current()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ('FATAL:  password authentication failed for user "ana"', "refused the user or password"),
        ('FATAL:  role "ana" does not exist', "refused the user or password"),
        ('FATAL:  database "shop" does not exist', "no such database"),
        ("could not translate host name", "cannot be reached"),
        ("connection timeout expired", "cannot be reached"),
        ("server closed the connection unexpectedly", "the connection was lost"),
        ("could not extend file: No space left on device", "may be full or read-only"),
    ],
)
def test_failures_of_a_server_are_told_apart(words: str, told: str) -> None:
    assert told in said(psycopg.OperationalError(words), "postgresql://ana:***@host/shop").message


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="cannot be made"):
        opened(f"sqlite:///{tmp_path}/file/stock.db").ensure_ready()


def test_a_database_without_tables_says_what_to_do(tmp_path: Path) -> None:
    database = opened(f"sqlite:///{tmp_path / 'stock.db'}")
    assert not database.is_current()
    with pytest.raises(DatabaseError) as caught:
        database.directory().tenants()
    assert caught.value.hint == "run `stock db upgrade`"
    database.dispose()


def test_a_server_is_not_upgraded_without_being_asked(postgres_url: str) -> None:
    on_server(postgres_url, "CREATE DATABASE empty")
    database = opened(of_database(postgres_url, "empty"))
    with pytest.raises(DatabaseError) as caught:
        database.ensure_ready()
    assert caught.value.hint == "run `stock db upgrade`"
    database.upgrade()
    database.ensure_ready()
    database.dispose()


def test_a_database_of_a_newer_version_is_left_alone(sqlite_database: Database) -> None:
    with sqlite_database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="newer version"):
        sqlite_database.ensure_ready()
    with pytest.raises(DatabaseError) as caught:
        sqlite_database.is_current()
    assert caught.value.hint == "update the program"


def test_a_connection_that_was_lost_is_one_sentence(
    postgres_url: str, postgres_database: Database
) -> None:
    shop = shop_called(postgres_database, "here")
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        on_server(postgres_url, END_CONNECTIONS)
        with pytest.raises(DatabaseError, match="connection was lost"):
            shop.unit.commit()
    with shop.unit:
        assert shop.unit.ledger.book([shop.sale("s1")]) == {"s1"}


def test_text_that_is_none_is_refused_or_kept(shop: Shop, database: Database) -> None:
    odd = shop.sale("with\x00zero")
    with shop.unit:
        if database._engine.dialect.name == "postgresql":
            with pytest.raises(InvalidInputError):
                shop.unit.ledger.book([odd])
        else:
            assert shop.unit.ledger.book([odd]) == {odd.reference}


def test_an_error_of_a_statement_says_nothing_of_its_values(shop: Shop) -> None:
    nowhere = shop.order(created_by="secret person", location_id=12345)
    with shop.unit, pytest.raises(ConflictError) as caught:
        shop.unit.orders.add(nowhere)
    assert "secret" not in str(caught.value)


def test_a_number_that_is_too_large_is_refused(shop: Shop) -> None:
    with shop.unit, pytest.raises(InvalidInputError, match="too large"):
        shop.unit.ledger.book([shop.receipt("r1", units=10**17)])


def test_a_mistake_of_the_program_keeps_its_name(shop: Shop) -> None:
    with shop.unit, pytest.raises(TypeError, match="exact"):
        shop.unit.ledger.set_reserved(shop.key(), 2.5)  # type: ignore[arg-type]

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError
from stockcli.persistence import triggers
from stockcli.persistence.database import HEAD, Database
from stockcli.persistence.upkeep.postgres_archives import _without_secrets
from stockcli.persistence.upkeep.service import Upkeep
from tests.fixtures.corner_shop import SteppingClock
from tests.fixtures.databases import of_database, on_server
from tests.integration.upkeep.conftest import all_rows


@dataclass(frozen=True, kw_only=True)
class Place:
    """A database of a server: its address, the program's view of it, and a look past that."""

    url: str
    database: Database
    upkeep: Upkeep
    raw: Engine


@pytest.fixture
def full(postgres_database_url: str, clock: SteppingClock, programs: Path) -> Iterator[Place]:
    """A database with two shops in it."""
    yield from place(postgres_database_url, clock, programs)


@pytest.fixture
def empty(postgres_url: str, clock: SteppingClock, programs: Path) -> Iterator[Place]:
    """A database that `createdb` just made."""
    name = f"empty_{uuid4().hex}"
    on_server(postgres_url, f"CREATE DATABASE {name}")
    yield from place(of_database(postgres_url, name), clock, programs)
    on_server(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def place(url: str, clock: SteppingClock, programs: Path) -> Iterator[Place]:
    database, raw = Database(url, clock=clock), create_engine(url)
    yield Place(url=url, database=database, upkeep=database.upkeep(programs), raw=raw)
    raw.dispose()
    database.dispose()


@pytest.fixture
def backup(full: Place, tmp_path: Path) -> Path:
    """An archive of the two shops."""
    file = tmp_path / "backup.dump"
    full.upkeep.back_up(file)
    return file


def has_tables(one: Place) -> bool:
    return one.database.revision() is not None


def test_a_backup_goes_into_an_empty_database_and_everything_is_equal(
    full: Place, empty: Place, backup: Path
) -> None:
    done = empty.upkeep.restore(backup)
    assert (done.revision, done.kept, done.waiting) == (HEAD, None, 1)
    assert all_rows(empty.raw) == all_rows(full.raw)
    with empty.raw.connect() as connection:
        assert triggers.installed(connection) == triggers.expected("postgresql")
    assert empty.upkeep.findings() == []
    for shop in empty.database.directory().tenants():
        assert empty.upkeep.findings_of(shop) == []
    assert empty.database.is_current()


def test_the_archive_is_for_its_owner_alone(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert backup.read_bytes()[:5] == b"PGDMP"


def test_a_file_that_is_there_is_not_replaced_unasked(full: Place, backup: Path) -> None:
    with pytest.raises(ConflictError, match="already"):
        full.upkeep.back_up(backup)
    full.upkeep.back_up(backup, replace=True)


def test_a_database_with_tables_is_never_replaced(full: Place, backup: Path) -> None:
    before = all_rows(full.raw)
    with pytest.raises(ConflictError, match="it has tables") as caught:
        full.upkeep.restore(backup, replace=True)
    assert "createdb" in caught.value.hint
    assert all_rows(full.raw) == before


def test_an_archive_of_a_newer_version_changes_nothing(
    full: Place, empty: Place, tmp_path: Path
) -> None:
    with full.raw.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    full.upkeep.back_up(tmp_path / "newer.dump")
    with pytest.raises(DatabaseError, match="newer version"):
        empty.upkeep.restore(tmp_path / "newer.dump")
    assert not has_tables(empty)


@pytest.mark.parametrize("content", [b"", b"a letter" * 1000, b"PGDMP" + b"\xff" * 4000])
def test_what_is_no_archive_changes_nothing(empty: Place, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter").write_bytes(content)
    with pytest.raises((InvalidInputError, DatabaseError), match="letter"):
        empty.upkeep.restore(tmp_path / "letter")
    with pytest.raises(InvalidInputError, match="nothing-here"):
        empty.upkeep.restore(tmp_path / "nothing-here")
    assert not has_tables(empty)


def test_an_archive_cut_short_changes_nothing(empty: Place, backup: Path) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) - 2_000])
    with pytest.raises((InvalidInputError, DatabaseError), match=r"backup\.dump"):
        empty.upkeep.restore(backup)
    assert not has_tables(empty)


def test_programs_that_are_missing_are_named(full: Place, tmp_path: Path) -> None:
    nowhere = full.database.upkeep(tmp_path)
    with pytest.raises(DatabaseError, match=f"there is no pg_dump in {tmp_path}") as caught:
        nowhere.back_up(tmp_path / "backup.dump")
    assert "STOCK_PG_BIN" in caught.value.hint


@pytest.mark.skipif(
    not shutil.which("pg_dump", path="/usr/bin"), reason="no older pg_dump on this machine"
)
def test_a_pg_dump_older_than_the_server_is_told(full: Place, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="older than the database server"):
        full.database.upkeep(Path("/usr/bin")).back_up(tmp_path / "backup.dump")
    assert list(tmp_path.glob("*backup*")) == []


def test_a_user_without_rights_is_told_who_may(
    full: Place, postgres_url: str, tmp_path: Path, clock: SteppingClock, programs: Path
) -> None:
    name = f"clerk_{uuid4().hex}"
    on_server(postgres_url, f"CREATE ROLE {name} LOGIN")
    url = make_url(full.url).set(username=name).render_as_string(hide_password=False)
    try:
        clerk = Database(url, clock=clock)
        with pytest.raises(DatabaseError) as caught:
            clerk.upkeep(programs).back_up(tmp_path / "backup.dump")
        clerk.dispose()
    finally:
        on_server(postgres_url, f"DROP ROLE {name}")
    assert "administrator" in caught.value.hint
    assert list(tmp_path.glob("*backup*")) == []


def test_a_server_that_is_not_there_is_told(
    tmp_path: Path, clock: SteppingClock, programs: Path
) -> None:
    database = Database("postgresql://ana:s3cret@127.0.0.1:1/shop", clock=clock)
    with pytest.raises(DatabaseError, match="cannot be reached") as caught:
        database.upkeep(programs).back_up(tmp_path / "backup.dump")
    assert "s3cret" not in str(caught.value)


def test_a_full_disk_leaves_no_half_archive(full: Place, backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(DatabaseError, match="full"):
            full.upkeep.back_up(backup, replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert backup.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if "partial" in one.name] == []


def test_a_password_stands_in_no_command_line() -> None:
    url = make_url("postgresql+psycopg://ana:s3cret@db.example:5433/shop?sslmode=require")
    address, secrets = _without_secrets(url)
    assert address == "postgresql://ana@db.example:5433/shop?sslmode=require"
    assert secrets == {"PGPASSWORD": "s3cret"}
    hidden = make_url("postgresql://ana@/shop?host=/run/pg&password=s3cret&passfile=/home/ana/pass")
    address, secrets = _without_secrets(hidden)
    assert "s3cret" not in address
    assert secrets == {"PGPASSWORD": "s3cret", "PGPASSFILE": "/home/ana/pass"}


def killed_after(seconds: float, arguments: list[str], environ: dict[str, str]) -> None:
    """Run the command in a group of its own, and kill all of it."""
    child = subprocess.Popen(
        [sys.executable, "-m", "stockcli", "db", *arguments],
        env=environ,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@pytest.mark.parametrize("seconds", [1.0, 1.5, 2.0, 2.4, 2.8])
def test_a_kill_in_a_restore_leaves_nothing_or_everything(
    full: Place, empty: Place, backup: Path, checkout: Path, programs: Path, seconds: float
) -> None:
    url = empty.url.replace("+psycopg", "")
    own = {"STOCK_DATABASE_URL": url, "STOCK_PG_BIN": str(programs), "PYTHONPATH": str(checkout)}
    killed_after(seconds, ["restore", str(backup)], os.environ | own)
    time.sleep(0.5)  # until the server has seen that nobody is there any more
    assert not has_tables(empty) or all_rows(empty.raw) == all_rows(full.raw)
